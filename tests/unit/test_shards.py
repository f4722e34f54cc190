"""A run that was split and joined is judged as if it had not been split."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_fwgates.decision import decide, incomplete
from pytest_fwgates.evidence import merge
from pytest_fwgates.model import Source
from pytest_fwgates.reports import terminal, verdict_json
from tests.unit.strategies import (
    NOW,
    OUTCOMES,
    RUN,
    SOURCE,
    criterion,
    evidence,
    evidences,
    journals,
    profile,
    profiles,
    result,
)

if TYPE_CHECKING:
    from pytest_fwgates.model import Evidence, Outcome
    from pytest_fwgates.profile import Profile

laws = settings(deadline=None)

LEFT_OUT = "options left it out"


def split(run: Evidence, owners: dict[str, int], count: int) -> list[Evidence]:
    """What `count` processes see of `run`, each of which runs only the criteria that it owns."""
    return [
        msgspec.structs.replace(
            run,
            sources=(Source(f"run-{number}", "42", f"{number}/{count}", "/framework", (), ()),),
            results=tuple(
                one
                if owners[one.criterion] == number
                else result(one.criterion, "not_run", narrowed=True, selected_outcome=None, reason=LEFT_OUT)
                for one in run.results
            ),
        )
        for number in range(1, count + 1)
    ]


@st.composite
def shards(draw: st.DrawFn) -> tuple[Evidence, list[Evidence]]:
    """A run, and the same run in two to four shards."""
    run, count = draw(evidences()), draw(st.integers(2, 4))
    return run, split(run, {one.id: draw(st.integers(1, count)) for one in run.expected}, count)


@given(both=shards(), policy=profiles(), data=st.data())
@laws
def test_joined_is_as_one(
    both: tuple[Evidence, list[Evidence]], policy: Profile, data: st.DataObject
) -> None:
    """Shards joined in any order come to the verdict of the whole run."""
    run, parts = both
    alone = decide(merge([run]), policy, NOW)
    joined = decide(merge(data.draw(st.permutations(parts))), policy, NOW)
    assert verdict_json.canonical(joined) == verdict_json.canonical(alone)
    assert joined.run_ids == tuple(f"run-{number}" for number in range(1, len(parts) + 1))


@given(both=shards(), policy=profiles(), data=st.data())
@laws
def test_a_lost_shard_blocks(
    both: tuple[Evidence, list[Evidence]], policy: Profile, data: st.DataObject
) -> None:
    """Whatever the other shards show, a run whose shard is missing is blocked."""
    _, parts = both
    lost = data.draw(st.integers(1, len(parts)))
    found = merge(part for number, part in enumerate(parts, start=1) if number != lost)
    verdict = decide(found, policy, NOW)
    assert verdict.decision == "block"
    assert f"the evidence of shard {lost}/{len(parts)} is missing" in verdict.reasons
    assert f"the evidence of shard {lost}/{len(parts)} is missing" in incomplete(found)


@given(both=shards(), policy=profiles(), data=st.data())
@laws
def test_a_shard_that_lost_a_criterion_blocks(
    both: tuple[Evidence, list[Evidence]], policy: Profile, data: st.DataObject
) -> None:
    """A criterion that every shard left to another one blocks."""
    run, parts = both
    assume(run.results)
    lost = data.draw(st.sampled_from(run.results)).criterion
    without = [
        msgspec.structs.replace(
            part,
            results=tuple(
                result(lost, "not_run", narrowed=True, selected_outcome=None)
                if one.criterion == lost
                else one
                for one in part.results
            ),
        )
        for part in parts
    ]
    verdict = decide(merge(without), policy, NOW)
    assert (verdict.decision, verdict.partial) == ("block", True)
    assert any(reason.startswith(f"{lost}: ") for reason in incomplete(merge(without)))


@given(both=shards(), data=st.data(), outcome=st.sampled_from(OUTCOMES))
@laws
def test_shards_that_disagree_are_an_error(
    both: tuple[Evidence, list[Evidence]], data: st.DataObject, outcome: Outcome
) -> None:
    """Two shards that ran the same criterion and saw different things settle nothing."""
    run, parts = both
    whole = [one for one in run.results if not one.narrowed and one.outcome != outcome]
    assume(whole)
    twice = data.draw(st.sampled_from(whole)).criterion
    number = data.draw(st.integers(0, len(parts) - 1))
    other = msgspec.structs.replace(parts[number], results=(*parts[number].results, result(twice, outcome)))
    found = merge([*parts, other])
    (row,) = [one for one in decide(found, profile(), NOW).criteria if one.id == twice]
    assert (row.outcome, row.reason) == ("error", "2 results that disagree")
    assert f"{twice}: 2 results that disagree" in incomplete(found)


TWO = evidence([criterion("a"), criterion("b")], [result("a", "passed"), result("b", "passed")])


def test_complete() -> None:
    """Shards that fit together lack nothing."""
    parts = split(TWO, {"a": 1, "b": 2}, 2)
    assert incomplete(merge(parts)) == ()
    assert decide(merge(parts), profile(), NOW).decision == "allow"


def test_complete_with_failures() -> None:
    """What failed, or was not run by the process that owned it, is for the policy to judge."""
    outcomes = [result("a", "failed"), result("b", "error", reason="boom")]
    parts = split(msgspec.structs.replace(TWO, results=tuple(outcomes)), {"a": 1, "b": 2}, 2)
    assert incomplete(merge(parts)) == ()
    assert decide(merge(parts), profile(), NOW).decision == "block"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("environment", "staging", id="for another environment"),
        pytest.param("stages", ("code_quality",), id="of other stages"),
        pytest.param("commit", "other", id="of another commit"),
        pytest.param("commit", None, id="of no commit"),
        pytest.param("tree_digest", "sha256:0", id="of other files"),
        pytest.param("policy_digest", "sha256:0", id="under another policy"),
    ],
)
def test_parts_of_different_runs(field: str, value: object) -> None:
    """Evidence of something else does not complete this run."""
    one, two = split(TWO, {"a": 1, "b": 2}, 2)
    other = msgspec.structs.replace(two, runs=(msgspec.structs.replace(RUN, **{field: value}),))
    verdict = decide(merge([one, other]), profile(), NOW)
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")
    assert f"evidence of different runs: {field} differ" in verdict.reasons
    assert f"evidence of different runs: {field} differ" in incomplete(merge([one, other]))


def test_another_environment() -> None:
    """Evidence that was gathered for another environment proves nothing for this one."""
    run = msgspec.structs.replace(TWO, runs=(msgspec.structs.replace(RUN, environment="development"),))
    verdict = decide(run, profile(), NOW)
    assert verdict.reasons[0] == "evidence of the environment development, not production"
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")


def with_source(part: Evidence, **changes: str) -> Evidence:
    """`part` from a process of which something is different."""
    return msgspec.structs.replace(part, sources=(msgspec.structs.replace(part.sources[0], **changes),))


def test_another_ci_run() -> None:
    """A shard that is left over from an earlier CI run does not complete this one."""
    one, two = split(TWO, {"a": 1, "b": 2}, 2)
    verdict = decide(merge([one, with_source(two, ci_run="41")]), profile(), NOW)
    assert verdict.reasons == ("evidence of different CI runs",)
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")


def test_another_split() -> None:
    """Shards of different splits do not complete each other."""
    one, two = split(TWO, {"a": 1, "b": 2}, 2)
    verdict = decide(merge([one, with_source(two, shard="2/3")]), profile(), NOW)
    assert verdict.reasons == ("shards of different splits: 1/2, 2/3",)
    assert verdict.decision == "block"


def test_declared_in_two_ways() -> None:
    """Two processes that collected different declarations of a criterion do not agree on what it is."""
    one, two = split(TWO, {"a": 1, "b": 2}, 2)
    milder = msgspec.structs.replace(two, expected=(criterion("a", level="advisory"), criterion("b")))
    verdict = decide(merge([one, milder]), profile(), NOW)
    assert verdict.reasons == ("criteria that are declared in two ways: a",)
    assert (verdict.decision, verdict.selected_decision) == ("block", "block")


def test_known_from_the_lock_alone() -> None:
    """A process that knows a criterion only from the lock does not contradict one that collected it."""
    one, two = split(TWO, {"a": 1, "b": 2}, 2)
    unseen = msgspec.structs.replace(
        criterion("a"), nodeid="gate_tests/test_it.py", source="gate_tests/test_it.py"
    )
    partly = msgspec.structs.replace(two, expected=(unseen, criterion("b")))
    verdict = decide(merge([one, partly]), profile(), NOW)
    assert verdict.decision == "allow"
    assert [row.nodeid for row in verdict.criteria] == [
        "gate_tests/test_it.py::test_a",
        "gate_tests/test_it.py::test_b",
    ]


@given(parts=st.lists(journals(), min_size=1, max_size=3), policy=profiles())
@laws
def test_whatever_is_joined_is_judged(parts: list[Evidence], policy: Profile) -> None:
    """Journals that make no sense together still come to a verdict, which can be shown and compared."""
    verdict = decide(merge(parts), policy, NOW)
    incomplete(merge(parts))
    assert verdict_json.read(verdict_json.render(verdict)) == verdict
    assert terminal.body(verdict, 1)
    if len({part.runs for part in parts}) > 1:
        assert verdict.decision == "block"


def test_the_same_shard_twice() -> None:
    """A shard that was run again and saw the same is no contradiction."""
    one, two = split(TWO, {"a": 1, "b": 2}, 2)
    again = with_source(one, run_id="run-3")
    assert decide(merge([one, two, again]), profile(), NOW).decision == "allow"


def test_a_shard_alone() -> None:
    """One shard is judged by what it ran, and is never the whole."""
    one, _ = split(TWO, {"a": 1, "b": 2}, 2)
    verdict = decide(one, profile(), NOW)
    assert (verdict.decision, verdict.selected_decision, verdict.partial) == ("block", "allow", True)
    assert verdict.narrowing == SOURCE.narrowing
