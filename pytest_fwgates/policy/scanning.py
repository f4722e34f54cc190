"""`security/scanning-configuration.yml`: which scanners there have to be, and what they may leave.

The file tightens and never loosens: where the profile is looser than it says, the criterion proves nothing,
and the reason names both.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import msgspec

from pytest_fwgates import yamldoc
from pytest_fwgates.policy.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pytest_fwgates.model import Finding, Severity
    from pytest_fwgates.profile import Profile
    from pytest_fwgates.profile_schema import SarifReport

DEPENDABOT: Final = ".github/dependabot.yml"
MAX_BYTES: Final = 1_000_000
_KEY: Final = "security_scanning"
_HOURS: Final = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 744}
_ORDER: Final[tuple[Severity, ...]] = ("low", "medium", "high", "critical")
_FAILS: Final[dict[str, Severity]] = {"error": "high", "warning": "medium", "note": "low"}

Frequency: TypeAlias = Literal["every_commit", "pre_production", "hourly", "daily", "weekly", "monthly"]
Level: TypeAlias = Literal["low", "medium", "high", "critical"]


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scanner.

    Attributes:
        severity_threshold: The least severity that is reported of what it finds.
        fail_on: Levels of which no finding may be there: error is high, warning medium, note low.
        fail_on_high: The same as `fail_on: [error]`.
        auto_update: What Dependabot has to update, which needs a `.github/dependabot.yml`.
        schedule: How often at least.
        languages: For people, as what follows.
    """

    name: str
    severity_threshold: Level = "low"
    fail_on: tuple[Literal["error", "warning", "note"], ...] = ()
    fail_on_high: bool = False
    auto_update: Literal["", "security_only", "all"] = ""
    schedule: Literal["", "daily", "weekly", "monthly"] = ""
    languages: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    scope: str = ""
    authentication: str = ""
    scan_type: str = ""
    report_format: Literal["", "sarif"] = ""
    monitor_licenses: bool = False


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for the scanners of a section; see `docs/scanning.md`."""

    scan_frequency: Frequency | None = None
    baseline_required: bool = False
    exemptions_allowed: bool = True
    exemptions_require_approval: bool = False
    exemptions_expire: str = ""
    manual_verification: bool = False
    vulnerability_database: str = ""
    update_frequency: Literal["hourly", "daily", "weekly", "monthly"] | None = None


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of scanning."""

    tools: tuple[Tool, ...] = ()
    configuration: Rules = Rules()


class Scanning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of the file."""

    static_analysis: Section = Section()
    dynamic_analysis: Section = Section()
    dependency_scanning: Section = Section()

    @property
    def sections(self) -> tuple[Section, ...]:
        """All of them."""
        return (self.static_analysis, self.dynamic_analysis, self.dependency_scanning)


class Parsed(NamedTuple):
    """What the file says; None where it cannot be used, and then why."""

    scanning: Scanning | None
    problem: Problem | None = None


def read(path: Path, shown: str) -> Parsed | None:
    """What the file at `path` says; None where there is none."""
    try:
        if not path.is_file() and not path.is_symlink():
            return None
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Parsed(None, Problem(shown, None, "unreadable", f"cannot be read: {error.strerror}"))
    if len(content) > MAX_BYTES:
        return Parsed(None, Problem(shown, None, "unreadable", f"larger than {MAX_BYTES} bytes"))
    return parse(content.decode("utf-8-sig", "replace"), shown)


def parse(text: str, shown: str) -> Parsed:
    """What `text` says, which problems call `shown`."""
    try:
        document = yamldoc.load(text)
    except yamldoc.YamlError as error:
        return Parsed(None, Problem(shown, error.line, "unreadable", f"not valid YAML: {error.message}"))
    for one in document.duplicates:
        why = f"{one.key!r} again; it stands at line {one.first_line}"
        return Parsed(None, Problem(shown, one.line, "malformed", why))
    if not isinstance(document.value, dict) or list(document.value) != [_KEY]:
        return Parsed(None, Problem(shown, 1, "malformed", f"expected the one top-level key {_KEY!r}"))
    try:
        scanning = msgspec.convert(document.value[_KEY], Scanning)
    except msgspec.ValidationError as error:
        message, _, where = str(error).rpartition(" - at `$")
        path = [int(part) if part.isdecimal() else part for part in re.findall(r"\w+", where)]
        line, _ = document.position(_KEY, *path)
        return Parsed(None, Problem(shown, line, "malformed", message or str(error)))
    for section in scanning.sections:
        if section.configuration.exemptions_expire and _days(section.configuration.exemptions_expire) is None:
            said = section.configuration.exemptions_expire
            why = f"exemptions_expire is a number of days such as 30_days, not {said!r}"
            return Parsed(None, Problem(shown, None, "malformed", why))
    return Parsed(scanning)


def lacking(scanning: Scanning, profile: Profile, *, has_baseline: bool) -> Iterator[str]:
    """Where the profile and the repository are looser than the file says, one reason each."""
    for section in scanning.sections:
        rules = section.configuration
        for tool in section.tools:
            if not tool.auto_update:
                yield from _lacking_report(tool, rules, profile.security.sarif)
        if rules.baseline_required and not has_baseline:
            yield "baseline_required: there is no baseline; `fwgates baseline` writes one"
        if not profile.quality_gates.exemptions_allowed:
            continue
        if not rules.exemptions_allowed:
            yield "exemptions_allowed: false, and the profile has it true; say false there"
        days = _days(rules.exemptions_expire)
        if days is not None and profile.exemptions.horizon_days > days:
            yield (
                f"exemptions_expire: {rules.exemptions_expire}, and the profile has exemptions.horizon_days: "
                f"{profile.exemptions.horizon_days}; say {days} there"
            )


def _lacking_report(tool: Tool, rules: Rules, reports: Iterable[SarifReport]) -> Iterator[str]:
    named = [one for one in reports if one.tool.casefold() == tool.name.casefold()]
    if not named:
        yield f"{tool.name}: the profile names no report of it; add its SARIF file and tool to security.sarif"
    for report in named:
        if rules.scan_frequency == "every_commit" and report.any_commit:
            yield f"{tool.name}: scan_frequency: every_commit, and the profile takes a report of any commit"
        hours = _HOURS.get(rules.scan_frequency or "")
        if hours is not None and report.max_age_hours > hours:
            yield (
                f"{tool.name}: scan_frequency: {rules.scan_frequency}, and the profile has max_age_hours: "
                f"{report.max_age_hours}; say {hours} there"
            )


def not_updating(scanning: Scanning, dependabot: str | None) -> Iterator[str]:
    """Why what has to be updated by itself is not, one reason for each scanner.

    Args:
        scanning: What the file says.
        dependabot: The text of `.github/dependabot.yml`; None where there is none.
    """
    for tool in (tool for section in scanning.sections for tool in section.tools if tool.auto_update):
        intervals = _intervals(dependabot)
        if not intervals:
            yield (
                f"{tool.name}: auto_update: {tool.auto_update}, and no {DEPENDABOT} updates anything; "
                "write one"
            )
        elif tool.schedule:
            slow = [one for one in intervals if _HOURS.get(one, 0) > _HOURS[tool.schedule]]
            if slow:
                yield (
                    f"{tool.name}: schedule: {tool.schedule}, and {DEPENDABOT} has {slow[0]}; "
                    f"say {tool.schedule} there"
                )


def _intervals(dependabot: str | None) -> list[str]:
    """How often each ecosystem is updated; nothing where the file cannot be used."""
    try:
        value = yamldoc.load(dependabot or "").value
    except yamldoc.YamlError:
        return []
    updates = value.get("updates") if isinstance(value, dict) else None
    listed = updates if isinstance(updates, list) else []
    schedules = [one.get("schedule") for one in listed if isinstance(one, dict)]
    return [str(one.get("interval", "")) for one in schedules if isinstance(one, dict)]


def oldest_advisories(scanning: Scanning | None) -> dt.timedelta | None:
    """How old advisories may be; None where the file does not say."""
    said = [section.configuration.update_frequency for section in (scanning.sections if scanning else ())]
    hours = [_HOURS[one] for one in said if one]
    return dt.timedelta(hours=min(hours)) if hours else None


def tool_of(scanning: Scanning | None, name: str) -> Tool | None:
    """What the file says of a scanner."""
    tools = [tool for section in (scanning.sections if scanning else ()) for tool in section.tools]
    return next((tool for tool in tools if tool.name.casefold() == name.casefold()), None)


def reported(tool: Tool | None, found: Iterable[Finding]) -> list[Finding]:
    """What of a scanner's findings is reported at all."""
    least = _ORDER.index(tool.severity_threshold) if tool else 0
    return [one for one in found if _ORDER.index(one.severity) >= least]


def failing(tool: Tool | None, found: Iterable[Finding]) -> int:
    """How many findings fail because the file says so of their scanner, whatever the limits are."""
    if tool is None:
        return 0
    levels = {_FAILS[level] for level in (*tool.fail_on, *(("error",) if tool.fail_on_high else ()))}
    return sum(one.severity in levels or (one.severity == "critical" and "high" in levels) for one in found)


def _days(text: str) -> int | None:
    match = re.fullmatch(r"(\d{1,4})[_ ]?days?", text)
    return int(match[1]) if match else None
