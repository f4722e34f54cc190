"""Where in a document something may be planted.

Told by markdown-it-py's blocks and by nothing that the criteria know of it, so that both cannot err alike.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_PARSER: Final = MarkdownIt("commonmark").enable("table")
_SPAN: Final = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_FENCE: Final = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?P<mark>```+|~~~+)(?P<info>[^`]*)\Z")
_HIDING: Final = frozenset({"fence", "code_block", "html_block"})


class Heading(NamedTuple):
    """A heading of the document itself, with the index of its line."""

    line: int
    level: int
    text: str


def frontmatter_end(lines: list[str]) -> int:
    """How many lines the frontmatter has, with its two `---`."""
    return lines.index("---", 1) + 1 if lines[0] == "---" and "---" in lines[1:] else 0


@lru_cache(maxsize=2048)
def tokens(text: str) -> list[Token]:
    """The blocks of a document; frontmatter is left blank."""
    lines = text.split("\n")
    end = frontmatter_end(lines)
    lines[:end] = [""] * end
    return _PARSER.parse("\n".join(lines))


@lru_cache(maxsize=2048)
def fenced(text: str) -> frozenset[int]:
    """Indices of lines in fences, also where a tag right above a fence makes HTML of its beginning."""
    found = set()
    opened = None
    for number, line in enumerate(text.split("\n")):
        match = _FENCE.match(line)
        if opened or match:
            found.add(number)
        if match and not opened:
            opened = match
        elif match and opened and _ends(match, opened):
            opened = None
    return frozenset(found)


def _ends(match: re.Match[str], opened: re.Match[str]) -> bool:
    is_as_long = match["mark"].startswith(opened["mark"]) and not match["info"].strip()
    return is_as_long and match.start("mark") <= opened.start("mark") + 3


def gaps(text: str) -> list[int]:
    """Indices of lines that a block may be put before: a block of the document begins there."""
    lines = text.split("\n")
    code = fenced(text)
    starts = {token.map[0] for token in tokens(text) if token.map and not token.level and token.nesting >= 0}
    return sorted(
        start for start in starts if start and not lines[start - 1].strip() and not {start, start - 1} & code
    )


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Lines outside of code, HTML and frontmatter, with their indices; code spans are blanked."""
    lines = text.split("\n")
    hidden = {*range(frontmatter_end(lines)), *fenced(text)}
    for token in tokens(text):
        if token.type in _HIDING and token.map:
            hidden.update(range(*token.map))
    for number, line in enumerate(lines):
        if number not in hidden and line.strip():
            yield number, _SPAN.sub(lambda match: " " * len(match[0]), line)


def headings(text: str) -> list[Heading]:
    """The ATX headings of the document itself."""
    lines = text.split("\n")
    found = [token for token in tokens(text) if token.type == "heading_open" and not token.level]
    places = [(token.map[0], int(token.tag[1])) for token in found if token.map and token.markup[0] == "#"]
    return [Heading(line, level, lines[line].strip().strip("#").strip()) for line, level in places]


def without(lines: list[str], number: int) -> str:
    """The text without a line."""
    return "\n".join([*lines[:number], *lines[number + 1 :]])


def replaced(lines: list[str], number: int, line: str) -> str:
    """The text with another line in place of one."""
    return "\n".join([*lines[:number], line, *lines[number + 1 :]])
