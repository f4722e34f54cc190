"""pip-audit: what the advisories of PyPI say of locked packages. It alone may use the network, if at all."""

from __future__ import annotations

import importlib.metadata
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.framework.inventory.model import pypi_name
from pytest_fwgates.tools.adapter import NOT_INSTALLED, Scan, Unproven, execute, program
from pytest_fwgates.tools.osv import Locked, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME: Final = "pip-audit"
_SECONDS: Final = 300
_FOUND: Final = 1
_NETWORK: Final = (
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "all_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
)
_LONGEST: Final = 200


class _Vulnerability(msgspec.Struct):
    id: str
    fix_versions: list[str] = []
    aliases: list[str] = []


class _Dependency(msgspec.Struct):
    name: str
    version: str = ""
    vulns: list[_Vulnerability] = []
    skip_reason: str = ""


class _Answer(msgspec.Struct):
    dependencies: list[_Dependency]


def available() -> str | None:
    """Its version; None where it is not installed."""
    if program(NAME) is None:
        return None
    try:
        return importlib.metadata.version(NAME)
    except importlib.metadata.PackageNotFoundError:
        return None


def scan(locked: Sequence[Locked], *, service: Sequence[str] = ()) -> Scan:
    """What PyPI's advisories say of the locked packages of Python among `locked`.

    Args:
        locked: Others are left out.
        service: Options that name another service of advisories.

    Raises:
        Unproven: it is missing, cannot reach its database, or left a package out.
    """
    asked = [one for one in locked if one.one.ecosystem == "pypi"]
    answers: dict[tuple[str, str], _Dependency] = {}
    for batch in _batches(asked):
        answers |= _ask(batch, service)
    # its answers carry no severity, and unknown counts as high
    findings = [
        finding(path, one, found.id, found.aliases, "high", "", found.fix_versions[:3])
        for path, one in asked
        for found in answers[one.name, one.version].vulns
    ]
    return Scan(tuple(findings), len(asked))


def _batches(asked: Sequence[Locked]) -> Iterator[list[tuple[str, str]]]:
    """Sets in which each name comes once: several locks may hold it in several versions."""
    left = sorted({(one.name, one.version) for _, one in asked})
    while left:
        batch = dict(left)
        yield sorted(batch.items())
        left = [one for one in left if batch[one[0]] != one[1]]


def _ask(batch: Sequence[tuple[str, str]], service: Sequence[str]) -> dict[tuple[str, str], _Dependency]:
    command = program(NAME)
    if command is None:
        raise Unproven(NOT_INSTALLED)
    with tempfile.TemporaryDirectory(prefix="fwgates-") as name:
        folder = Path(name)
        text = "".join(f"{package}=={version}\n" for package, version in batch)
        (folder / "locked.txt").write_text(text, encoding="utf-8")
        output = execute(
            [
                *(
                    command,
                    "--requirement",
                    str(folder / "locked.txt"),
                    "--strict",
                    "--disable-pip",
                    "--no-deps",
                ),
                *("--format", "json", "--desc", "off", "--progress-spinner", "off"),
                *("--cache-dir", str(folder / "cache"), *service),
            ],
            folder,
            _SECONDS,
            {key: value for key, value in os.environ.items() if key in _NETWORK},
        )
    if output.status not in {0, _FOUND}:
        raise Unproven(f"{NAME} ended with status {output.status}: {_last(output.stderr)}")
    try:
        answer = msgspec.json.decode(output.stdout, type=_Answer)
    except msgspec.MsgspecError:
        raise Unproven(f"{NAME} gave no answer: {_last(output.stderr)}") from None
    return _complete(batch, answer)


def _complete(batch: Sequence[tuple[str, str]], answer: _Answer) -> dict[tuple[str, str], _Dependency]:
    """The answer for each package; none may be left out."""
    skipped = [one for one in answer.dependencies if one.skip_reason]
    if skipped:
        raise Unproven(f"{NAME} left {skipped[0].name} out: {skipped[0].skip_reason[:_LONGEST]}")
    found = {(pypi_name(one.name), one.version): one for one in answer.dependencies}
    by_name = {pypi_name(one.name): one for one in answer.dependencies}
    missing = [name for name, _ in batch if name not in by_name]
    if missing:
        raise Unproven(f"{NAME} says nothing of {missing[0]}")
    return {(name, version): found.get((name, version), by_name[name]) for name, version in batch}


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:_LONGEST] if lines else "without a word"
