"""Whether head is slower than base."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.measure.compare import compare, compare_all, least_p, shift

RUNS = st.lists(st.floats(1e-6, 1e3), min_size=5, max_size=8)


def test_the_exact_p_of_complete_separation() -> None:
    assert least_p(5, 5) == pytest.approx(1 / 252)
    assert compare("x", [1, 2, 3, 4, 5], [6, 7, 8, 9, 10]).p == pytest.approx(1 / 252)


def test_slower_faster_alike() -> None:
    base = [1.0, 1.01, 0.99, 1.02, 0.98]
    assert compare("x", base, [one * 1.3 for one in base]).change == "regressed"
    assert compare("x", base, [one / 1.3 for one in base]).change == "improved"
    assert compare("x", base, base).change == "unchanged"
    assert compare("x", base, [one * 1.04 for one in base]).change == "unchanged"


def test_noise_is_no_proof() -> None:
    assert compare("x", [1.0, 1.9, 1.1, 2.0, 1.0], [1.2, 2.1, 1.0, 1.9, 1.3]).change == "inconclusive"


def test_too_few_and_none() -> None:
    assert compare("x", [1, 1], [9, 9]).change == "inconclusive"
    changes = {one.name: one.change for one in compare_all({"old": [1.0] * 5}, {"new": [1.0] * 5})}
    assert changes == {"old": "inconclusive", "new": "inconclusive"}
    with pytest.raises(ValueError, match="no time"):
        compare("x", [0.0], [1.0])


@given(base=RUNS, head=RUNS)
def test_the_shift_is_a_ratio(base: list[float], head: list[float]) -> None:
    assert shift(base, head) * shift(head, base) == pytest.approx(1)
    assert shift(base, [2 * one for one in base]) == pytest.approx(2 * shift(base, base))


@given(base=RUNS, head=RUNS)
def test_slower_on_one_side_is_faster_on_the_other(base: list[float], head: list[float]) -> None:
    there, back = compare("x", base, head).change, compare("x", head, base).change
    assert (there == "regressed") == (back == "improved")


def test_runs_of_one_code_seldom_differ() -> None:
    rng = random.Random(5)
    alarms = 0
    for _ in range(400):
        runs = [math.exp(rng.gauss(0, 0.2)) for _ in range(10)]
        alarms += compare("x", runs[:5], runs[5:]).change == "regressed"
    assert alarms / 400 <= 0.06
