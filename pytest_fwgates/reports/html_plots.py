"""What a measured value was computed from: the share of samples up to each value, drawn and in numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.reports import quantities, strips
from pytest_fwgates.reports.markup import Html, element, verbatim
from pytest_fwgates.reports.standing import standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.model import JudgedCriterion
    from pytest_fwgates.thresholds import Threshold

PERCENTILES: Final = (50, 95, 99)
POINTS: Final = 200
"""How many points a curve has at most."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 290.0, 22.0, 150.0
_VIEW: Final = "0 0 320 172"
_TICKS: Final = 4
_CHARACTER: Final = 6.0
"""About the width of one in a label."""


class Axis(NamedTuple):
    """The values from the left of the picture to its right."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value is."""
        return _LEFT + (value - self.low) / (self.high - self.low) * (_RIGHT - _LEFT)


def figure(row: JudgedCriterion, identifier: str) -> Html:
    """The samples of a criterion; `identifier` is unique in the page."""
    samples = sorted(one for one in row.samples if math.isfinite(one))
    threshold = quantities.threshold_of(row)
    title = f"{row.id}: {len(row.samples):,} {'sample' if len(row.samples) == 1 else 'samples'}"
    numbers = list(_numbers(row, samples, threshold))
    pictures = element("div", picture(row, identifier), strips.strip(row, threshold, identifier))
    listed = (element("div", element("dt", name), element("dd", value)) for name, value in numbers)
    return element(
        "figure", element("figcaption", element("h3", title)), pictures, element("dl", *listed), id=identifier
    )


def picture(row: JudgedCriterion, identifier: str) -> Html:
    """The share of samples up to each value; empty where that cannot be drawn."""
    samples = sorted(one for one in row.samples if math.isfinite(one))
    threshold = quantities.threshold_of(row)
    axis = _axis(samples, threshold)
    if axis is None:
        return Html()
    return _picture(row, samples, threshold, axis, list(_numbers(row, samples, threshold)), identifier)


def percentile(samples: Sequence[float], percent: int) -> float:
    """The least of the sorted `samples` that `percent` of a hundred are not above: the nearest rank."""
    return samples[max(0, -(-len(samples) * percent // 100) - 1)]


def _numbers(
    row: JudgedCriterion, samples: Sequence[float], threshold: Threshold | None
) -> Iterator[tuple[str, str]]:
    """The picture in words."""
    unit = threshold.unit if threshold else ""
    yield "standing", standing(row)
    if row.value is not None:
        yield "measured", " ".join(quantities.measured(row))
    if samples:
        yield "least", quantities.value(samples[0], unit)
        for percent in PERCENTILES:
            yield f"p{percent}", quantities.value(percentile(samples, percent), unit)
        yield "most", quantities.value(samples[-1], unit)
    if len(samples) < len(row.samples):
        yield "not a number", f"{len(row.samples) - len(samples):,}"


def _axis(samples: Sequence[float], threshold: Threshold | None) -> Axis | None:
    """From the least to the most, with the threshold and some room; None where that cannot be drawn."""
    if not samples:
        return None
    limits = [threshold.limit] if threshold else []
    low, high = min([samples[0], *limits]), max([samples[-1], *limits])
    room = (high - low) * 0.06 or abs(low) * 0.1 or 1.0
    axis = Axis(low - room, high + room)
    width = axis.high - axis.low
    return axis if math.isfinite(width) and width > abs(low) * 1e-12 else None


def _picture(  # noqa: PLR0913, PLR0917 - the parts of a figure
    row: JudgedCriterion,
    samples: Sequence[float],
    threshold: Threshold | None,
    axis: Axis,
    numbers: Sequence[tuple[str, str]],
    identifier: str,
) -> Html:
    title, description = f"{identifier}-title", f"{identifier}-text"
    return element(
        "svg",
        element("title", f"Samples of {row.id}", id=title),
        element(
            "desc",
            "The share of samples up to each value. ",
            "; ".join(f"{name} {value}" for name, value in numbers),
            id=description,
        ),
        *_grid(axis, threshold.unit if threshold else ""),
        *(_limit(axis, threshold) if threshold else ()),
        element("path", d=_curve(axis, samples), class_="curve"),
        *_marks(axis, samples),
        viewBox=_VIEW,
        role="img",
        aria_labelledby=title,
        aria_describedby=description,
    )


def _height(share: float) -> float:
    return _BOTTOM - share * (_BOTTOM - _TOP)


def _curve(axis: Axis, samples: Sequence[float]) -> Html:
    """Steps up at samples; of many, at some that are evenly spread over them."""
    count = len(samples)
    last = min(count, POINTS) - 1
    ranks = [index * (count - 1) // max(1, last) for index in range(last + 1)]
    steps = "".join(f"H{axis.at(samples[rank]):.1f}V{_height((rank + 1) / count):.1f}" for rank in ranks)
    return verbatim(f"M{_LEFT:.1f} {_BOTTOM:.1f}{steps}H{_RIGHT:.1f}")


def _grid(axis: Axis, unit: str) -> Iterator[Html]:
    """The shares at the side, the values below."""
    for percent, at_left in zip(PERCENTILES, (True, True, False), strict=True):  # else two of them overlap
        y = _height(percent / 100)
        yield _line(_LEFT, y, _RIGHT, y, "grid")
        x, anchor = (_LEFT - 4, "end") if at_left else (_RIGHT + 4, "start")
        yield _label(f"p{percent}", x, y + 3.5, anchor)
    yield _line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, "axis")
    for value in _ticks(axis):
        yield _line(axis.at(value), _BOTTOM, axis.at(value), _BOTTOM + 4, "axis")
        yield _label(quantities.value(value, unit), axis.at(value), _BOTTOM + 16, "middle")


def _ticks(axis: Axis) -> Iterator[float]:
    """Round values on the axis."""
    least = (axis.high - axis.low) / _TICKS
    magnitude = 10.0 ** math.floor(math.log10(least))
    step = next((magnitude * one for one in (1, 2, 5) if magnitude * one >= least), magnitude * 10)
    first = math.ceil(axis.low / step)
    for number in range(first, first + _TICKS + 1):
        if axis.low <= number * step <= axis.high:
            yield number * step


def _limit(axis: Axis, threshold: Threshold) -> Iterator[Html]:
    x = axis.at(threshold.limit)
    yield _line(x, _TOP - 6, x, _BOTTOM, "limit")
    half = len(threshold.text) * _CHARACTER / 2
    yield _label(threshold.text, min(max(x, half), 320 - half), _TOP - 10, "middle")


def _marks(axis: Axis, samples: Sequence[float]) -> Iterator[Html]:
    for percent in PERCENTILES:
        x, y = axis.at(percentile(samples, percent)), _height(percent / 100)
        yield element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="3.5")


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Html:
    return element("path", d=verbatim(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"), class_=kind)


def _label(text: str, x: float, y: float, anchor: str) -> Html:
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)


def figures(rows: Sequence[JudgedCriterion]) -> Iterator[Html]:
    """Of each criterion one."""
    return (figure(row, f"s{number}") for number, row in enumerate(rows, start=1))
