"""What may be concluded from counts of slow requests."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.measure.bounds import Block, design_effect, extend, interval, judge, minimum_samples

BLOCKS = st.lists(
    st.integers(0, 400).flatmap(lambda n: st.integers(0, n).map(lambda k: Block(n, k))), max_size=40
)


@pytest.mark.parametrize(("allowed", "needed"), [(0.05, 59), (0.01, 299), (0.001, 2995)])
def test_as_many_as_the_interval_needs(allowed: float, needed: int) -> None:
    assert minimum_samples(allowed) == needed
    assert interval(0, needed)[1] <= allowed < interval(0, needed - 1)[1]


def test_the_interval_is_the_published_one() -> None:
    """Ten of a hundred, both bounds at 97.5 %: 4.90 % and 17.62 % (Clopper and Pearson's tables)."""
    assert interval(10, 100, 0.975) == pytest.approx((0.04900, 0.17622), abs=1e-5)


@given(blocks=BLOCKS, allowed=st.sampled_from([0.05, 0.01, 0.001]))
def test_a_breach_never_passes(blocks: list[Block], allowed: float) -> None:
    judgement = judge(blocks, allowed)
    assert 0 <= judgement.lower <= judgement.observed <= judgement.upper <= 1 or not judgement.samples
    assert judgement.outcome != "pass" or (judgement.observed < allowed and judgement.upper < allowed)
    assert judgement.outcome != "pass" or judgement.samples >= minimum_samples(allowed)


@given(blocks=BLOCKS, place=st.integers(0, 39))
def test_one_more_slow_request_never_makes_it_pass(blocks: list[Block], place: int) -> None:
    if place >= len(blocks) or blocks[place].exceeded == blocks[place].count:
        return
    slower = [*blocks]
    slower[place] = Block(blocks[place].count, blocks[place].exceeded + 1)
    if judge(slower, 0.05).outcome == "pass" and design_effect(slower) >= design_effect(blocks):
        assert judge(blocks, 0.05).outcome == "pass"


def test_too_few_are_inconclusive() -> None:
    assert judge([Block(29, 0)] * 10, 0.01).outcome == "inconclusive"
    assert judge([Block(300, 0)], 0.01).outcome == "inconclusive"
    assert judge([], 0.01).outcome == "inconclusive"


def test_stalls_are_worth_fewer_requests() -> None:
    alike = [Block(100, 2)] * 30
    stalled = [Block(100, 60), *[Block(100, 0)] * 29]
    assert design_effect(alike) == 1
    assert design_effect(stalled) > 50
    assert judge(alike, 0.05).outcome == "pass"
    assert judge(stalled, 0.05).outcome == "inconclusive"


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2 requests"):
        Block(2, 3)


def passes(
    rng: random.Random, share: float, *, trials: int = 400, seconds: int = 30, stall: int = 0
) -> float:
    """How often a service passes a limit on p99 that `share` of its requests exceed."""
    passed = 0
    for _ in range(trials):
        blocks = [Block(100, sum(rng.random() < share for _ in range(100))) for _ in range(seconds)]
        for place in rng.sample(range(seconds), stall):
            blocks[place] = Block(100, 60)
        passed += judge(blocks, 0.01).outcome == "pass"
    return passed / trials


def test_a_service_that_is_too_slow_rarely_passes() -> None:
    assert passes(random.Random(1), 0.0112) <= 0.05
    assert passes(random.Random(2), 0.0, stall=1, trials=100) == 0


def test_a_service_that_is_well_below_the_limit_passes() -> None:
    assert passes(random.Random(3), 0.0002) >= 0.98


def test_it_is_measured_on_while_nobody_can_tell() -> None:
    looks: list[int] = []

    def measure(look: int) -> list[Block]:
        looks.append(look)
        return [Block(100, 0)] * (4 * (look + 1))

    assert extend(measure, 0.01).outcome == "pass"
    assert looks == [0, 1]
    assert extend(lambda _: [Block(10, 0)], 0.01).outcome == "inconclusive"
