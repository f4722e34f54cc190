"""How often the performance gate would be wrong: simulations with fixed seeds, 2,000 trials each.

    python benchmarks/false_passes.py

Latencies are lognormal, of a service whose p99 stands in a given ratio to its limit; requests come in seconds
of 100. Ends with status 1 where a rate is beyond its bound.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.special import ndtr

from pytest_fwgates.measure.bounds import Block, judge, minimum_samples
from pytest_fwgates.measure.compare import compare

TRIALS = 2_000
SIGMA = 0.6
PER_SECOND = 100
Z99 = 2.3263478740408408


def exceeding(ratio: float) -> float:
    """The share beyond the limit on p99 where the true p99 is `ratio` times the limit."""
    return float(1 - ndtr(Z99 - np.log(ratio) / SIGMA))


def outcomes(rng: np.random.Generator, share: float, seconds: int, stalls: float = 0.0) -> dict[str, float]:
    """The shares of outcomes; in a share `stalls` of the seconds 25 of 100 requests exceed."""
    counts = rng.binomial(PER_SECOND, share, (TRIALS, seconds))
    counts = np.where(rng.random((TRIALS, seconds)) < stalls, 25, counts)
    found = [judge([Block(PER_SECOND, int(one)) for one in row], 0.01).outcome for row in counts]
    return {name: found.count(name) / TRIALS for name in ("pass", "fail", "inconclusive")}


def alarms(rng: np.random.Generator) -> float:
    """How often runs of one code are called a regression."""
    runs = np.exp(rng.normal(0, 0.2, (TRIALS, 10)))
    return (
        sum(compare("x", row[:5].tolist(), row[5:].tolist()).change == "regressed" for row in runs) / TRIALS
    )


def main() -> int:
    """Print the table; 1 where something is beyond its bound."""
    rng = np.random.default_rng(20261124)
    slow = outcomes(rng, exceeding(1.05), 60)
    good = outcomes(rng, exceeding(0.7), 60)
    stalled = outcomes(rng, 0.0, 90, stalls=1 / 20)
    few = outcomes(rng, 0.0, (minimum_samples(0.01) - 1) // PER_SECOND)
    false = alarms(rng)
    rows = [
        ("p99 5 % too slow passes", slow["pass"], slow["pass"] <= 0.05),
        ("p99 at 70 % of its limit fails", good["fail"], good["fail"] <= 0.02),
        ("p99 at 70 % of its limit does not pass", good["fail"] + good["inconclusive"], good["pass"] >= 0.98),
        (
            "a quarter slow in one of 20 seconds, measured for 90, passes",
            stalled["pass"],
            stalled["pass"] <= 0.05,
        ),
        ("too few requests are not inconclusive", 1 - few["inconclusive"], few["inconclusive"] == 1),
        ("identical code is called a regression", false, false <= 0.05),
    ]
    for what, rate, holds in rows:
        print(f"{rate:7.2%}  {what}{'' if holds else '  BEYOND ITS BOUND'}")
    return 0 if all(holds for *_, holds in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
