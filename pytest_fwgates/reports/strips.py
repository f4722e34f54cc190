"""A measurement second by second: how high the worst sample of each stands, and whether it is too high."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.reports import quantities
from pytest_fwgates.reports.markup import Html, element, verbatim
from pytest_fwgates.thresholds import ThresholdError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.model import JudgedCriterion
    from pytest_fwgates.thresholds import Threshold

BARS: Final = 120
"""How many bars there are at most; of more seconds, or of samples of no load, neighbours share one."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 290.0, 8.0, 52.0
_VIEW: Final = "0 0 320 72"


class Bar(NamedTuple):
    """The worst sample of neighbours, and whether it breaks the threshold."""

    value: float
    broken: bool


def bars(row: JudgedCriterion, threshold: Threshold | None) -> tuple[Bar, ...]:
    """The worst of each second in the order of measuring, or of neighbours where there are no seconds."""
    lower = threshold is None or not threshold.operator.startswith(">")
    worst = max if lower else min
    found = []
    for part in _parts(row.samples, row.per_second):
        finite = [one for one in part if math.isfinite(one)]
        if finite:
            value = worst(finite)
            found.append(Bar(value, _breaks(value, threshold)))
    return tuple(found)


def _breaks(value: float, threshold: Threshold | None) -> bool:
    try:
        return threshold is not None and not threshold.holds(value)
    except ThresholdError:
        return False  # no number would hold it


def strip(row: JudgedCriterion, threshold: Threshold | None, identifier: str) -> Html:
    """The picture; nothing where there are too few bars to show a course."""
    shown = bars(row, threshold)
    top = max([one.value for one in shown] + ([threshold.limit] if threshold else []), default=0.0)
    if len(shown) < 2 or not 0 < top < math.inf:  # noqa: PLR2004 - one is no course
        return Html()
    broken = sum(one.broken for one in shown)
    what = "second" if len(row.per_second) == len(shown) else "part"
    unit = threshold.unit if threshold else ""
    text = (
        f"The worst sample of each {what}, {len(shown)} in all, up to {quantities.value(top, unit)}; "
        f"{broken} beyond the threshold."
    )
    title, description = f"{identifier}-course", f"{identifier}-course-text"
    return element(
        "svg",
        element("title", f"Course of {row.id}", id=title),
        element("desc", text, id=description),
        *_drawn(shown, top),
        *(_limit(threshold.limit / top) if threshold else ()),
        element("text", f"worst of each {what}", x=f"{_LEFT:.1f}", y=f"{_BOTTOM + 14:.1f}"),
        viewBox=_VIEW,
        role="img",
        aria_labelledby=title,
        aria_describedby=description,
    )


def _parts(samples: Sequence[float], per_second: Sequence[int]) -> Iterator[Sequence[float]]:
    if per_second and sum(per_second) == len(samples):
        together = math.ceil(len(per_second) / BARS)
        counts = [sum(per_second[start : start + together]) for start in range(0, len(per_second), together)]
    else:
        size = max(1, math.ceil(len(samples) / BARS))
        counts = [size] * math.ceil(len(samples) / size)
    start = 0
    for count in counts:
        yield samples[start : start + count]
        start += count


def _drawn(shown: Sequence[Bar], top: float) -> Iterator[Html]:
    """Two paths, of the bars that keep the threshold and of those that break it."""
    width = (_RIGHT - _LEFT) / len(shown)
    for broken, kind in ((False, "bar"), (True, "bar bad")):
        corners = "".join(
            _bar(_LEFT + number * width, width * 0.8, max(0.0, one.value) / top)
            for number, one in enumerate(shown)
            if one.broken == broken
        )
        if corners:
            yield element("path", d=verbatim(corners), class_=kind)


def _bar(x: float, width: float, share: float) -> str:
    y = _BOTTOM - share * (_BOTTOM - _TOP)
    return f"M{x:.1f} {_BOTTOM:.1f}V{y:.1f}H{x + width:.1f}V{_BOTTOM:.1f}Z"


def _limit(share: float) -> Iterator[Html]:
    y = _BOTTOM - share * (_BOTTOM - _TOP)
    yield element("path", d=verbatim(f"M{_LEFT:.1f} {y:.1f}L{_RIGHT:.1f} {y:.1f}"), class_="limit")
