"""The exit statuses: the decision's where pytest only says pass or fail, pytest's own where it says more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates import exitstatus
from pytest_fwgates.decision import decide
from tests.unit.strategies import NOW, criterion, evidence, profile, result

if TYPE_CHECKING:
    from pytest_fwgates.model import Decision, Verdict

DECISIONS: tuple[Decision, ...] = ("allow", "require_approval", "block")


def verdict(decision: Decision, *, selected: Decision = "block", partial: bool = False) -> Verdict:
    """A verdict that came to `decision`."""
    passed = decide(evidence([criterion("it")], [result("it", "passed")]), profile(), NOW)
    return msgspec.structs.replace(passed, decision=decision, selected_decision=selected, partial=partial)


def status(
    native: int,
    decision: Decision,
    *,
    selected: Decision = "block",
    partial: bool = False,
    follows_selection: bool = False,
    interrupted: bool = False,
    ordinary_failed: bool = False,
) -> int:
    """The status of a run that pytest would exit from with `native`."""
    return exitstatus.of_run(
        native,
        verdict(decision, selected=selected, partial=partial),
        follows_selection=follows_selection,
        interrupted=interrupted,
        ordinary_failed=ordinary_failed,
    )


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        pytest.param("allow", 0, id="allow is 0"),
        pytest.param("block", 10, id="block is 10"),
        pytest.param("require_approval", 11, id="require approval is 11"),
    ],
)
def test_of_decision(decision: Decision, expected: int) -> None:
    """Each decision has a status of its own."""
    assert exitstatus.of_decision(decision) == expected
    assert status(0, decision) == expected


@pytest.mark.parametrize(
    "native",
    [
        pytest.param(1, id="failed tests"),
        pytest.param(2, id="errors during collection"),
        pytest.param(5, id="no tests"),
        pytest.param(7, id="flaky tests"),
    ],
)
@pytest.mark.parametrize(
    ("decision", "expected"),
    [pytest.param("block", 10, id="block"), pytest.param("require_approval", 11, id="ask")],
)
def test_decision_replaces(native: int, decision: Decision, expected: int) -> None:
    """Where the gates object, pytest's word for the same trouble gives way."""
    assert status(native, decision) == expected
    assert status(native, decision, ordinary_failed=True) == expected


@pytest.mark.parametrize(
    ("native", "interrupted"),
    [
        pytest.param(2, True, id="a person's interrupt"),
        pytest.param(3, False, id="an internal error"),
        pytest.param(4, False, id="a usage error"),
        pytest.param(6, False, id="too many warnings"),
        pytest.param(42, False, id="another plugin's status"),
    ],
)
@pytest.mark.parametrize("decision", DECISIONS)
def test_native_stays(native: int, interrupted: bool, decision: Decision) -> None:
    """What is no answer to whether tests passed stays as it is."""
    assert status(native, decision, interrupted=interrupted) == native


@pytest.mark.parametrize("native", [0, 1, 5, 7])
def test_allow_replaces(native: int) -> None:
    """Where the gates allow, no tests, failed gate tests and flaky ones are no trouble."""
    assert status(native, "allow") == 0


def test_ordinary_tests_failed() -> None:
    """Ordinary failing tests keep 1 where the gates allow."""
    assert status(1, "allow", ordinary_failed=True) == 1


def test_only_gate_tests_failed() -> None:
    """Gate tests that are not enforced here may fail where the gates allow."""
    assert status(1, "allow") == 0


@pytest.mark.parametrize(
    ("follows_selection", "selected", "expected"),
    [
        pytest.param(True, "allow", 0, id="what ran passed, where bypass is allowed"),
        pytest.param(True, "require_approval", 11, id="what ran needs approval, where bypass is allowed"),
        pytest.param(True, "block", 10, id="what ran is blocked, where bypass is allowed"),
        pytest.param(False, "allow", 10, id="what ran passed, where bypass is not allowed"),
    ],
)
def test_partial(follows_selection: bool, selected: Decision, expected: int) -> None:
    """A partial run follows what ran only where the profile allows bypass."""
    assert (
        status(0, "block", selected=selected, partial=True, follows_selection=follows_selection) == expected
    )


def test_bypass_is_for_partial_runs() -> None:
    """A whole run follows the decision over everything."""
    assert status(0, "block", selected="allow", follows_selection=True) == 10


@pytest.mark.parametrize(
    ("native", "expected"),
    [
        pytest.param(0, 10, id="collected"),
        pytest.param(5, 10, id="collected nothing"),
        pytest.param(4, 4, id="a usage error"),
        pytest.param(256, 10, id="a status that wraps"),
        pytest.param(-1, 10, id="a status below zero"),
    ],
)
def test_only_collected(native: int, expected: int) -> None:
    """A run that only collected proves nothing."""
    assert exitstatus.of_plan(native) == expected


@given(
    native=st.integers() | st.integers(0, 300),
    decision=st.sampled_from(DECISIONS),
    selected=st.sampled_from(DECISIONS),
    flags=st.tuples(*[st.booleans()] * 4),
)
@settings(deadline=None)
def test_laws(native: int, decision: Decision, selected: Decision, flags: tuple[bool, ...]) -> None:
    """A status is never outside 0 to 125, and 0 only where pytest saw no trouble and what counts is allow."""
    partial, follows_selection, interrupted, ordinary_failed = flags
    got = status(
        native,
        decision,
        selected=selected,
        partial=partial,
        follows_selection=follows_selection,
        interrupted=interrupted,
        ordinary_failed=ordinary_failed,
    )
    assert 0 <= got <= 125
    if got == 0:
        assert native in {0, 1, 5, 7}
        assert (selected if partial and follows_selection else decision) == "allow"
        assert native != 1 or not ordinary_failed
