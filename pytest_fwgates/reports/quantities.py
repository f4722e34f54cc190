"""Measured values as a person reads them, in the unit of their threshold. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pytest_fwgates import thresholds

if TYPE_CHECKING:
    from pytest_fwgates.model import JudgedCriterion
    from pytest_fwgates.thresholds import Threshold

_PREFIXES: Final = (("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1.0))
_SCALES: Final = {
    "s": (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)),
    "ratio": (("%", 0.01),),
    **{unit: tuple((f"{prefix}{unit}", factor) for prefix, factor in _PREFIXES)
       for unit in ("B", "B/s", "bit/s", "req/s")},
}  # fmt: skip
"""The units that stand for a base unit, from the largest."""


def threshold_of(row: JudgedCriterion) -> Threshold | None:
    """What the value is held against; None where there is nothing, or nobody can read it."""
    try:
        return None if row.threshold is None else thresholds.parse(row.threshold)
    except thresholds.ThresholdError:
        return None


def measured(row: JudgedCriterion) -> tuple[str, str]:
    """The value, and what it was held against; empty where nothing was measured."""
    if row.value is None:
        return "", ""
    limit = threshold_of(row)
    return value(row.value, limit.unit if limit else ""), f"against {row.threshold or 'no limit'}"


def value(measured: bool | float | str, unit: str) -> str:  # noqa: FBT001 - one of the kinds of value
    """A value in `unit`, the base unit of a threshold."""
    if isinstance(measured, float) or (measured and unit in _SCALES and not isinstance(measured, bool | str)):
        return _number(measured, unit)
    try:
        return str(measured)
    except ValueError:  # Python writes no number of more than 4300 digits
        return "a number of very many digits"


def _number(number: float, unit: str) -> str:
    try:
        number = float(number)
    except OverflowError:
        number = math.inf
    scales = _SCALES.get(unit)
    if scales is None:
        return f"{number:.4g}"
    whole = next((one for one in scales if one[1] == 1.0), scales[0])  # of nothing
    name, factor = next((one for one in scales if abs(number) >= one[1]), scales[-1] if number else whole)
    shown = number / factor
    separator = "" if name == "%" else " "
    return f"{shown:.4g}{separator}{name}"
