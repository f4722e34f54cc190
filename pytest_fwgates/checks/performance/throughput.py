"""Enough requests are answered every second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import Measured, of_load
from pytest_fwgates.measure.load import record

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.measurement import Measurement

THRESHOLD: Final = ">= 100req/s"


def throughput(measurement: Measurement) -> Measured:
    """Requests per second that were answered as expected, over the whole load.

    Why: response times at a tenth of the traffic say nothing of the whole.

    Rule: answers as expected and in time, by the seconds in which their requests were to begin. It can be no
    more than the `rate` of the scenario, which has to be above the limit.
    """
    return of_load(measurement, record.throughput)
