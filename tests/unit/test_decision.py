"""decide(): the table of outcomes, and the laws that hold for every run and every profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_fwgates.decision import decide, enforcement, strictest, succeeded
from pytest_fwgates.model import Finding, JudgedCriterion, Result
from tests.unit.strategies import (
    NOW,
    OUTCOMES,
    SOURCE,
    criterion,
    evidence,
    evidences,
    narrowed,
    profile,
    profiles,
    result,
)

if TYPE_CHECKING:
    from pytest_fwgates.model import Decision, Enforcement, Evidence, Level, Outcome, Verdict
    from pytest_fwgates.profile import Profile

laws = settings(deadline=None)

STRICTNESS: tuple[Decision, ...] = ("allow", "require_approval", "block")
LISTED = profile(mandatory=["security"], advisory=["documentation"], disabled=["performance"])


def judge(
    outcome: Outcome | None, *gates: str, level: Level = "mandatory", policy: Profile = LISTED
) -> Verdict:
    """A run with one criterion besides those that keep the gates of `LISTED` alive."""
    others = [criterion("a_security", "security"), criterion("a_documentation", "documentation")]
    results = [result(one.id, "passed") for one in others]
    if outcome:
        results.append(result("it", outcome))
    return decide(evidence([*others, criterion("it", *gates, level=level)], results), policy, NOW)


def row(verdict: Verdict, identifier: str = "it") -> JudgedCriterion:
    """The row of a criterion."""
    return next(one for one in verdict.criteria if one.id == identifier)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(
    ("gates", "level", "strictest_possible"),
    [
        pytest.param(
            ["security"], "advisory", "block", id="a mandatory gate blocks whatever the marker says"
        ),
        pytest.param(
            ["documentation"], "mandatory", "require_approval", id="an advisory gate asks for approval"
        ),
        pytest.param(["performance"], "mandatory", "allow", id="a disabled gate is not enforced"),
        pytest.param(
            ["compliance"], "mandatory", "allow", id="an unlisted gate of the document is not enforced"
        ),
        pytest.param(["house_rules"], "mandatory", "block", id="an own gate keeps the level mandatory"),
        pytest.param(
            ["house_rules"], "advisory", "require_approval", id="an own gate keeps the level advisory"
        ),
        pytest.param([], "mandatory", "block", id="without a gate the level mandatory counts"),
        pytest.param([], "advisory", "require_approval", id="without a gate the level advisory counts"),
        pytest.param(
            ["documentation", "security"], "advisory", "block", id="of two listed gates the stricter counts"
        ),
        pytest.param(
            ["performance", "house_rules"], "mandatory", "block", id="a disabled gate excuses no other"
        ),
    ],
)
def test_table(gates: list[str], level: Level, strictest_possible: Decision, outcome: Outcome) -> None:
    """Every outcome but passed and not applicable counts as the failure of its criterion."""
    verdict = judge(outcome, *gates, level=level)
    expected = "allow" if outcome in {"passed", "not_applicable"} else strictest_possible
    assert verdict.decision == expected
    assert row(verdict).outcome == outcome
    assert verdict.reasons == () if expected == "allow" else verdict.reasons[0].startswith("it ")


@pytest.mark.parametrize(
    ("flaky", "decision"),
    [
        pytest.param("block", "block", id="is a failure"),
        pytest.param("allow", "allow", id="passes where allowed"),
    ],
)
def test_flaky(flaky: str, decision: Decision) -> None:
    """A test that passed only when it was run again passes only where the profile says so."""
    policy = profile(mandatory=["security"], advisory=["documentation"], flaky=flaky)
    assert judge("flaky", "security", policy=policy).decision == decision


@pytest.mark.parametrize(
    ("outcome", "reason", "said"),
    [
        pytest.param(
            "failed", "2 findings", "it failed: 2 findings (mandatory: security, {}:4)", id="with its reason"
        ),
        pytest.param("not_run", "", "it not run (mandatory: security, {}:4)", id="without a reason"),
    ],
)
def test_reason_of_gate(outcome: Outcome, reason: str, said: str) -> None:
    """A reason names the criterion, what became of it and the line of the profile that makes it count."""
    run = evidence([criterion("it", "security")], [result("it", outcome, reason=reason)])
    verdict = decide(run, profile(mandatory=["security"]), NOW)
    assert verdict.reasons == (said.format("environments/production.yml"),)


def test_reason_of_mark() -> None:
    """Where no profile lists a gate of the criterion, its mark is what makes it count."""
    run = evidence([criterion("it", level="advisory")], [result("it", "failed")])
    assert decide(run, profile(), NOW).reasons == ("it failed (advisory by its mark)",)


def test_reasons_are_ordered() -> None:
    """What blocks is told before what needs approval."""
    run = evidence(
        [criterion("a", level="advisory"), criterion("b"), criterion("c", level="advisory")],
        [result("a", "failed"), result("b", "failed"), result("c", "failed")],
        "collection error: test_x.py",
    )
    assert [reason.partition(" ")[0] for reason in decide(run, profile(), NOW).reasons] == [
        "collection", "b", "a", "c",
    ]  # fmt: skip


def test_the_same_reason_is_told_once() -> None:
    """Criteria that are inconclusive for one reason share a line; those with findings never do."""
    names = ("first", "second", "third")
    found = Finding("bad", fingerprint="f")
    results = [
        *(result(name, "inconclusive", reason="no scanners") for name in names),
        *(result(name, "failed", reason="1 finding", findings=(found,)) for name in ("a", "b")),
    ]
    run = evidence([criterion(one.criterion) for one in results], results)
    reasons = decide(run, profile(), NOW).reasons
    assert [one.partition(":")[0] for one in reasons] == [
        "a failed",
        "b failed",
        "first, second and third inconclusive",
    ]


def test_reason_of_missing_result() -> None:
    """A criterion without a result was not run."""
    run = evidence([criterion("it")], [])
    assert decide(run, profile(), NOW).reasons == (
        "criteria without a result: it",
        "it not run: no result reached the decision (mandatory by its mark)",
    )


@pytest.mark.parametrize("gate", ["security", "documentation", "performance", "house_rules"])
@pytest.mark.parametrize("level", ["mandatory", "advisory"])
def test_missing_result_blocks(gate: str, level: Level) -> None:
    """A criterion without a result blocks, however it is enforced: the evidence has a gap."""
    verdict = judge(None, gate, level=level)
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")
    assert row(verdict).outcome == "not_run"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(result("it", "failed"), id="in the outcome"),
        pytest.param(result("it", "passed", examined=7), id="in what was searched"),
        pytest.param(result("it", "passed", findings=(Finding("x", fingerprint="01"),)), id="in findings"),
    ],
)
def test_results_that_disagree(other: Result) -> None:
    """Two results for one criterion that differ are an error, even where both passed."""
    verdict = decide(evidence([criterion("it")], [result("it", "passed"), other]), profile(), NOW)
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")
    assert (row(verdict).outcome, row(verdict).reason) == ("error", "2 results that disagree")


def test_results_that_agree() -> None:
    """The same result twice, as two journals may hold it, is one result."""
    results = [result("it", "passed", duration_s=1), result("it", "passed", duration_s=2)]
    verdict = decide(evidence([criterion("it")], results), profile(), NOW)
    assert verdict.decision == "allow"
    assert [one.outcome for one in verdict.criteria] == ["passed"]


def test_gate_without_criterion() -> None:
    """A gate that the profile lists and that nobody tests blocks, at the line that lists it."""
    run = evidence([criterion("it", "security")], [result("it", "passed")])
    verdict = decide(run, profile(mandatory=["security"], advisory=["naming"], disabled=["performance"]), NOW)
    assert verdict.decision == "block"
    assert verdict.reasons == (
        "environments/production.yml:5: gate 'naming' is enforced but no criterion belongs to it",
    )


def test_nothing_due() -> None:
    """A run in which nothing is due proves nothing."""
    verdict = decide(evidence([], []), profile(), NOW)
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")
    assert verdict.reasons == ("no criterion is due in the stages framework_validation",)


def test_nothing_enforced() -> None:
    """A run in which nothing that is due counts proves nothing."""
    run = evidence([criterion("it", "performance")], [result("it", "passed")])
    verdict = decide(run, profile(disabled=["performance"]), NOW)
    assert verdict.decision == "block"
    assert verdict.reasons == (
        "environments/production.yml: none of the 1 criteria that are due is enforced",
    )


def test_problem() -> None:
    """Anything wrong outside the criteria blocks, whatever was selected."""
    run = evidence([criterion("it")], [result("it", "passed")], "collection error: test_x.py")
    verdict = decide(run, profile(), NOW)
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")
    assert verdict.reasons == ("collection error: test_x.py",)


@pytest.mark.parametrize(
    ("count", "names"),
    [
        pytest.param(1, "c0", id="one"),
        pytest.param(5, "c0, c1, c2, c3, c4", id="five"),
        pytest.param(6, "c0, c1, c2, c3, c4, ...", id="more than five"),
    ],
)
def test_narrowed(count: int, names: str) -> None:
    """What was left out is told once, and not once more for each criterion."""
    left_out = [
        result(f"c{number}", "not_run", narrowed=True, selected_outcome=None) for number in range(count)
    ]
    run = evidence(
        [criterion("it"), *(criterion(one.criterion) for one in left_out)],
        [result("it", "passed"), *left_out],
    )
    verdict = decide(run, profile(bypass_allowed=True), NOW)
    assert (verdict.decision, verdict.selected_decision, verdict.partial) == ("block", "allow", True)
    assert verdict.reasons == (f"the run was narrowed: {count} due criteria were left out ({names})",)


@pytest.mark.parametrize(
    ("gates", "level", "decision"),
    [
        pytest.param(["security"], "advisory", "block", id="a listed gate counts as listed"),
        pytest.param(["compliance"], "mandatory", "block", id="an unlisted gate counts by its marker"),
        pytest.param(
            ["compliance"], "advisory", "require_approval", id="an advisory marker asks for approval"
        ),
        pytest.param(["performance"], "mandatory", "allow", id="a disabled gate does not count"),
    ],
)
def test_selected(gates: list[str], level: Level, decision: Decision) -> None:
    """What a narrowed run ran is judged by the profile, and where that is silent by the marker."""
    run = evidence(
        [criterion("it", *gates, level=level), criterion("left")],
        [result("it", "failed"), result("left", "not_run", narrowed=True, selected_outcome=None)],
    )
    assert decide(run, LISTED, NOW).selected_decision == decision


def test_selected_needs_no_selected_outcome() -> None:
    """A whole result counts in a narrowed run as what it is, whether or not it says so twice."""
    run = evidence(
        [criterion("it"), criterion("left")],
        [
            result("it", "failed", selected_outcome=None),
            result("left", "not_run", narrowed=True, selected_outcome=None),
        ],
    )
    assert decide(run, profile(bypass_allowed=True), NOW).selected_decision == "block"


@pytest.mark.parametrize("partial", [True, False], ids=["narrowed", "whole"])
def test_selected_of_a_criterion_that_is_not_accepted(partial: bool) -> None:
    """A bundled criterion that the lock does not know yet is shown and counts nowhere."""
    new = msgspec.structs.replace(criterion("it"), accepted=False)
    run = evidence(
        [new, criterion("other")],
        [
            result("it", "failed", narrowed=partial),
            result("other", "passed", narrowed=True),
        ],
    )
    verdict = decide(run, profile(bypass_allowed=True), NOW)
    assert verdict.selected_decision == "allow"
    assert row(verdict).enforcement == "none"


def test_selected_nothing() -> None:
    """A run that selected nothing proves nothing."""
    run = evidence(
        [criterion("left")], [result("left", "not_run", narrowed=True, selected_outcome=None)], gates=()
    )
    verdict = decide(run, profile(bypass_allowed=True), NOW)
    assert (verdict.decision, verdict.selected_decision, verdict.partial) == ("block", "block", True)


def test_verdict_carries_the_run() -> None:
    """The verdict says what was judged, by which policy and when."""
    verdict = judge("passed", "security")
    assert msgspec.structs.asdict(verdict) | {"criteria": ()} == {
        "schema_version": "1",
        "environment": "production",
        "profile": "environments/production.yml",
        "stages": ("framework_validation",),
        "decision": "allow",
        "selected_decision": "allow",
        "partial": False,
        "reasons": (),
        "problems": (),
        "notices": (),
        "not_enforced": ("performance",),
        "narrowing": (),
        "framework_root": "/framework",
        "framework_path": "",
        "commit": "c0ffee",
        "tree_digest": "sha256:d1ce",
        "policy_digest": "sha256:face",
        "run_ids": ("run-1",),
        "decided_at": "2026-03-01T12:00:00+00:00",
        "framework_config": msgspec.to_builtins(LISTED.framework_config),
        "infrastructure": msgspec.to_builtins(LISTED.infrastructure),
        "criteria": (),
        "ledger": "",
        "exemptions": (),
    }
    assert [one.id for one in verdict.criteria] == ["a_documentation", "a_security", "it"]


def test_row_carries_the_result() -> None:
    """A row shows what was measured, also where it passed."""
    measured = result(
        "it", "passed", examined=7, value=0.15, threshold="< 200ms", duration_s=1.5, reason="", findings=()
    )
    verdict = decide(
        evidence([criterion("it", "security")], [measured]), profile(mandatory=["security"]), NOW
    )
    assert verdict.criteria == (
        JudgedCriterion(
            id="it",
            gates=("security",),
            stage="framework_validation",
            level="mandatory",
            enforcement="block",
            disposition="none",
            outcome="passed",
            examined=7,
            value=0.15,
            threshold="< 200ms",
            duration_s=1.5,
            nodeid="gate_tests/test_it.py::test_it",
            reason="",
            findings=(),
            disposed=(),
            decision="allow",
            approvers=(),
            until="",
            suppressed=(),
            samples=(),
            tools=(),
            per_second=(),
        ),
    )


@given(run=evidences(), policy=profiles(), data=st.data())
@laws
def test_less_evidence_is_never_better(run: Evidence, policy: Profile, data: st.DataObject) -> None:
    """Taking a result away improves neither the decision nor what is said of the selection."""
    assume(run.results)
    gone = data.draw(st.sampled_from(run.results))
    rest = tuple(one for one in run.results if one is not gone)
    assert_not_better(run, msgspec.structs.replace(run, results=rest), policy)


@given(run=evidences(), policy=profiles(), data=st.data(), outcome=st.sampled_from(OUTCOMES))
@laws
def test_worse_evidence_is_never_better(
    run: Evidence, policy: Profile, data: st.DataObject, outcome: Outcome
) -> None:
    """Turning what passed into anything else, or anything into a failure, improves nothing."""
    failure = not succeeded(outcome, policy)
    some = [one for one in run.results if failure or (one.outcome == "passed")]
    assume(some)
    worse = data.draw(st.sampled_from(some))
    changed = (
        narrowed(result(worse.criterion, outcome)) if worse.narrowed else result(worse.criterion, outcome)
    )
    results = tuple(changed if one is worse else one for one in run.results)
    assert_not_better(run, msgspec.structs.replace(run, results=results), policy)


@given(run=evidences(), policy=profiles(), data=st.data())
@laws
def test_a_narrower_run_is_never_better(run: Evidence, policy: Profile, data: st.DataObject) -> None:
    """A run in which another test of a criterion was left out is blocked."""
    assume(run.results)
    less = data.draw(st.sampled_from(run.results))
    results = tuple(narrowed(one) if one is less else one for one in run.results)
    assert decide(msgspec.structs.replace(run, results=results), policy, NOW).decision == "block"


@given(run=evidences(), policy=profiles(), data=st.data())
@laws
def test_a_criterion_more_is_never_better(run: Evidence, policy: Profile, data: st.DataObject) -> None:
    """Something more that was expected, with or without a result, improves nothing."""
    more = criterion("more", "security", level=data.draw(st.sampled_from(["mandatory", "advisory"])))
    outcome = data.draw(st.none() | st.sampled_from(OUTCOMES))
    assume(run.results and "security" in run.gates and decide(run, policy, NOW).selected_decision != "block")
    assume(any(enforcement(one, policy) != "none" for one in run.expected))
    results = (*run.results, result("more", outcome)) if outcome else run.results
    worse = msgspec.structs.replace(run, expected=(*run.expected, more), results=results)
    assert_not_better(run, worse, policy)


@given(run=evidences(), policy=profiles(), data=st.data())
@laws
def test_an_unexpected_result_blocks(run: Evidence, policy: Profile, data: st.DataObject) -> None:
    """A criterion that vanishes from what was expected, while its result is there, blocks."""
    assume(run.results)
    gone = data.draw(st.sampled_from(run.results)).criterion
    expected = tuple(one for one in run.expected if one.id != gone)
    verdict = decide(msgspec.structs.replace(run, expected=expected), policy, NOW)
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")


@given(run=evidences(), policy=profiles(), problem=st.text())
@laws
def test_a_problem_is_never_better(run: Evidence, policy: Profile, problem: str) -> None:
    """A problem more blocks, both over everything and over the selection."""
    worse = msgspec.structs.replace(run, problems=(*run.problems, problem))
    assert_not_better(run, worse, policy)
    verdict = decide(worse, policy, NOW)
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")


@given(run=evidences(), policy=profiles(), gates=st.sets(st.sampled_from(["security", "naming"])))
@laws
def test_fewer_gates_are_never_better(run: Evidence, policy: Profile, gates: set[str]) -> None:
    """A gate that nobody tests any more improves nothing."""
    assert_not_better(
        run, msgspec.structs.replace(run, gates=tuple(one for one in run.gates if one not in gates)), policy
    )


def assert_not_better(run: Evidence, worse: Evidence, policy: Profile) -> None:
    """The decisions on `worse` are at least as strict as those on `run`."""
    before, after = decide(run, policy, NOW), decide(worse, policy, NOW)
    assert STRICTNESS.index(after.decision) >= STRICTNESS.index(before.decision)
    assert STRICTNESS.index(after.selected_decision) >= STRICTNESS.index(before.selected_decision)


@given(run=evidences(), policy=profiles(), data=st.data())
@laws
def test_order_does_not_matter(run: Evidence, policy: Profile, data: st.DataObject) -> None:
    """The order in which criteria were collected and results arrived changes nothing in the verdict."""
    shuffled = msgspec.structs.replace(
        run,
        expected=tuple(data.draw(st.permutations(run.expected))),
        results=tuple(data.draw(st.permutations(run.results))),
    )
    assert decide(shuffled, policy, NOW) == decide(run, policy, NOW)


@given(run=evidences(), policy=profiles())
@laws
def test_the_decision_is_the_strictest_row(run: Evidence, policy: Profile) -> None:
    """A failed mandatory criterion blocks, a failed advisory one is not allowed, an allow has no reason."""
    verdict = decide(run, policy, NOW)
    for one in verdict.criteria:
        if not succeeded(one.outcome, policy) and one.enforcement == "block":
            assert verdict.decision == "block"
        if not succeeded(one.outcome, policy) and one.enforcement == "require_approval":
            assert verdict.decision != "allow"
    assert (verdict.decision == "allow") is (verdict.reasons == ())


@given(run=evidences(), policy=profiles())
@laws
def test_an_allow_rests_on_something(run: Evidence, policy: Profile) -> None:
    """Nothing is allowed without an enforced criterion, or with a listed gate that nobody tests."""
    verdict = decide(run, policy, NOW)
    assume(verdict.decision == "allow")
    assert any(one.enforcement != "none" for one in verdict.criteria)
    assert {*policy.quality_gates.mandatory_gates, *policy.quality_gates.advisory_gates} <= {*run.gates}
    assert not run.problems
    assert {one.id for one in run.expected if enforcement(one, policy) != "none"} <= {
        one.criterion for one in run.results if succeeded(one.outcome, policy)
    }


@given(run=evidences(), policy=profiles(), data=st.data())
@laws
def test_partial_never_allows(run: Evidence, policy: Profile, data: st.DataObject) -> None:
    """A run that left something out is partial and blocked, whatever else it shows."""
    assume(run.results)
    left = data.draw(st.sampled_from(run.results))
    outcome = data.draw(st.sampled_from(OUTCOMES))
    without = result(left.criterion, outcome, narrowed=True, selected_outcome=None)
    results = tuple(without if one is left else one for one in run.results)
    verdict = decide(msgspec.structs.replace(run, results=results), policy, NOW)
    assert verdict.partial
    assert verdict.decision == "block"


@given(policy=profiles(), level=st.sampled_from(["mandatory", "advisory"]), data=st.data())
@laws
def test_strictest_gate_wins(policy: Profile, level: Level, data: st.DataObject) -> None:
    """A criterion of several gates is enforced as in the strictest of them, in any order."""
    gates = data.draw(st.lists(st.sampled_from(["security", "documentation", "naming"]), min_size=1))
    order: list[Enforcement] = ["none", "require_approval", "block"]
    alone = [enforcement(criterion("it", gate, level=level), policy) for gate in gates]
    assert enforcement(criterion("it", *gates, level=level), policy) == max(alone, key=order.index)


def test_strictest_of_nothing() -> None:
    """Where nothing decides, nothing is against it; decide() itself never asks that."""
    assert strictest([]) == "allow"


@pytest.mark.parametrize("touched", [(), ("environments/production.yml",)], ids=["as it is", "changed"])
def test_policy_of_a_commit_is_a_criterion(touched: tuple[str, ...]) -> None:
    """A change that touches policy fails it at the file, whatever else passed and however little ran."""
    run = evidence([criterion("it", "framework_integrity")], [result("it", "passed")])
    source = msgspec.structs.replace(SOURCE, policy_commit="c0ffee", policy_changes=touched)
    verdict = decide(
        msgspec.structs.replace(run, sources=(source,)), profile(mandatory=["framework_integrity"]), NOW
    )
    row = next(row for row in verdict.criteria if row.id == "policy_unchanged")
    assert (row.outcome, row.enforcement) == ("failed" if touched else "passed", "block")
    assert [finding.path for finding in row.findings] == list(touched)
    assert verdict.decision == verdict.selected_decision == ("block" if touched else "allow")
