"""decide(): from evidence and policy to a verdict. Pure; the heart of the product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.catalogue import DOCUMENT_GATES
from pytest_fwgates.model import Decision, Enforcement, JudgedCriterion, Outcome, Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pytest_fwgates.model import Criterion, Evidence
    from pytest_fwgates.profile import Profile

SCHEMA_VERSION: Final = "1"

_DECISIONS: Final[tuple[Decision, ...]] = ("allow", "require_approval", "block")
_BY_ENFORCEMENT: Final[dict[Enforcement, Decision]] = {
    "none": "allow",
    "require_approval": "require_approval",
    "block": "block",
}
_STRICTNESS: Final[tuple[Enforcement, ...]] = ("none", "require_approval", "block")


def strictest(decisions: Iterable[Decision]) -> Decision:
    """The strictest of `decisions`; allow where there is none."""
    return max(decisions, key=_DECISIONS.index, default="allow")


def enforcement(criterion: Criterion, profile: Profile) -> Enforcement:
    """What a failure of `criterion` does in this environment.

    The profile decides the gates it lists; a gate of the pipeline document that it does not list is
    not enforced here; any other gate, and a mark without gates, keeps the marker's level. Of several
    the strictest counts.
    """
    if not criterion.gates:
        return _of_level(criterion)
    return max((_of_gate(gate, criterion, profile) for gate in criterion.gates), key=_STRICTNESS.index)


def decide(evidence: Evidence, profile: Profile, now: datetime) -> Verdict:
    """Judge a run.

    Every outcome of an enforced criterion but `passed` and `not_applicable` counts as its failure, a
    criterion without a result was not run, and anything wrong outside the criteria blocks.
    """
    results: dict[str, list[Result]] = {}
    for result in evidence.results:
        results.setdefault(result.criterion, []).append(result)
    rows = tuple(
        _row(criterion, _single(criterion, results.get(criterion.id, [])), profile)
        for criterion in sorted(evidence.expected, key=lambda criterion: criterion.id)
    )
    left_out = {result.criterion for result in evidence.results if result.narrowed}
    problems = (*evidence.problems, *_policy_problems(evidence, profile, rows))
    narrowed = _narrowing(left_out)
    failed = [(row, _row_decision(row, profile)) for row in rows]
    blocked: tuple[Decision, ...] = ("block",) if problems or narrowed else ()
    decision = strictest([*(one for _, one in failed), *blocked])
    selected = _selected_decisions(evidence, rows, profile)
    return Verdict(
        schema_version=SCHEMA_VERSION,
        environment=profile.environment,
        profile=profile.source,
        stages=evidence.run.stages,
        decision=decision,
        selected_decision="block" if evidence.problems or not selected else strictest(selected),
        partial=bool(left_out),
        reasons=(*narrowed, *problems, *_reasons(failed, left_out, profile)),
        not_enforced=profile.quality_gates.disabled_gates,
        framework_root=evidence.run.framework_root,
        commit=evidence.run.commit,
        tree_digest=evidence.run.tree_digest,
        decided_at=now.isoformat(timespec="seconds"),
        framework_config=msgspec.to_builtins(profile.framework_config),
        infrastructure=msgspec.to_builtins(profile.infrastructure),
        criteria=rows,
    )


def succeeded(outcome: Outcome, profile: Profile) -> bool:
    """Whether a deployment may rest on `outcome`."""
    if outcome == "flaky":
        return profile.quality_gates.flaky == "allow"
    return outcome in {"passed", "not_applicable"}


def _of_gate(gate: str, criterion: Criterion, profile: Profile) -> Enforcement:
    listed = profile.enforcement_of_gate(gate)
    if listed is not None:
        return listed
    return "none" if gate in DOCUMENT_GATES else _of_level(criterion)


def _of_level(criterion: Criterion | JudgedCriterion) -> Enforcement:
    return "block" if criterion.level == "mandatory" else "require_approval"


def _single(criterion: Criterion, results: list[Result]) -> Result:
    if len(results) == 1:
        return results[0]
    if results:
        return Result(criterion.id, "error", reason=f"{len(results)} results for one criterion")
    return Result(criterion.id, "not_run", reason="no result reached the decision")


def _row(criterion: Criterion, result: Result, profile: Profile) -> JudgedCriterion:
    return JudgedCriterion(
        id=criterion.id,
        gates=criterion.gates,
        stage=criterion.stage,
        level=criterion.level,
        enforcement=enforcement(criterion, profile),
        disposition="none",
        outcome=result.outcome,
        examined=result.examined,
        value=result.value,
        threshold=result.threshold,
        duration_s=result.duration_s,
        nodeid=criterion.nodeid,
        reason=result.reason,
        findings=result.findings,
    )


def _row_decision(row: JudgedCriterion, profile: Profile) -> Decision:
    return "allow" if succeeded(row.outcome, profile) else _BY_ENFORCEMENT[row.enforcement]


def _selected_decisions(
    evidence: Evidence, rows: tuple[JudgedCriterion, ...], profile: Profile
) -> list[Decision]:
    """What the selected tests come to; where the profile lists no gate of theirs, their level counts."""
    outcomes = {result.criterion: result.selected_outcome for result in evidence.results}
    decisions: list[Decision] = []
    for row in rows:
        outcome = outcomes.get(row.id, "not_run")
        if outcome is None:
            continue
        listed = [one for gate in row.gates if (one := profile.enforcement_of_gate(gate)) is not None]
        weight = max(listed, key=_STRICTNESS.index) if listed else _of_level(row)
        decisions.append("allow" if succeeded(outcome, profile) else _BY_ENFORCEMENT[weight])
    return decisions


def _narrowing(left_out: set[str]) -> tuple[str, ...]:
    if not left_out:
        return ()
    names = ", ".join(sorted(left_out)[:5]) + (", ..." if len(left_out) > 5 else "")  # noqa: PLR2004
    return (f"the run was narrowed: {len(left_out)} due criteria were left out ({names})",)


def _policy_problems(
    evidence: Evidence, profile: Profile, rows: tuple[JudgedCriterion, ...]
) -> tuple[str, ...]:
    """What the profile asks for and the run cannot show."""
    gates = profile.quality_gates
    problems = [
        f"{profile.place_of_gate(gate)}: gate {gate!r} is enforced but no criterion belongs to it"
        for gate in (*gates.mandatory_gates, *gates.advisory_gates)
        if gate not in evidence.gates
    ]
    if not rows:
        problems.append(f"no criterion is due in the stages {', '.join(evidence.run.stages)}")
    elif all(row.enforcement == "none" for row in rows):
        problems.append(f"{profile.source}: none of the {len(rows)} criteria that are due is enforced")
    return tuple(problems)


def _reasons(
    failed: list[tuple[JudgedCriterion, Decision]], left_out: set[str], profile: Profile
) -> tuple[str, ...]:
    lines = [
        (one, f"{row.id} {row.outcome.replace('_', ' ')}{_why(row)} ({_authority(row, profile)})")
        for row, one in failed
        if one != "allow" and not (row.id in left_out and row.outcome == "not_run")
    ]
    return tuple(line for _, line in sorted(lines, key=lambda pair: -_DECISIONS.index(pair[0])))


def _why(row: JudgedCriterion) -> str:
    return f": {row.reason}" if row.reason else ""


def _authority(row: JudgedCriterion, profile: Profile) -> str:
    """What makes the criterion count, as ``file:line`` where a profile says so."""
    word = {"block": "mandatory", "require_approval": "advisory", "none": "not enforced"}[row.enforcement]
    gate = next((gate for gate in row.gates if profile.enforcement_of_gate(gate) == row.enforcement), None)
    return f"{word}: {gate}, {profile.place_of_gate(gate)}" if gate else f"{word} by its mark"
