"""The verdict as one screen of text: the decision, the gates, the findings, the way out."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from pytest_fwgates.reports import quantities
from pytest_fwgates.reports.standing import BLOCKING, DECISIONS, ORDER, in_order, stages, standing
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.model import Finding, JudgedCriterion, Verdict
    from pytest_fwgates.profile import Profile

Line: TypeAlias = tuple[str, dict[str, bool]]
"""A line and pytest's markup for it."""

SHOWN: Final = 20
"""How many findings one screen holds."""
LAID_OUT: Final = 1_000
"""Above how many findings a list is all that anybody wants."""
PASSED: Final = 30
"""How many passed criteria of one gate a screen holds; those that did not pass are all shown."""

_NO_GATE: Final = "(no gate)"
_COLOURS: Final = {"allow": "green", "require_approval": "yellow", "block": "red"}
_TAGS: Final = {"block": "", "require_approval": " (advisory)", "none": " (not enforced here)"}
_AS_OUTCOME: Final = frozenset({"error", "not run", "inconclusive", "flaky", "not applicable", "passed"})
"""Standings that are outcomes too."""
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


def render(verdict: Verdict) -> str:
    """The section as plain text."""
    return "".join(f"{printable(line)}\n" for line, _ in body(verdict))


def body(verdict: Verdict, verbosity: int = 0) -> list[Line]:
    """The section at the end of the run.

    Args:
        verdict: What the run came to.
        verbosity: 1 shows everything, 0 what fits a screen, -1 (``-q``) the decision and the way out, less
            shows nothing.
    """
    if verbosity < -1:
        return []
    everything = verbosity > 0
    middle = [*_gates(verdict, verbose=everything), *_findings(verdict, verbose=everything)]
    return [*decision(verdict), *(middle if verbosity >= 0 else ()), *ways_out(verdict)]


def last_line(verdict: Verdict, status: int) -> str:
    """The decision in one line; a partial run is never shown as the whole."""
    partial = ""
    if verdict.partial:
        word = DECISIONS[verdict.selected_decision]
        partial = f" PARTIAL (what ran: {word})"
    return f"fwgates: {verdict.environment}: {DECISIONS[verdict.decision]}{partial}, exit {status}"


def not_judged(profile: Profile, status: int) -> str:
    """The last line of a run that only collected."""
    return f"fwgates: {profile.environment}: NOT JUDGED, only collected, exit {status}"


def decision(verdict: Verdict) -> Iterator[Line]:
    """What was decided, and everything about the run as a whole."""
    yield (
        f"{DECISIONS[verdict.decision]}: {verdict.environment} ({verdict.profile})",
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
    yield from _stages(verdict)
    if verdict.ledger:
        yield f"  ledger: {verdict.ledger}", {}
    if verdict.not_enforced:
        yield (
            f"  NOT ENFORCED (disabled in {verdict.profile}): {', '.join(verdict.not_enforced)}",
            {"yellow": True},
        )


def _stages(verdict: Verdict) -> Iterator[Line]:
    """How long each stage took, against the document's target."""
    for stage in stages(verdict):
        if stage.target_s is not None:
            over = ", OVER TARGET" if stage.is_over else ""
            line = f"  stage {stage.name}: {stage.duration_s:.1f} s, target {stage.target_s} s{over}"
            yield line, ({"yellow": True} if over else {})


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
    for gate in gates(verdict, verbose=verbose):
        yield "", {}
        yield gate.heading, {"bold": True}
        for row in gate.rows:
            yield f"  {standing(row):<14} {row.id}{tag(row)}: {measured(row)}{examined(row)}", markup(row)
        if gate.left_out:
            yield f"  {gate.left_out}", {}


class Gate(NamedTuple):
    """A gate as a screen shows it: `left_out` says what it does not show."""

    heading: str
    rows: list[JudgedCriterion]
    left_out: str


def gates(verdict: Verdict, *, verbose: bool) -> Iterator[Gate]:
    """The gates by name, and of each the criteria that fit a screen, what blocks first."""
    found: dict[str, list[JudgedCriterion]] = {}
    for row in verdict.criteria:
        for gate in row.gates or (_NO_GATE,):
            found.setdefault(gate, []).append(row)
    for gate, rows in sorted(found.items()):
        times = Counter(map(standing, rows))
        counts = ", ".join(f"{times[one]} {one}" for one in ORDER if times[one])
        shown = in_order(rows if verbose else _that_fit(rows))
        rest = len(rows) - len(shown)
        yield Gate(f"{gate}: {counts}", shown, f"... and {rest} more passed; -v shows them" if rest else "")


def _that_fit(rows: list[JudgedCriterion]) -> list[JudgedCriterion]:
    """All that did not pass, and of those that did as many as a screen holds."""
    passed = itertools.count()
    return [row for row in rows if row.outcome != "passed" or next(passed) < PASSED]


def tag(row: JudgedCriterion) -> str:
    """How far a criterion counts, where its standing does not say so."""
    return _TAGS[row.enforcement] if standing(row) in _AS_OUTCOME else ""


def measured(row: JudgedCriterion) -> str:
    """The outcome, where the standing does not say it, and the measured value."""
    outcome = "" if standing(row) in _AS_OUTCOME else f"{row.outcome.replace('_', ' ')}, "
    value = " ".join(quantities.measured(row)).strip()
    return f"{outcome}{value}{', ' if value else ''}"


def examined(row: JudgedCriterion) -> str:
    """How much was searched, what was overlooked, and how long it took."""
    overlooked = f", {len(row.suppressed)} overlooked" if row.suppressed else ""
    return f"{row.examined} examined{overlooked}, {row.duration_s:.2f} s"


def markup(row: JudgedCriterion) -> dict[str, bool]:
    """The colour of a criterion: as red as it is grave."""
    where = standing(row)
    if where in {"passed", "not applicable"}:
        return {"green": True}
    return {"red": True} if where in BLOCKING else {"yellow": True}


def _findings(verdict: Verdict, *, verbose: bool) -> Iterator[Line]:
    shown, left_out = findings(verdict, verbose=verbose)
    if shown:
        yield "", {}
        yield heading_of_findings(verdict), {"bold": True}
    for finding, row in shown:
        yield f"  {place_and_message(finding)} [{row.id}]", {}
    for line in left_out:
        yield f"  {line}", {}


def heading_of_findings(verdict: Verdict) -> str:
    """How many there are, shown or not."""
    return f"findings ({sum(len(row.findings) for row in verdict.criteria)})"


def findings(verdict: Verdict, *, verbose: bool) -> tuple[list[tuple[Finding, JudgedCriterion]], list[str]]:
    """The findings that fit a screen, of what blocks first, and what is not shown."""
    rows = [row for row in verdict.criteria if row.findings]
    total = sum(len(row.findings) for row in rows)
    share = total if verbose else max(3, SHOWN // max(1, len(rows)))
    shown = [(finding, row) for row in in_order(rows) for finding in row.findings[:share]]
    left_out = [
        f"... and {len(row.findings) - share} more of {row.id}"
        for row in in_order(rows)
        if len(row.findings) > share
    ]
    if left_out:
        left_out.append("-v shows all findings, --gate-verdict PATH writes them")
    return shown, left_out


def place_and_message(finding: Finding) -> str:
    """``path:line: message``."""
    place = ":".join(str(part) for part in (finding.path, finding.line) if part is not None)
    return f"{place}: {finding.message}" if place else finding.message


def ways_out(verdict: Verdict) -> Iterator[Line]:
    """What would let the deployment go ahead."""
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
    if row.decision == "allow" or row.outcome not in _WAYS_OUT:
        return ""
    values: dict[str, Any] = {"id": row.id, "nodeid": row.nodeid, "reason": row.reason}
    approval = ", or have it approved" if row.enforcement == "require_approval" else ""
    return f"{_WAYS_OUT[row.outcome].format(**values)}{approval}"
