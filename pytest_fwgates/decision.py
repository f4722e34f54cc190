"""decide(): from evidence and policy to a verdict. Pure; the heart of the product."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.enforcement import BUILT_IN, STRICTNESS, enforcement, of_level, places_of_row
from pytest_fwgates.model import Decision, Enforcement, JudgedCriterion, Outcome, Result, Run, Verdict
from pytest_fwgates.policy import overrides, trusted, uncounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pytest_fwgates.model import Criterion, Evidence, Narrowing
    from pytest_fwgates.policy.overrides import Disposed, Overrides
    from pytest_fwgates.policy.uncounted import Uncounted
    from pytest_fwgates.profile import Profile

SCHEMA_VERSION: Final = "1"

_DECISIONS: Final[tuple[Decision, ...]] = ("allow", "require_approval", "block")
_BY_ENFORCEMENT: Final[dict[Enforcement, Decision]] = {
    "none": "allow",
    "require_approval": "require_approval",
    "block": "block",
}


def strictest(decisions: Iterable[Decision]) -> Decision:
    """The strictest of `decisions`; allow where there is none."""
    return max(decisions, key=_DECISIONS.index, default="allow")


def decide(evidence: Evidence, profile: Profile, now: datetime, given: Overrides = overrides.NONE) -> Verdict:
    """Judge a run, of one process or of several that were merged.

    Every outcome of an enforced criterion but `passed` and `not_applicable` counts as its failure, a
    criterion without a result was not run, and anything wrong outside the criteria blocks.

    Args:
        evidence: What was expected and what was observed.
        profile: The policy.
        now: The time to judge for, with its time zone.
        given: Approvals, exemptions and the baseline; bypasses are part of the evidence.
    """
    criteria = _defined(evidence)
    chosen = _chosen_results(criteria, evidence)
    given = given._replace(bypasses=tuple(one for source in evidence.sources for one in source.bypasses))
    found = tuple(_row(criterion, chosen[criterion.id], profile) for criterion in criteria)
    found = (*found, *_policy_rows(found, evidence))
    settled = uncounted.settle(found, profile, given.files, now)
    rows = tuple(
        _disposed(row, evidence.runs[0], profile, given, settled.rows.get(row.id), now) for row in found
    )
    left_out = {identifier for identifier, result in chosen.items() if result.narrowed}
    problems = (*evidence.problems, *contradictions(evidence, profile.environment))
    built_in = (settled.valid,) if settled.valid else ()
    judged = tuple(
        msgspec.structs.replace(row, decision=_row_decision(row, profile)) for row in (*rows, *built_in)
    )
    refused = overrides.refused(given.bypasses, rows, profile)
    policy = (*_missing_shards(evidence), *_policy_problems(evidence, profile, rows), *refused)
    narrowed = _narrowing(left_out)
    outside = (*narrowed, *problems, *policy)
    blocked: tuple[Decision, ...] = ("block",) if outside else ()
    disposed = {row.id for row in rows if row.disposition != "none"}
    selected = _selected_decisions(criteria, chosen, profile, disposed)
    run = evidence.runs[0]
    return Verdict(
        schema_version=SCHEMA_VERSION,
        environment=profile.environment,
        profile=profile.source,
        stages=run.stages,
        decision=strictest([*(row.decision for row in judged), *blocked]),
        selected_decision="block"
        if problems or not selected or _policy_failed(judged)
        else strictest(selected),
        partial=bool(left_out),
        reasons=(*outside, *_reasons(judged, left_out, profile)),
        problems=outside,
        notices=(*evidence.notices, *_overlooked(rows)),
        not_enforced=profile.quality_gates.disabled_gates,
        narrowing=_union_of_narrowing(evidence) if left_out else (),
        framework_root=evidence.sources[0].framework_root,
        framework_path=evidence.sources[0].framework_path,
        commit=run.commit,
        tree_digest=run.tree_digest,
        policy_digest=run.policy_digest,
        run_ids=tuple(source.run_id for source in evidence.sources),
        decided_at=now.isoformat(timespec="seconds"),
        framework_config=msgspec.to_builtins(profile.framework_config),
        infrastructure=msgspec.to_builtins(profile.infrastructure),
        criteria=judged,
        ledger="",
        exemptions=settled.uses,
    )


def contradictions(evidence: Evidence, environment: str) -> tuple[str, ...]:
    """Why the parts of the evidence do not belong together."""
    found = []
    if len(evidence.runs) > 1:
        names = Run.__struct_fields__
        fields = [name for name in names if len({getattr(run, name) for run in evidence.runs}) > 1]
        found.append(f"evidence of different runs: {', '.join(fields)} differ")
    if len({source.ci_run for source in evidence.sources}) > 1:
        found.append("evidence of different CI runs")
    environments = {run.environment for run in evidence.runs} - {environment}
    if environments:
        found.append(f"evidence of the environment {', '.join(sorted(environments))}, not {environment}")
    known = {criterion.id for criterion in evidence.expected}
    silent = sorted(known - {result.criterion for result in evidence.results})
    if silent:
        found.append(f"criteria without a result: {', '.join(silent)}")
    stray = sorted({result.criterion for result in evidence.results} - known)
    if stray:
        found.append(f"results of criteria that nobody expected: {', '.join(stray)}")
    collected = Counter(criterion.id for criterion in evidence.expected if _is_collected(criterion))
    twice = sorted(identifier for identifier, times in collected.items() if times > 1)
    if twice:
        found.append(f"criteria that are declared in two ways: {', '.join(twice)}")
    return tuple(found)


def incomplete(evidence: Evidence) -> tuple[str, ...]:
    """What joined journals lack or contradict, whatever the policy: the blocks of `fwgates merge`."""
    environment = evidence.runs[0].environment if evidence.runs else ""
    chosen = _chosen_results(_defined(evidence), evidence)
    missing = [
        f"{identifier}: {result.reason}"
        for identifier, result in chosen.items()
        if result.narrowed or (result.outcome in {"not_run", "error"} and not _is_reported(result, evidence))
    ]
    return (*contradictions(evidence, environment), *_missing_shards(evidence), *missing)


def _is_reported(result: Result, evidence: Evidence) -> bool:
    """Whether a process said so itself, rather than this module for want of one result."""
    return result in evidence.results


def succeeded(outcome: Outcome, profile: Profile) -> bool:
    """Whether a deployment may rest on `outcome`."""
    if outcome == "flaky":
        return profile.quality_gates.flaky == "allow"
    return outcome in {"passed", "not_applicable"}


def _defined(evidence: Evidence) -> tuple[Criterion, ...]:
    """One criterion an id: as it was collected somewhere, else as the lock knows it."""
    by_id: dict[str, Criterion] = {}
    for criterion in evidence.expected:
        if criterion.id not in by_id or not _is_collected(by_id[criterion.id]):
            by_id[criterion.id] = criterion
    return tuple(by_id[identifier] for identifier in sorted(by_id))


def _is_collected(criterion: Criterion) -> bool:
    return "::" in criterion.nodeid


def _chosen_results(criteria: Iterable[Criterion], evidence: Evidence) -> dict[str, Result]:
    by_id: dict[str, list[Result]] = {}
    for result in evidence.results:
        by_id.setdefault(result.criterion, []).append(result)
    return {criterion.id: _chosen(criterion.id, by_id.get(criterion.id, [])) for criterion in criteria}


def _chosen(identifier: str, results: list[Result]) -> Result:
    """The one result of a criterion; processes that left it out give way to one that ran it."""
    ran = [one for one in results if not one.narrowed or one.selected_outcome is not None] or results
    alike = {_essence(one) for one in ran}
    if len(alike) == 1:
        return ran[0]
    reason = f"{len(alike)} results that disagree" if alike else "no result reached the decision"
    outcome: Outcome = "error" if alike else "not_run"
    return Result(identifier, outcome, reason=reason, selected_outcome=outcome)


def _essence(result: Result) -> tuple[object, ...]:
    """What two processes must agree on: all but times and measured values."""
    fingerprints = tuple(finding.fingerprint for finding in result.findings)
    return (result.outcome, result.narrowed, result.selected_outcome, result.examined, fingerprints)


def _union_of_narrowing(evidence: Evidence) -> tuple[Narrowing, ...]:
    return tuple(sorted({one for source in evidence.sources for one in source.narrowing}))


def _missing_shards(evidence: Evidence) -> tuple[str, ...]:
    """The shards of a split run that left no evidence."""
    shards = {source.shard for source in evidence.sources if source.shard}
    counts = {shard.partition("/")[2] for shard in shards}
    if len(counts) > 1:
        return (f"shards of different splits: {', '.join(sorted(shards))}",)
    wanted = [f"{number}/{count}" for count in counts for number in range(1, int(count) + 1)]
    return tuple(f"the evidence of shard {shard} is missing" for shard in wanted if shard not in shards)


def _row(criterion: Criterion, result: Result, profile: Profile) -> JudgedCriterion:
    return JudgedCriterion(
        id=criterion.id,
        gates=criterion.gates,
        stage=criterion.stage,
        level=criterion.level,
        enforcement=enforcement(criterion, profile),
        disposition="none",
        disposed=(),
        decision="allow",
        approvers=(),
        until="",
        outcome=result.outcome,
        examined=result.examined,
        value=result.value,
        threshold=result.threshold,
        duration_s=result.duration_s,
        nodeid=criterion.nodeid,
        reason=result.reason,
        findings=result.findings,
        suppressed=result.suppressed,
        samples=result.samples,
        per_second=result.per_second,
        tools=result.tools,
    )


def _policy_rows(rows: tuple[JudgedCriterion, ...], evidence: Evidence) -> Iterator[JudgedCriterion]:
    """Where the policy is of a commit: whether the work tree has another one."""
    commits = {source.policy_commit for source in evidence.sources if source.policy_commit}
    paths = sorted({path for source in evidence.sources for path in source.policy_changes})
    if commits:
        found = trusted.findings(paths, max(commits))
        yield uncounted.built_in(trusted.CRITERION, rows, found, max(1, len(paths)))


def _policy_failed(rows: Iterable[JudgedCriterion]) -> bool:
    """Whether a criterion over policy itself failed; it is never left out of what ran."""
    own = (row for row in rows if row.nodeid == BUILT_IN)
    return any(row.outcome == "failed" and row.disposition == "none" for row in own)


def _disposed(  # noqa: PLR0913, PLR0917 - each is a fact that the answer depends on
    row: JudgedCriterion,
    run: Run,
    profile: Profile,
    given: Overrides,
    known: Uncounted | None,
    now: datetime,
) -> JudgedCriterion:
    """The row with what excuses its failure: its findings' own excuses before a person's word."""
    if succeeded(row.outcome, profile) or row.enforcement == "none":
        return row
    if known and known.disposition != "none":
        return _with(row, known, known.why)
    found = overrides.dispose(row, run, profile, given, now)
    return _with(row, found, (*found.why, *(known.why if known else ())))


def _with(row: JudgedCriterion, found: Disposed | Uncounted, why: tuple[str, ...]) -> JudgedCriterion:
    return msgspec.structs.replace(
        row, disposition=found.disposition, disposed=why, approvers=found.people, until=found.until
    )


def _row_decision(row: JudgedCriterion, profile: Profile) -> Decision:
    excused = succeeded(row.outcome, profile) or row.disposition != "none"
    return "allow" if excused else _BY_ENFORCEMENT[row.enforcement]


def _selected_decisions(
    criteria: Iterable[Criterion], chosen: Mapping[str, Result], profile: Profile, disposed: set[str]
) -> list[Decision]:
    """What the selected tests come to; where the profile lists no gate of theirs, their level counts."""
    decisions: list[Decision] = []
    for criterion in criteria:
        result = chosen[criterion.id]
        outcome = result.selected_outcome if result.narrowed else result.outcome
        if outcome is None:
            continue
        listed = [one for gate in criterion.gates if (one := profile.enforcement_of_gate(gate)) is not None]
        weight = max(listed, key=STRICTNESS.index) if listed else of_level(criterion)
        excused = succeeded(outcome, profile) or not criterion.accepted or criterion.id in disposed
        decisions.append("allow" if excused else _BY_ENFORCEMENT[weight])
    return decisions


def _narrowing(left_out: set[str]) -> tuple[str, ...]:
    if not left_out:
        return ()
    names = ", ".join(sorted(left_out)[:5]) + (", ..." if len(left_out) > 5 else "")  # noqa: PLR2004
    return (f"the run was narrowed: {len(left_out)} due criteria were left out ({names})",)


def _overlooked(rows: Iterable[JudgedCriterion]) -> Iterator[str]:
    count = sum(len(row.suppressed) for row in rows)
    if count:
        yield f"comments in the framework had {count} finding{'s' * (count > 1)} overlooked"


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
        problems.append(f"no criterion is due in the stages {', '.join(evidence.runs[0].stages)}")
    elif all(row.enforcement == "none" for row in rows):
        problems.append(f"{profile.source}: none of the {len(rows)} criteria that are due is enforced")
    return tuple(problems)


def _reasons(rows: Iterable[JudgedCriterion], left_out: set[str], profile: Profile) -> tuple[str, ...]:
    """One line for each criterion that stands in the way; one for all that do for the same stated reason."""
    groups: dict[tuple[str, ...], list[JudgedCriterion]] = {}
    for row in rows:
        if row.decision != "allow" and not (row.id in left_out and row.outcome == "not_run"):
            alone = row.id if row.findings or not row.reason else ""
            key = (row.decision, row.outcome, row.reason, places_of_row(row, profile), alone)
            groups.setdefault(key, []).append(row)
    lines = [
        (decision, f"{_names(alike)} {outcome.replace('_', ' ')}{_why(alike[0])} ({places})")
        for (decision, outcome, _, places, _), alike in groups.items()
    ]
    return tuple(line for _, line in sorted(lines, key=lambda pair: -_DECISIONS.index(pair[0])))


def _names(rows: Sequence[JudgedCriterion]) -> str:
    *most, last = (row.id for row in rows)
    return f"{', '.join(most)} and {last}" if most else last


def _why(row: JudgedCriterion) -> str:
    return f": {row.reason}" if row.reason else ""
