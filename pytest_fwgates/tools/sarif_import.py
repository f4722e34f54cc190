# ruff: noqa: E501 - the address of a rule
"""Reports of scanners that others run, in SARIF 2.1.0. Pure, but for reading the file.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html has the words. A report that is missing, empty,
stale or of another commit proves nothing, and one that says that its tool failed proves nothing either.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import urllib.parse
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec

from pytest_fwgates.model import Finding
from pytest_fwgates.tools.adapter import Scan, Unproven

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_fwgates.model import Severity

MAX_BYTES: Final = 64_000_000
_LEVELS: Final[dict[str, Severity]] = {"error": "high", "warning": "medium", "note": "low"}
_SCORES: Final[tuple[tuple[float, Severity], ...]] = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"))
"""As GitHub has them: https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning."""
_SHOWN: Final = 300


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """Whatever is not named is not read."""


class _Text(_Part, frozen=True):
    text: str = ""
    markdown: str = ""


class _Region(_Part, frozen=True):
    start_line: Annotated[int, msgspec.Meta(ge=0)] | None = None
    start_column: Annotated[int, msgspec.Meta(ge=0)] | None = None


class _Artifact(_Part, frozen=True):
    uri: str = ""


class _Physical(_Part, frozen=True):
    artifact_location: _Artifact = _Artifact()
    region: _Region = _Region()


class _Location(_Part, frozen=True):
    physical_location: _Physical = _Physical()


class _Suppression(_Part, frozen=True):
    status: str = "accepted"


class _Reference(_Part, frozen=True):
    id: str = ""
    index: int = -1


class _Result(_Part, frozen=True):
    message: _Text = _Text()
    rule_id: str = ""
    rule_index: int = -1
    rule: _Reference = _Reference()
    level: str = ""
    kind: str = "fail"
    locations: tuple[_Location, ...] = ()
    suppressions: tuple[_Suppression, ...] | None = None
    baseline_state: str = ""
    properties: dict[str, object] = {}


class _Defaults(_Part, frozen=True):
    level: str = "warning"


class _Rule(_Part, frozen=True):
    id: str = ""
    default_configuration: _Defaults = _Defaults()
    properties: dict[str, object] = {}
    help_uri: str = ""


class _Component(_Part, frozen=True):
    name: str = ""
    version: str = ""
    semantic_version: str = ""
    rules: tuple[_Rule, ...] = ()


class _Tool(_Part, frozen=True):
    driver: _Component = _Component()
    extensions: tuple[_Component, ...] = ()


class _Notification(_Part, frozen=True):
    level: str = "warning"
    message: _Text = _Text()


class _Invocation(_Part, frozen=True):
    execution_successful: bool = True
    end_time_utc: str = ""
    start_time_utc: str = ""
    tool_execution_notifications: tuple[_Notification, ...] = ()


class _Provenance(_Part, frozen=True):
    revision_id: str = ""


class _Run(_Part, frozen=True):
    tool: _Tool
    results: tuple[_Result, ...] | None = None
    invocations: tuple[_Invocation, ...] = ()
    version_control_provenance: tuple[_Provenance, ...] = ()


class _Log(_Part, frozen=True):
    version: str
    runs: tuple[_Run, ...]


class Wanted(NamedTuple):
    """What a report has to be.

    Attributes:
        path: How people call it.
        tool: The name of its tool; any, where it is empty.
        commit: The commit that it has to be of; None outside git.
        any_commit: Whether it counts though it names none.
        max_age: How old it may be.
    """

    path: str
    tool: str
    commit: str | None
    any_commit: bool
    max_age: dt.timedelta


class Imported(NamedTuple):
    """What a report says, and of which tools."""

    scan: Scan
    tools: tuple[tuple[str, str], ...]


def read(file: Path, wanted: Wanted, root: Path, now: dt.datetime) -> Imported:
    """What the report finds in a framework.

    Args:
        file: The report.
        wanted: What it has to be.
        root: The framework's, for the paths in it.
        now: For its age.

    Raises:
        Unproven: it is missing, no SARIF, empty, of another tool, stale, of another commit, or its tool failed.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        changed = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
    except OSError as error:
        raise Unproven(f"{wanted.path}: {error.strerror or 'cannot be read'}") from None
    if len(data) > MAX_BYTES:
        raise Unproven(f"{wanted.path}: larger than {MAX_BYTES // 1_000_000} MB")
    return parse(data, wanted, root, now, changed)


def parse(data: bytes, wanted: Wanted, root: Path, now: dt.datetime, changed: dt.datetime) -> Imported:
    """The same of its content, and of when the file was changed last.

    Raises:
        Unproven: as `read`.
    """
    try:
        log = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Log)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unproven(f"{wanted.path}: no SARIF: {str(error)[:_SHOWN]}") from None
    if log.version != "2.1.0":
        raise Unproven(f"{wanted.path}: SARIF {log.version[:20]!r} instead of 2.1.0")
    runs = [
        run
        for run in log.runs
        if not wanted.tool or run.tool.driver.name.casefold() == wanted.tool.casefold()
    ]
    if not runs:
        names = ", ".join(sorted({run.tool.driver.name[:60] for run in log.runs})) or "nothing"
        raise Unproven(f"{wanted.path}: no run of {wanted.tool or 'any tool'}; it holds {names}")
    for run in runs:
        _check(run, wanted, now, changed)
    found = [finding for run in runs for finding in _findings(run, root)]
    tools = tuple(
        (
            run.tool.driver.name or "unnamed",
            run.tool.driver.semantic_version or run.tool.driver.version or "of unknown version",
        )
        for run in runs
    )
    return Imported(Scan(tuple(found), len(runs)), tools)


def _check(run: _Run, wanted: Wanted, now: dt.datetime, changed: dt.datetime) -> None:
    name = run.tool.driver.name[:60] or "the tool"
    if run.results is None:
        raise Unproven(f"{wanted.path}: {name} gave no results, which is not the same as none")
    for invocation in run.invocations:
        if not invocation.execution_successful:
            raise Unproven(f"{wanted.path}: {name} says that it failed")
        wrong = [one for one in invocation.tool_execution_notifications if one.level == "error"]
        if wrong:
            raise Unproven(f"{wanted.path}: {name}: {wrong[0].message.text[:_SHOWN]}")
    ended = [time for one in run.invocations if (time := _time(one.end_time_utc or one.start_time_utc))]
    made = max(ended, default=changed)
    if made > now + dt.timedelta(minutes=10):
        raise Unproven(f"{wanted.path}: it is of the future: {made:%Y-%m-%d %H:%M}")
    if now - made > wanted.max_age:
        hours = (now - made) / dt.timedelta(hours=1)
        raise Unproven(f"{wanted.path}: {hours:.0f} hours old; run {name} again")
    commits = [one.revision_id for one in run.version_control_provenance if one.revision_id]
    if wanted.commit is None:
        return
    if commits and not any(_is_same(one, wanted.commit) for one in commits):
        raise Unproven(
            f"{wanted.path}: it is of commit {commits[0][:12]}, not of {wanted.commit[:12]}; run {name} again"
        )
    if not commits and not wanted.any_commit:
        raise Unproven(
            f"{wanted.path}: it does not say of which commit it is; have {name} write versionControlProvenance, "
            "or say any_commit: true of it in the profile"
        )


def _is_same(said: str, commit: str) -> bool:
    return len(said) >= 7 and commit.startswith(said.lower())  # noqa: PLR2004 - git's shortest


def _time(text: str) -> dt.datetime | None:
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


def _findings(run: _Run, root: Path) -> list[Finding]:
    rules = {rule.id: rule for part in (*run.tool.extensions, run.tool.driver) for rule in part.rules}
    name = run.tool.driver.name or "unnamed tool"
    found = []
    for result in run.results or ():
        if result.kind != "fail" or result.baseline_state == "absent":
            continue
        rule = _rule_of(result, run, rules)
        identifier = result.rule_id or result.rule.id or rule.id
        severity = _severity(result, rule)
        if severity is None:
            continue
        location = result.locations[0].physical_location if result.locations else _Physical()
        path = _path(location.artifact_location.uri, root)
        text = " ".join((result.message.text or result.message.markdown).split())[:_SHOWN]
        elsewhere = (
            ""
            if path or not location.artifact_location.uri
            else f" (in {location.artifact_location.uri[:80]})"
        )
        help_uri = f"; see {rule.help_uri}" if rule.help_uri.startswith("https://") else ""
        found.append(
            Finding(
                f"{name} {identifier}: {text}{elsewhere}{help_uri}", path,
                location.region.start_line or None if path else None, location.region.start_column or None if path else None,
                severity=severity, subject=f"{name} {identifier} {text}",
                suppressed=True if _is_suppressed(result) else msgspec.UNSET,
            )
        )  # fmt: skip
    return found


def _rule_of(result: _Result, run: _Run, rules: dict[str, _Rule]) -> _Rule:
    index = max(result.rule_index, result.rule.index)
    own = run.tool.driver.rules
    named = rules.get(result.rule_id or result.rule.id)
    return named or (own[index] if 0 <= index < len(own) else _Rule())


def _severity(result: _Result, rule: _Rule) -> Severity | None:
    """By the score, where the rule or the result has one; else by the level. None of it is no finding."""
    score = result.properties.get("security-severity", rule.properties.get("security-severity"))
    try:
        number = float(str(score))
    except ValueError:
        level = result.level or rule.default_configuration.level
        return None if level == "none" else _LEVELS.get(level, "high")
    if not 0 < number <= 10:  # noqa: PLR2004 - the scale's end
        return "high" if number != 0 else None
    return next((name for least, name in _SCORES if number >= least), "low")


def _is_suppressed(result: _Result) -> bool:
    """SARIF 3.27.23: suppressed where there are suppressions and every one is accepted."""
    return bool(result.suppressions) and all(one.status == "accepted" for one in result.suppressions or ())


def _path(uri: str, root: Path) -> str | None:
    """A location in the framework; None for one outside."""
    plain = urllib.parse.unquote(uri.partition("?")[0].partition("#")[0])
    plain = plain.removeprefix("file://").replace("\\", "/")
    base = root.resolve().as_posix()
    if plain.startswith(f"{base}/"):
        plain = plain[len(base) + 1 :]
    if not plain or plain.startswith("/") or ":" in plain.partition("/")[0]:
        return None
    path = posixpath.normpath(plain)
    return None if path.startswith("..") or path == "." else path
