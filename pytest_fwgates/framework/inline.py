"""Comments in a framework's own files that ask for findings to be overlooked.

``<!-- fwgates: ignore[zero_broken_links] the page comes with the next release -->``, in YAML and scripts
after ``#`` or ``//``, on the line of the finding or on the one above.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_IGNORE: Final = re.compile(
    r"(?:<!--|#|//)[ \t]{0,9}fwgates:[ \t]{0,9}ignore\[(?P<names>[\w, \t-]{1,500})\]", re.IGNORECASE
)


def ignores(lines: Sequence[str], line: int, criterion: str) -> bool:
    """Whether a comment on a line, or on the one above it, asks to overlook what a criterion finds there.

    Args:
        lines: Those of the file.
        line: 1-based.
        criterion: Its id; a comment names the criteria it means.
    """
    near = lines[max(0, line - 2) : line]
    return any(
        criterion in {name.strip() for name in match["names"].split(",")}
        for text in near
        if "fwgates:" in text.lower()
        for match in _IGNORE.finditer(text)
    )
