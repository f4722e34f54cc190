"""p95_response_time: it passes, and it fails."""

from __future__ import annotations

import pytest
from msgspec import structs

from pytest_fwgates.checks.performance._measured import CLOSED
from pytest_fwgates.checks.performance.p95_response_time import response_time
from tests.loads import SCENARIO, load, measurement

LIMIT = 0.2
MANY = 10
NEAR = 21


def test_quick() -> None:
    """All answers are quick: passed, with the percentile and what it was computed from."""
    found = response_time(measurement(load()), LIMIT)
    assert found.value == pytest.approx(0.05, rel=0.002)
    assert (found.unproven, found.examined, len(found.samples)) == ((), 5000, 5000)


def test_slow() -> None:
    """Twice as many as may are slow: the percentile is beyond the limit."""
    found = response_time(measurement(load(lambda number: 1.0 if number % MANY == 0 else 0.05)), LIMIT)
    assert found.value >= LIMIT
    assert found.unproven == ()


def test_failures_are_slow() -> None:
    """An error is no quick answer."""
    assert response_time(measurement(load(failed=lambda number: number % MANY == 0)), LIMIT).value >= LIMIT


def test_too_near() -> None:
    """Nearly as many as may: nobody knows, after three looks."""
    found = response_time(measurement(load(lambda number: 1.0 if number % NEAR == 0 else 0.05)), LIMIT)
    assert found.examined == 15000
    assert "measure longer" in found.unproven[0]


def test_stalls_are_not_averaged_away() -> None:
    """One second in ten without an answer is one in ten too slow, whatever the others are."""
    found = response_time(measurement(load(lambda number: 1.0 if number // 200 % 10 == 3 else 0.05)), LIMIT)
    assert found.value >= LIMIT


def test_too_few() -> None:
    """A second of load proves nothing."""
    brief = structs.replace(SCENARIO, duration=1)
    assert response_time(measurement(load(scenario=brief)), LIMIT).unproven


def test_closed_loop() -> None:
    """Users that wait for answers prove no percentile, however quick they are answered."""
    closed = structs.replace(SCENARIO, closed=True)
    assert CLOSED in response_time(measurement(load(scenario=closed)), LIMIT).unproven


def test_late_generator() -> None:
    """A generator that was late itself proves nothing."""
    assert "the generator itself was late" in response_time(measurement(load(lag=0.05)), LIMIT).unproven[0]
