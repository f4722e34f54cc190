"""Many sessions resolve commands at once, without an error and in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import Measured, latency
from pytest_fwgates.measure.load import record

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.measurement import Measurement

THRESHOLD: Final = "> 100"
PERCENT: Final = 99


def sessions_handled(measurement: Measurement, limit: float) -> Measured:
    """How many sessions resolved entry points of the framework in the worst second of a load in process.

    Why: a framework that one person uses quickly may be slow for a team.

    Rule: each session calls commands, agents and skills at its own pace; all files are read anew. A session
    with an error in a second does not count in it, and the 99th percentile has to be below `limit` seconds as
    in `p99_response_time`; where it is not, the value is no number of sessions that are handled.
    """
    timed = latency(measurement, PERCENT, limit)
    load = measurement.load
    sessions = record.sustained_users(load)
    if timed.value >= limit:
        reason = (
            f"p99 is {timed.value * 1000:.0f} ms with {sessions} sessions, {limit * 1000:.0f} ms are allowed"
        )
        return Measured(0, timed.examined, timed.samples, (*timed.unproven, reason))
    return Measured(sessions, timed.examined, (), timed.unproven)
