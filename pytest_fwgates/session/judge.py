"""From what a gate test found to passed, failed, inconclusive or not applicable.

In a run with an environment the worker asks it; elsewhere the first test that asks for `findings` registers
it as a plugin, so that other runs do not pay for it.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from msgspec import structs

from pytest_fwgates import catalogue, fixtures, marks, thresholds
from pytest_fwgates.fingerprints import identify
from pytest_fwgates.framework.index import Framework
from pytest_fwgates.reports.text import printable
from pytest_fwgates.session import wire
from pytest_fwgates.session.places import looked_up, split
from pytest_fwgates.session.plan import PLAN

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from pytest_fwgates.model import Finding, Outcome

SHOWN: Final = 50
"""How many findings a failing test prints; the verdict holds all of them."""


class Observation(NamedTuple):
    """What a gate test with the `findings` fixture came to."""

    outcome: Outcome
    reason: str
    examined: int
    value: thresholds.Value | None
    threshold: str | None
    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...] = ()
    samples: tuple[float, ...] = ()
    tools: tuple[str, ...] = ()
    per_second: tuple[int, ...] = ()


_SECRET: Final = frozenset({"security", "basic_security"})
"""Gates whose findings may be secrets, so that no line of a file is kept for them."""

OBSERVATION: Final = pytest.StashKey[Observation]()


def assess(
    findings: Sequence[Finding],
    examined: int,
    value: thresholds.Value | None,
    limit: thresholds.Threshold | None,
    absent: str | None,
) -> tuple[Outcome, str]:
    """Decide on one gate test.

    A measured value that holds its limit passes, whatever was found on the way: a coverage of 95 % names
    the 5 % too. Without a value and a limit any finding fails.

    Args:
        findings: What it found.
        examined: How many subjects it searched.
        value: What it measured, in the base unit of `limit`.
        limit: What the value is held against; without one any finding fails.
        absent: Why the criterion is not applicable, if the index says so.
    """
    if findings and (examined <= 0 or limit is None):
        return "failed", _count(findings)
    if examined <= 0:
        return ("not_applicable", absent) if absent else ("inconclusive", "it examined nothing")
    if limit is None:
        return "passed", ""
    if value is None:
        return "inconclusive", f"it measured nothing to hold against {limit.text}"
    try:
        holds = limit.holds(value)
    except thresholds.ThresholdError as error:
        return "inconclusive", str(error)
    reason = _count(findings) if findings else f"it does not hold {limit.text}"
    return ("passed", "") if holds else ("failed", reason)


def ensure_judge(config: pytest.Config) -> None:
    """Register the judge once."""
    if not config.pluginmanager.has_plugin("fwgates-judge"):
        config.pluginmanager.register(Judge(), "fwgates-judge")


class Judge:
    """Turns findings into the outcome of the test that handed them over."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judge after the test's own code, which may have failed by itself."""
        try:
            result = yield
        except BaseException:
            seal(item, raised=True)
            raise
        seal(item)
        conclude(item)
        return result


def seal(item: pytest.Item, *, raised: bool = False) -> None:
    """The call is over, however it ended: judge what it handed over, once.

    What it raised says more than that it examined nothing by then.
    """
    found = item.stash.get(fixtures.FOUND, None)
    if found is not None and not found.sealed:
        found.seal()
        item.stash[fixtures.JUDGED] = True
        seen = observe(item, found)
        if raised and seen.outcome == "inconclusive":
            seen = seen._replace(outcome="passed", reason="")
        item.stash[OBSERVATION] = seen


def conclude(item: pytest.Item) -> None:
    """End the call of a test that did not fail by itself as its findings say."""
    if fixtures.FOUND not in item.stash:
        return
    observation = item.stash[OBSERVATION]
    if observation.outcome == "not_applicable":
        pytest.skip(f"not applicable: {observation.reason}")
    if observation.outcome != "passed":
        pytest.fail(_failure_text(observation, summarised=PLAN in item.config.stash), pytrace=False)


def observe(item: pytest.Item, found: fixtures.Findings) -> Observation:
    """What `item` came to, by its mark and the profile."""
    criterion = catalogue.load().criterion_id(getattr(item, "originalname", None) or item.name)
    mark = marks.closest(item)
    declared = marks.read(mark) if mark else None
    findings, overlooked = _counted(item, criterion, declared, found)
    limit = limit_of(item)
    value = found.value
    if value is None:
        limit, value = _count_limit(limit, len(findings))
    absent = _absent(item, declared.requires if declared else ())
    outcome, reason = assess(findings, found.examined, value, limit, absent)
    if found.unproven:
        why = "; ".join(dict.fromkeys(found.unproven))
        outcome, reason = ("failed", f"{reason}; {why}") if outcome == "failed" else ("inconclusive", why)
    shown = limit.text if limit else None
    taken = (found.samples, tuple(found.tools), found.per_second)
    return Observation(outcome, reason, found.examined, value, shown, findings, overlooked, *taken)


def _counted(
    item: pytest.Item, criterion: str, declared: marks.Declaration | None, found: fixtures.Findings
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings that count, and those that comments in the framework have overlooked."""
    plan = item.config.stash.get(PLAN, None)
    allowed = plan is not None and plan.profile.quality_gates.inline_suppressions_allowed
    framework = getattr(item, "funcargs", {}).get("framework")
    secret = declared is not None and not _SECRET.isdisjoint(declared.gates)
    seen = found.found
    if isinstance(framework, Framework):
        seen = looked_up(framework, criterion, seen, excerpts=not secret, comments=allowed)
    return split(identify(criterion, _from_base(item, seen)), allowed=allowed)


def limit_of(item: pytest.Item) -> thresholds.Threshold | None:
    """What the value of a gate test is held against, by the profile or else by its mark."""
    criterion = catalogue.load().criterion_id(getattr(item, "originalname", None) or item.name)
    plan = item.config.stash.get(PLAN, None)
    limit = plan.profile.limits.get(criterion) if plan else None
    mark = marks.closest(item)
    raw = marks.read(mark).threshold if mark else None
    return limit or (thresholds.parse(raw) if raw is not None else None)


def unmeasured(item: pytest.Item) -> str | None:
    """Why a gate test that passed has not measured what it should have."""
    benchmark = getattr(item, "funcargs", {}).get("benchmark")
    if benchmark is not None and hasattr(benchmark, "stats") and benchmark.stats is None:
        return "pytest-benchmark measured nothing: it is disabled, or runs on an xdist worker"
    if fixtures.FOUND in item.stash:
        return None if OBSERVATION in item.stash else "its findings were not judged"
    limit = limit_of(item)
    return f"it measured nothing to hold against {limit.text}" if limit else None


def fail_unmeasured(item: pytest.Item, reason: str) -> None:
    """End a gate test without a measurement as inconclusive."""
    item.stash[OBSERVATION] = Observation("inconclusive", reason, 1, None, None, ())
    pytest.fail(f"inconclusive: {reason}", pytrace=False)


def to_wire(observation: Observation) -> str:
    """The observation as one text, for a report."""
    return wire.pack(observation._asdict())


def _count_limit(
    limit: thresholds.Threshold | None, count: int
) -> tuple[thresholds.Threshold, thresholds.Value | None]:
    """A test that measured nothing is held to the number of its findings: none, unless a limit says more."""
    limit = limit or thresholds.parse(0)
    if limit.unit not in {"", "bool"} or limit.operator.startswith(">"):
        return limit, None  # more findings must never look better
    return limit, (not count if limit.unit == "bool" else count)


def _absent(item: pytest.Item, requires: tuple[str, ...]) -> str | None:
    """Why the criterion is not applicable: the index, not the test, knows which kinds there are."""
    framework = getattr(item, "funcargs", {}).get("framework")
    if not requires or framework is None or not framework.modules or framework.kinds & set(requires):
        return None
    return f"the framework has no {' and no '.join(requires)}"


def _from_base(item: pytest.Item, found: list[Finding]) -> list[Finding]:
    """The findings with paths from where those of all frameworks start, if there are several."""
    callspec = getattr(item, "callspec", None)
    root = callspec.params.get("framework") if callspec else None
    if root is None or "framework" not in getattr(item, "funcargs", {}):
        return found
    return [
        structs.replace(one, path=None if one.path is None else posixpath.join(root, one.path))
        for one in found
    ]


def _count(findings: Sequence[Finding]) -> str:
    return f"{len(findings)} finding{'s' if len(findings) != 1 else ''}"


def _failure_text(observation: Observation, *, summarised: bool) -> str:
    """One line where the gate section lists the findings anyway, else the findings themselves."""
    if summarised or not observation.findings:
        return printable(f"{observation.outcome}: {observation.reason}")
    lines = [describe(finding) for finding in observation.findings[:SHOWN]]
    if len(observation.findings) > SHOWN:
        lines.append(f"... and {len(observation.findings) - SHOWN} more")
    return "\n".join((printable(observation.reason), *lines))


def describe(finding: Finding) -> str:
    """``path:line:column: message``, safe to print."""
    place = ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part is not None)
    return printable(f"{place}: {finding.message}" if place else finding.message)
