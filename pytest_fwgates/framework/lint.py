"""What a markdown linter would say, as far as it changes what a reader gets.

The rules and their names are markdownlint's (https://github.com/DavidAnson/markdownlint), so that its
configuration and its comments in the text (`<!-- markdownlint-disable MD001 -->`) can be honoured. They read
the tokens that are there anyway; nothing is parsed twice.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from pytest_fwgates.framework.visible import without_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from pytest_fwgates.framework.fences import Reading
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
_SWITCH: Final = re.compile(
    r"<!--\s*markdownlint-(?P<what>disable-file|disable-line|disable-next-line|disable|enable)\b"
    r"(?P<rules>[\w \t/-]{0,500})-->"
)
MAX_SLIPS: Final = 1_000
MAX_SWITCHES: Final = 1_000


class Slip(msgspec.Struct, frozen=True):
    """A place where a rule is broken.

    Attributes:
        detail: The heading or the link's text that the message names.
        found: What a number says: the heading's level, the row's cells.
        expected: What it should be.
        is_header: Whether it is about a header that makes no table of the rows below it.
    """

    rule: Rule
    line: int
    column: int
    detail: str = ""
    found: int = 0
    expected: int = 0
    is_header: bool = False


class Switch(msgspec.Struct, frozen=True):
    """A comment that turns rules off or on from its line; without names it means all of them."""

    line: int
    what: str
    rules: tuple[str, ...]


class Slips:
    """Gathers the slips of one document while its blocks pass by."""

    def __init__(self, places: Places, lines: Sequence[str]) -> None:
        self._places = places
        self._lines = lines
        self._found: list[Slip] = []
        self._level: int | None = None
        self._path: list[tuple[int, set[str]]] = [(0, set())]

    def heading(self, level: int, text: str) -> None:
        """A heading of the document itself was read, not of a quote or a list in it."""
        line, column = self._places.at(0)
        if self._level is not None and level > self._level + 1:
            self._found.append(Slip("MD001", line, column, text, level, self._level + 1))
        self._level = level
        while self._path[-1][0] >= level:
            self._path.pop()
        siblings = self._path[-1][1]
        text = text.strip()
        if text and text in siblings:
            self._found.append(Slip("MD024", line, column, text))
        siblings.add(text)
        self._path.append((level, set()))

    def html_heading(self) -> None:
        """A heading in HTML: its level is not known, so nothing is said of the next one's."""
        self._level = None

    def table(self, token: Token) -> None:
        """A table was read."""
        if token.map is None:
            return
        first, end = token.map[0], min(token.map[1], len(self._lines))
        expected = _cells(self._lines[first + 1])
        for number in range(first + 2, end):
            line = self._lines[number]
            cells = _cells(line)
            is_tag = line.lstrip(" \t>").startswith("<")
            if cells != expected and (cells > 1 or "|" not in line) and not is_tag:
                rule: Rule = "MD056" if "|" in line else "MD055"
                column = len(line) - len(line.lstrip(" \t>")) + 1
                self._found.append(Slip(rule, number + 1, column, line.strip(), cells, expected))

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

    def all(self, text: str, fences: Reading) -> tuple[Slip, ...]:
        """Everything found that no comment switches off, in document order.

        Below a lost end of a fence nobody knows what is text, so nothing is said of it.
        """
        end = min((damage.line for damage in fences.damage), default=len(self._lines) + 1)
        found = sorted(
            (slip for slip in self._found if slip.line < end), key=lambda slip: (slip.line, slip.column)
        )[:MAX_SLIPS]
        if found and "<!-- markdownlint-" in text:
            switches = _switches(text)
            found = [slip for slip in found if not _is_off(slip, switches)]
        return tuple(found)


def _is_empty(match: re.Match[str]) -> bool:
    text = match["text"]
    return _WORD.search(text) is not None and not (match["target"] == "#" and _TO_THE_TOP.search(text))


def _cells(line: str) -> int:
    row = _CONTAINER.sub("", line, count=1).strip()
    return len(_PIPE.findall(row)) + 1 - row.startswith("|") - (row.endswith("|") and not row.endswith("\\|"))


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


def _switches(text: str) -> list[Switch]:
    found = []
    line = place = 0
    for match in _SWITCH.finditer(text):
        line += text.count("\n", place, match.start())
        place = match.start()
        found.append(Switch(line + 1, match["what"], tuple(match["rules"].lower().split())))
        if len(found) == MAX_SWITCHES:
            break
    return found


def _is_off(slip: Slip, switches: Sequence[Switch]) -> bool:
    off = False
    for switch in switches:
        if switch.rules and not any(is_meant(slip.rule, name) for name in switch.rules):
            continue
        if switch.what == "disable-file" or (
            switch.line == slip.line - (switch.what == "disable-next-line")
            and switch.what in {"disable-line", "disable-next-line"}
        ):
            return True
        if switch.line <= slip.line and switch.what in {"disable", "enable"}:
            off = switch.what == "disable"
    return off


_NAMES: Final[dict[str, frozenset[str]]] = {
    "MD001": frozenset({"md001", "heading-increment", "header-increment", "headings", "headers"}),
    "MD011": frozenset({"md011", "no-reversed-links", "links"}),
    "MD024": frozenset({"md024", "no-duplicate-heading", "no-duplicate-header", "headings", "headers"}),
    "MD042": frozenset({"md042", "no-empty-links", "links"}),
    "MD055": frozenset({"md055", "table-pipe-style", "md056", "table-column-count", "table"}),
    "MD056": frozenset({"md056", "table-column-count", "table"}),
}


def is_meant(rule: Rule, name: str) -> bool:
    """Whether a name, in lower case, is a rule's id, alias or tag."""
    return name in _NAMES[rule]
