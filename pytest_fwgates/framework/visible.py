"""The text of a document without its examples: fences, code spans and comments blanked out.

For what is not CommonMark: `<include>` tags and `@` imports are read from the raw text by the tools that
use them, also where an indent would make a code block of them. Lines and columns stay as they were.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FENCE: Final = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<mark>`{3,}|~{3,})(?P<info>.*)")
_TICKS: Final = re.compile(r"`+")
_COMMENT: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_NOT_NEWLINE: Final = re.compile(r"[^\n]")


def visible(lines: Sequence[str]) -> str:
    """The document with every example replaced by spaces."""
    text = "\n".join(_without_spans(line) for line in _without_fences(lines))
    # An unclosed comment hides nothing: what is not read must not count as good.
    last = max(text.rfind("-->"), text.rfind("]]>"))
    if last == -1:
        return text
    return _COMMENT.sub(_blank, text[: last + 3]) + text[last + 3 :]


def _without_fences(lines: Sequence[str]) -> Iterator[str]:
    """Fences count at any indent: modules nest them in lists and in tags."""
    opened = ""
    for line in lines:
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if opened:
            yield ""
            if match and match["mark"].startswith(opened) and not match["info"].strip():
                opened = ""
        elif match and not ("`" in match["info"] and match["mark"][0] == "`"):
            opened = match["mark"]
            yield ""
        else:
            yield line


def _without_spans(line: str) -> str:
    """Blank the code spans of one line: a run of backticks up to the next run of the same length."""
    if "`" not in line:
        return line
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(line)]
    following: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        following.setdefault(runs[number][1] - runs[number][0], []).append(number)
    pieces: list[str] = []
    place = number = 0
    while number < len(runs):
        start, end = runs[number]
        waiting = following[end - start]
        while waiting and waiting[-1] <= number:
            waiting.pop()
        if waiting:
            number = waiting[-1]
            pieces += [line[place:start], " " * (runs[number][1] - start)]
            place = runs[number][1]
        number += 1
    return "".join(pieces) + line[place:]


def _blank(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", match[0])
