"""Which tags of a module have a partner.

One pass with a stack. A closing tag closes the nearest open element of its name; what was opened since is
put aside as lost, so that one missing end tag is one fault and not fifty.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.framework.xmltags import OPTIONAL_END, VOID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.xmltags import Tag

# Tokens of language models, not tags.
TOKENS: Final = frozenset({"s", "bos", "eos", "pad", "unk", "mask", "cls", "sep"})
LEFT_OPEN: Final = VOID | OPTIONAL_END | TOKENS
# How many open elements a closing tag without a partner is compared with, and how many such tags are.
NEAREST: Final = 6
MAX_COMPARED: Final = 200
LIKENESS: Final = 0.75
SHORT: Final = 3
MAX_NAME: Final = 100


class Lost(NamedTuple):
    """An opening tag without a partner, and the closing tag that went past it."""

    tag: Tag
    passed: Tag | None


class Stray(NamedTuple):
    """A closing tag without a partner, and the open element that it may have been meant for.

    `is_within`: whether that element holds another one of the closing tag's own name.
    """

    tag: Tag
    meant: Tag | None
    is_within: bool


class Walk:
    """The stack of open elements while the tags of one document pass by."""

    def __init__(self, text: str) -> None:
        self.starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
        self.stack: list[Tag] = []
        self.places: dict[str, list[int]] = {}
        self.paired: Counter[str] = Counter()
        self.last_paired: dict[str, int] = {}
        self.children: Counter[int] = Counter()
        self.blocks = 0
        self.opening_of: dict[int, Tag] = {}
        self.lost_by_name: dict[str, list[Lost]] = {}
        self.strays: list[Stray] = []
        self.crossed: dict[int, tuple[Tag, Tag]] = {}
        self.flawed: list[Tag] = []

    def enter(self, tag: Tag) -> None:
        """Take the next tag of the document."""
        if tag.flaw:
            self.flawed.append(tag)
        if tag.kind == "close":
            self._close(tag)
        else:
            self.places.setdefault(tag.name, []).append(len(self.stack))
            self.stack.append(tag)

    def finish(self) -> None:
        """Lose what is still open where the document ends."""
        while self.stack:
            self._lose(None)

    def lost(self) -> Iterator[Lost]:
        """Every opening tag without a partner."""
        for items in self.lost_by_name.values():
            yield from items

    def row(self, tag: Tag) -> int:
        """Its line, counted from 0."""
        return bisect_right(self.starts, tag.offset) - 1

    def column(self, tag: Tag) -> int:
        """Its column, counted from 0."""
        return tag.offset - self.starts[self.row(tag)]

    def _close(self, tag: Tag) -> None:
        if places := self.places.get(tag.name):
            while len(self.stack) > places[-1] + 1:
                self._lose(tag)
            opening = self._pop()
            self.paired[tag.name] += 1
            self.last_paired[tag.name] = opening.offset
            self.opening_of[tag.offset] = opening
            if opening.is_firm:
                self._count_child(self.column(opening))
                self.blocks += not self.column(opening) and self.row(opening) < self.row(tag)
        elif lost := self.lost_by_name.get(tag.name):
            self.paired[tag.name] += 1
            self._cross(lost.pop(), tag)
        else:
            meant = self._meant_by(tag) if len(self.strays) < MAX_COMPARED else None
            is_within = meant is not None and self.last_paired.get(tag.name, -1) > meant.offset
            self.strays.append(Stray(tag, meant, is_within))

    def _count_child(self, column: int) -> None:
        """To the element that is further out: the innermost one may be a sister whose end is missing."""
        for around in self.stack[-NEAREST:][::-1]:
            if self.column(around) < column:
                self.children[around.offset] += 1
                return

    def _pop(self) -> Tag:
        tag = self.stack.pop()
        self.places[tag.name].pop()
        return tag

    def _lose(self, passed: Tag | None) -> None:
        tag = self._pop()
        self.lost_by_name.setdefault(tag.name, []).append(Lost(tag, passed))

    def _cross(self, lost: Lost, late: Tag) -> None:
        """An element turns out to be closed after the one around it."""
        early = lost.passed
        if early is None or not LEFT_OPEN.isdisjoint({early.name, late.name}):
            return
        if (lost.tag.is_firm and early.is_firm) or self.row(lost.tag) == self.row(late):
            self.crossed.setdefault(early.offset, (early, lost.tag))

    def _meant_by(self, stray: Tag) -> Tag | None:
        """The open element that a closing tag of a wrong name stands for."""
        near = [opening for opening in reversed(self.stack[-NEAREST:]) if opening.name not in LEFT_OPEN]
        for opening in near:
            is_same_line = self.row(opening) == self.row(stray)
            if not is_same_line and not (opening.is_firm and stray.is_firm):
                continue
            if is_alike(opening.name, stray.name):
                return opening
            if opening is near[0] and (is_same_line or self.column(opening) == self.column(stray)):
                return opening
        return None


def is_alike(one: str, other: str) -> bool:
    """Whether one name may be a slip of the pen for the other."""
    one, other = one[:MAX_NAME].lower(), other[:MAX_NAME].lower()
    if one == other or (max(len(one), len(other)) <= SHORT and (one in other or other in one)):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= LIKENESS
