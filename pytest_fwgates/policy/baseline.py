"""The baseline, `environments/baseline.json`: the findings of the day on which a gate was adopted.

All but `read` is pure. Only what is new counts. A baseline shrinks and never grows: what it lost cannot come
back, and a finding that was not in it needs an exemption. So a change may take from the one at the policy
ref, and never add to it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec

from pytest_fwgates.framework.spelling import Names
from pytest_fwgates.policy.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pytest_fwgates.model import Finding, JudgedCriterion
    from pytest_fwgates.profile_schema import BaselinePolicy

VERSION: Final = 1
MAX_BYTES: Final = 50_000_000

_Fingerprint = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
_Times = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Known(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """A finding that was there when the gate was adopted.

    Attributes:
        path: Where it is, for people; the fingerprint knows it.
        times: How many findings have this fingerprint.
    """

    path: str
    fingerprint: _Fingerprint
    times: _Times = 1


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known, by criterion."""

    version: int
    criteria: dict[str, tuple[Known, ...]]


class Read(NamedTuple):
    """The baseline of a file, empty where there is none, and what is wrong with the file."""

    baseline: Baseline
    problems: tuple[Problem, ...]


class Covered(NamedTuple):
    """The findings of one criterion: those that are known and those that are new."""

    known: tuple[Finding, ...]
    new: tuple[Finding, ...]


EMPTY: Final = Baseline(VERSION, {})


def read(path: Path, shown: str) -> Read:
    """The baseline in the file at `path`; a file that cannot be used covers nothing."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Read(EMPTY, ())
    except OSError as error:
        return _unreadable(shown, f"cannot be read: {error.strerror}")
    return parse(content, shown)


def parse(content: bytes, shown: str) -> Read:
    """The baseline in `content`, from the work tree or from a git object."""
    if len(content) > MAX_BYTES:
        return _unreadable(shown, f"larger than {MAX_BYTES} bytes")
    try:
        found = msgspec.json.decode(content, type=Baseline)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return _unreadable(shown, f"not a baseline ({error})")
    if found.version != VERSION:
        return _unreadable(shown, f"version {found.version} is unknown; this is version {VERSION}")
    for criterion, known in found.criteria.items():
        twice = [name for name, times in Counter(one.fingerprint for one in known).items() if times > 1]
        if twice:
            return _unreadable(shown, f"{criterion}: {twice[0]} stands there twice")
    return Read(found, ())


def _unreadable(shown: str, message: str) -> Read:
    return Read(EMPTY, (Problem(shown, None, "unreadable", message),))


def render(baseline: Baseline) -> bytes:
    """The content of the file: sorted, the same for the same findings."""
    criteria = {
        criterion: tuple(sorted(known)) for criterion, known in sorted(baseline.criteria.items()) if known
    }
    return msgspec.json.format(msgspec.json.encode(Baseline(VERSION, criteria)), indent=2) + b"\n"


def of_findings(findings_by_criterion: Mapping[str, Iterable[Finding]]) -> Baseline:
    """A first baseline of these findings."""
    criteria: dict[str, tuple[Known, ...]] = {}
    for criterion, findings in findings_by_criterion.items():
        named = [finding for finding in findings if finding.fingerprint]
        times = Counter(finding.fingerprint for finding in named)
        paths = {finding.fingerprint: _encodable(finding.path or "") for finding in named}
        criteria[criterion] = tuple(sorted(Known(paths[name], name, count) for name, count in times.items()))
    return Baseline(VERSION, {criterion: known for criterion, known in criteria.items() if known})


def _encodable(path: str) -> str:
    """A file name that is not UTF-8 is for people only; the fingerprint knows it."""
    return path.encode("utf-8", "replace").decode("utf-8")


def covered(
    baseline: Baseline,
    policy: BaselinePolicy,
    criterion: str,
    gates: Iterable[str],
    findings: Iterable[Finding],
) -> Covered:
    """Which of a criterion's findings are known; of equal ones as many as there were, the first ones.

    Args:
        baseline: Of the work tree, already `common` with the one at the policy ref.
        policy: The section `baseline` of the profile.
        criterion: Its id.
        gates: The gates that it belongs to; one that the profile refuses leaves everything new.
        findings: Those of the run.
    """
    left = Counter[str]()
    if not refused(policy, gates):
        left.update({one.fingerprint: one.times for one in baseline.criteria.get(criterion, ())})
    known: list[Finding] = []
    new: list[Finding] = []
    for finding in findings:
        (known if left[finding.fingerprint] > 0 else new).append(finding)
        left[finding.fingerprint] -= 1
    return Covered(tuple(known), tuple(new))


def refused(policy: BaselinePolicy, gates: Iterable[str]) -> tuple[str, ...]:
    """Those of `gates` whose findings may not be baselined."""
    return tuple(sorted(set(gates) & set(policy.refused_gates)))


def grace_until(
    policy: BaselinePolicy, criterion: str, gates: Iterable[str], now: dt.datetime
) -> dt.date | None:
    """The day, in UTC, from whose beginning `criterion` counts; None where it counts already.

    A gate that may not be baselined has no grace either.
    """
    day = policy.enforce_from.get(criterion)
    if day is None or refused(policy, gates):
        return None
    return day if now.astimezone(dt.UTC).date() < day else None


def common(one: Baseline, other: Baseline) -> Baseline:
    """What stands in both: what a baseline may cover that somebody edited since the policy ref."""
    criteria: dict[str, tuple[Known, ...]] = {}
    for criterion, known in one.criteria.items():
        there = {row.fingerprint: row.times for row in other.criteria.get(criterion, ())}
        criteria[criterion] = tuple(
            msgspec.structs.replace(row, times=min(row.times, there[row.fingerprint]))
            for row in known
            if row.fingerprint in there
        )
    return Baseline(VERSION, {criterion: known for criterion, known in criteria.items() if known})


def shrunk(baseline: Baseline, findings_by_criterion: Mapping[str, Iterable[Finding]]) -> Baseline:
    """`baseline` without what is gone from the criteria that ran; nothing is ever added."""
    now = of_findings(findings_by_criterion)
    not_run = {name: known for name, known in baseline.criteria.items() if name not in findings_by_criterion}
    return Baseline(VERSION, {**common(baseline, now).criteria, **not_run})


def beyond(
    baseline: Baseline, findings_by_criterion: Mapping[str, Iterable[Finding]]
) -> dict[str, tuple[Known, ...]]:
    """The findings that `baseline` does not hold, or not as many of."""
    return _more(of_findings(findings_by_criterion), baseline)


def _more(new: Baseline, old: Baseline) -> dict[str, tuple[Known, ...]]:
    grown: dict[str, tuple[Known, ...]] = {}
    for criterion, known in new.criteria.items():
        there = {row.fingerprint: row.times for row in old.criteria.get(criterion, ())}
        rows = tuple(row for row in known if row.times > there.get(row.fingerprint, 0))
        if rows:
            grown[criterion] = rows
    return grown


def only_shrinks(old: Path, new: Path) -> bool:
    """Whether a change that turns the baseline at `old` into the one at `new` only takes findings out."""
    before, after = read(old, old.name), read(new, new.name)
    is_sound = not before.problems and not after.problems and not new.is_symlink()
    return is_sound and not _more(after.baseline, before.baseline)


def faults(
    baseline: Baseline, policy: BaselinePolicy, known_criteria: Mapping[str, Sequence[str]], shown: str
) -> tuple[Problem, ...]:
    """What stands in a baseline and cannot count: of refused gates, and of criteria that do not exist."""
    names = Names(known_criteria)
    problems = []
    for criterion in sorted(baseline.criteria):
        gates = refused(policy, known_criteria.get(criterion, ()))
        if gates:
            why = f"{criterion}: findings of the gate {', '.join(gates)} may not be baselined; take them out"
            problems.append(Problem(shown, None, "refused", why))
        if criterion not in known_criteria:
            meant = names.nearest(criterion)
            hint = f"did you mean {meant!r}?" if meant else "take it out"
            why = f"{criterion!r} is an unknown criterion; {hint}"
            problems.append(Problem(shown, None, "unknown_criterion", why))
    return tuple(problems)


def findings_of(rows: Iterable[JudgedCriterion]) -> dict[str, tuple[Finding, ...]]:
    """The findings of every criterion that was examined to the end; what a run left out says nothing."""
    return {row.id: row.findings for row in rows if row.outcome in {"passed", "failed", "not_applicable"}}
