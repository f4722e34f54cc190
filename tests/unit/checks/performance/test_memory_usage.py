"""memory_usage: it passes, and it fails."""

from __future__ import annotations

import pytest

from pytest_fwgates.checks.performance.memory_usage import memory_usage
from pytest_fwgates.measure.resources.usage import Sample, Usage, summarise
from tests.loads import load, measurement


def used(rate: float, memory: int = 50_000_000) -> Usage:
    """What a process used that takes as much of everything in every second."""
    samples = [Sample(float(at), rate * at, memory, int(rate * at), int(rate * at)) for at in range(6)]
    return summarise(samples, 2, 0.0, "made up")


def test_little() -> None:
    """50 MB."""
    found = memory_usage(measurement(load(), used(0)))
    assert found.value == pytest.approx(50e6)
    assert found.unproven == ()
    assert len(found.samples) == 6


def test_much() -> None:
    """3 GB."""
    assert memory_usage(measurement(load(), used(0, 3_000_000_000))).value == pytest.approx(3e9)


def test_unknown() -> None:
    """Where nobody could look there is no value, and a reason."""
    found = memory_usage(measurement(load(), "the service is elsewhere"))
    assert (found.examined, found.unproven) == (0, ("the service is elsewhere",))
