"""A service, or the framework itself, answers 99 of 100 requests in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import Measured, latency

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.measurement import Measurement

PERCENT: Final = 99
THRESHOLD: Final = "< 500ms"


def response_time(measurement: Measurement, limit: float) -> Measured:
    """The 99th percentile in seconds.

    Why: an average hides what one user in 100 waits.

    Rule: "p99 < L" means that less than 1 % of the requests take L or longer. The upper bound of that share
    has to be below 1 %, by the interval of Clopper and Pearson with seconds as blocks (`docs/statistics.md`);
    a latency counts from when the request was to be sent. A request that failed or timed out took longer.
    """
    return latency(measurement, PERCENT, limit)
