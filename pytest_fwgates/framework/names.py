"""The markdown files that a text names, in prose, in examples, in tables: anywhere at all."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_ENDING: Final = re.compile(r"\.(?:md|markdown)(?![\w-])")
_WORD: Final = re.compile(r"[^\s\"'`<>()\[\]{}|,;:=*#?!&]*")
MAX_LENGTH: Final = 300


def named_files(text: str) -> frozenset[str]:
    """Every run of characters that ends like a markdown file, as it is written but for its escapes."""
    endings = _ENDING.finditer(text)
    found = {last_word(text[max(0, match.start() - MAX_LENGTH) : match.end()]) for match in endings}
    return frozenset(unquote(name) if "%" in name else name for name in found)


def last_word(text: str) -> str:
    """What follows the last character that no bare path holds."""
    backwards = _WORD.match(text[::-1])  # a search for its start would try every character
    return text[len(text) - (backwards.end() if backwards else 0) :].lstrip("@").replace("\\", "/")
