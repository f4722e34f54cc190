"""Thresholds as data: ``"< 200ms"``, ``"> 90%"``, ``"< 2GB"``, ``"< medium"``, ``true``, ``0``.

One grammar, ``[operator] value [unit]``; without an operator the value must be equal. Units of one
dimension convert into each other and a measured value is in the dimension's base unit: seconds, bytes,
bits per second, bytes per second, requests per second, a ratio for percentages. Decimal prefixes are
powers of 1000 and binary ones (KiB, MiB, GiB) powers of 1024, as in IEC 80000-13.
"""

from __future__ import annotations

import operator
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

Value: TypeAlias = bool | int | float | str
RawThreshold: TypeAlias = bool | int | float | str

SCALE: Final = ("none", "low", "medium", "high", "critical")
"""The ordinal scale of complexity and severity, from best to worst."""

_TRUTH: Final = frozenset({"true", "false"})
_UNITS: Final[dict[str, tuple[str, Decimal]]] = {
    suffix: (unit, Decimal(factor))
    for suffix, unit, factor in (
        ("us", "s", "0.000001"),
        ("ms", "s", "0.001"),
        ("s", "s", 1),
        ("min", "s", 60),
        ("h", "s", 3600),
        ("B", "B", 1),
        ("KB", "B", 1000),
        ("MB", "B", 1000**2),
        ("GB", "B", 1000**3),
        ("KiB", "B", 1024),
        ("MiB", "B", 1024**2),
        ("GiB", "B", 1024**3),
        ("KB/s", "B/s", 1000),
        ("MB/s", "B/s", 1000**2),
        ("GB/s", "B/s", 1000**3),
        ("Kbps", "bit/s", 1000),
        ("Mbps", "bit/s", 1000**2),
        ("Gbps", "bit/s", 1000**3),
        ("req/s", "req/s", 1),
        ("%", "ratio", "0.01"),
        ("", "", 1),
    )
}
"""Exact factors: as a float 35% would be a little more than 35 / 100."""

_OPERATORS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
_GRAMMAR: Final = re.compile(
    r"\s*(<=|>=|==|<|>)?\s*(?:([0-9]{1,30}(?:\.[0-9]{1,30})?)\s*([A-Za-z/%]*)|([a-z]+))\s*"
)


class ThresholdError(ValueError):
    """The text is not a threshold, or it does not fit the measured value."""


class Threshold(msgspec.Struct, frozen=True):
    """A limit that a measured value is held against.

    Attributes:
        text: As it was written; what reports show.
        operator: One of ``<``, ``<=``, ``>``, ``>=``, ``==``.
        limit: In the base unit of `unit`; a truth value as 0 or 1; a word as its place in `SCALE`.
        unit: The base unit: ``s``, ``B``, ``B/s``, ``bit/s``, ``req/s``, ``ratio``, ``scale``,
            ``bool`` or empty for a plain number.
    """

    text: str
    operator: str
    limit: float
    unit: str

    def holds(self, value: Value) -> bool:
        """Whether the measured `value`, in the base unit, keeps the limit; NaN never does.

        Raises:
            ThresholdError: the value is of another kind than the limit.
        """
        return _OPERATORS[self.operator](_number(value, self.unit), self.limit)

    def is_no_looser_than(self, other: Threshold) -> bool:
        """Whether every value that keeps this limit keeps `other`; unknown, so no, across units."""
        if self.unit != other.unit:
            return False
        if other.operator == "==":
            return self.operator == "==" and self.limit == other.limit
        if self.operator != "==" and self.operator[0] != other.operator[0]:
            return False
        if self.limit == other.limit:
            return other.operator.endswith("=") or self.operator == other.operator
        return _OPERATORS[other.operator](self.limit, other.limit)

    def margin(self, value: Value) -> float | None:
        """How far the value is from the limit as a share of it; negative where it is broken."""
        if self.operator == "==" or not self.limit:
            return None
        share = (self.limit - _number(value, self.unit)) / self.limit
        return share if self.operator.startswith("<") else -share


def parse(raw: RawThreshold) -> Threshold:
    """Read a threshold as it stands in a profile or a mark.

    Raises:
        ThresholdError: with what is wrong and what is allowed.
    """
    if isinstance(raw, bool):
        return Threshold(str(raw).lower(), "==", float(raw), "bool")
    if isinstance(raw, int | float):
        limit = _finite(_float(raw))
        return Threshold(str(raw), "==", limit, "")
    match = _GRAMMAR.fullmatch(raw)
    if match is None:
        raise ThresholdError(f"{raw!r} is not a threshold; write for example '< 200ms', '> 90%' or 0")
    sign, digits, suffix, word = match.groups()
    if word is not None:
        if word in _TRUTH and sign not in {None, "=="}:
            raise ThresholdError(f"{raw!r}: a truth value has no order; write {word}")
        return Threshold(raw.strip(), sign or "==", *_word(word))
    if suffix not in _UNITS:
        allowed = ", ".join(unit for unit in _UNITS if unit)
        raise ThresholdError(f"{raw!r} has the unknown unit {suffix!r}; allowed: {allowed}")
    unit, factor = _UNITS[suffix]
    return Threshold(raw.strip(), sign or "==", float(Decimal(digits) * factor), unit)


def _word(word: str) -> tuple[float, str]:
    if word in _TRUTH:
        return (float(word == "true"), "bool")
    if word in SCALE:
        return (float(SCALE.index(word)), "scale")
    raise ThresholdError(f"{word!r} is not on the scale {' < '.join(SCALE)}")


def _finite(number: float) -> float:
    if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124 - NaN
        raise ThresholdError(f"{number} is not a finite number")
    return number


def _float(number: float) -> float:
    """As a float; a whole number beyond them all is infinite."""
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _number(value: Value, unit: str) -> float:
    if isinstance(value, str):
        if unit == "scale" and value in SCALE:
            return float(SCALE.index(value))
    elif unit != "scale" and isinstance(value, bool) == (unit == "bool"):
        return _float(value)
    raise ThresholdError(
        f"the measured value {_shown(value)} does not fit a threshold in {unit or 'numbers'}"
    )


def _shown(value: Value) -> str:
    try:
        return repr(value)
    except ValueError:  # Python writes no number of more than 4300 digits
        return "of very many digits"
