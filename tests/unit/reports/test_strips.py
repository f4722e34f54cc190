"""The course of a measurement, and plots as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pytest_fwgates import thresholds
from pytest_fwgates.reports import plots, strips
from pytest_fwgates.reports.strips import Bar
from tests.unit.reports import verdicts

if TYPE_CHECKING:
    from pytest_fwgates.model import JudgedCriterion

LIMIT = thresholds.parse("< 200ms")
any_float = st.floats(allow_nan=True, allow_infinity=True)


def row(*samples: float, per_second: tuple[int, ...] = (), threshold: str = "< 200ms") -> JudgedCriterion:
    """A criterion with these samples."""
    return verdicts.row(
        "p95_response_time", "passed", samples=samples, per_second=per_second, threshold=threshold
    )


def test_worst_of_each_second() -> None:
    """A stall is a bar beyond the threshold, in its second."""
    one = row(0.01, 0.02, 0.01, 0.7, 0.01, 0.03, per_second=(2, 3, 1))
    assert strips.bars(one, LIMIT) == (
        Bar(0.02, broken=False),
        Bar(0.7, broken=True),
        Bar(0.03, broken=False),
    )


def test_lowest_where_more_is_better() -> None:
    """Of what has to be more than something, the worst is the least."""
    one = row(150, 90, 120, threshold=">= 100req/s")
    found = strips.bars(one, thresholds.parse(">= 100req/s"))
    assert found == (Bar(150, broken=False), Bar(90, broken=True), Bar(120, broken=False))


def test_many_samples_share_bars() -> None:
    """However many there are."""
    assert len(strips.bars(row(*[0.01] * 10_000), LIMIT)) <= strips.BARS
    assert len(strips.bars(row(*[0.01] * 1000, per_second=(2,) * 500), LIMIT)) <= strips.BARS


def test_counts_that_do_not_fit() -> None:
    """Seconds that have not all the samples are no seconds."""
    assert len(strips.bars(row(0.01, 0.02, 0.03, per_second=(1, 1)), LIMIT)) == 3


@given(
    st.lists(any_float, max_size=50),
    st.lists(st.integers(min_value=0, max_value=9), max_size=20),
    st.sampled_from(["< 200ms", "> 90%", "true", "< medium", "0"]),
)
def test_anything_can_be_drawn(samples: list[float], per_second: list[int], threshold: str) -> None:
    """Whatever was measured, the plots are well-formed."""
    one = row(*samples, per_second=tuple(per_second), threshold=threshold)
    for name, content in plots.plots(verdicts.verdict(one)):
        assert name == "p95_response_time.svg"
        assert etree.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"


def test_file() -> None:
    """It has both pictures, and can be told from another's file."""
    one = row(0.01, 0.02, 0.7, 0.01, per_second=(2, 2))
    ((_, content),) = plots.plots(verdicts.verdict(one))
    assert content.startswith(plots.MARK.encode())
    titles = etree.fromstring(content).iter("{http://www.w3.org/2000/svg}title")
    assert [title.text for title in titles] == ["Samples of p95_response_time", "Course of p95_response_time"]


@pytest.mark.parametrize("identifier", ["../../etc/passwd", "a b", "x/y"])
def test_names_are_names(identifier: str) -> None:
    """A criterion cannot choose where its plot is written."""
    one = verdicts.row(identifier, "passed", samples=(0.1, 0.2), threshold="< 200ms")
    ((name, _),) = plots.plots(verdicts.verdict(one))
    assert "/" not in name
    assert ".." not in name
