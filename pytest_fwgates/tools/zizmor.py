"""zizmor, the auditor of workflows, actions and dependabot.yml: offline, without anybody's configuration.

It works on copies, so that neither names, links and encodings nor configuration files of the framework mean
anything to it. A comment that asks it to ignore something is told, and never hides what would block.
"""

from __future__ import annotations

import re
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import UNSET

from pytest_fwgates.framework import reading
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.model import Finding
from pytest_fwgates.tools import adapter, zizmor_rules
from pytest_fwgates.tools.adapter import NOT_INSTALLED, Scan, Unproven

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SECONDS: Final = 60.0
"""For one batch; a workflow takes milliseconds."""
BATCH: Final = 24
"""Files of one process: what it says of each has to fit into the end of its log that is kept."""
MAX_EXPANSION: Final = 20_000_000
"""Characters times expressions of a workflow: zizmor repeats a step for every finding in it."""

_OPTIONS: Final = (
    "--offline", "--no-exit-codes", "--no-config", "--no-ignores", "--no-progress", "--color=never",
    "--persona=regular", "--format=json",
)  # fmt: skip
_SPECIAL: Final = frozenset({"action.yml", "action.yaml", "dependabot.yml", "dependabot.yaml"})
_COMPLETED: Final = re.compile(r"completed (?:\./)?(\d{1,9})/")
_SHOWN: Final = 80


class _Key(msgspec.Struct):
    local: _Local = msgspec.field(name="Local")


class _Local(msgspec.Struct):
    verbatim_path: str


class _Symbolic(msgspec.Struct):
    key: _Key
    annotation: str
    kind: str


class _Span(msgspec.Struct):
    start: int
    end: int


class _Position(msgspec.Struct):
    offset_span: _Span


class _Concrete(msgspec.Struct):
    location: _Position


class _Location(msgspec.Struct):
    symbolic: _Symbolic
    concrete: _Concrete


class _Determinations(msgspec.Struct):
    confidence: str
    severity: str


class _Report(msgspec.Struct):
    ident: str
    url: str
    determinations: _Determinations
    locations: list[_Location]
    ignored: bool


class _Copy(NamedTuple):
    """A file as it was handed over."""

    path: str
    name: str
    content: bytes


class Zizmor:
    """The adapter."""

    name = "zizmor"

    def available(self) -> str | None:
        """Its version; None where it is not installed beside this package."""
        try:
            return metadata.version("zizmor") if adapter.program("zizmor") else None
        except metadata.PackageNotFoundError:
            return None

    def run(self, root: Path, paths: Sequence[str]) -> Scan:
        """Audit these workflows, actions and dependabot.yml files.

        Raises:
            Unproven: it is not installed, takes too long, or says what is not understood.
        """
        program = adapter.program("zizmor")
        if program is None or self.available() is None:
            raise Unproven(NOT_INSTALLED)
        copies, left_out = _copies(root, paths)
        findings: list[Finding] = []
        done: set[str] = set()
        for start in range(0, len(copies), BATCH):
            audited, found = _audited(program, copies[start : start + BATCH])
            done |= audited
            findings += found
        left_out += [
            f"{one.path}: is no workflow or action to zizmor" for one in copies if one.path not in done
        ]
        return Scan(tuple(findings), len(done), _summary(left_out))


def _summary(left_out: list[str]) -> str:
    if not left_out:
        return ""
    more = f" and {len(left_out) - 3} more" if len(left_out) > 3 else ""  # noqa: PLR2004 - a few names are enough
    return f"zizmor could not audit {', '.join(left_out[:3])}{more}"


def _copies(root: Path, paths: Sequence[str]) -> tuple[list[_Copy], list[str]]:
    copies: list[_Copy] = []
    left_out: list[str] = []
    for number, path in enumerate(paths):
        text = reading.read_any_text(root, path)
        if not isinstance(text, str):
            reason = text.reason if isinstance(text, Unreadable) else "is binary"
            left_out.append(f"{path}: {reason}")
        elif len(text) * text.count("${{") > MAX_EXPANSION:
            left_out.append(f"{path}: holds too many expressions")
        else:
            base = path.rpartition("/")[2]
            name = f"{number}/{base if base in _SPECIAL else 'workflow.yml'}"
            copies.append(_Copy(path, name, text.encode("utf-8", "replace")))
    return copies, left_out


def _audited(program: str, copies: Sequence[_Copy]) -> tuple[set[str], list[Finding]]:
    """Which of the files were audited, and what was found in them."""
    with tempfile.TemporaryDirectory(prefix="fwgates-") as folder:
        for one in copies:
            target = Path(folder, one.name)
            target.parent.mkdir()
            target.write_bytes(one.content)
        command = [program, *_OPTIONS, "--", *(one.name for one in copies)]
        output = adapter.execute(command, Path(folder), SECONDS)
    by_number = {one.name.partition("/")[0]: one for one in copies}
    done = {by_number[number].path for number in _COMPLETED.findall(output.stderr) if number in by_number}
    if output.status and done:
        raise Unproven(f"zizmor ended with status {output.status}")
    if not done:
        return set(), []  # none of the files is what it audits; it says so with a status of its own
    try:
        reports = msgspec.json.decode(output.stdout, type=list[_Report])
        return done, [finding for report in reports for finding in _findings(report, by_number)]
    except (msgspec.DecodeError, KeyError, IndexError) as error:
        raise Unproven(f"what zizmor wrote cannot be read: {type(error).__name__}") from None


def _findings(report: _Report, copies: dict[str, _Copy]) -> Iterator[Finding]:
    place = next(one for one in (*_primary(report), *report.locations))
    copy = copies[place.symbolic.key.local.verbatim_path.removeprefix("./").partition("/")[0]]
    said = report.determinations
    severity = zizmor_rules.severity(report.ident, said.severity, said.confidence)
    if severity is None:
        return
    span = place.concrete.location.offset_span
    before = copy.content[: span.start].decode("utf-8", "replace")
    hides = report.ignored and severity not in zizmor_rules.BLOCKING
    yield Finding(
        message=_message(report, place, copy.content[span.start : span.end]),
        path=copy.path,
        line=before.count("\n") + 1,
        column=len(before) - before.rfind("\n"),
        severity=severity,
        suppressed=True if hides else UNSET,
    )


def _primary(report: _Report) -> list[_Location]:
    return [one for one in report.locations if one.symbolic.kind == "Primary"]


def _message(report: _Report, place: _Location, quoted: bytes) -> str:
    subject = ""
    if report.ident in zizmor_rules.NAMED:
        first = quoted.decode("utf-8", "replace").strip().partition("\n")[0][:_SHOWN]
        subject = "".join(
            char if char.isascii() and char.isprintable() else f"<U+{ord(char):04X}>" for char in first
        )
        subject = f"{subject}: "
    mending = zizmor_rules.MENDING.get(report.ident)
    mending = f"; {mending}" if mending else ""
    return f"{report.ident}: {subject}{place.symbolic.annotation}{mending} ({report.url})"
