"""Fences that end nowhere, too early, or outside of the list item that they stand in.

CommonMark reads a fence without an end up to the end of the document, and is content. So one lost end turns
all that follows inside out: text becomes code and code becomes text. Which end is lost is told here by
the reading of the marks that loses the fewest.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_MARK: Final = re.compile(
    r"(?P<indent>[ \t>]*(?P<item>(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*))"
    r"(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)\Z"
)
# A language, perhaps with the name of a file, with attributes or with a title.
_INFO: Final = re.compile(r"[\w+#./-]+(?:[ \t]+[\w/-]+\.[\w.]+)?(?:[ \t]*(?:\{.*|\w+=.*|title.*))?\Z")
# What shows markdown has fences of its own; without an info string nobody knows.
_SHOWING: Final = frozenset({"", "markdown", "md", "mdx", "text", "txt"})
_PROSE: Final = re.compile(
    r"#{2,6} \S|\*\*\w|[-*] (?:\*\*|[A-Z])|\d+\. [A-Z*]|[A-Z][a-z]+(?: [\w'\"`(),-]+){3}.*[.:]\s*\Z"
)
_DEEP: Final = 3
_LONG: Final = 300
MAX_MARKS: Final = 2_000
MAX_INNER: Final = 40

_LOST: Final = 1.0
_UNLIKELY: Final = 0.3
_BARE: Final = 0.05
# What speaks against a reading: text or nothing in the fence, a blank line below its beginning, none below
# its end. So little, that no number of them usually met makes up for a lost end.
_HINT: Final = 0.04
_MANY: Final = 4


class FenceDamage(msgspec.Struct, frozen=True):
    """A fence that does not end where its author meant it to.

    Attributes:
        mark: The backticks or tildes that open it.
        kind: `unclosed`; `nested` if it shows fences with as many ticks as its own; `outside` if its end
            stands left of the list item or quote that it begins in.
    """

    line: int
    column: int
    mark: str
    kind: Literal["unclosed", "nested", "outside"]


class _Mark(msgspec.Struct, frozen=True):
    line: int
    indent: int
    mark: str
    info: str
    begins_item: bool

    def closes(self, other: _Mark) -> bool:
        return not self.info and not self.begins_item and self.mark.startswith(other.mark)


class Reading(msgspec.Struct, frozen=True):
    """What is wrong with the fences of a document, and which lines they were meant to hide."""

    damage: tuple[FenceDamage, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()

    def hides(self, line: int) -> bool:
        """Whether a line, counted from 1, stands in a fence as its author meant it."""
        place = bisect_right(self.hidden, line, key=lambda lines: lines[0])
        return place > 0 and line <= self.hidden[place - 1][1]


class _Way(NamedTuple):
    """One way to read a mark that opens a fence; `following` is the mark to go on with."""

    cost: float
    kind: Literal["paired", "unclosed", "nested"]
    following: int


def read(fences: Sequence[Token], lines: Sequence[str]) -> Reading:
    """How the fences of a document were meant, given the tokens of all of them."""
    unclosed = {fence.map[0] for fence in fences if fence.map and not _is_closed(fence, fence.map, lines)}
    if not unclosed and not any(_swallows(fence) for fence in fences):
        return Reading()
    marks = list(_marks(lines))
    if len(marks) > MAX_MARKS:
        marks = [mark for mark in marks if mark.line == max(unclosed, default=-1)]
    damage: list[FenceDamage] = []
    hidden: list[tuple[int, int]] = []
    ways = _cheapest(marks, lines)
    place = 0
    while place < len(marks):
        mark, way = marks[place], ways[place]
        if way.kind != "paired" or mark.line in unclosed:
            kind = "outside" if way.kind == "paired" else way.kind
            damage.append(FenceDamage(mark.line + 1, mark.indent + 1, mark.mark, kind))
        if way.kind != "unclosed":
            hidden.append((mark.line + 1, marks[way.following - 1].line + 1))
        place = way.following
    return Reading(tuple(damage), tuple(hidden))


def _is_closed(fence: Token, place: Sequence[int], lines: Sequence[str]) -> bool:
    first, last = place[0], place[1] - 1
    match = _MARK.match(lines[last]) if first < last < len(lines) else None
    return match is not None and not match["info"].strip() and match["mark"].startswith(fence.markup)


def _swallows(fence: Token) -> bool:
    """Whether it holds what looks like the beginning of another fence."""
    if fence.markup not in fence.content:
        return False
    found = (_MARK.match(line) for line in fence.content.split("\n") if fence.markup in line)
    return any(m and m["info"] and not m["item"] and len(m["indent"]) <= _DEEP for m in found)


def _marks(lines: Sequence[str]) -> Iterator[_Mark]:
    for number, line in enumerate(lines):
        match = _MARK.match(line) if "```" in line or "~~~" in line else None
        if match is not None:
            info = match["info"].strip()
            if not info or _INFO.match(info):
                yield _Mark(number, len(match["indent"]), match["mark"], info, bool(match["item"]))


def _cheapest(marks: Sequence[_Mark], lines: Sequence[str]) -> list[_Way]:
    """For each mark, taken to open a fence, the way that loses the fewest ends from there on."""
    costs = [0.0] * (len(marks) + 1)
    best: list[_Way] = []
    for place in range(len(marks) - 1, -1, -1):
        way = min(_ways(marks, place, lines), key=lambda one: one.cost + costs[one.following])
        costs[place] = way.cost + costs[way.following]
        best.append(way)
    return best[::-1]


def _ways(marks: Sequence[_Mark], place: int, lines: Sequence[str]) -> Iterator[_Way]:
    opening = marks[place]
    inner = _following(marks, place + 1, opening)
    end = marks[inner].line if inner < len(marks) else len(lines)
    holds_prose = any(_PROSE.match(line) for line in lines[opening.line + 1 : end] if len(line) < _LONG)
    shows = opening.info.partition(" ")[0].lower() in _SHOWING
    hints = _HINT * (not opening.info and _is_blank(lines, opening.line + 1))
    if inner < len(marks) and marks[inner].closes(opening):
        against = (holds_prose and not (shows and opening.info)) + (not _is_blank(lines, end + 1))
        against += _MANY * (end == opening.line + 1)
        yield _Way(hints + _HINT * against, "paired", inner + 1)
    if inner < len(marks) and (marks[inner].info or shows):
        for closing, bare in _closings_of_nested(marks, inner, opening):
            yield _Way(_LOST + _BARE * bare + (0.0 if shows else _UNLIKELY) + hints, "nested", closing + 1)
    yield _Way(_LOST + hints + _HINT * (not holds_prose), "unclosed", inner)


def _is_blank(lines: Sequence[str], number: int) -> bool:
    return number >= len(lines) or not lines[number].strip(" \t>")


def _following(marks: Sequence[_Mark], place: int, opening: _Mark) -> int:
    """The next mark that a fence opened by `opening` can take for its end, or for that of another fence."""
    while place < len(marks):
        mark = marks[place]
        is_inside = mark.begins_item and not opening.begins_item  # ` * ```js` in a comment of code
        if mark.mark.startswith(opening.mark) and mark.indent <= opening.indent + _DEEP and not is_inside:
            break
        place += 1
    return place


def _closings_of_nested(marks: Sequence[_Mark], place: int, opening: _Mark) -> Iterator[tuple[int, int]]:
    """The marks that may end a fence which holds whole fences, with how many of those say no language."""
    bare = 0
    for _ in range(MAX_INNER):
        end = _following(marks, place + 1, marks[place]) if place < len(marks) else len(marks)
        if end >= len(marks) or not marks[end].closes(marks[place]):
            return
        bare += not marks[place].info
        place = _following(marks, end + 1, opening)
        if place < len(marks) and marks[place].closes(opening):
            yield place, bare
