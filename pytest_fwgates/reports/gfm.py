"""Text of others in GitHub flavoured markdown: code spans that stay closed, tables that stay tables. Pure."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from pytest_fwgates.reports.selection import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

TEXT_LIMIT: Final = 300
"""Characters of one text."""
NAME_LIMIT: Final = 100
"""Characters of one name."""
_NAMES: Final = 10
NONE: Final = "-"
"""What stands where there is nothing to say."""


def code(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` as code: GitHub makes no link, mention, image, issue or emoji of it.

    A ``|`` stands between spans, as an entity: renderers differ about what a backslash in a table means.
    """
    return "&#124;".join(_span(one) for one in shortened(text, limit).split("|")) or NONE


def _span(text: str) -> str:
    if not text:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    # The renderer takes one space off both ends of what has both, unless it is nothing but spaces.
    spaced = text[0] == text[-1] == " " and text.strip(" ")
    padding = " " if spaced or "`" in {text[0], text[-1]} else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def codes(texts: Sequence[str]) -> str:
    """Several names."""
    more = f" and {len(texts) - _NAMES} more" if len(texts) > _NAMES else ""
    return ", ".join(code(one, NAME_LIMIT) for one in islice(texts, _NAMES)) + more or NONE


def table(head: Sequence[str], rows: Iterable[Sequence[str]], total: int, limit: int) -> Iterator[str]:
    """A table of as many of the `total` rows as there are and fit, and how many have no room.

    Args:
        head: Fixed words.
        rows: Of cells that are markdown already; they may be fewer than `total`.
        total: How many rows there are to tell.
        limit: The bytes that they may have.
    """
    lines = [_line(head), _line(["---"] * len(head))]
    for row in rows:
        limit -= size([row])
        if limit < 0:
            break
        lines.append(_line(row))
    yield "\n".join(lines)
    left_out = total - (len(lines) - 2)
    if left_out:
        yield f"… and {left_out:,} more, which have no room here; the verdict has them."


def size(rows: Iterable[Sequence[str]]) -> int:
    """How many bytes the rows of a table take."""
    return sum(len(_line(row).encode()) + 1 for row in rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
