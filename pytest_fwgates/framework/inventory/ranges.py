"""Ranges of versions as intervals, of Python (PEP 440, Poetry) and npm (semver): is one within another?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_LENGTH: Final = 500
Key: TypeAlias = Any
"""Whatever versions of one ecosystem are compared by."""
_SEMVER: Final = re.compile(
    r"\A[v=\s]*+(\d{1,15})\.(\d{1,15})\.(\d{1,15})(?:-([0-9A-Za-z.-]{1,100}))?(?:\+\S{0,100})?\Z"
)
_PARTIAL: Final = re.compile(
    r"\A(\^|~>?|>=?|<=?|=)?\s*+v?(\d{1,15}|[xX*])?(?:\.(\d{1,15}|[xX*]))?(?:\.(\d{1,15}|[xX*]))?"
    r"(?:-([0-9A-Za-z.-]{1,100}))?(?:\+[0-9A-Za-z.-]{0,100})?\Z"
)
_GLUE: Final = re.compile(r"(\^|~>?|>=?|<=?|=)\s++")
_LOWEST: Final = (0, ())
_RELEASE: Final = (1, ())


class Interval(NamedTuple):
    """From `low` to `high`, None for no end; whether each end belongs to it."""

    low: Key | None = None
    low_in: bool = True
    high: Key | None = None
    high_in: bool = True


Range: TypeAlias = tuple[Interval, ...]
ANY: Final[Range] = (Interval(),)


def within(ecosystem: str, inner: str, outer: str) -> bool | None:
    """Whether all versions of one range are in another; None where one of them cannot be read."""
    if outer.strip() in {"*", inner.strip()}:
        return True
    ours, theirs = parse(ecosystem, inner), parse(ecosystem, outer)
    if ours is None or theirs is None:
        return None
    joined = _joined(theirs)
    return bool(ours) and all(any(_contains(other, one) for other in joined) for one in ours)


def parse(ecosystem: str, text: str) -> Range | None:
    """The versions that a range has; None where it cannot be read, as a tag like `latest` cannot."""
    if len(text) > MAX_LENGTH:
        return None
    read = _of_pypi if ecosystem == "pypi" else _of_npm
    found: list[Interval] = []
    for part in text.split("||"):
        one = read(part.strip())
        if one is None:
            return None
        found += one
    return tuple(found)


def semver(text: str) -> Key | None:
    """What versions of npm are compared by (https://semver.org/#spec-item-11); None for no version."""
    match = _SEMVER.match(text)
    return None if match is None else (int(match[1]), int(match[2]), int(match[3]), _prerelease(match[4]))


def _prerelease(text: str | None) -> Key:
    if not text:
        return _RELEASE
    parts = text.split(".")
    return (
        0,
        tuple((0, int(one), "") if one.isdecimal() and one.isascii() else (1, 0, one) for one in parts),
    )


def _of_npm(text: str) -> Range | None:
    if not text:
        return ANY
    low, hyphen, high = text.partition(" - ")
    words = [f">={low.strip()}", f"<={high.strip()}"] if hyphen else _GLUE.sub(r"\1", text).split()
    found: Range | None = ANY
    for word in words:
        found = _meet(found, _npm_word(word))
    return found


def _npm_word(word: str) -> Range | None:
    match = _PARTIAL.match(word)
    if match is None:
        return None
    sign = match[1] or ""
    parts = [int(one) for one in match.groups()[1:4] if one and one.isdecimal()]
    fixed = next((n for n, one in enumerate(match.groups()[1:4]) if not one or not one.isdecimal()), 3)
    if not fixed:
        return ANY if sign not in {">", "<"} else ()
    full = [*parts[:fixed], 0, 0, 0][:3]
    low = (*full, _prerelease(match[5]))
    return _bounds(sign, low, fixed, lambda place: _npm_next(full, place), _caret(full, fixed))


def _npm_next(full: list[int], place: int) -> Key:
    """The lowest version above all those that agree up to `place`."""
    return (*(one + (n == place) for n, one in enumerate(full[: place + 1])), *[0] * (2 - place), _LOWEST)


def _caret(full: list[int], fixed: int) -> int:
    """The place that `^` holds: the first that is not zero."""
    return next((n for n, one in enumerate(full[:fixed]) if one), fixed - 1)


def _bounds(  # noqa: PLR0911 - one for each sign
    sign: str, low: Key, fixed: int, above: Callable[[int], Key], caret: int
) -> Range:
    """What a sign before a version, of which `fixed` parts are written, means."""
    if sign == "^":
        return (Interval(low, high=above(caret), high_in=False),)
    if sign.startswith("~"):
        return (Interval(low, high=above(min(1, fixed - 1)), high_in=False),)
    whole = fixed == 3  # noqa: PLR2004 - the parts of a version
    if sign in {"", "="}:
        return (Interval(low, high=low) if whole else Interval(low, high=above(fixed - 1), high_in=False),)
    if sign == ">":
        return (Interval(low, low_in=False) if whole else Interval(above(fixed - 1)),)
    if sign == ">=":
        return (Interval(low),)
    if sign == "<=" and not whole:
        return (Interval(high=above(fixed - 1), high_in=False),)
    return (Interval(high=low, high_in=sign == "<="),)


def _of_pypi(text: str) -> Range | None:
    if text in {"", "*"}:
        return ANY
    if text[0] in "^~" and not text.startswith("~="):  # Poetry
        return _of_poetry(text)
    if text[0].isdigit():
        text = f"=={text}"
    try:
        specifiers = list(SpecifierSet(text))
        found: Range | None = ANY
        for one in specifiers:
            found = _meet(found, _of_specifier(one.operator, one.version))
    except (InvalidSpecifier, InvalidVersion):
        return None
    return found


def _of_poetry(text: str) -> Range | None:
    try:
        release = list(Version(text.lstrip("^~= ")).release)
        low = Version(text.lstrip("^~= "))
    except InvalidVersion:
        return None
    return _bounds(
        text[0], low, len(release), lambda place: _pep_next(release, place), _caret(release, len(release))
    )


def _pep_next(release: Iterable[int], place: int, epoch: int = 0) -> Version:
    parts = list(release)[: place + 1]
    parts[-1] += 1
    return Version(f"{epoch}!{'.'.join(map(str, parts))}.dev0")


def _of_specifier(operator: str, text: str) -> Range:
    star = text.endswith(".*")
    version = Version(text.removesuffix(".*"))
    release = version.release
    if operator in {"==", "!="} and star:
        low = Version(f"{version}.dev0")
        high = _pep_next(release, len(release) - 1, version.epoch)
        inside = Interval(low, high=high, high_in=False)
        return (inside,) if operator == "==" else (Interval(high=low, high_in=False), Interval(high))
    if operator == "!=":
        return (Interval(high=version, high_in=False), Interval(version, low_in=False))
    if operator == "~=":
        return (Interval(version, high=_pep_next(release, len(release) - 2, version.epoch), high_in=False),)
    if operator == "<" and not version.is_prerelease:
        version = Version(f"{version.public}.dev0")  # PEP 440: what comes before a release is not below it
    return {
        ">=": (Interval(version),),
        ">": (Interval(version, low_in=False),),
        "<=": (Interval(high=version),),
        "<": (Interval(high=version, high_in=False),),
    }.get(operator, (Interval(version, high=version),))


def _meet(one: Range | None, other: Range | None) -> Range | None:
    """What both have in common."""
    if one is None or other is None:
        return None
    met = (_common(first, second) for first in one for second in other)
    return tuple(interval for interval in met if interval is not None)[:MAX_LENGTH]


def _common(one: Interval, other: Interval) -> Interval | None:
    low, low_in = max((_low(one), _low(other)))
    high, high_in = min((_high(one), _high(other)))
    found = Interval(low.key, not low_in, high.key, bool(high_in))
    if found.low is not None and found.high is not None:
        empty = found.high < found.low or (found.low == found.high and not (found.low_in and found.high_in))
        return None if empty else found
    return found


class _End(NamedTuple):
    """An end of an interval, comparable even where there is none."""

    rank: int
    key: Key | None

    def __lt__(self, other: tuple[Any, ...]) -> bool:
        if self.rank != other[0] or self.rank:
            return bool(self.rank < other[0])
        return bool(self.key < other[1])

    def __gt__(self, other: tuple[Any, ...]) -> bool:
        if self.rank != other[0] or self.rank:
            return bool(self.rank > other[0])
        return bool(self.key > other[1])


def _low(one: Interval) -> tuple[_End, int]:
    return _End(-1 if one.low is None else 0, one.low), int(not one.low_in)


def _high(one: Interval) -> tuple[_End, int]:
    return _End(1 if one.high is None else 0, one.high), int(one.high_in)


def _contains(outer: Interval, inner: Interval) -> bool:
    return not _low(inner) < _low(outer) and not _high(inner) > _high(outer)


def _is_just_below(high: Key, low: Key) -> bool:
    """Whether nothing but what comes before a release lies between: `<2` and `>=2` have no gap."""
    if isinstance(high, Version):
        return high.dev == 0 and not low.is_prerelease and high.base_version == low.base_version
    return bool(high[:3] == low[:3] and high[3] == _LOWEST and low[3] == _RELEASE)


def _joined(range_: Range) -> list[Interval]:
    """The same with intervals that touch made one."""
    found: list[Interval] = []
    for one in sorted(range_, key=_low):
        last = found[-1] if found else None
        touches = last is not None and (
            last.high is None
            or one.low is None
            or one.low < last.high
            or (one.low == last.high and (one.low_in or last.high_in))
            or _is_just_below(last.high, one.low)
        )
        if last is not None and touches:
            high = max(last, one, key=_high)
            found[-1] = Interval(last.low, last.low_in, high.high, high.high_in)
        else:
            found.append(one)
    return found
