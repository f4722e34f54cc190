"""Phases of a node to one outcome, outcomes of nodes to one of the criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.session.outcome import NodeOutcome, Phase, fold, worst
from tests.unit.strategies import OUTCOMES

if TYPE_CHECKING:
    from pytest_fwgates.model import Outcome

laws = settings(deadline=None)

SETUP = Phase("setup", "passed")
CALL = Phase("call", "passed")
TEARDOWN = Phase("teardown", "passed")
PASSING = (SETUP, CALL, TEARDOWN)
RERUN = Phase("call", "rerun", reason="it failed once")
CRASH = Phase("???", "failed", reason="worker 'gw0' crashed while running it")
SUBTEST = Phase("call", "passed", subtest=True)


def seen(outcome: Outcome, **changes: Any) -> dict[str, Any]:
    """What the `findings` fixture saw."""
    return {"outcome": outcome, "reason": "", "examined": 1, "findings": [], **changes}


def called(outcome: str, **changes: Any) -> tuple[Phase, ...]:
    """A node whose call came to `outcome`."""
    return (SETUP, Phase("call", outcome, reason="why", **changes), TEARDOWN)


@pytest.mark.parametrize(
    ("phases", "outcome", "reason"),
    [
        pytest.param(PASSING, "passed", "", id="three phases that passed"),
        pytest.param(
            (SETUP, Phase("call", "passed", observation=seen("passed")), TEARDOWN),
            "passed",
            "",
            id="a call with findings' yes",
        ),
        pytest.param((SETUP, SUBTEST, CALL, TEARDOWN), "passed", "", id="a subtest that passed"),
        pytest.param(called("failed"), "failed", "why", id="a call that failed"),
        pytest.param(
            called("failed", observation=seen("failed")), "failed", "why", id="a call with findings"
        ),
        pytest.param(
            called("failed", observation=seen("inconclusive")),
            "inconclusive",
            "why",
            id="a call that examined nothing",
        ),
        pytest.param(
            called("failed", observation=seen("passed")),
            "failed",
            "why",
            id="an assert beside findings that pass",
        ),
        pytest.param(
            called("failed", observation=seen("not_applicable")),
            "failed",
            "why",
            id="an assert beside nothing to do",
        ),
        *(
            pytest.param(
                (SETUP, Phase("call", "passed", reason="why", observation=seen(said)), TEARDOWN),
                outcome,
                "why",
                id=f"a call that passed beside findings that say {said}",
            )
            for said, outcome in (
                ("failed", "failed"),
                ("inconclusive", "inconclusive"),
                ("error", "error"),
                ("not_applicable", "error"),
            )
        ),
        pytest.param(called("skipped"), "skipped", "why", id="a call that skipped"),
        pytest.param(
            called("skipped", observation=seen("not_applicable")),
            "not_applicable",
            "why",
            id="nothing to do here",
        ),
        pytest.param(
            called("skipped", observation=seen("passed")),
            "skipped",
            "why",
            id="a skip beside findings that pass",
        ),
        pytest.param(
            called("skipped", observation=seen("inconclusive")),
            "skipped",
            "why",
            id="a skip that examined nothing",
        ),
        pytest.param(called("skipped", excused=True), "skipped", "why", id="an xfail"),
        pytest.param(called("passed", excused=True), "skipped", "why", id="an unexpected pass"),
        pytest.param(
            called("skipped", excused=True, observation=seen("not_applicable")),
            "skipped",
            "why",
            id="an xfail beside nothing to do",
        ),
        pytest.param((Phase("setup", "skipped", reason="why"), TEARDOWN), "skipped", "why", id="a skip mark"),
        pytest.param(
            (Phase("setup", "failed", reason="why"), TEARDOWN), "error", "why", id="a setup that failed"
        ),
        pytest.param(
            (SETUP, CALL, Phase("teardown", "failed", reason="why")),
            "error",
            "why",
            id="a teardown that failed",
        ),
        pytest.param(
            (SETUP, CALL, Phase("teardown", "skipped", reason="why")),
            "skipped",
            "why",
            id="a teardown that skipped",
        ),
        pytest.param(
            (*called("failed")[:2], Phase("teardown", "failed", reason="worse")),
            "error",
            "worse",
            id="of two the worse counts",
        ),
        pytest.param(
            (SETUP, Phase("call", "failed", subtest=True, reason="why"), CALL, TEARDOWN),
            "failed",
            "why",
            id="a subtest that failed",
        ),
        pytest.param(
            (SETUP, Phase("call", "skipped", subtest=True, reason="why"), CALL, TEARDOWN),
            "skipped",
            "why",
            id="a subtest that skipped",
        ),
        pytest.param(
            (SETUP, Phase("call", "failed", subtest=True, observation=seen("inconclusive")), CALL, TEARDOWN),
            "failed",
            "",
            id="a subtest is never inconclusive",
        ),
        pytest.param((SETUP, SUBTEST, TEARDOWN), "not_run", "it was not called", id="a subtest is no call"),
        pytest.param((), "not_run", "it was not called", id="no phase"),
        pytest.param((SETUP,), "not_run", "it was not called", id="only a setup"),
        pytest.param((SETUP, TEARDOWN), "not_run", "it was not called", id="no call"),
        pytest.param(
            (SETUP, CALL),
            "error",
            "its setup, call and teardown were not each reported once",
            id="no teardown",
        ),
        pytest.param(
            (CALL, TEARDOWN),
            "error",
            "its setup, call and teardown were not each reported once",
            id="no setup",
        ),
        pytest.param(
            called("skipped", observation=seen("not_applicable"))[:2],
            "error",
            "its setup, call and teardown were not each reported once",
            id="no teardown where there was nothing to do",
        ),
        pytest.param(
            (SETUP, RERUN, *called("skipped", observation=seen("not_applicable"))),
            "flaky",
            "it passed only when it was run again",
            id="nothing to do when run again",
        ),
        pytest.param(
            (SETUP, Phase("call", "exploded", reason="why"), TEARDOWN), "error", "why", id="an unknown word"
        ),
        pytest.param((SETUP, CRASH), "error", CRASH.reason, id="a worker that crashed"),
        pytest.param(
            (*PASSING, Phase("???", "failed")), "error", "its worker crashed", id="a crash without a word"
        ),
        pytest.param(
            (SETUP, RERUN, *PASSING),
            "flaky",
            "it passed only when it was run again",
            id="passed when run again",
        ),
        pytest.param((SETUP, RERUN, *called("failed")), "failed", "why", id="failed when run again"),
        pytest.param((SETUP, RERUN), "not_run", "it was not called", id="not run again after all"),
        pytest.param(
            (SETUP, RERUN, SETUP, CALL),
            "error",
            "its setup, call and teardown were not each reported once",
            id="no teardown when run again",
        ),
        pytest.param(
            (SETUP, CALL, Phase("teardown", "rerun"), *PASSING),
            "flaky",
            "it passed only when it was run again",
            id="a teardown that failed once",
        ),
    ],
)
def test_fold(phases: tuple[Phase, ...], outcome: Outcome, reason: str) -> None:
    """A node passes only where it was called, all of it passed, and at the first time."""
    folded = fold(phases)
    assert (folded.outcome, folded.reason) == (outcome, reason)


def test_fold_keeps_the_phase_to_blame() -> None:
    """The phase that says why comes along, with its place and what was seen."""
    setup, failed, teardown = called("failed", file="test_x.py", line=7)
    assert fold([setup, failed, teardown]) == NodeOutcome("failed", "why", failed)


@pytest.mark.parametrize(
    ("outcomes", "outcome"),
    [
        pytest.param([], "not_run", id="of nothing: not run"),
        pytest.param(["passed", "passed"], "passed", id="all passed"),
        pytest.param(["passed", "not_applicable"], "passed", id="some passed, some had nothing to do"),
        pytest.param(["not_applicable"], "not_applicable", id="all had nothing to do"),
        pytest.param(["passed", "flaky"], "flaky", id="flaky is worse than passed"),
        pytest.param(["flaky", "inconclusive"], "inconclusive", id="inconclusive is worse than flaky"),
        pytest.param(["inconclusive", "skipped"], "skipped", id="skipped is worse than inconclusive"),
        pytest.param(["skipped", "not_run"], "not_run", id="not run is worse than skipped"),
        pytest.param(["not_run", "failed"], "failed", id="failed is worse than not run"),
        pytest.param(["failed", "error"], "error", id="error is worst"),
    ],
)
def test_worst(outcomes: list[Outcome], outcome: Outcome) -> None:
    """The worst node of a criterion counts, in any order."""
    assert worst(outcomes) == worst(reversed(outcomes)) == outcome


observations = st.none() | st.sampled_from(OUTCOMES).map(seen)
phases = st.builds(
    Phase,
    when=st.sampled_from(["setup", "call", "teardown", "call", "???"]),
    outcome=st.sampled_from(["passed", "passed", "passed", "failed", "skipped", "rerun", "unheard of"]),
    excused=st.booleans(),
    subtest=st.booleans(),
    observation=observations,
)
many = st.lists(phases, max_size=6)
bad = phases.filter(
    lambda phase: (
        phase.excused
        or phase.when == "???"
        or (phase.outcome == "skipped" and phase.observation != seen("not_applicable"))
        or phase.outcome not in {"passed", "skipped"}
    )
)


@given(seen_phases=many, blot=bad, data=st.data())
@laws
def test_a_blot_never_passes(seen_phases: list[Phase], blot: Phase, data: st.DataObject) -> None:
    """A failed, skipped, excused, crashed or repeated phase anywhere keeps a node from passing."""
    place = data.draw(st.integers(0, len(PASSING)))
    for around in (seen_phases, [*PASSING], [*PASSING[:place], blot, *PASSING[place:]]):
        assert fold([*around, blot]).outcome != "passed"
        assert fold([blot, *around]).outcome != "passed"


@given(seen_phases=many)
@laws
def test_passing_means_all_of_it(seen_phases: list[Phase]) -> None:
    """Whatever passes has a passed setup, call and teardown of its own, and no phase that did not pass."""
    if fold(seen_phases).outcome == "passed":
        assert {phase.outcome for phase in seen_phases} == {"passed"}
        assert all(not one.observation or one.observation["outcome"] == "passed" for one in seen_phases)
        assert {"setup", "call", "teardown"} <= {phase.when for phase in seen_phases if not phase.subtest}


@pytest.mark.parametrize(
    ("gone", "outcome"),
    [
        pytest.param(SETUP, "error", id="the setup"),
        pytest.param(CALL, "not_run", id="the call"),
        pytest.param(TEARDOWN, "error", id="the teardown"),
    ],
)
def test_a_lost_phase_never_passes(gone: Phase, outcome: Outcome) -> None:
    """A report that was lost does not leave a pass behind."""
    assert fold([phase for phase in PASSING if phase is not gone]).outcome == outcome


@given(outcomes=st.lists(st.sampled_from(OUTCOMES)), more=st.sampled_from(OUTCOMES))
@laws
def test_another_node_is_never_better(outcomes: list[Outcome], more: Outcome) -> None:
    """One node more makes a criterion that did not pass no better."""
    if outcomes and worst(outcomes) not in {"passed", "not_applicable"}:
        assert worst([*outcomes, more]) not in {"passed", "not_applicable"}
    assert worst([*outcomes, more]) == worst([more, *outcomes])
