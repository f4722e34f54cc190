"""cpu_utilization: it passes, and it fails."""

from __future__ import annotations

import pytest

from pytest_fwgates.checks.performance.cpu_utilization import cpu_utilization
from pytest_fwgates.measure.resources.usage import Sample, Usage, summarise
from tests.loads import load, measurement


def used(rate: float, memory: int = 50_000_000) -> Usage:
    """What a process used that takes as much of everything in every second."""
    samples = [Sample(float(at), rate * at, memory, int(rate * at), int(rate * at)) for at in range(6)]
    return summarise(samples, 2, 0.0, "made up")


def test_little() -> None:
    """A tenth of two cores."""
    found = cpu_utilization(measurement(load(), used(0.2)))
    assert found.value == pytest.approx(0.1)
    assert found.unproven == ()
    assert len(found.samples) == 5


def test_much() -> None:
    """Nearly both cores."""
    assert cpu_utilization(measurement(load(), used(1.9))).value == pytest.approx(0.95)


def test_unknown() -> None:
    """Where nobody could look there is no value, and a reason."""
    found = cpu_utilization(measurement(load(), "the service is elsewhere"))
    assert (found.examined, found.unproven) == (0, ("the service is elsewhere",))
