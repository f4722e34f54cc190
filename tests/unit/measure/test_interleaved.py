"""Benchmarks of two commits in turn."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.measure.interleaved import BenchmarkError, medians, middle, order


@given(st.integers(min_value=1, max_value=50))
def test_order(runs: int) -> None:
    """Each side runs as often, and neither is always first."""
    sides = list(order(runs))
    assert Counter(sides) == {"base": runs, "head": runs}
    first = Counter(sides[::2])
    assert abs(first["base"] - first["head"]) <= 1


def test_medians() -> None:
    """By full name, in seconds."""
    document = {"benchmarks": [{"fullname": "a.py::test_a", "stats": {"median": 0.25}}]}
    assert medians(document) == {"a.py::test_a": 0.25}


@pytest.mark.parametrize(
    "document", [{}, {"benchmarks": 3}, {"benchmarks": [{"stats": {}}]}, {"benchmarks": []}]
)
def test_no_benchmarks(document: dict[str, object]) -> None:
    """What holds none is no measurement."""
    with pytest.raises(BenchmarkError):
        medians(document)


def test_middle() -> None:
    """Of nothing there is none."""
    assert (middle([]), middle([3.0, 1.0, 2.0])) == (None, 2.0)
