"""The processes under test fit into their memory under load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import Measured, of_usage

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.measurement import Measurement

THRESHOLD: Final = "< 2GB"


def memory_usage(measurement: Measurement) -> Measured:
    """The most memory in bytes that the processes under test had during the load.

    Why: what grows with every request ends with a process that the system kills.

    Rule: the sum of the proportional set sizes of the process and its descendants, so that pages which they
    share count once (https://docs.kernel.org/filesystems/proc.html); the highest of all samples.
    """
    return of_usage(measurement, lambda usage: usage.memory_peak, lambda usage: usage.memory)
