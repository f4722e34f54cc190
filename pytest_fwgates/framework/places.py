"""From an offset in a block's text back to the line and column in the file.

markdown-it hands out a block's text without the markers of its containers, and does not say where it cut.
But every line of that text is a piece of one line of the file, nearly always its end.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token


class Places:
    """Knows the file's lines and the block that is being read."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._first_line = 0
        self._content = ""
        self._row = (-1, 0)
        self._start = 0
        self._starts: list[int] | None = None

    def enter(self, token: Token) -> None:
        """Make `token` the block that offsets refer to."""
        self._first_line = token.map[0] if token.map else 0
        self._content = token.content
        self._starts = None
        if "\n" not in token.content:
            self._enter_single_line(token.content)

    def _enter_single_line(self, content: str) -> None:
        """Several cells of a table share a line, and may be equal: go on after the one before."""
        row, place = self._row
        place = place if row == self._first_line else 0
        source = self._lines[self._first_line]
        found = source.find(content, place)
        if found == -1:  # `\|` in a cell reads `|`
            found = max(source.find(content.replace("|", "\\|"), place), place)
        self._start = found
        self._row = (self._first_line, found + len(content))

    def at(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset in the block's content."""
        if self._starts is None:
            lengths = (len(line) + 1 for line in self._content.split("\n")[:-1])
            self._starts = [0, *accumulate(lengths)]
        if len(self._starts) == 1:
            return self._first_line + 1, self._start + offset + 1
        row = bisect_right(self._starts, offset) - 1
        number = self._first_line + row
        if number >= len(self._lines):
            return self._first_line + 1, 1
        begin = self._starts[row]
        end = self._content.find("\n", offset)
        piece = self._content[begin : end if end != -1 else None]
        indent = len(self._lines[number].rstrip()) - len(piece.rstrip())
        return number + 1, max(indent, 0) + offset - begin + 1

    def first(self, text: str, number: int) -> tuple[int, int]:
        """The first place of `text` in a line, which is given 0-based."""
        return number + 1, max(self._lines[number].find(text), 0) + 1
