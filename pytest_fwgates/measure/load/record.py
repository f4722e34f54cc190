"""What came of a load, second by second, in histograms that keep three digits of every latency.

A request belongs to the second in which it was to begin, and its latency counts from there, also where it
could begin only later: a stall makes many requests late, not one (Tene, "How NOT to Measure Latency", 2013).
http://hdrhistogram.org/ has the histograms.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pytest_fwgates.measure.bounds import Block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fwgates.measure.load.scenario import Scenario

_LONGEST_US: Final = 3_600_000_000
_DIGITS: Final = 3
MAX_LAG_S: Final = 0.010
"""What the generator itself may be late, in 99 of 100 requests."""
_TAIL: Final = 0.99
READY: Final = b"ready\n"
"""What a process that generates a load says when it begins."""


class Second(msgspec.Struct, frozen=True):
    """What became of the requests that were to begin in one second.

    Attributes:
        answered: The latencies of those answered as expected, in microseconds, as HdrHistogram encodes them.
        count: All of them.
        failed: Those with another answer or none, and a connection that broke.
        timed_out: Those that took the time-out or longer.
        users: Open sessions none of whose requests failed or timed out.
    """

    answered: str
    count: int
    failed: int
    timed_out: int
    users: int


class Load(msgspec.Struct, frozen=True):
    """What came of a load.

    Attributes:
        lag: By how much the generator itself began late, in microseconds, encoded as above.
        timeout: In seconds; what a failed request took at least, as far as percentiles go.
        closed: Whether users waited for answers.
        engine: What generated it.
        lost: Why part of it is missing; empty where nothing is.
    """

    seconds: tuple[Second, ...]
    lag: str
    timeout: float
    closed: bool
    engine: str
    lost: str = ""


class Recorder:
    """Takes down requests as they end."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._answered: dict[int, Any] = defaultdict(histogram)
        self._lag = histogram()
        self._counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        self._unserved: dict[int, set[int]] = defaultdict(set)
        self._seen: set[int] = set()

    def lag(self, number: int, seconds: float) -> None:
        """The generator sent request `number` so much later than it was to, though nothing else held it."""
        if self._scenario.second(number) >= 0:
            self._lag.record_value(_microseconds(seconds))

    def request(self, number: int, seconds: float, *, failed: bool) -> None:
        """Request `number` ended so long after it was to begin."""
        second = self._scenario.second(number)
        if second < 0:
            return
        user = number % self._scenario.users if self._scenario.users else 0
        self._seen.add(user)
        counts = self._counts[second]
        counts[0] += 1
        late = seconds >= self._scenario.timeout
        if late or failed:
            counts[2 if late else 1] += 1
            self._unserved[second].add(user)
        else:
            self._answered[second].record_value(_microseconds(seconds))

    def load(self, engine: str, lost: str = "") -> Load:
        """All of it; a second without any request has a count of 0."""
        users = len(self._seen) if self._scenario.users else 0
        seconds = tuple(
            Second(
                answered=encoded(self._answered[number]),
                count=self._counts[number][0],
                failed=self._counts[number][1],
                timed_out=self._counts[number][2],
                users=max(0, users - len(self._unserved[number])),
            )
            for number in range(max(self._counts, default=-1) + 1)
        )
        return Load(seconds, encoded(self._lag), self._scenario.timeout, self._scenario.closed, engine, lost)


def histogram() -> Any:
    """An empty one, from a microsecond to an hour."""
    from hdrh.histogram import HdrHistogram  # noqa: PLC0415 - a run that measures nothing must not load it

    return HdrHistogram(1, _LONGEST_US, _DIGITS)


def encoded(of: Any) -> str:
    """A histogram as text."""
    return str(of.encode().decode("ascii"))


def decoded(text: str) -> Any:
    """The histogram that a text holds."""
    from hdrh.histogram import HdrHistogram  # noqa: PLC0415 - as above

    return HdrHistogram.decode(text.encode("ascii"))


def joined(loads: Iterable[Load]) -> Load:
    """Loads of one scenario, one after the other."""
    loads = list(loads)
    lag = histogram()
    for one in loads:
        lag.add(decoded(one.lag))
    return Load(
        tuple(second for one in loads for second in one.seconds),
        encoded(lag),
        loads[0].timeout,
        any(one.closed for one in loads),
        loads[0].engine,
        "; ".join(dict.fromkeys(one.lost for one in loads if one.lost)),
    )


def beside(loads: Iterable[Load], lost: str) -> Load:
    """Parts of one load that ran at the same time, second by second."""
    loads = list(loads)
    lag = histogram()
    for one in loads:
        lag.add(decoded(one.lag))
    seconds = []
    for parts in zip_longest(*(one.seconds for one in loads)):
        there = [part for part in parts if part is not None]
        answered = histogram()
        for part in there:
            answered.add(decoded(part.answered))
        count, failed, late, users = (
            sum(getattr(part, name) for part in there) for name in ("count", "failed", "timed_out", "users")
        )
        seconds.append(Second(encoded(answered), count, failed, late, users))
    first = loads[0]
    return Load(tuple(seconds), encoded(lag), first.timeout, first.closed, first.engine, lost)


def latencies(load: Load) -> tuple[float, ...]:
    """Every latency in seconds, in the order of the seconds; what failed has taken the time-out."""
    found: list[float] = []
    for second in load.seconds:
        for value, count in _steps(second):
            found += [value] * count
        found += [load.timeout] * (second.failed + second.timed_out)
    return tuple(found)


def percentile(load: Load, percent: float) -> float:
    """The least latency in seconds that `percent` of a hundred requests do not exceed, by nearest rank."""
    ordered = sorted(latencies(load))
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


def slower_than(load: Load, limit: float) -> list[Block]:
    """Of each second how many requests took `limit` seconds or longer, failed or timed out."""
    return [
        Block(
            second.count,
            second.failed
            + second.timed_out
            + sum(count for value, count in _steps(second) if value >= limit),
        )
        for second in load.seconds
    ]


def timed_out(load: Load) -> list[Block]:
    """Of each second how many requests were not answered in time; one without an answer was not either."""
    return [Block(second.count, second.timed_out + second.failed) for second in load.seconds]


def throughput(load: Load) -> float:
    """Requests per second that were answered as expected."""
    answered = sum(second.count - second.failed - second.timed_out for second in load.seconds)
    return answered / len(load.seconds) if load.seconds else 0.0


def sustained_users(load: Load) -> int:
    """Sessions that were open and served in the worst second."""
    return min((second.users for second in load.seconds), default=0)


def described(load: Load) -> str:
    """How the load was made, in a few words."""
    loop = "closed" if load.closed else "open"
    late = late_by(load) * 1000
    return f"{loop} loop by {load.engine}, {len(load.seconds)} s, {late:.1f} ms late at p99"


def late_by(load: Load) -> float:
    """By how many seconds the generator itself was late at the 99th percentile."""
    lag = decoded(load.lag)
    return float(lag.get_value_at_percentile(_TAIL * 100)) / 1e6 if lag.get_total_count() else 0.0


def unproven(load: Load) -> str:
    """Why nothing may be concluded from the load, though it ran; empty where something may."""
    if load.lost:
        return load.lost
    if not any(second.count for second in load.seconds):
        return "no request was sent"
    late = late_by(load)
    if late >= MAX_LAG_S:
        return (
            f"the generator itself was late, by {late * 1000:.0f} ms at p99 where {MAX_LAG_S * 1000:.0f} ms "
            f"are allowed; lower the rate, use a larger machine, or 'engine: locust' with workers"
        )
    return ""


def _steps(second: Second) -> tuple[tuple[float, int], ...]:
    return _values(second.answered)


@lru_cache(maxsize=4096)  # every criterion of a load asks for the same seconds
def _values(text: str) -> tuple[tuple[float, int], ...]:
    """Each value in seconds, the highest that its place in the histogram stands for, and its count.

    The library's own iterator looks at every place twenty times as slowly.
    """
    of = decoded(text)
    return tuple(
        (of.get_highest_equivalent_value(of.get_value_from_index(index)) / 1e6, count)
        for index, count in enumerate(list(of.counts))
        if count
    )


def _microseconds(seconds: float) -> int:
    return min(_LONGEST_US, max(1, round(seconds * 1e6)))
