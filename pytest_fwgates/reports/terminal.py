"""The verdict as one screen of text: the decision, the gates, the findings, the way out."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.model import Finding, JudgedCriterion, Verdict
    from pytest_fwgates.profile import Profile

Line: TypeAlias = tuple[str, dict[str, bool]]
"""A line and pytest's markup for it."""

SHOWN: Final = 20
"""How many findings one screen holds."""
PASSED: Final = 30
"""How many passed criteria of one gate a screen holds; those that did not pass are all shown."""

_NO_GATE: Final = "(no gate)"
_WORDS: Final = {"allow": "ALLOW", "require_approval": "REQUIRES APPROVAL", "block": "BLOCK"}
_COLOURS: Final = {"allow": "green", "require_approval": "yellow", "block": "red"}
_WAYS_OUT: Final = {
    "failed": "mend what {id} found",
    "error": "repair the gate test {nodeid}: {reason}",
    "skipped": "remove the skip or xfail from {nodeid}: {reason}",
    "not_run": "run {id} ({nodeid}); it was not run",
    "inconclusive": "make {id} conclusive: {reason}",
    "flaky": "make {id} pass the first time",
}


def header(profile: Profile, stages: tuple[str, ...], root: str) -> str:
    """What is judged and by which policy, for the start of the run."""
    return f"gates: {profile.environment} ({profile.source}); stages: {', '.join(stages)}; framework: {root}"


def body(verdict: Verdict, *, verbose: bool) -> list[Line]:
    """The section at the end of the run."""
    return [
        *_decision(verdict),
        *_gates(verdict, verbose=verbose),
        *_findings(verdict, verbose=verbose),
        *_ways_out(verdict),
    ]


def last_line(verdict: Verdict, status: int) -> str:
    """The decision in one line; a partial run is never shown as the whole."""
    partial = ""
    if verdict.partial:
        word = _WORDS[verdict.selected_decision]
        partial = f" PARTIAL (what ran: {word})"
    return f"fwgates: {verdict.environment}: {_WORDS[verdict.decision]}{partial}, exit {status}"


def not_judged(profile: Profile, status: int) -> str:
    """The last line of a run that only collected."""
    return f"fwgates: {profile.environment}: NOT JUDGED, only collected, exit {status}"


def _decision(verdict: Verdict) -> Iterator[Line]:
    yield (
        f"{_WORDS[verdict.decision]}: {verdict.environment} ({verdict.profile})",
        {_COLOURS[verdict.decision]: True, "bold": True},
    )
    for reason in verdict.reasons:
        yield f"  {reason}", {}
    for row in verdict.criteria:
        yield from _disposition(row)
    for one in verdict.narrowing:
        yield f"  left out by {one.option} {one.value} ({one.origin})".replace("  (", " ("), {"yellow": True}
    for notice in verdict.notices:
        yield f"  note: {notice}", {}
    if verdict.ledger:
        yield f"  ledger: {verdict.ledger}", {}
    if verdict.not_enforced:
        yield (
            f"  NOT ENFORCED (disabled in {verdict.profile}): {', '.join(verdict.not_enforced)}",
            {"yellow": True},
        )


def _disposition(row: JudgedCriterion) -> Iterator[Line]:
    """What an override made of a failure, which stays one; else why what was given does not count."""
    if row.disposition != "none":
        would = row.enforcement.replace("_", " ")
        why = "; ".join(row.disposed)
        word = row.disposition.upper()
        yield f"  {word}: {row.id} {row.outcome} and would {would}; {why}", {"yellow": True}
    else:
        for reason in row.disposed:
            yield f"  note: {row.id}: {reason}", {}


def _gates(verdict: Verdict, *, verbose: bool) -> Iterator[Line]:
    gates: dict[str, list[JudgedCriterion]] = {}
    for row in verdict.criteria:
        for gate in row.gates or (_NO_GATE,):
            gates.setdefault(gate, []).append(row)
    for gate, rows in sorted(gates.items()):
        outcomes = Counter(row.outcome for row in rows)
        counts = ", ".join(f"{count} {one.replace('_', ' ')}" for one, count in outcomes.items())
        yield "", {}
        yield f"{gate}: {counts}", {"bold": True}
        shown = rows if verbose else _that_fit(rows)
        for row in shown:
            yield _row(row), _row_markup(row)
        if len(shown) < len(rows):
            yield f"  ... and {len(rows) - len(shown)} more passed; -v shows them", {}


def _that_fit(rows: list[JudgedCriterion]) -> list[JudgedCriterion]:
    """All that did not pass, and of those that did as many as a screen holds."""
    passed = itertools.count()
    return [row for row in rows if row.outcome != "passed" or next(passed) < PASSED]


def _row(row: JudgedCriterion) -> str:
    enforced = {"block": "", "require_approval": " (advisory)", "none": " (not enforced here)"}[
        row.enforcement
    ]
    measured = "" if row.value is None else f"{_number(row.value)} against {row.threshold or 'no limit'}, "
    outcome = row.outcome.replace("_", " ")
    overlooked = f", {len(row.suppressed)} overlooked" if row.suppressed else ""
    examined = f"{row.examined} examined{overlooked}, {row.duration_s:.2f} s"
    return f"  {outcome:<14} {row.id}{enforced}: {measured}{examined}"


def _row_markup(row: JudgedCriterion) -> dict[str, bool]:
    if row.outcome in {"passed", "not_applicable"}:
        return {"green": True}
    return {"red": True} if row.enforcement == "block" else {"yellow": True}


def _number(value: bool | float | str) -> str:  # noqa: FBT001 - one of the kinds of value
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _findings(verdict: Verdict, *, verbose: bool) -> Iterator[Line]:
    rank = {"block": 0, "require_approval": 1, "none": 2}
    rows = [row for row in verdict.criteria if row.findings]
    total = sum(len(row.findings) for row in rows)
    share = total if verbose else max(3, SHOWN // max(1, len(rows)))
    if rows:
        yield "", {}
        yield f"findings ({total})", {"bold": True}
    for row in sorted(rows, key=lambda row: (rank[row.enforcement], row.id)):
        for finding in row.findings[:share]:
            yield f"  {place_and_message(finding)} [{row.id}]", {}
        if len(row.findings) > share:
            yield f"  ... and {len(row.findings) - share} more of {row.id}", {}
    if not verbose and any(len(row.findings) > share for row in rows):
        yield "  -v shows all findings, --gate-verdict PATH writes them", {}


def place_and_message(finding: Finding) -> str:
    """``path:line: message``."""
    place = ":".join(str(part) for part in (finding.path, finding.line) if part is not None)
    return f"{place}: {finding.message}" if place else finding.message


def _ways_out(verdict: Verdict) -> Iterator[Line]:
    if verdict.decision == "allow":
        return
    yield "", {}
    yield "to unblock" if verdict.decision == "block" else "to go on without an approval", {"bold": True}
    for row in verdict.criteria:
        way = way_out(row)
        if way:
            yield f"  {way}", {}
    for problem in verdict.problems:
        yield f"  settle: {problem}", {}


def way_out(row: JudgedCriterion) -> str:
    """The least that would make the criterion count as passed; empty where nothing has to be done."""
    if row.enforcement == "none" or row.disposition != "none" or row.outcome not in _WAYS_OUT:
        return ""
    values: dict[str, Any] = {"id": row.id, "nodeid": row.nodeid, "reason": row.reason}
    approval = ", or have it approved" if row.enforcement == "require_approval" else ""
    return f"{_WAYS_OUT[row.outcome].format(**values)}{approval}"
