"""concurrent_users: it passes, and it fails."""

from __future__ import annotations

from pytest_fwgates.checks.performance.concurrent_users import concurrent_users
from tests.loads import load, measurement


def test_all_are_served() -> None:
    """Every session is served in every second."""
    found = concurrent_users(measurement(load()))
    assert (found.value, found.unproven) == (120, ())


def test_some_are_not_in_one_second() -> None:
    """The worst second counts."""
    failing = load(failed=lambda number: 1000 <= number < 1060)
    assert concurrent_users(measurement(failing)).value == 60
