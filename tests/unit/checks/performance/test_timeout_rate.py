"""timeout_rate: it passes, and it fails."""

from __future__ import annotations

from msgspec import structs

from pytest_fwgates.checks.performance.timeout_rate import timeout_rate
from tests.loads import SCENARIO, load, measurement


def test_all_are_answered() -> None:
    """5,000 answers in time: less than 0.1 % is proven."""
    found = timeout_rate(measurement(load()), 0.001)
    assert (found.value, found.unproven, found.examined) == (0.0, (), 5000)


def test_one_in_a_hundred_is_lost() -> None:
    """That is ten times what may be."""
    found = timeout_rate(measurement(load(lambda number: 9.0 if number % 100 == 0 else 0.05)), 0.001)
    assert found.value == 0.01
    assert found.unproven == ()


def test_errors_are_no_answers() -> None:
    """A request that fails at once was not answered either."""
    assert timeout_rate(measurement(load(failed=lambda number: number % 50 == 0)), 0.001).value == 0.02


def test_too_few() -> None:
    """1,000 requests without a loss prove less than 0.5 %, not less than 0.1 %, even three times."""
    brief = structs.replace(SCENARIO, duration=5)
    found = timeout_rate(measurement(load(scenario=brief)), 0.001)
    assert found.unproven == ("3000 requests; 4093 are needed to tell",)
