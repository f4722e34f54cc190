"""What came of a load."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.measure.load import record
from pytest_fwgates.measure.load.scenario import Scenario
from tests import loads

SMALL = Scenario(rate=10, users=5, duration=4, warmup=1, timeout=2)
latencies = st.lists(st.floats(min_value=0.0001, max_value=3), min_size=50, max_size=50)


@given(latencies, st.sampled_from([50, 95, 99]))
@settings(deadline=None)
def test_percentiles_are_those_of_the_requests(taken: list[float], percent: float) -> None:
    """By nearest rank, to three digits, without the warm-up; what timed out took the time-out."""
    one = loads.load(lambda number: taken[number], scenario=SMALL)
    counted = sorted(min(value, SMALL.timeout) for value in taken[10:])
    expected = counted[math.ceil(len(counted) * percent / 100) - 1]
    assert record.percentile(one, percent) == pytest.approx(expected, rel=0.002, abs=2e-6)


@given(latencies, st.floats(min_value=0.001, max_value=1.9))
@settings(deadline=None)
def test_no_request_is_lost(taken: list[float], limit: float) -> None:
    """Every second has all its requests, and those slower than a limit are no fewer than there were."""
    one = loads.load(lambda number: taken[number], scenario=SMALL)
    blocks = record.slower_than(one, limit)
    assert [block.count for block in blocks] == [10] * 4
    assert sum(block.exceeded for block in blocks) >= sum(value >= limit for value in taken[10:])


def test_what_fails_counts_as_slow() -> None:
    """An error is no quick answer."""
    one = loads.load(failed=lambda number: number % 10 == 0)
    assert record.percentile(one, 95) == one.timeout
    assert sum(block.exceeded for block in record.slower_than(one, 1)) == 500
    assert record.throughput(one) == 180


def test_users_are_those_of_the_worst_second() -> None:
    """A session with a failed request is not served in that second."""
    one = loads.load(failed=lambda number: 1000 <= number < 1030)
    assert record.sustained_users(one) == 90
    assert record.sustained_users(loads.load()) == 120


def test_seconds_without_an_answer_are_there() -> None:
    """A service that is gone for a second has a second in which everything failed."""
    one = loads.load(failed=lambda number: 400 <= number < 600)
    assert [second.failed for second in one.seconds][:4] == [0, 0, 200, 0]


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        pytest.param(loads.load(), "", id="sound"),
        pytest.param(loads.load(lag=0.02), "the generator itself was late, by 20 ms", id="late"),
        pytest.param(record.Recorder(SMALL).load("x"), "no request was sent", id="empty"),
        pytest.param(record.Recorder(SMALL).load("x", "a worker is gone"), "a worker is gone", id="lost"),
    ],
)
def test_unproven(one: record.Load, reason: str) -> None:
    """Nothing is concluded from a load that was not what it should be."""
    assert record.unproven(one).startswith(reason)
    assert bool(record.unproven(one)) == bool(reason)


def test_parts_side_by_side() -> None:
    """What workers did in the same second is one second."""
    both = record.beside([loads.load(), loads.load(lambda _: 0.2)], "")
    assert len(both.seconds) == 25
    assert both.seconds[3].count == 400
    assert record.percentile(both, 40) == pytest.approx(0.05, rel=0.002)
    assert record.percentile(both, 60) == pytest.approx(0.2, rel=0.002)


def test_one_after_the_other() -> None:
    """Looks add up."""
    both = record.joined([loads.load(), loads.load()])
    assert len(both.seconds) == 50
    assert record.throughput(both) == 200
