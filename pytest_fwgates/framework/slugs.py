"""The anchors that GitHub gives to headings.

Lower case; letters, marks, digits, connectors, hyphens and spaces stay; each space becomes a hyphen;
everything else goes. So an emoji's variation selector (a mark) stays while the emoji goes, and a no-break
space goes rather than turning into a hyphen.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Circled and squared letters are symbols to Unicode's categories, yet alphabetic to GitHub's filter.
_LETTER_SYMBOLS = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))


def slug(text: str) -> str:
    """The anchor of a heading with this plain text, before repetitions are numbered."""
    return "".join(map(_kept, text.lower()))


def numbered(slugs: Iterable[str]) -> Iterator[str]:
    """Number repeated slugs: `usage`, `usage-1`, `usage-2`."""
    seen: dict[str, int] = {}
    for base in slugs:
        count = seen.get(base, 0)
        seen[base] = count + 1
        yield f"{base}-{count}" if count else base


@lru_cache(maxsize=4096)
def _kept(character: str) -> str:
    if character == " ":
        return "-"
    return character if character == "-" or _is_word(character) else ""


def _is_word(character: str) -> bool:
    if unicodedata.category(character) in {"Nd", "Nl", "Pc"} or unicodedata.category(character)[0] in "LM":
        return True
    point = ord(character)
    return any(first <= point <= last for first, last in _LETTER_SYMBOLS)
