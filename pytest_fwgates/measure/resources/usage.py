"""From samples of counters to what was used; pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BITS: Final = 8


class Unmeasurable(Exception):  # noqa: N818 - it is an answer
    """What is used cannot be measured here; the text says why."""


@dataclass(frozen=True)
class Sample:
    """Counters at a moment.

    Attributes:
        at: In seconds of a clock that never goes back.
        cpu: Seconds of processor time so far.
        memory: Bytes now.
        disk: Bytes read from and written to storage so far.
        network: Bytes on the network so far.
    """

    at: float
    cpu: float
    memory: int
    disk: int
    network: int


@dataclass(frozen=True)
class Usage:
    """What was used.

    Attributes:
        seconds: How long was measured.
        cpu_mean: The share of all cores over the whole time.
        cpu: The same of each second.
        memory_peak: The highest sample in bytes.
        memory: The highest sample of each second.
        disk_peak: Bytes per second in the busiest second.
        network_peak: Bits per second in the busiest second.
        cost: The share of one core that measuring took.
        source: Which counters it comes from.
    """

    seconds: float
    samples: int
    cpu_mean: float
    cpu_peak: float
    cpu: tuple[float, ...]
    memory_mean: float
    memory_peak: float
    memory: tuple[float, ...]
    disk_mean: float
    disk_peak: float
    disk: tuple[float, ...]
    network_mean: float
    network_peak: float
    network: tuple[float, ...]
    cost: float
    source: str


def summarise(samples: Sequence[Sample], cores: int, cost: float, source: str) -> Usage:
    """What was used between the first sample and the last.

    Counters are interpolated at whole seconds; one that went back, because a process left, has stood still.

    Raises:
        ValueError: there are fewer than two samples, or less than a second between them.
    """
    if len(samples) < 2 or samples[-1].at - samples[0].at < 1:  # noqa: PLR2004 - a difference takes two
        raise ValueError("less than a second was measured")
    seconds = samples[-1].at - samples[0].at
    cpu = [one / cores for one in _rates(samples, lambda one: one.cpu)]
    disk = _rates(samples, lambda one: float(one.disk))
    network = [one * _BITS for one in _rates(samples, lambda one: float(one.network))]
    memory = _highest(samples)

    def mean(read: Callable[[Sample], float]) -> float:
        return _steady([read(one) for one in samples])[-1] / seconds

    return Usage(
        seconds=seconds,
        samples=len(samples),
        cpu_mean=mean(lambda one: one.cpu) / cores,
        cpu_peak=max(cpu),
        cpu=tuple(cpu),
        memory_mean=math.fsum(one.memory for one in samples) / len(samples),
        memory_peak=max(one.memory for one in samples),
        memory=tuple(memory),
        disk_mean=mean(lambda one: one.disk),
        disk_peak=max(disk),
        disk=tuple(disk),
        network_mean=mean(lambda one: one.network) * _BITS,
        network_peak=max(network),
        network=tuple(network),
        cost=cost,
        source=source,
    )


def _steady(counts: Sequence[float]) -> list[float]:
    """A counter from 0 on that never goes back."""
    total, steady = 0.0, [0.0]
    for before, after in pairwise(counts):
        total += max(0.0, after - before)
        steady.append(total)
    return steady


def _rates(samples: Sequence[Sample], read: Callable[[Sample], float]) -> list[float]:
    """How much a counter grew in each whole second."""
    times = [one.at - samples[0].at for one in samples]
    counts = _steady([read(one) for one in samples])
    at = [_interpolated(times, counts, float(second)) for second in range(int(times[-1]) + 1)]
    return [after - before for before, after in pairwise(at)]


def _interpolated(times: Sequence[float], counts: Sequence[float], at: float) -> float:
    right = min(bisect_right(times, at), len(times) - 1)
    left = right - 1
    width = times[right] - times[left]
    share = (at - times[left]) / width if width else 1.0
    return counts[left] + (counts[right] - counts[left]) * share


def _highest(samples: Sequence[Sample]) -> list[float]:
    found: dict[int, float] = {}
    for one in samples:
        second = int(one.at - samples[0].at)
        found[second] = max(found.get(second, 0.0), one.memory)
    return [found[second] for second in sorted(found)]
