"""Loads as they might have been measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates.measure.load.measurement import Measurement, Run
from pytest_fwgates.measure.load.record import Load, Recorder
from pytest_fwgates.measure.load.scenario import Scenario
from pytest_fwgates.measure.resources.usage import Sample, Usage, summarise

if TYPE_CHECKING:
    from collections.abc import Callable

SCENARIO = Scenario(rate=200, users=120, duration=25, warmup=0)
QUIET = summarise([Sample(float(n), 0.1 * n, 50_000_000, 0, 1000 * n) for n in range(6)], 2, 0.0, "made up")


def load(
    seconds: Callable[[int], float] = lambda _: 0.05,
    *,
    failed: Callable[[int], bool] = lambda _: False,
    lag: float = 0.001,
    scenario: Scenario = SCENARIO,
) -> Load:
    """A load of which request `n` took `seconds(n)`, and failed where `failed(n)`."""
    recorder = Recorder(scenario)
    for number in range(scenario.total):
        recorder.lag(number, lag)
        recorder.request(number, seconds(number), failed=failed(number))
    return recorder.load("made up")


def measurement(one: Load, usage: Usage | str = QUIET) -> Measurement:
    """One that gives the same load again and again."""
    return Measurement(lambda: Run(one, usage))
