"""The machine keeps time to spare under load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import Measured, of_usage

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.measurement import Measurement

THRESHOLD: Final = "< 50%"


def cpu_utilization(measurement: Measurement) -> Measured:
    """The share of the machine's processor time that the processes under test took during the load.

    Why: a machine that is half busy survives the loss of its twin.

    Rule: processor time of the process and all its descendants, those that have ended included, by that of
    all cores, over the whole load; of several loads the highest.
    """
    return of_usage(measurement, lambda usage: usage.cpu_mean, lambda usage: usage.cpu)
