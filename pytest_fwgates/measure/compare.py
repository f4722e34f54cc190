"""Whether head is slower than base, by interleaved runs of both.

Single runs of one code differ up to twofold, and rounds of one process are not independent, so that each run
counts once, by its median. The test is that of Mann and Whitney (Annals of Mathematical Statistics 18, 1947,
50-60), exact; the effect is the shift of Hodges and Lehmann (Annals of Mathematical Statistics 34, 1963,
598-611) on logarithms, which makes it a ratio.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Change = Literal["regressed", "improved", "unchanged", "inconclusive"]

SIGNIFICANCE: Final = 0.05
EFFECT: Final = 0.05
"""What is less than a twentieth is no regression, however sure it is."""


@dataclass(frozen=True)
class Comparison:
    """What became of a benchmark.

    Attributes:
        ratio: Head's time by base's; 1.2 is a fifth slower. NaN where one of them has no run.
        p: The probability that runs of one code differ as much in this direction.
        reason: Why, for people.
    """

    name: str
    change: Change
    ratio: float
    p: float
    reason: str


def least_p(base: int, head: int) -> float:
    """The smallest p that so many runs can give: one of all orders, `1 / (base + head choose base)`."""
    return 1 / math.comb(base + head, base)


def shift(base: Sequence[float], head: Sequence[float]) -> float:
    """By which factor head takes longer: the median of all ratios of a run of head to one of base."""
    return math.exp(median(math.log(after / before) for before in base for after in head))


def compare(name: str, base: Sequence[float], head: Sequence[float]) -> Comparison:
    """Judge the medians of the runs of one benchmark, in seconds.

    Raises:
        ValueError: a median is no positive number.
    """
    if any(not 0 < one < math.inf for one in (*base, *head)):
        raise ValueError(f"{name}: a run took no time, or for ever")
    if not base or not head:
        side = "base" if not base else "head"
        return Comparison(name, "inconclusive", math.nan, 1.0, f"{side} has no run of it; was it renamed?")
    ratio = shift(base, head)
    if least_p(len(base), len(head)) > SIGNIFICANCE:
        why = f"{len(base)} and {len(head)} runs cannot tell; five of each can"
        return Comparison(name, "inconclusive", ratio, 1.0, why)
    slower, faster = _p(base, head)
    if slower < SIGNIFICANCE and ratio > 1 + EFFECT:
        return Comparison(name, "regressed", ratio, slower, f"{ratio - 1:.1%} slower")
    if faster < SIGNIFICANCE and ratio < 1 / (1 + EFFECT):
        return Comparison(name, "improved", ratio, faster, f"{1 - ratio:.1%} faster")
    if ratio > 1 + EFFECT:
        why = f"{ratio - 1:.1%} slower, within what runs of one side differ; run it more often"
        return Comparison(name, "inconclusive", ratio, slower, why)
    return Comparison(name, "unchanged", ratio, slower, "no slower than runs of one side differ")


def compare_all(
    base: Mapping[str, Sequence[float]], head: Mapping[str, Sequence[float]]
) -> tuple[Comparison, ...]:
    """Judge every benchmark that either side has; one that only one side has is inconclusive."""
    return tuple(compare(name, base.get(name, ()), head.get(name, ())) for name in sorted({*base, *head}))


def _p(base: Sequence[float], head: Sequence[float]) -> tuple[float, float]:
    """The one-sided p of head being slower, and of its being faster; ties count as half, on the safe side."""
    from scipy.stats import mannwhitneyu  # noqa: PLC0415 - a run that compares nothing must not load it

    slower = mannwhitneyu(head, base, alternative="greater", method="exact").pvalue
    faster = mannwhitneyu(head, base, alternative="less", method="exact").pvalue
    return float(slower), float(faster)
