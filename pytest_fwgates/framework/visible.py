"""The text of a document without its examples: fences, code spans and comments blanked out.

For what is not CommonMark: `<include>` tags and `@` imports are read from the raw text by the tools that
use them, also where an indent would make a code block of them. Lines and columns stay as they were.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

_FENCE: Final = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<mark>`{3,}|~{3,})(?P<info>.*)")
_MARKDOWN: Final = frozenset({"markdown", "md"})
_DEEP: Final = 3
_TICKS: Final = re.compile(r"`+")
_NOT_NEWLINE: Final = re.compile(r"[^\n]")


class Examples(msgspec.Struct, frozen=True):
    """For each line whether it belongs to a fence; and whether the last fence is closed."""

    lines: Sequence[bool]
    is_closed: bool


def visible(lines: Sequence[str], examples: Examples) -> str:
    """The document with every example replaced by spaces."""
    text = "\n".join(
        "" if hidden else without_spans(line) for line, hidden in zip(lines, examples.lines, strict=True)
    )
    return _without(_without(text, "<!--", "-->"), "<![CDATA[", "]]>")


def fenced(lines: Sequence[str]) -> Examples:
    """Which lines are in fences, at any indent: modules nest them in lists and in tags.

    A fence of markdown may show fences of its own, although CommonMark ends it at the first inner end. If
    that reading leaves a fence open at the end of the document, it was not what the author meant.
    """
    examples = _fenced(lines, nesting=True)
    return examples if examples.is_closed else _fenced(lines, nesting=False)


def _fenced(lines: Sequence[str], *, nesting: bool) -> Examples:
    flags: list[bool] = []
    opened: list[tuple[str, int]] = []
    nests = False
    for line in lines:
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if match is None:
            flags.append(bool(opened))
            continue
        flags.append(True)
        mark, indent, info = match["mark"], match.start("mark"), match["info"].strip()
        if opened and not info and _is_end(mark, indent, *opened[-1]):
            opened.pop()
        elif not opened and not ("`" in info and mark[0] == "`"):
            nests = nesting and info.split(" ")[0].lower() in _MARKDOWN
            opened.append((mark, indent))
        elif nests and info:
            opened.append((mark, indent))
        elif not opened:
            flags[-1] = False
    return Examples(flags, is_closed=not opened)


def _is_end(mark: str, indent: int, opening: str, margin: int) -> bool:
    """Further in it belongs to what is shown (https://spec.commonmark.org/0.31.2/#fenced-code-blocks)."""
    return mark.startswith(opening) and indent <= margin + _DEEP


def without_spans(line: str) -> str:
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


def _without(text: str, opening: str, closing: str) -> str:
    """Blank what stands between two marks. Unclosed it hides nothing: the unread must not count as good."""
    pieces: list[str] = []
    place = 0
    while (start := text.find(opening, place)) != -1:
        end = text.find(closing, start)
        if end == -1:
            break
        end += len(closing)
        pieces += [text[place:start], _NOT_NEWLINE.sub(" ", text[start:end])]
        place = end
    return "".join(pieces) + text[place:]
