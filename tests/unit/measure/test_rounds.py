"""Percentiles of calls one after the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.measure import rounds

seconds = st.floats(min_value=1e-6, max_value=100, allow_nan=False)


@given(st.lists(seconds, min_size=1, max_size=300), st.sampled_from([50, 90, 95, 99, 99.9]))
def test_nearest_rank(data: list[float], percent: float) -> None:
    """The percentile is that of numpy's method of the inverted distribution function, and one of the data."""
    assert rounds.at(data, percent) == np.percentile(data, percent, method="inverted_cdf")


@pytest.mark.parametrize(
    ("slow", "outcome"),
    [
        pytest.param(0, "pass", id="none is slow"),
        pytest.param(30, "inconclusive", id="too near to tell"),
        pytest.param(200, "fail", id="one in four"),
    ],
)
def test_judged(slow: int, outcome: str) -> None:
    """Calls that take the limit or longer exceed it, wherever they stand."""
    data = [0.3 if number % 800 < slow else 0.01 for number in range(800)]
    assert rounds.judged(sorted(data), 95, 0.2).outcome == ("inconclusive" if slow == 30 else outcome)


def test_too_few() -> None:
    """A handful of quick calls proves nothing."""
    assert rounds.judged([0.01] * 50, 95, 0.2).outcome == "inconclusive"
    assert rounds.needed(95) >= 118
    assert rounds.needed(99) >= 598
