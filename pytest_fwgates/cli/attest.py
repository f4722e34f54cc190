"""`fwgates attest`: what a CI system's identity signs of a verdict."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pytest_fwgates import evidence, exitstatus
from pytest_fwgates.cli.context import UsageError
from pytest_fwgates.cli.verdicts import read_verdict
from pytest_fwgates.reports import attestation
from pytest_fwgates.reports.files import write_whole
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fwgates.model import Verdict

_OWN: Final = re.compile(rb'\{\n  "(_type": "https://in-toto\.io/|result": ")|[0-9a-f]{64}  |$')
"""How an earlier statement, predicate or list of subjects begins, or an empty file."""


def command(
    verdict_path: Annotated[
        Path | None,
        typer.Argument(metavar="VERDICT", help="The verdict.", show_default=".fwgates/verdict.json"),
    ] = None,
    journals: Annotated[
        list[Path] | None,
        typer.Option("--evidence", help="A journal that it was computed from (repeatable)."),
    ] = None,
    predicate_only: Annotated[
        bool, typer.Option("--predicate-only", help="The predicate alone, for actions/attest.")
    ] = False,
    checksums: Annotated[
        bool, typer.Option("--checksums", help="The subjects alone, for its subject-checksums.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to that file instead of printing.")
    ] = None,
) -> int:
    """Print an in-toto statement of a verdict: a test result, to be signed."""
    verdict = read_verdict(verdict_path)
    digests = _digests(verdict, journals or [])
    if predicate_only and checksums:
        raise UsageError("--predicate-only and --checksums: write them to a file each")
    try:
        if predicate_only:
            text = attestation.predicate(verdict)
        elif checksums:
            text = attestation.checksums(verdict, digests)
        else:
            text = attestation.statement(verdict, digests)
    except attestation.AttestationError as error:
        raise UsageError(f"not attested: {error}") from None
    if output:
        _write(output, text.encode())
    else:
        typer.echo(text, nl=False)
    return exitstatus.ALLOW


def _digests(verdict: Verdict, journals: Iterable[Path]) -> dict[str, str]:
    """The digest of each journal, all of which have to be what the verdict was computed from."""
    digests: dict[str, str] = {}
    runs: set[str] = set()
    for path in journals:
        try:
            content = path.read_bytes()
            runs.update(source.run_id for source in evidence.read(content).sources)
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
        except evidence.EvidenceError as error:
            raise UsageError(f"{path}: {error}") from None
        if path.name in digests:
            raise UsageError(f"{path}: another journal has that name, too; each needs its own")
        digests[path.name] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if digests and runs != set(verdict.run_ids):
        raise UsageError("the verdict was computed from the evidence of other runs")
    return digests


def _write(output: Path, content: bytes) -> None:
    try:
        if output.exists() and not _OWN.match(output.read_bytes()):
            raise UsageError(printable(f"{output} exists and is no attestation; name another file"))
        write_whole(output, content)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from None
