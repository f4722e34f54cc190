"""throughput: it passes, and it fails."""

from __future__ import annotations

from pytest_fwgates.checks.performance.throughput import throughput
from tests.loads import load, measurement


def test_all_are_answered() -> None:
    """What is sent is answered."""
    assert throughput(measurement(load())).value == 200


def test_half_are_not() -> None:
    """Errors are no throughput."""
    assert throughput(measurement(load(failed=lambda number: number % 2 == 0))).value == 100


def test_late_generator() -> None:
    """A generator that is late is told."""
    assert "late" in throughput(measurement(load(lag=0.1))).unproven[0]
