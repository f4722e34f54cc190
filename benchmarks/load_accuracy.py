"""Whether the load generator finds the percentiles that a service really has, and keeps its rate.

    python benchmarks/load_accuracy.py [SECONDS]

A service on loopback answers after times of a known distribution: lognormal, the same with a freeze of
600 ms every 10 s, and bimodal. The truth is computed from the distribution. In one run: the open loop by one
process, the open loop by Locust with two workers, and a closed loop of 15 users. The closed loop's own
percentiles are held against the limits too, as most load tools do it. Then 1,000 requests a second upon a
service that answers at once, and a rate that nobody can keep. It ends with 1 where something is not as
promised: percentiles within 5 % of the truth, the freeze blocked by the open loop but not by the closed
one, and a lag below 10 ms at p99.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from pytest_fwgates.checks.performance._loads import of_service
from pytest_fwgates.checks.performance._measured import latency
from pytest_fwgates.measure import rounds
from pytest_fwgates.measure.load import record
from pytest_fwgates.measure.load.run import run
from pytest_fwgates.measure.load.scenario import Scenario
from tests import service as kinds
from tests.services import service

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.record import Load

LIMITS = {95: 0.2, 99: 0.5}
TOLERANCE = 0.05
DRAWS = 1_000_000


def truth(kind: str, percent: float) -> float:
    """The percentile of the distribution, by a million draws with a seed of their own."""
    rng = random.Random(7)
    draw = kinds.bimodal if kind == "bimodal" else kinds.lognormal
    taken = [draw(rng) for _ in range(DRAWS)]
    if kind == "freeze":
        taken = [one + kinds.frozen(rng.uniform(0, kinds.FREEZE_EVERY)) for one in taken]
    return rounds.at(taken, percent)


def measured(url: str, seconds: float, **changes: object) -> Load:
    """A load of 300 requests a second by 300 users, unless something else is said."""
    said = {"rate": 300, "users": 300, "duration": seconds, "warmup": 2, "timeout": 5, **changes}
    return run(Scenario(target=url, **said))


def show(name: str, load: Load, true: dict[int, float]) -> bool:
    """Print what a load found; whether it is within the tolerance of the truth."""
    found = {percent: record.percentile(load, percent) for percent in LIMITS}
    errors = {percent: found[percent] / true[percent] - 1 for percent in LIMITS}
    cells = (f"p{one} {found[one] * 1000:6.1f} ms ({errors[one]:+.1%})" for one in LIMITS)
    print(f"  {name:22} {'  '.join(cells)}  lag p99 {record.late_by(load) * 1000:.1f} ms")
    return all(abs(error) <= TOLERANCE for error in errors.values()) and not record.unproven(load)


def accuracy(seconds: float) -> bool:
    """Each distribution in turn, and who blocks the one that freezes."""
    sound = True
    for kind in ("lognormal", "freeze", "bimodal"):
        true = {percent: truth(kind, percent) for percent in LIMITS}
        print(f"{kind}: p95 {true[95] * 1000:.1f} ms, p99 {true[99] * 1000:.1f} ms in truth")
        with service(kind) as one:
            load = measured(one.url, seconds)
            sound &= show("open loop", load, true)
            sound &= show("open loop by Locust", measured(one.url, seconds, engine="locust"), true)
            closed = measured(one.url, seconds, rate=1500, users=15, closed=True)
            show("closed loop, 15 users", closed, true)
            if kind == "freeze":
                slow = any(judged(load, percent) != "pass" for percent in LIMITS)
                naive = all(record.percentile(closed, one) < limit for one, limit in LIMITS.items())
                refused = latency(of_service(scenario(one.url)), 99, LIMITS[99]).unproven
                print(f"  blocked by the open loop: {slow}; a closed loop's numbers would pass: {naive}")
                print(f"  the gate says of a closed loop: {refused[0]}")
                sound &= slow and naive
    return sound


def judged(load: Load, percent: int) -> str:
    """What the gate makes of a load."""
    allowed = 1 - percent / 100
    return rounds.judge(record.slower_than(load, LIMITS[percent]), allowed, rounds.EACH).outcome


def scenario(url: str) -> Scenario:
    """A brief closed loop, for what the gate says of it."""
    return Scenario(target=url, rate=150, users=15, duration=6, warmup=0, closed=True)


def rates() -> bool:
    """Whether 1,000 requests a second are kept, and what is said where a rate is not."""
    with service("fast") as one:
        kept = measured(one.url, 10, rate=1000, users=0)
        lost = measured(one.url, 5, rate=20_000, users=0, timeout=60)
    print(
        f"1,000 req/s: {record.throughput(kept):.0f} answered, lag p99 {record.late_by(kept) * 1000:.1f} ms"
    )
    print(f"20,000 req/s: {record.unproven(lost) or 'kept'}")
    return record.late_by(kept) < record.MAX_LAG_S and bool(record.unproven(lost))


def main() -> int:
    """Measure and print; 1 where something is not as promised."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    sound = accuracy(seconds)
    sound &= rates()
    print("as promised" if sound else "NOT as promised")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
