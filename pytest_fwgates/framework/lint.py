"""What a markdown linter would say, as far as it changes what a reader gets.

The rules and their names are markdownlint's (https://github.com/DavidAnson/markdownlint), so that its
configuration and its comments in the text (`<!-- markdownlint-disable MD001 -->`) can be honoured. They read
the tokens that are there anyway; nothing is parsed twice. What a configuration may make a finding is gathered
too, and marked: facts do not hang on configuration.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from pytest_fwgates.framework import lintcomments
from pytest_fwgates.framework.visible import without_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from pytest_fwgates.framework.fences import Reading
    from pytest_fwgates.framework.lintcomments import Switch
    from pytest_fwgates.framework.places import Places

Rule = Literal["MD001", "MD011", "MD024", "MD042", "MD055", "MD056"]

_ADDRESS: Final = (
    r"(?:https?://|www\.|#|\.{1,2}/)[^\[\]()\s]{1,500}|[^\[\]()\s]{1,300}\.(?:md|html?|png|svg|jpe?g|gif)"
)
_REVERSED: Final = re.compile(
    rf"(?<![\\\w\])])\((?P<text>[^()\[\]\n]{{1,200}})\)\[(?P<url>{_ADDRESS})\](?![\[(])"
)
_EMPTY: Final = re.compile(r"(?<![\\!\w\]])\[(?P<text>[^\[\]\n]{1,200})\]\([ \t]*(?P<target>#|<>)?[ \t]*\)")
_TO_THE_TOP: Final = re.compile(r"\b(?:top|up|home|start)\b|[↑⬆🔝⇧▲]", re.IGNORECASE)
_NO_TARGET: Final = re.compile(r"\]\([ \t]{0,9}(?:#|<>)?[ \t]{0,9}\)")
_WORD: Final = re.compile(r"\w")
_DELIMITER: Final = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\Z")
_PIPE: Final = re.compile(r"(?<!\\)\|")
_ROW: Final = re.compile(r"[ \t]*\|.+\|[ \t]*\Z")
_CONTAINER: Final = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")
MAX_SLIPS: Final = 1_000
STYLES: Final = ("no_leading_or_trailing", "trailing_only", "leading_only", "leading_and_trailing")

Condition = Literal["", "named", "title", "style"]


class Slip(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place where a rule is broken.

    Attributes:
        detail: The heading or the link's text that the message names.
        found: What a number says: the heading's level, the row's cells.
        expected: What it should be.
        is_header: Whether it is about a header that makes no table of the rows below it.
        on: Whether a comment has switched its rule on or off there; None leaves that to the configuration.
        condition: When it counts: always; where the configuration names its rule, so that the rule holds as
            markdownlint has it; where the frontmatter has a title; where the style of its row (`found`, an
            index of `STYLES`) is not the one that the configuration asks for.
    """

    rule: Rule
    line: int
    column: int
    detail: str = ""
    found: int = 0
    expected: int = 0
    is_header: bool = False
    on: bool | None = None
    condition: Condition = ""


class Slips:
    """Gathers the slips of one document while its blocks pass by."""

    def __init__(self, places: Places, lines: Sequence[str]) -> None:
        self._places = places
        self._lines = lines
        self._found: list[Slip] = []
        self._rows: list[tuple[int, int]] = []
        self._level: int | None = None
        self._is_first = True
        self._siblings: list[set[str]] = [set(), set()]
        self._headings: set[str] = set()

    def heading(self, level: int, text: str) -> None:
        """A heading of the document itself was read, not of a quote or a list in it."""
        line, column = self._places.at(0)
        if self._level is not None and level > self._level + 1:
            self._found.append(Slip("MD001", line, column, text, level, self._level + 1))
        elif self._is_first and level > 2:  # noqa: PLR2004 - below the title is level 2
            self._found.append(Slip("MD001", line, column, text, level, 2, condition="title"))
        self._level = level
        self._is_first = False
        del self._siblings[level + 1 :]
        self._siblings += [set() for _ in range(len(self._siblings), level + 1)]
        siblings = self._siblings[level]
        text = text.strip()
        if text and text in siblings:
            self._found.append(Slip("MD024", line, column, text))
        elif text in self._headings:
            self._found.append(Slip("MD024", line, column, text, condition="named"))
        siblings.add(text)
        self._headings.add(text)

    def html_heading(self) -> None:
        """A heading in HTML: its level is not known, so nothing is said of the next one's."""
        self._level = None
        self._is_first = False

    def table(self, token: Token) -> None:
        """A table was read."""
        if token.map is None:
            return
        first, end = token.map[0], min(token.map[1], len(self._lines))
        expected = _cells(self._lines[first + 1])
        self._rows += ((number, _style(self._lines[number])) for number in range(first, end))
        for number in range(first + 2, end):
            line = self._lines[number]
            cells = _cells(line)
            is_tag = line.lstrip(" \t>").startswith("<")
            if cells != expected and not is_tag:
                rule: Rule = "MD056" if "|" in line else "MD055"
                # A row of one cell is a title within the table.
                condition: Condition = "named" if cells == 1 and "|" in line else ""
                slip = Slip(rule, *self._begin(number), line.strip(), cells, expected, condition=condition)
                self._found.append(slip)

    def _begin(self, number: int) -> tuple[int, int]:
        line = self._lines[number]
        return number + 1, len(line) - len(line.lstrip(" \t>")) + 1

    def inline(self, content: str) -> None:
        """The text of a block was read, and the places entered it."""
        if ")[" in content:
            for match in _REVERSED.finditer(without_spans(content)):
                shown = f"[{match['text']}]({match['url']})"
                self._found.append(Slip("MD011", *self._places.at(match.start()), shown))
        if _NO_TARGET.search(content):
            for match in _EMPTY.finditer(without_spans(content)):
                if _is_empty(match):
                    self._found.append(Slip("MD042", *self._places.at(match.start()), match["text"]))
        if "|" in content and "\n" in content:
            self._found += _no_table(content, self._places)

    def all(self, text: str, fences: Reading) -> tuple[tuple[Slip, ...], tuple[str, ...]]:
        """Everything found, in document order, and what the document's comments set for markdownlint.

        Below a lost end of a fence nobody knows what is text, so nothing is said of it.
        """
        end = min((damage.line for damage in fences.damage), default=len(self._lines) + 1)
        # Tables that all have their pipes on both sides please every style but those that nobody uses.
        rows = self._rows if any(style != len(STYLES) - 1 for _, style in self._rows) else []
        styles = [
            Slip("MD055", *self._begin(number), self._lines[number].strip(), style, condition="style")
            for number, style in rows
        ]
        found = [*_first(self._found, end), *_first(styles, end)]
        if not found:
            return (), ()
        switches, settings = lintcomments.read(text)
        if switches:
            found = [_switched(slip, switches) for slip in found]
        return tuple(sorted(found, key=lambda slip: (slip.line, slip.column))), settings


def _first(slips: Sequence[Slip], end: int) -> list[Slip]:
    """The first slips above a line; those that always count before those that only may."""
    above = [slip for slip in slips if slip.line < end]
    return sorted(above, key=lambda slip: (slip.condition != "", slip.line))[:MAX_SLIPS]


def _switched(slip: Slip, switches: Sequence[Switch]) -> Slip:
    on = lintcomments.state(_NAMES[slip.rule], slip.line, switches)
    return slip if on is None else msgspec.structs.replace(slip, on=on)


def _is_empty(match: re.Match[str]) -> bool:
    text = match["text"]
    return _WORD.search(text) is not None and not (match["target"] == "#" and _TO_THE_TOP.search(text))


def _cells(line: str) -> int:
    row = _CONTAINER.sub("", line, count=1).strip()
    return len(_PIPE.findall(row)) + 1 - row.startswith("|") - (row.endswith("|") and not row.endswith("\\|"))


def _style(line: str) -> int:
    row = _CONTAINER.sub("", line, count=1).strip()
    return 2 * row.startswith("|") + (row.endswith("|") and not row.endswith("\\|"))


def _no_table(content: str, places: Places) -> Iterator[Slip]:
    """Text that was meant to be a table: its header and the line below it do not agree."""
    offset = 0
    is_known = False
    for header, line in itertools.pairwise(content.split("\n")):
        is_known = is_known and "|" in header
        if "|" in header and "|" in line:
            cells, expected = _cells(line), _cells(header)
            is_delimiter = _DELIMITER.match(line) is not None
            is_row = _ROW.match(header) is not None and _ROW.match(line) is not None and cells == expected
            if not is_known and min(cells, expected) > 1 and (is_delimiter or is_row):
                is_known = True
                found = cells if is_delimiter else 0
                yield Slip("MD056", *places.at(offset), header.strip(), found, expected, is_header=True)
        offset += len(header) + 1


_NAMES: Final[dict[str, frozenset[str]]] = {
    "MD001": frozenset({"md001", "heading-increment", "header-increment", "headings", "headers"}),
    "MD011": frozenset({"md011", "no-reversed-links", "links"}),
    "MD024": frozenset({"md024", "no-duplicate-heading", "no-duplicate-header", "headings", "headers"}),
    "MD042": frozenset({"md042", "no-empty-links", "links"}),
    "MD055": frozenset({"md055", "table-pipe-style", "table"}),
    "MD056": frozenset({"md056", "table-column-count", "table"}),
}


def is_meant(rule: Rule, name: str) -> bool:
    """Whether a name, in lower case, is a rule's id, alias or tag."""
    return name in _NAMES[rule]
