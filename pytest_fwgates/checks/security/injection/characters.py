# ruff: noqa: E501 - patterns, which are easier to read whole
"""Characters that hide, reorder or erase text. Pure.

https://www.unicode.org/reports/tr36/ and https://trojansource.codes/ describe what they are used for; emoji
and the scripts that need joiners, selectors and marks of direction are told apart by what stands beside.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.model import Severity

_WIDTHLESS: Final = "\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_BIDI: Final = "\u202a-\u202e\u2066-\u2069"
_TAGS: Final = "\U000e0000-\U000e007f"
ODD: Final = re.compile(f"[\x08\x1b\x9b\u00ad{_WIDTHLESS}{_SELECTORS}{_BIDI}{_TAGS}]")
"""Whatever may hide something; most of it is honest."""

FLAG: Final = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}+\U000e007f")
"""The flags of England, Scotland, Wales and their like, which emoji are written with tags."""
TAG_RUN: Final = re.compile(f"[{_TAGS}]++")
OVERRIDE: Final = re.compile("[\u202d\u202e]")
DIRECTION: Final = re.compile(f"[{_BIDI}]")
SELECTOR_RUN: Final = re.compile(f"[{_SELECTORS}]{{2,}}+")
STRAY_SELECTOR: Final = re.compile(
    "(?<=[A-Za-z])[\ufe00-\ufe0e]"
    "|(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"
)
IN_WORD: Final = re.compile(f"(?<=[A-Za-z0-9])[{_WIDTHLESS}]++(?=[A-Za-z0-9])")
RUN: Final = re.compile(f"[{_WIDTHLESS}]{{3,}}+")
ESCAPE: Final = re.compile("\x1b|\x9b(?=[0-9;?]{0,20}[A-Za-z])|\x08")
WIDTHLESS: Final = re.compile(f"[{_WIDTHLESS}]")
_IN_CLASS: Final = re.compile(
    f"[^\\s\\w]-[{_WIDTHLESS}{_BIDI}{_SELECTORS}]|(?<=\\[)[{_WIDTHLESS}{_BIDI}{_SELECTORS}]{{1,12}}+(?=[\\]-])"
)
"""Ranges of a regular expression that looks for such characters."""
_MANY: Final = 8
_OPENS: Final = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
_CLOSES: Final = "\u202c\u2069"


class Odd(NamedTuple):
    """Something hidden, by its offset."""

    offset: int
    severity: Severity
    kind: str
    what: str
    why: str


def odd_characters(text: str, *, terminal: bool = True) -> Iterator[Odd]:
    """What is hidden in a text, at most one finding of each kind in a line.

    Args:
        text: Any text.
        terminal: Whether escape sequences count: scripts print with them.
    """
    if text.isascii() and "\x1b" not in text and "\x08" not in text:
        return
    place = 0
    while match := ODD.search(text, place):
        begin = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.start())
        end = len(text) if end == -1 else end
        for one in _in_line(_IN_CLASS.sub(_blank, text[begin:end]), terminal=terminal):
            yield one._replace(offset=one.offset + begin)
        place = end


def _in_line(line: str, *, terminal: bool) -> Iterator[Odd]:
    yield from _tags(line)
    yield from _directions(line)
    yield from _selectors(line)
    yield from _widthless(line)
    if terminal and (match := ESCAPE.search(line)):
        yield Odd(
            match.start(), "high", "escape", f"terminal control character U+{ord(match[0]):04X}",
            "whoever prints the file sees something else than a model reads; remove it",
        )  # fmt: skip


def _blank(match: re.Match[str]) -> str:
    return "." * len(match[0])


def _tags(line: str) -> Iterator[Odd]:
    plain = FLAG.sub(_blank, line)
    if match := TAG_RUN.search(plain):
        said = "".join(chr(ord(one) - 0xE0000) for one in match[0] if one >= "\U000e0020")
        yield Odd(
            match.start(), "high", "tags",
            f"{len(match[0])} Unicode tag characters that spell {said[:60]!r}",
            "a model reads them and nobody sees them; remove them",
        )  # fmt: skip


def _directions(line: str) -> Iterator[Odd]:
    match = DIRECTION.search(line)
    if match is None:
        return
    opened = sum(one in _OPENS for one in line)
    closed = sum(one in _CLOSES for one in line)
    right_to_left = any(unicodedata.bidirectional(one) in {"R", "AL"} for one in line)
    if OVERRIDE.search(line) or not right_to_left or opened != closed:
        yield Odd(
            match.start(), "high", "direction", f"bidirectional control U+{ord(match[0]):04X}",
            "text is shown in another order than it is read in; remove it, or write the words in their order",
        )  # fmt: skip


def _selectors(line: str) -> Iterator[Odd]:
    match = SELECTOR_RUN.search(line) or STRAY_SELECTOR.search(line)
    if match:
        yield Odd(
            match.start(), "high", "selectors",
            f"variation selector U+{ord(match[0][0]):04X} where no character takes one",
            "bytes are smuggled in selectors, which nobody sees; remove them",
        )  # fmt: skip


def _widthless(line: str) -> Iterator[Odd]:
    match = IN_WORD.search(line) or RUN.search(line)
    if match is None and len(found := _between_plain(line)) >= _MANY:
        match = found[0]
    if match:
        yield Odd(
            match.start(), "high", "widthless", f"zero-width character U+{ord(match[0][0]):04X} inside of text",
            "words are split or bytes smuggled where nobody sees it; remove it",
        )  # fmt: skip


def _between_plain(line: str) -> list[re.Match[str]]:
    """Zero-width characters beside ASCII; those beside an emoji or a letter of another script are its own."""
    padded = f" {line} "
    return [
        match
        for match in WIDTHLESS.finditer(line)
        if padded[match.start()].isascii() or padded[match.end() + 1].isascii()
    ]


def without(text: str) -> str:
    """Text as a model takes it: nothing in it that only hides."""
    return text if text.isascii() else ODD.sub("", text)


def shown(text: str, length: int = 60) -> str:
    """The start of a text in one line, with what nobody sees spelled out."""
    plain = " ".join(ODD.sub(lambda match: f"U+{ord(match[0]):04X}", text[: 4 * length]).split())
    return plain if len(plain) <= length else f"{plain[: length - 3]}..."
