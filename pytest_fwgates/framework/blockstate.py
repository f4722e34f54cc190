"""The state of markdown-it-py's block parser, made and filled with fewer steps.

What it holds and what its rules make of it is the same; only the two things that take longest are done
otherwise: the table of lines, and a token, of whose thirteen fields a block sets four or five.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAB: Final = 4


class BlockToken(Token):
    """A token of a block, whose fields have no value of their own before one is set.

    `attrs` and `meta` are shared by all: the rules of CommonMark and of tables set new ones.
    """

    attrs: dict[str, str | int | float] = {}  # noqa: RUF012 - see above
    map: list[int] | None = None
    children: list[Token] | None = None
    content: str = ""
    markup: str = ""
    info: str = ""
    meta: dict[Any, Any] = {}  # noqa: RUF012 - see above
    block: bool = True
    hidden: bool = False

    def __init__(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1], level: int) -> None:
        self.type = ttype
        self.tag = tag
        self.nesting = nesting
        self.level = level


class BlockState(StateBlock):
    """As `StateBlock`, from which it must not differ but in time."""

    def __init__(self, src: str, md: MarkdownIt, env: dict[str, Any], tokens: list[Token]) -> None:
        super().__init__("", md, env, tokens)
        self.src = src
        self.bMarks, self.eMarks, self.tShift, self.sCount = [], [], [], []
        lines = src.split("\n")
        if not lines[-1].strip(" \t"):
            lines.pop()
        start = 0
        for line in lines:
            end = start + len(line)
            indent = len(line) - len(line.lstrip(" \t"))
            self.bMarks.append(start)
            self.eMarks.append(end)
            self.tShift.append(indent)
            self.sCount.append(len(line[:indent].expandtabs(_TAB)) if indent else 0)
            start = end + 1
        for marks, last in (
            (self.bMarks, len(src)),
            (self.eMarks, len(src)),
            (self.tShift, 0),
            (self.sCount, 0),
        ):
            marks.append(last)
        self.lineMax = len(lines)
        self.bsCount = [0] * (len(lines) + 1)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """Add a token to those that were found."""
        if nesting < 0:
            self.level -= 1
        token = BlockToken(ttype, tag, nesting, self.level)
        if nesting > 0:
            self.level += 1
        self.tokens.append(token)
        return token
