"""Tags that ought to have a partner and have none.

Of the tags without a partner only those are faults that cannot well be anything else, such as a placeholder:
see `docs/criteria/verify_xml_structure.md`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from pytest_fwgates.framework.nesting import LEFT_OPEN, TOKENS, Walk, is_alike
from pytest_fwgates.framework.xmltags import INLINE, VOID, tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.framework.nesting import Lost, Stray
    from pytest_fwgates.framework.visible import Examples
    from pytest_fwgates.framework.xmltags import Tag

Kind: TypeAlias = Literal["unclosed", "unopened", "unslashed", "crossed", "misspelt", "flawed"]

MAX_FAULTS: Final = 20
MAX_JUDGED: Final = 100
# How many lines are looked at for what follows a tag.
MAX_LOOK: Final = 200
# So many elements beside it make an element of an unknown one that is written like them.
SISTERS: Final = 2
# Elements of HTML that are never a placeholder, so that one of them alone is known to need its end.
_PLAIN_HTML: Final = frozenset(
    {"a", "blockquote", "center", "details", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "pre", "ul"}
    | {"picture", "table"}
)
_WORD: Final = re.compile(r"\w")
_TAG_LIKE: Final = re.compile(r"<[^\W\d]|</")


class Fault(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A tag that has no partner, or is malformed.

    Attributes:
        name: Of the tag at this place.
        other: `unclosed`: the element that was closed around it; `crossed`: the one that is still open;
            `misspelt`: the name of its partner; `flawed`: what is wrong. `unslashed` is an opening tag in
            the place of the closing one.
        is_closing: Whether the tag at this place is a closing one.
        is_certain: Whether the file itself shows the name to be markup; if not, the framework has to.
    """

    kind: Kind
    name: str
    other: str
    line: int
    column: int
    is_closing: bool
    is_certain: bool


class Elements(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The markup of a module.

    Attributes:
        paired: Names that are opened and closed in it.
        loose: Names that are only ever opened, which a placeholder is, too.
    """

    paired: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def may_hold_elements(text: str) -> bool:
    """Whether it is worth looking for elements in a text."""
    return "<" in text and _TAG_LIKE.search(text) is not None


def elements(text: str, lines: Sequence[str], examples: Examples) -> Elements:
    """The elements of a module.

    Args:
        text: Its text with all examples blanked out.
        lines: Its text with them, by lines.
        examples: Which lines belong to fences.
    """
    walk = Walk(text)
    for tag in tags(text):
        walk.enter(tag)
    walk.finish()
    found = sorted(_Judged(walk, lines).faults(), key=lambda fault: (fault.line, fault.column))
    if found:
        fenced = "\n".join(line for line, hidden in zip(lines, examples.lines, strict=True) if hidden)
        found = [fault for fault in found[:MAX_JUDGED] if not _is_balanced_by(fenced, fault)]
    return Elements(
        paired=tuple(sorted(walk.paired)),
        loose=tuple(sorted(walk.lost_by_name.keys() - walk.paired.keys())),
        faults=tuple(found[:MAX_FAULTS]),
    )


class _Judged:
    """What of a walk's leftovers is a fault."""

    def __init__(self, walk: Walk, lines: Sequence[str]) -> None:
        self.walk = walk
        self.lines = lines
        self.lost = {lost.tag.offset: lost for lost in walk.lost()}
        self.left_open = Counter(lost.tag.name for lost in self.lost.values())
        self.stray = Counter(stray.tag.name for stray in walk.strays)
        self.misspelt: set[int] = set()

    def faults(self) -> Iterator[Fault]:
        for tag in self.walk.flawed:
            yield self._fault("flawed", tag, tag.flaw)
        for early, inner in self.walk.crossed.values():
            yield self._fault("crossed", early, inner.name)
        for stray in self.walk.strays:
            yield from self._of_stray(stray)
        for opening, closing in self._unslashed():
            self.misspelt |= {opening.offset, closing.offset}
            yield self._fault("unslashed", closing, "")
        for offset, lost in self.lost.items():
            if offset not in self.misspelt and self._is_unclosed(lost.tag):
                passed = lost.passed.name if lost.passed else ""
                yield self._fault("unclosed", lost.tag, passed, is_certain=self._is_certain(lost))

    def _fault(self, kind: Kind, tag: Tag, other: str, *, is_certain: bool = True) -> Fault:
        line, column = self.walk.row(tag) + 1, self.walk.column(tag) + 1
        return Fault(kind, tag.name, other, line, column, tag.kind == "close", is_certain)

    def _of_stray(self, stray: Stray) -> Iterator[Fault]:
        closing, opening, is_within = stray
        if opening and opening.offset in self.lost and opening.offset not in self.misspelt:
            self.misspelt.add(opening.offset)
            # The name that the file uses elsewhere is the right one.
            is_known = self.walk.paired[closing.name] > self.walk.paired[opening.name]
            is_bare = not self.walk.children[opening.offset]
            is_slip = not is_within and is_alike(opening.name, closing.name)
            is_opening_wrong = is_known and (is_bare or is_slip)
            wrong, right = (opening, closing) if is_opening_wrong else (closing, opening)
            yield self._fault("misspelt", wrong, right.name)
        elif self._is_unopened(closing):
            yield self._fault("unopened", closing, "")

    def _unslashed(self) -> Iterator[tuple[Tag, Tag]]:
        """Opening tags with a second one where the closing tag should be: over a text, and over nothing."""
        for name, items in self.walk.lost_by_name.items():
            waiting: Tag | None = None
            if name in LEFT_OPEN:
                continue
            for tag in sorted((lost.tag for lost in items), key=lambda tag: tag.offset):
                if waiting and self._is_end_of(waiting, tag):
                    yield waiting, tag
                    waiting = None
                else:
                    waiting = tag if tag.is_firm and tag.offset not in self.misspelt else None

    def _is_end_of(self, opening: Tag, tag: Tag) -> bool:
        if not self._is_alone(tag):
            return False
        column = self.walk.column(tag)
        if self.walk.row(opening) == self.walk.row(tag):
            line = self.lines[self.walk.row(tag)]
            return _WORD.search(line[opening.end - self.walk.starts[self.walk.row(tag)] : column]) is not None
        if self.walk.column(opening) != column or not (tag.is_firm and self._is_alone(opening)):
            return False
        first = self.lines[self.walk.row(opening) + 1]
        row = self.walk.row(tag) + 1
        following = self._following(tag)
        is_spaced = not "".join(self.lines[row : row + 1]).strip()
        return (
            (_indent(first) > column or _is_text(first))
            and (not following or _indent(following) <= column)
            and (is_spaced or not _is_text(following))
        )

    def _is_unopened(self, tag: Tag) -> bool:
        if tag.name in VOID or tag.name in TOKENS:
            return False
        paired = self.walk.paired[tag.name]
        if not tag.is_firm:
            return self._is_odd_one(tag.name)
        return self.stray[tag.name] <= paired + 1

    def _is_unclosed(self, tag: Tag) -> bool:
        if tag.name in LEFT_OPEN:
            return False
        if not tag.is_firm:
            return self._is_odd_one(tag.name)
        # What is more often left open than closed is a placeholder.
        return self.left_open[tag.name] <= max(self.walk.paired[tag.name], 1)

    def _is_odd_one(self, name: str) -> bool:
        """Whether it is the one tag without a partner of an element of text that is often used."""
        odd = self.left_open[name] + self.stray[name]
        return name in INLINE and odd == 1 and self.walk.paired[name] > 1

    def _is_certain(self, lost: Lost) -> bool:
        """Whether the file itself shows that it is a tag: by its name, or by what belongs to it."""
        tag, passed = lost
        if self.walk.paired[tag.name] or tag.name in _PLAIN_HTML:
            return True
        if passed is None:
            return self._is_block(tag) or (self._is_alone(tag) and self.walk.children[tag.offset] > 0)
        around = self.walk.opening_of.get(passed.offset)
        return passed.name in _PLAIN_HTML or (around is not None and self._has_content(tag, around))

    def _has_content(self, tag: Tag, around: Tag) -> bool:
        """Whether something belongs to it by its place: deeper below it, or beside it as with its sisters."""
        column, children = self.walk.column(tag), self.walk.children
        if column <= self.walk.column(around):
            return False
        if children[tag.offset]:
            return True
        if not self._is_alone(tag):
            return children[around.offset] > 0
        following = self._following(tag)
        if _indent(following) > column:
            return True
        return children[around.offset] >= SISTERS and _is_text(following)

    def _is_block(self, tag: Tag) -> bool:
        """Whether it stands over a block of text, as `<HARD-GATE>` does: alone, below a blank line."""
        row = self.walk.row(tag)
        if self.walk.column(tag) or not self._is_alone(tag) or (row and self.lines[row - 1].strip()):
            return False
        is_spaced = not "".join(self.lines[row + 1 : row + 2]).strip()
        return _is_text(self._following(tag)) and (not is_spaced or self.walk.blocks >= SISTERS)

    def _following(self, tag: Tag) -> str:
        """The next line that is not blank."""
        row = self.walk.row(tag)
        return next(filter(str.strip, self.lines[row + 1 : row + 1 + MAX_LOOK]), "")

    def _is_alone(self, tag: Tag) -> bool:
        """Whether nothing follows in its line."""
        row = bisect_right(self.walk.starts, tag.end - 1) - 1
        return not self.lines[row][tag.end - self.walk.starts[row] :].strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_text(line: str) -> bool:
    return bool(line.strip()) and not _TAG_LIKE.match(line.lstrip())


def _is_balanced_by(fenced: str, fault: Fault) -> bool:
    """Whether the partner stands in a fence: then it is the fence that ends where it was not meant to."""
    if fault.kind not in {"unclosed", "unopened"} or fault.name not in fenced:
        return False
    found = re.findall(rf"<(/?){re.escape(fault.name)}[\s>]", fenced)
    closing = found.count("/")
    excess = closing - (len(found) - closing)
    return excess > 0 if fault.kind == "unclosed" else excess < 0
