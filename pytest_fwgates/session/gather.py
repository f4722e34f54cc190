"""From manifests and phases to evidence; pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from pytest_fwgates import catalogue
from pytest_fwgates.fingerprints import identify
from pytest_fwgates.model import Criterion, Evidence, Finding, Result
from pytest_fwgates.policy import lock
from pytest_fwgates.session.outcome import CRASHED, NodeOutcome, Phase, fold, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pytest_fwgates.model import Run, Source
    from pytest_fwgates.policy.lock import Lock
    from pytest_fwgates.profile import Profile
    from pytest_fwgates.session.plan import Plan

LOST: Final = NodeOutcome("not_run", "no report of it arrived")
LEFT_OUT: Final = NodeOutcome("not_run", "options left it out")

Row = dict[str, Any]
"""A gate test of a manifest; see `Worker.manifest`."""

_LEVELS: Final = {"advisory": 0, "mandatory": 1}


class Gathered(NamedTuple):
    """What the controller saw.

    Attributes:
        manifests: One of every process that collected.
        phases: By node id, in the order of the reports.
        stopped: Whether the run was told to stop early (``-x``, ``--sw``), so that a test without any
            phase was left out rather than lost.
    """

    manifests: Sequence[Mapping[str, Any]]
    phases: Mapping[str, Sequence[Phase]]
    problems: Sequence[str]
    stopped: bool


class About(NamedTuple):
    """What the evidence is about, and what must be in it.

    Attributes:
        local: The repository's own lock, if it has one.
        shipped: The lock of the bundled suite.
        hides_files: Whether a gate test may be uncollected because the person asked for less.
        has_local_tests: Whether the repository has test files among its own gate tests.
    """

    run: Run
    source: Source
    local: Lock | None
    shipped: Lock
    hides_files: bool
    has_local_tests: bool = False


class Collected(NamedTuple):
    """Every criterion of the manifests, whatever its stage, with its node ids."""

    criteria: dict[str, Criterion]
    nodeids: dict[str, tuple[str, ...]]
    gates: tuple[str, ...]
    problems: tuple[str, ...]


def collected(manifests: Sequence[Mapping[str, Any]], plan: Plan) -> Collected:
    """One criterion an id, from what every process collected."""
    rows = {row["nodeid"]: row for manifest in manifests for row in manifest["gates"]}
    by_id: dict[str, list[Row]] = {}
    for row in rows.values():
        by_id.setdefault(row["id"], []).append(row)
    problems = [*_disagreements(manifests), *_unknown_names(plan, by_id)]
    criteria, nodeids = {}, {}
    for identifier, all_rows in by_id.items():
        kept, wrong = _without_replaced(identifier, all_rows, plan.profile)
        problems += [*wrong, *_inconsistent(identifier, kept)]
        criteria[identifier] = _criterion(identifier, kept)
        nodeids[identifier] = tuple(row["nodeid"] for row in kept)
    gates = tuple(sorted({gate for row in rows.values() for gate in row["gates"]}))
    return Collected(criteria, nodeids, gates, tuple(problems))


def evidence(gathered: Gathered, plan: Plan, about: About) -> Evidence:
    """Everything that was expected of the run, and everything that was observed."""
    known = collected(gathered.manifests, plan)
    selected = {nodeid for manifest in gathered.manifests for nodeid in manifest["selected"]}
    must = lock.expectation(known.criteria.values(), about.local, about.shipped)
    due = [criterion for criterion in must.expected if criterion.stage in plan.stages]
    results = [
        absent(criterion.id, narrowed=about.hides_files)
        if criterion.id in must.absent
        else result_of(criterion.id, known.nodeids[criterion.id], selected, gathered)
        for criterion in due
    ]
    reported = [problem for manifest in gathered.manifests for problem in manifest["problems"]]
    unknown = gathered.phases.keys() - {
        row["nodeid"] for manifest in gathered.manifests for row in manifest["gates"]
    }
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
        notices=(*must.notices, *_unlocked(known, about)),
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


def _disagreements(manifests: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not manifests:
        yield "nothing was collected"
    seen = [{row["nodeid"]: row for row in manifest["gates"]} for manifest in manifests]
    if any(one != seen[0] for one in seen):
        yield "workers collected different gate tests"


def _unknown_names(plan: Plan, by_id: Mapping[str, list[Row]]) -> Iterator[str]:
    """Names in the profile or on the command line that no criterion bears."""
    known = catalogue.load()
    source = plan.profile.source
    stages = {row["stage"] for rows in by_id.values() for row in rows}
    for name in plan.profile.limits:
        if name not in by_id and name not in known.entries:
            yield f"{source}: criteria names {name!r}, which no gate test has"
    for name in plan.profile.quality_gates.replaced:
        if not any(not row["bundled"] for row in by_id.get(known.canonical(name), ())):
            yield f"{source}: replaced names {name!r}, which no local gate test replaces"
    for stage in plan.demanded:
        if stage not in stages:
            yield f"--gate-stage {stage}: no criterion belongs to this stage"
    for stage in plan.stages:
        if stage not in stages and stage not in known.stages:
            yield f"{source}: stages names {stage!r}, which no criterion has"


def _without_replaced(identifier: str, rows: list[Row], profile: Profile) -> tuple[list[Row], list[str]]:
    """The rows that count: one test's, or the local one that replaces the bundled one knowingly."""
    tests = {row["test"]: row for row in rows}
    if len(tests) == 1:
        return rows, []
    local = [row for row in rows if not row["bundled"]]
    named = {catalogue.load().canonical(name) for name in profile.quality_gates.replaced}
    if identifier in named and len({row["test"] for row in local}) == 1:
        return local, list(_weaker(identifier, local, [row for row in rows if row["bundled"]]))
    places = " and ".join(sorted(row["source"] for row in tests.values()))
    return rows, [f"criterion {identifier!r} is defined more than once: {places}"]


def _inconsistent(identifier: str, rows: list[Row]) -> Iterator[str]:
    """Parameters that declare different stages or kinds: one criterion has one of each."""
    for key in ("stage", "requires"):
        if any(row[key] != rows[0][key] for row in rows):
            yield f"{rows[0]['source']}: parameters of {identifier!r} declare different values for {key}"


def _weaker(identifier: str, local: list[Row], bundled: list[Row]) -> Iterator[str]:
    if min(_LEVELS[row["level"]] for row in local) < max(_LEVELS[row["level"]] for row in bundled):
        yield f"{local[0]['source']}: the replacement of {identifier!r} lowers its level"
    for key in ("stage", "requires"):
        if local[0][key] != bundled[0][key]:
            yield f"{local[0]['source']}: the replacement of {identifier!r} has another {key}"
    missing = {gate for row in bundled for gate in row["gates"]} - {
        gate for row in local for gate in row["gates"]
    }
    if missing:
        gates = ", ".join(sorted(missing))
        yield f"{local[0]['source']}: the replacement of {identifier!r} leaves the gates {gates}"


def _criterion(identifier: str, rows: list[Row]) -> Criterion:
    """Parameters may carry marks of their own: all gates count, and the stricter level."""
    first = rows[0]
    return Criterion(
        id=identifier,
        gates=tuple(dict.fromkeys(gate for row in rows for gate in row["gates"])),
        stage=first["stage"],
        level="mandatory" if any(row["level"] == "mandatory" for row in rows) else "advisory",
        requires=tuple(first["requires"]),
        nodeid=first["test"],
        source=first["source"],
        bundled=first["bundled"],
    )


def result_of(
    identifier: str, nodeids: Sequence[str], selected: AbstractSet[str], gathered: Gathered
) -> Result:
    """What became of a criterion, from the phases of all its tests."""
    seen = {nodeid: gathered.phases.get(nodeid, ()) for nodeid in nodeids}
    kept = {
        nodeid: phases
        for nodeid, phases in seen.items()
        if phases or (nodeid in selected and not gathered.stopped)
    }
    nodes = [fold(phases) if phases else LOST for phases in kept.values()]
    narrowed = len(kept) < len(seen)
    outcome = worst([*(node.outcome for node in nodes), *(("not_run",) if narrowed else ())])
    deciding = next((node for node in nodes if node.outcome == outcome), LEFT_OUT)
    observations = [phase.observation for phases in kept.values() for phase in phases if phase.observation]
    shown = (deciding.phase and deciding.phase.observation) or (observations[-1] if observations else {})
    return Result(
        criterion=identifier,
        outcome=outcome,
        examined=sum(_examined(phases) for phases in kept.values()),
        value=shown.get("value"),
        threshold=shown.get("threshold"),
        duration_s=math.fsum(phase.duration for phases in kept.values() for phase in phases),
        findings=_findings(identifier, nodes, observations),
        reason=deciding.reason,
        narrowed=narrowed,
        selected_outcome=worst(node.outcome for node in nodes) if nodes else None,
    )


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
    asserts = [
        Finding(phase.reason, phase.file, phase.line, subject="assert")  # the text may hold addresses
        for node in nodes
        if (phase := node.phase) and node.outcome == "failed" and _is_assert(phase)
    ]
    return tuple(
        {finding.fingerprint: finding for finding in (*found, *identify(identifier, asserts))}.values()
    )


def _is_assert(phase: Phase) -> bool:
    return phase.observation is None or phase.observation["outcome"] != "failed"
