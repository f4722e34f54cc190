"""What every check of this gate answers with, and how latencies and resources become such an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.measure.load import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fwgates.measure.load.measurement import Measurement
    from pytest_fwgates.measure.resources.usage import Usage

ENTRY_POINTS: Final = ("command", "agent", "skill")
"""What somebody calls by its name; without any, nothing can be measured in process."""
CLOSED: Final = "a closed loop: users waited for answers, so that what a stall delayed was never sent"
_WHOLE: Final = 100


class Measured(NamedTuple):
    """What was measured.

    Attributes:
        value: In the base unit of the criterion's threshold.
        examined: Requests, modules or seconds that it rests on.
        samples: What it was computed from, in the order of measuring.
        unproven: Why nothing may be concluded from it; empty where something may.
        per_second: How many of the samples are of each second of a load.
        by: How it was measured, for the evidence.
    """

    value: float
    examined: int
    samples: tuple[float, ...] = ()
    unproven: tuple[str, ...] = ()
    per_second: tuple[int, ...] = ()
    by: tuple[str, ...] = ()


def latency(measurement: Measurement, percent: float, limit: float) -> Measured:
    """A percentile of the response times, and whether it is known to be below `limit` seconds."""
    judgement = measurement.judge(lambda load: record.slower_than(load, limit), (_WHOLE - percent) / _WHOLE)
    load = measurement.load
    reasons = [record.unproven(load), CLOSED if load.closed else ""]
    if judgement.outcome == "inconclusive":
        reasons.append(judgement.reason)
    value = record.percentile(load, percent) if judgement.samples else 0.0
    counts = tuple(second.count for second in load.seconds)
    return Measured(
        value, judgement.samples, record.latencies(load), _said(reasons), counts, (record.described(load),)
    )


def of_load(measurement: Measurement, measure: Callable[[record.Load], float]) -> Measured:
    """A number of the whole load."""
    load = measurement.load
    requests = sum(second.count for second in load.seconds)
    reasons = _said([record.unproven(load)])
    return Measured(measure(load), requests, unproven=reasons, by=(record.described(load),))


def of_usage(
    measurement: Measurement,
    worst: Callable[[Usage], float],
    series: Callable[[Usage], tuple[float, ...]],
) -> Measured:
    """What the process under test used in the worst of the loads."""
    usages = [one for one in measurement.usages if not isinstance(one, str)]
    unknown = [one for one in measurement.usages if isinstance(one, str)]
    if not usages:
        return Measured(0.0, 0, (), _said(unknown))
    samples = tuple(value for one in usages for value in series(one))
    reasons = _said([*unknown, record.unproven(measurement.load)])
    by = tuple(f"{one.source}, by {one.cost:.1%} of a core" for one in usages)
    return Measured(max(map(worst, usages)), len(samples), samples, reasons, by=by)


def _said(reasons: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for reason in reasons if reason))
