"""Whether a share of slow or lost requests is below what is allowed, with a stated confidence.

"p99 < L" means P(latency >= L) < 1 %. A request that takes L or longer, fails or times out exceeds; what is
judged is the number of those among all, by the exact interval of Clopper and Pearson (Biometrika 26, 1934,
404-413). Requests of one second are alike (a stall hits all of them), so the number of requests is divided by
the design effect of the seconds as blocks (Kish, Survey Sampling, 1965, 5.4), as Korn and Graubard (Survey
Methodology 24, 1998, 193-201) do it for this interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Outcome = Literal["pass", "fail", "inconclusive"]

CONFIDENCE: Final = 0.95
MINIMUM_BLOCKS: Final = 5
"""From fewer seconds nobody can tell whether they are alike."""


@dataclass(frozen=True)
class Block:
    """What happened in one second.

    Attributes:
        count: Requests that were to begin in it.
        exceeded: Those of them that took the limit or longer, failed or timed out.
    """

    count: int
    exceeded: int

    def __post_init__(self) -> None:
        if not 0 <= self.exceeded <= self.count:
            raise ValueError(f"{self.exceeded} of {self.count} requests cannot have exceeded a limit")


@dataclass(frozen=True)
class Judgement:
    """What may be concluded.

    Attributes:
        observed: The share that exceeded.
        lower: The one-sided lower bound of the true share.
        upper: The one-sided upper bound of it.
        samples: Requests.
        effective: Requests that are worth as much and independent of each other.
        reason: Why, for people.
    """

    outcome: Outcome
    observed: float
    lower: float
    upper: float
    samples: int
    effective: float
    reason: str


def minimum_samples(allowed: float, confidence: float = CONFIDENCE) -> int:
    """How many requests without any that exceeds prove that less than `allowed` do: 59 for p95, 299 for p99.

    `(1 - allowed)^n <= 1 - confidence`, the interval of Clopper and Pearson for a count of none.
    """
    return math.ceil(math.log(1 - confidence) / math.log(1 - allowed))


def interval(exceeded: float, samples: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """One-sided lower and upper bounds of a share, each with the whole `confidence`.

    By quantiles of the beta distribution, which takes effective numbers that are not whole.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - a run that measures nothing must not load it

    if samples <= 0:
        return 0.0, 1.0
    missed = max(samples - exceeded, 0.0)
    lower = 0.0 if exceeded <= 0 else float(betaincinv(exceeded, missed + 1, 1 - confidence))
    upper = 1.0 if missed <= 0 else float(betaincinv(exceeded + 1, missed, confidence))
    return lower, upper


def design_effect(blocks: Sequence[Block]) -> float:
    """How many times wider blocks scatter than independent requests would; 1 at least.

    The variance of a ratio between blocks (Cochran, Sampling Techniques, 1977, 6.3 and 9A.1) against that of
    a binomial share of as many requests.
    """
    samples, exceeded = _totals(blocks)
    full = [one for one in blocks if one.count]
    if len(full) < 2 or not 0 < exceeded < samples:  # noqa: PLR2004 - a variance takes two
        return 1.0
    share = exceeded / samples
    squares = sum((one.exceeded - share * one.count) ** 2 for one in full)
    between = squares * len(full) / (len(full) - 1) / samples**2
    return max(1.0, between / (share * (1 - share) / samples))


def judge(blocks: Sequence[Block], allowed: float, confidence: float = CONFIDENCE) -> Judgement:
    """Whether less than `allowed` of the requests exceed.

    It passes where the upper bound is below `allowed`, and fails where the lower bound is not; what lies
    between, too few requests and too few seconds are inconclusive.
    """
    samples, exceeded = _totals(blocks)
    observed = exceeded / samples if samples else 0.0
    effect = design_effect(blocks)
    effective = samples / effect
    lower, upper = interval(exceeded / effect, effective, confidence)
    needed = minimum_samples(allowed, confidence)

    def judged(outcome: Outcome, reason: str) -> Judgement:
        return Judgement(outcome, observed, lower, upper, samples, effective, reason)

    if lower >= allowed:
        return judged("fail", f"{observed:.3%} exceed the limit, at least {lower:.3%}; {allowed:.3%} may")
    if samples < needed:
        return judged("inconclusive", f"{samples} requests; {needed} are needed to tell")
    if sum(one.count > 0 for one in blocks) < MINIMUM_BLOCKS:
        return judged("inconclusive", f"fewer than {MINIMUM_BLOCKS} seconds of load")
    if observed >= allowed or upper >= allowed:
        return judged(
            "inconclusive",
            f"{observed:.3%} exceed the limit, up to {upper:.3%}; {allowed:.3%} may; measure longer",
        )
    return judged("pass", f"{observed:.3%} exceed the limit, at most {upper:.3%}; {allowed:.3%} may")


def extend(
    measure: Callable[[int], Sequence[Block]],
    allowed: float,
    *,
    looks: int = 3,
    confidence: float = CONFIDENCE,
) -> Judgement:
    """Judge, and measure on while it is inconclusive.

    Each look spends its part of the error that is allowed (Bonferroni), so that looking often passes no more.

    Args:
        measure: Gives all blocks so far at a look, counted from 0; it measures on as it is called.
        allowed: The share that may exceed.
        looks: How often to look at most.
        confidence: Of all looks together.
    """
    each = 1 - (1 - confidence) / looks
    judgement = judge((), allowed, each)
    for look in range(looks):
        judgement = judge(measure(look), allowed, each)
        if judgement.outcome != "inconclusive":
            break
    return judgement


def _totals(blocks: Sequence[Block]) -> tuple[int, int]:
    return sum(one.count for one in blocks), sum(one.exceeded for one in blocks)
