"""concurrent_session_handling: it passes, and it fails."""

from __future__ import annotations

from pytest_fwgates.checks.performance.concurrent_session_handling import sessions_handled
from tests.loads import load, measurement


def test_all_are_handled() -> None:
    """Every session is served, and quickly."""
    found = sessions_handled(measurement(load()), 0.5)
    assert (found.value, found.unproven) == (120, ())


def test_sessions_that_are_slow_are_not_handled() -> None:
    """Where p99 is beyond its limit no number of sessions is handled."""
    found = sessions_handled(measurement(load(lambda number: 0.9 if number % 20 == 0 else 0.05)), 0.5)
    assert found.value == 0
    assert found.unproven == ("p99 is 900 ms with 120 sessions, 500 ms are allowed",)


def test_errors() -> None:
    """Sessions with an error do not count."""
    assert sessions_handled(measurement(load(failed=lambda number: number == 77)), 0.5).value == 119
