"""`fwgates merge`: join the journals of shards into one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pytest_fwgates import evidence, exitstatus
from pytest_fwgates.cli.context import Damaged, UsageError, read_evidence
from pytest_fwgates.decision import incomplete
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from pytest_fwgates.model import Evidence


def command(
    journals: Annotated[
        list[Path], typer.Argument(metavar="EVIDENCE...", help="The journals of all shards.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The joined journal.")],
) -> int:
    """Join journals; exit 10 where a shard or a criterion is missing or two disagree."""
    found = read_evidence(journals)
    if isinstance(found, Damaged):
        wrong = found.reasons
    else:
        wrong = incomplete(found)
        if len(found.runs) == 1:
            _write(output, found)
    for reason in wrong:
        typer.echo(printable(reason), err=True)
    typer.echo(
        f"fwgates: merged {len(journals)} journals" + (f", BLOCK, exit {exitstatus.BLOCK}" if wrong else "")
    )
    return exitstatus.BLOCK if wrong else exitstatus.ALLOW


def _write(output: Path, found: Evidence) -> None:
    try:
        if output.exists() and not evidence.looks_like_journal(output.read_bytes()[:20]):
            raise UsageError(f"{output} exists and is not a journal; name another file")
        evidence.write(output, found, dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from None
