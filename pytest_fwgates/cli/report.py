"""`fwgates report`: a verdict told again, in any format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pytest_fwgates import exitstatus
from pytest_fwgates.cli.context import UsageError
from pytest_fwgates.cli.verdicts import read_verdict
from pytest_fwgates.reports import files, formats

if TYPE_CHECKING:
    from pytest_fwgates.reports.formats import Format


def command(
    verdict_path: Annotated[
        Path | None,
        typer.Argument(metavar="VERDICT", help="The verdict.", show_default=".fwgates/verdict.json"),
    ] = None,
    name: Annotated[str, typer.Option("--format", help=f"One of {', '.join(formats.NAMES)}.")] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to that file instead of printing.")
    ] = None,
) -> int:
    """Print a verdict as a report; the decision is the verdict's, so the exit status is 0 whatever it is."""
    chosen = _format(name)
    content = formats.render(chosen, read_verdict(verdict_path))
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return exitstatus.ALLOW
    if not files.is_report(output, chosen):
        raise UsageError(f"{output} exists and is no {chosen} report of fwgates; name another file")
    try:
        files.write_whole(output, content)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from None
    return exitstatus.ALLOW


def _format(name: str) -> Format:
    for known in formats.NAMES:
        if known == name:
            return known
    raise UsageError(f"--format {name}: there is {', '.join(formats.NAMES)}")
