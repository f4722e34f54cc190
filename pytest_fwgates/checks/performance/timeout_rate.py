"""Hardly a request remains without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import CLOSED, Measured
from pytest_fwgates.measure.load import record

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.measurement import Measurement

THRESHOLD: Final = "< 0.1%"


def timeout_rate(measurement: Measurement, limit: float) -> Measured:
    """The share of requests that were not answered as expected within the scenario's time-out.

    Why: who gets no answer is in no percentile of the answers.

    Rule: a request whose answer takes the time-out or longer, from when it was to be sent, or that gets
    another answer than the expected ones, counts. The upper bound of the share has to be below the limit;
    without any such request 0.1 % takes 2,995 requests, and more where the run may be extended.
    """
    judgement = measurement.judge(record.timed_out, limit)
    load = measurement.load
    reasons = [record.unproven(load), CLOSED if load.closed else ""]
    if judgement.outcome == "inconclusive":
        reasons.append(judgement.reason)
    said = tuple(filter(None, reasons))
    by = (record.described(load),)
    return Measured(judgement.observed, judgement.samples, unproven=said, by=by)
