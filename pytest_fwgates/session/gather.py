"""From manifests and phases to evidence; pure."""

from __future__ import annotations

import math
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from pytest_fwgates import catalogue
from pytest_fwgates.fingerprints import identify
from pytest_fwgates.model import Criterion, Evidence, Finding, Result
from pytest_fwgates.policy import lock
from pytest_fwgates.session.manifests import collected
from pytest_fwgates.session.outcome import CRASHED, NodeOutcome, Phase, fold, is_plain_pass, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pytest_fwgates.model import Run, Source
    from pytest_fwgates.policy.lock import Lock
    from pytest_fwgates.session.manifests import Collected, Manifest
    from pytest_fwgates.session.plan import Plan

LOST: Final = NodeOutcome("not_run", "no report of it arrived")
LEFT_OUT: Final = NodeOutcome("not_run", "options left it out")


class Gathered(NamedTuple):
    """What the controller saw.

    Attributes:
        manifests: One of every process that collected.
        phases: By node id, in the order of the reports.
        stopped: Whether the run was told to stop early (``-x``, ``--sw``), so that a test without any
            phase was left out rather than lost.
        settled: Results of criteria of which nothing was heard since, by their node ids.
    """

    manifests: Sequence[Manifest]
    phases: Mapping[str, Sequence[Phase]]
    problems: Sequence[str]
    stopped: bool
    settled: Mapping[tuple[str, ...], Result] = MappingProxyType({})


class About(NamedTuple):
    """What the evidence is about, and what must be in it.

    Attributes:
        local: The repository's own lock, if it has one.
        shipped: The lock of the bundled suite.
        hides_files: Whether a gate test may be uncollected because the person asked for less.
        policy_root: The repository that policy belongs to.
        ledger: Where decisions are appended; None where nothing can be written.
        has_local_tests: Whether the repository has test files among its own gate tests.
        notices: What was known before anything ran, and what a person should know.
    """

    run: Run
    source: Source
    local: Lock | None
    shipped: Lock
    hides_files: bool
    policy_root: Path = Path()
    ledger: Path | None = None
    has_local_tests: bool = False
    notices: tuple[str, ...] = ()


def evidence(gathered: Gathered, plan: Plan, about: About) -> Evidence:
    """Everything that was expected of the run, and everything that was observed."""
    known = collected(gathered.manifests, plan)
    selected = frozenset(nodeid for manifest in gathered.manifests for nodeid in manifest.selected)
    must = lock.expectation(known.criteria.values(), about.local, about.shipped)
    due = [criterion for criterion in must.expected if criterion.stage in plan.stages]
    results = [
        absent(criterion.id, narrowed=about.hides_files)
        if criterion.id in must.absent
        else result_of(criterion.id, known.nodeids[criterion.id], selected, gathered)
        for criterion in due
    ]
    reported = [problem for manifest in gathered.manifests for problem in manifest.problems]
    unknown = gathered.phases.keys() - {row.nodeid for one in gathered.manifests for row in one.gates}
    stray = [
        f"reports of the gate test {nodeid}, which nobody collected"
        for nodeid in sorted(unknown)
        if any(phase.when != CRASHED for phase in gathered.phases[nodeid])
    ]
    locked_gates = {gate for criterion in must.expected for gate in criterion.gates}
    return Evidence(
        runs=(about.run,),
        sources=(about.source,),
        expected=tuple(due),
        results=tuple(results),
        gates=tuple(sorted({*known.gates, *locked_gates})),
        problems=(
            *gathered.problems,
            *reported,
            *known.problems,
            *must.problems,
            *stray,
            *_unproven_gates(must.expected, plan),
            *_uncollected(known, plan, about),
        ),
        notices=(*about.notices, *must.notices, *_unlocked(known, about)),
    )


def _unproven_gates(criteria: Iterable[Criterion], plan: Plan) -> Iterator[str]:
    """Gates that the profile enforces and whose criteria are not due although nobody set the scope.

    A gate that belongs to the later stages alone waits for ``--gate-stage``.
    """
    later = catalogue.load().stages - set(catalogue.DEFAULT_STAGES)
    gates = plan.profile.quality_gates
    for gate in (*gates.mandatory_gates, *gates.advisory_gates):
        stages = {criterion.stage for criterion in criteria if gate in criterion.gates and criterion.accepted}
        known = any(gate in criterion.gates for criterion in criteria)
        if known and not plan.demanded and not stages & set(plan.stages) and not (stages and stages <= later):
            hint = (
                f"its criteria are in {', '.join(sorted(stages))}" if stages else "'fwgates lock' accepts it"
            )
            place = plan.profile.place_of_gate(gate)
            yield f"{place}: gate {gate!r} is enforced but nothing of it is due; {hint}"


def _uncollected(known: Collected, plan: Plan, about: About) -> Iterator[str]:
    """Gate tests of the repository that neither collection nor a lock knows."""
    excused = about.hides_files and plan.profile.quality_gates.bypass_allowed
    if about.has_local_tests and about.local is None and not excused and not _local(known):
        yield "gate_tests/ has test files, but no gate test of it was collected"


def _unlocked(known: Collected, about: About) -> Iterator[str]:
    if about.has_local_tests and about.local is None and _local(known):
        yield "gate_tests/ has no lock; with 'fwgates lock' a gate test that disappears is missed"


def _local(known: Collected) -> bool:
    return any(not criterion.bundled for criterion in known.criteria.values())


def absent(identifier: str, *, narrowed: bool) -> Result:
    """The result of a criterion that only the lock knows."""
    reason = LEFT_OUT.reason if narrowed else "it is in the lock, but its gate test was not collected"
    return Result(
        identifier,
        "not_run",
        reason=reason,
        narrowed=narrowed,
        selected_outcome=None if narrowed else "not_run",
    )


def result_of(
    identifier: str, nodeids: Sequence[str], selected: AbstractSet[str], gathered: Gathered
) -> Result:
    """What became of a criterion, from the phases of all its tests."""
    settled = gathered.settled.get(tuple(nodeids))
    if settled is not None:
        return settled
    if len(nodeids) == 1 and is_plain_pass(gathered.phases.get(nodeids[0], ())):
        return _plain_pass(identifier, gathered.phases[nodeids[0]])
    kept = [
        gathered.phases.get(nodeid, ())
        for nodeid in nodeids
        if nodeid in gathered.phases or (nodeid in selected and not gathered.stopped)
    ]
    nodes = [fold(phases) if phases else LOST for phases in kept]
    outcomes = [node.outcome for node in nodes]
    narrowed = len(kept) < len(nodeids)
    outcome = worst([*outcomes, "not_run"] if narrowed else outcomes)
    deciding = next((node for node in nodes if node.outcome == outcome), LEFT_OUT)
    phases = [phase for of_node in kept for phase in of_node]
    observations = [phase.observation for phase in phases if phase.observation]
    shown = (deciding.phase and deciding.phase.observation) or (observations[-1] if observations else {})
    return Result(
        criterion=identifier,
        outcome=outcome,
        examined=sum(map(_examined, kept)),
        value=shown.get("value"),
        threshold=shown.get("threshold"),
        duration_s=math.fsum([phase.duration for phase in phases]),
        findings=_findings(identifier, nodes, observations),
        reason=deciding.reason,
        narrowed=narrowed,
        selected_outcome=worst(outcomes) if nodes else None,
        suppressed=_overlooked(observations),
        samples=tuple(shown.get("samples", ())),
        per_second=tuple(shown.get("per_second", ())),
        tools=tuple(sorted({tool for seen in observations for tool in seen.get("tools", ())})),
    )


def _plain_pass(identifier: str, phases: Sequence[Phase]) -> Result:
    """The result of nearly every criterion without the `findings` fixture, and there may be thousands."""
    duration = math.fsum([phase.duration for phase in phases])
    return Result(identifier, "passed", examined=1, duration_s=duration, selected_outcome="passed")


def _examined(phases: Sequence[Phase]) -> int:
    """Subjects searched; a test without the `findings` fixture is one, if it was called at all."""
    called = [phase for phase in phases if phase.when == "call" and not phase.subtest]
    if not called:
        return 0
    observation = called[-1].observation
    return int(observation["examined"]) if observation else 1


def _findings(
    identifier: str, nodes: Iterable[NodeOutcome], observations: Iterable[dict[str, Any]]
) -> tuple[Finding, ...]:
    """What was found, and a plain assert that failed as a finding at its own line."""
    found = [msgspec.convert(one, Finding) for seen in observations for one in seen["findings"]]
    if found:  # what failed beside it for a measured value must not vanish when the findings are excused
        measured = [one for one in observations if one["outcome"] == "failed" and not one["findings"]]
        found += identify(identifier, [Finding(one["reason"], subject="measured") for one in measured])
    asserts = [
        Finding(phase.reason, phase.file, phase.line, subject="assert")  # the text may hold addresses
        for node in nodes
        if (phase := node.phase) and node.outcome == "failed" and _is_assert(phase)
    ]
    named = identify(identifier, asserts) if asserts else ()
    return tuple({finding.fingerprint: finding for finding in (*found, *named)}.values())


def _overlooked(observations: Iterable[dict[str, Any]]) -> tuple[Finding, ...]:
    found = [msgspec.convert(one, Finding) for seen in observations for one in seen.get("suppressed", ())]
    return tuple({finding.fingerprint: finding for finding in found}.values())


def _is_assert(phase: Phase) -> bool:
    return phase.observation is None or phase.observation["outcome"] != "failed"
