"""network_bandwidth: it passes, and it fails."""

from __future__ import annotations

import pytest

from pytest_fwgates.checks.performance.network_bandwidth import network_bandwidth
from pytest_fwgates.measure.resources.usage import Sample, Usage, summarise
from tests.loads import load, measurement


def used(rate: float, memory: int = 50_000_000) -> Usage:
    """What a process used that takes as much of everything in every second."""
    samples = [Sample(float(at), rate * at, memory, int(rate * at), int(rate * at)) for at in range(6)]
    return summarise(samples, 2, 0.0, "made up")


def test_little() -> None:
    """8 Mbps."""
    found = network_bandwidth(measurement(load(), used(1e6)))
    assert found.value == pytest.approx(8e6)
    assert found.unproven == ()
    assert len(found.samples) == 5


def test_much() -> None:
    """160 Mbps."""
    assert network_bandwidth(measurement(load(), used(20e6))).value == pytest.approx(160e6)


def test_unknown() -> None:
    """Where nobody could look there is no value, and a reason."""
    found = network_bandwidth(measurement(load(), "the service is elsewhere"))
    assert (found.examined, found.unproven) == (0, ("the service is elsewhere",))
