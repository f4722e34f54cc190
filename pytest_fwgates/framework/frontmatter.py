"""Where the YAML frontmatter of a document begins and ends; reading it is the check's affair."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY: Final = re.compile(r"""["']?[A-Za-z_][\w.\- ]*["']?\s*:(?:\s|$)""")
_TOP: Final = 50
_CLOSING: Final = frozenset({"---", "..."})


class Frontmatter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The block that a first line `---` opens.

    Attributes:
        text: The lines between the fences; of an unclosed block, all lines up to the first blank one.
        closed: Whether a closing `---` or `...` was found.
        plausible: Whether it begins like YAML keys do; otherwise the `---` may well be a thematic break.
        last_line: The 1-based line of the closing fence, or of the last line of `text`.
    """

    text: str
    closed: bool
    plausible: bool
    last_line: int


def find(lines: Sequence[str]) -> Frontmatter | None:
    """The frontmatter of a document, or None where line 1 is not `---`."""
    if not lines or lines[0].rstrip() != "---":
        return None
    plausible = _begins_like_keys(lines)
    for number in range(1, len(lines)):
        if lines[number].rstrip() in _CLOSING:
            text = "\n".join(lines[1:number])
            return Frontmatter(text, closed=True, plausible=plausible or number == 1, last_line=number + 1)
    end = next((number for number in range(1, len(lines)) if not lines[number].strip()), len(lines))
    return Frontmatter("\n".join(lines[1:end]), closed=False, plausible=plausible, last_line=end)


def _begins_like_keys(lines: Sequence[str]) -> bool:
    """Whether the first line but for comments is a key; a blank line speaks for a thematic break."""
    for line in lines[1:]:
        if not line.startswith("#"):
            return _KEY.match(line) is not None
    return False


def holds_keys(text: str) -> bool:
    """Whether a block that does not begin like keys has one further down, and no blank line."""
    lines = text.split("\n")
    return all(line.strip() for line in lines) and any(_KEY.match(line.removeprefix("- ")) for line in lines)


def is_misplaced(lines: Sequence[str]) -> bool:
    """Whether frontmatter begins below line 1, or stands there without its opening `---`."""
    start = next((n for n, line in enumerate(lines[:_TOP]) if line.strip() and not _is_comment(line)), None)
    if start is None:
        return False
    if lines[start].rstrip() == "---":
        front = find(lines[start:])
        return start > 0 and front is not None and front.closed and front.plausible
    end = next((n for n in range(start, min(len(lines), _TOP)) if lines[n].rstrip() == "---"), start)
    block = lines[start:end]
    return bool(block) and all(_KEY.match(line) or line.startswith((" ", "- ", "#")) for line in block)


def _is_comment(line: str) -> bool:
    return line.startswith("<!--") and line.rstrip().endswith("-->")
