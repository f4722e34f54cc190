"""Pictures of samples, and the numbers beside them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_fwgates.reports import html_plots
from tests.unit.reports import verdicts
from tests.unit.reports.page import Page, text

if TYPE_CHECKING:
    from lxml.etree import _Element

SVG = {"s": "http://www.w3.org/2000/svg"}
NUMBER = re.compile(r"-?[0-9]+\.[0-9]")


def figure(*samples: float, threshold: str | None = "< 200ms", value: float | None = None) -> _Element:
    """The one of a criterion with these samples."""
    row = verdicts.row("p95_response_time", "passed", samples=samples, threshold=threshold, value=value)
    (found,) = Page(verdicts.verdict(row)).root.iter("figure")
    return found


def numbers(one: _Element) -> dict[str, str]:
    """What stands beside the picture."""
    return {text(pair[0]): text(pair[1]) for pair in one.xpath("./dl/div")}


def curve(one: _Element) -> list[tuple[float, float]]:
    """The corners of the steps: where they end, and how high."""
    (path,) = one.xpath(".//s:path[@class='curve']/@d", namespaces=SVG)
    return [(float(x), float(y)) for x, y in re.findall(r"H([0-9.]+)V([0-9.]+)", path)]


def test_numbers() -> None:
    """By the nearest rank: each is one of the samples."""
    found = figure(*(number / 1000 for number in range(1, 201)), value=0.19)
    assert numbers(found) == {
        "standing": "passed", "measured": "190 ms against < 200ms",
        "least": "1 ms", "p50": "100 ms", "p95": "190 ms", "p99": "198 ms", "most": "200 ms",
    }  # fmt: skip


def test_picture_says_what_it_shows() -> None:
    """To those who do not see it."""
    picture, course = figure(0.15, 0.183, value=0.183).xpath(".//s:svg", namespaces=SVG)
    assert text(course[0]) == "Course of p95_response_time"
    assert text(course[1]) == (
        "The worst sample of each part, 2 in all, up to 200 ms; 0 beyond the threshold."
    )
    title, description = picture[0], picture[1]
    assert (picture.get("role"), picture.get("aria-labelledby")) == ("img", title.get("id"))
    assert picture.get("aria-describedby") == description.get("id")
    assert text(title) == "Samples of p95_response_time"
    assert text(description) == (
        "The share of samples up to each value. standing passed; measured 183 ms against < 200ms; "
        "least 150 ms; p50 150 ms; p95 183 ms; p99 183 ms; most 183 ms"
    )


def test_threshold_stands_between_what_keeps_it_and_what_does_not() -> None:
    """It is a line, and its text."""
    found = figure(0.1, 0.3)
    line, _ = found.xpath(".//s:path[@class='limit']/@d", namespaces=SVG)
    (x,) = {float(one) for one in NUMBER.findall(line)[::2]}
    (left, _), (right, _) = curve(found)
    assert x == pytest.approx((left + right) / 2, abs=0.1)
    assert "< 200ms" in [text(one) for one in found.xpath(".//s:text", namespaces=SVG)]
    assert not figure(0.1, threshold="nonsense").xpath(".//s:path[@class='limit']", namespaces=SVG)
    assert not figure(0.1, threshold=None).xpath(".//s:path[@class='limit']", namespaces=SVG)


def test_percentiles_are_on_the_curve() -> None:
    """Each where the curve passes its share."""
    found = figure(*(number / 100 for number in range(100)))
    corners = curve(found)
    circles = found.xpath(".//s:circle", namespaces=SVG)
    assert len(circles) == len(html_plots.PERCENTILES)
    for circle in circles:
        assert (float(circle.get("cx")), float(circle.get("cy"))) in corners


def test_many_samples() -> None:
    """A curve has so many points that nobody sees that there are more."""
    assert len(curve(figure(*map(float, range(100_000))))) == html_plots.POINTS


def test_what_is_no_number() -> None:
    """It is counted; where nothing else is there, nothing is drawn."""
    found = figure(math.nan, math.inf, 0.1)
    assert (numbers(found)["not a number"], numbers(found)["most"]) == ("2", "100 ms")
    nothing = figure(math.nan)
    assert (nothing.find(".//{*}svg"), numbers(nothing)) == (
        None,
        {"standing": "passed", "not a number": "1"},
    )


@given(
    st.lists(st.floats(), min_size=1, max_size=30),
    st.sampled_from([None, "< 200ms", "> 90%", "< 2GB", "true", "< medium", "nonsense", "0"]),
)
@example([1e308, -1e308], None)
@example([5e-324], "0")
@example([0.0, 5e-324], None)
@example([1e16, 1e16 + 2], None)
@example([1e300], "< 200ms")
@settings(deadline=None)
def test_any_samples(samples: list[float], threshold: str | None) -> None:
    """Whatever they are, the picture is within its frame, and the curve rises."""
    found = figure(*samples, threshold=threshold)
    finite = sorted(one for one in samples if math.isfinite(one))
    assert ("least" in numbers(found)) is bool(finite)
    for circle in found.xpath(".//s:circle", namespaces=SVG):
        assert 0 <= float(circle.get("cx")) <= 320
        assert 0 <= float(circle.get("cy")) <= 172
    for path in found.xpath(".//s:path/@d", namespaces=SVG):
        assert not re.search("[a-z]", path)  # nan, inf, 1e9
        assert all(-10 <= float(one) <= 330 for one in NUMBER.findall(path))
    if found.xpath(".//s:circle", namespaces=SVG):
        corners = curve(found)
        assert corners == sorted(corners, key=lambda corner: (corner[0], -corner[1]))
