"""The service leaves the network room for others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import Measured, of_usage

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.measurement import Measurement

THRESHOLD: Final = "< 100Mbps"


def network_bandwidth(measurement: Measurement) -> Measured:
    """Bits per second on the network of the service, in the busiest second.

    Why: answers that are too large, and calls nobody thought of, fill a link before anything else is slow.

    Rule: no system counts the traffic of a process. What is counted is all traffic in the network namespace
    of the service, an upper bound of its own: below the limit it proves that the service is below it. In a
    container of its own it is exact.
    """
    return of_usage(measurement, lambda usage: usage.network_peak, lambda usage: usage.network)
