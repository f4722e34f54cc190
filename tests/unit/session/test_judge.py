"""assess(): from what a gate test found, searched and measured to its outcome."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates import thresholds
from pytest_fwgates.model import Finding, Outcome
from pytest_fwgates.session.judge import assess
from tests.unit.strategies import findings

laws = settings(deadline=None)

ABSENT = "the framework has no hook"
BROKEN = Finding("broken", "a.md", 3)


@pytest.mark.parametrize(
    ("found", "examined", "absent", "outcome", "reason"),
    [
        pytest.param(0, 7, None, "passed", "", id="searched and found nothing"),
        pytest.param(1, 7, None, "failed", "1 finding", id="one finding"),
        pytest.param(2, 7, None, "failed", "2 findings", id="two findings"),
        pytest.param(0, 0, None, "inconclusive", "it examined nothing", id="searched nothing"),
        pytest.param(0, -1, None, "inconclusive", "it examined nothing", id="searched less than nothing"),
        pytest.param(0, 0, ABSENT, "not_applicable", ABSENT, id="there was nothing to search"),
        pytest.param(0, 7, ABSENT, "passed", "", id="it searched what the index does not know"),
        pytest.param(1, 0, None, "failed", "1 finding", id="a finding in nothing"),
        pytest.param(1, 0, ABSENT, "failed", "1 finding", id="a finding where there was nothing to search"),
    ],
)
def test_findings(found: int, examined: int, absent: str | None, outcome: Outcome, reason: str) -> None:
    """Without a limit any finding fails, and an empty search is no pass."""
    assert assess([BROKEN] * found, examined, None, None, absent) == (outcome, reason)


@pytest.mark.parametrize(
    ("limit", "value", "found", "outcome", "reason"),
    [
        pytest.param("< 200ms", 0.15, 0, "passed", "", id="a value that holds"),
        pytest.param(
            "< 200ms", 0.25, 0, "failed", "it does not hold < 200ms", id="a value that does not hold"
        ),
        pytest.param("<= 3", 3, 3, "passed", "", id="as many findings as are allowed"),
        pytest.param("<= 3", 4, 4, "failed", "4 findings", id="more findings than are allowed"),
        pytest.param("< 3", math.nan, 0, "failed", "it does not hold < 3", id="no number"),
        pytest.param(
            "< 3",
            True,
            0,
            "inconclusive",
            "the measured value True does not fit a threshold in numbers",
            id="a truth value against a number",
        ),
        pytest.param(
            "< 1s",
            "low",
            1,
            "inconclusive",
            "the measured value 'low' does not fit a threshold in s",
            id="a word against seconds, with a finding",
        ),
    ],
)
def test_limits(limit: str, value: thresholds.Value, found: int, outcome: Outcome, reason: str) -> None:
    """A measured value is held against the limit."""
    assert assess([BROKEN] * found, 7, value, thresholds.parse(limit), None) == (outcome, reason)


def test_measured_nothing() -> None:
    """A value that was measured on nothing says nothing."""
    assert assess([], 0, 0.1, thresholds.parse("< 1s"), None) == ("inconclusive", "it examined nothing")


@pytest.mark.parametrize("examined", [0, -1])
def test_findings_in_nothing(examined: int) -> None:
    """Where nothing was searched, no limit makes a pass of what was found."""
    limit = thresholds.parse("<= 3")
    assert assess([BROKEN], examined, 1, limit, ABSENT) == ("failed", "1 finding")


def test_value_beyond_all_floats() -> None:
    """A measured value that is larger than every float is held against the limit like any other."""
    assert assess([], 7, 10**5000, thresholds.parse("< 1s"), None) == ("failed", "it does not hold < 1s")


def test_value_without_a_limit() -> None:
    """Where there is nothing to compare with, the findings decide."""
    assert assess([], 7, 3, None, None) == ("passed", "")
    assert assess([Finding("wrong")], 7, 3, None, None) == ("failed", "1 finding")


def test_limit_without_a_value() -> None:
    """A limit that nothing was held against proves nothing."""
    limit = thresholds.parse("<= 3")
    assert assess([], 7, None, limit, None) == ("inconclusive", "it measured nothing to hold against <= 3")


@given(
    found=st.lists(findings(), max_size=3),
    examined=st.integers(-1, 3),
    value=st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    limit=st.none() | st.sampled_from(["< 3", ">= 0", "true", "< medium", "< 1s", "0"]).map(thresholds.parse),
    absent=st.none() | st.just(ABSENT),
)
@laws
def test_laws(
    found: list[Finding],
    examined: int,
    value: thresholds.Value | None,
    limit: thresholds.Threshold | None,
    absent: str | None,
) -> None:
    """A pass has no reason and anything else has one; nothing searched and nothing found never passes."""
    outcome, reason = assess(found, examined, value, limit, absent)
    assert outcome in {"passed", "failed", "inconclusive", "not_applicable"}
    assert (outcome == "passed") is (reason == "")
    if examined <= 0:
        assert outcome != "passed"
    if examined <= 0 and not found:
        assert outcome == ("not_applicable" if absent else "inconclusive")
    else:
        assert outcome != "not_applicable"
    if outcome == "passed" and found:
        assert limit is not None
        assert value is not None
        assert limit.holds(value)
