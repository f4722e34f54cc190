"""Why a YAML block does not parse, and the line that would make it parse.

Nearly all broken frontmatter is one plain value that should have been quoted. So quote the value where
the parser stopped, and parse again: if it then gets further, that was it.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from pytest_fwgates import yamldoc

_PAIR: Final = re.compile(r"(?P<key>[ \t]*(?:- )?[\w.\-]+)(?P<colon>[ \t]*:[ \t]+)(?P<value>\S.*)")
_TEXT_AFTER_LIST: Final = re.compile(r"\[[^\[\]]*\][ \t]*[^\s#]")
_MARKDOWN: Final = re.compile(r"#{1,6} \S|```")
_SHOWN: Final = 120


class Mended(msgspec.Struct, frozen=True):
    """A block with one value quoted: what was wrong, and the line as it should read."""

    key: str
    reason: str
    line: str
    text: str


def mend(text: str, error: yamldoc.YamlError) -> Mended | None:
    """Quote the value that keeps `text` from parsing, if quoting is what helps."""
    lines = text.split("\n")
    last = min(error.line, len(lines)) - 1
    for number in (last, last - 1):
        pair = _PAIR.fullmatch(lines[number].rstrip()) if number >= 0 else None
        if pair is None or pair["value"][0] in "\"'|>":
            continue
        line = f"{pair['key']}{pair['colon']}{quoted(pair['value'])}"
        mended = "\n".join([*lines[:number], line, *lines[number + 1 :]])
        if _gets_further(mended, number + 1):
            return Mended(pair["key"].strip(" \t-"), _reason(pair["value"], error), _short(line), mended)
    return None


def runs_into_text(text: str) -> int | None:
    """The 1-based line at which a block that was never closed turns into markdown."""
    lines = text.split("\n")
    for number in range(1, len(lines)):
        if _MARKDOWN.match(lines[number]) and not lines[number - 1].strip():
            return number + 1
    return None


def quoted(value: str) -> str:
    """The value as a quoted YAML scalar, in the plainest quotes that hold it."""
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _gets_further(text: str, line: int) -> bool:
    try:
        yamldoc.load(text)
    except yamldoc.YamlError as error:
        return error.line > line
    return True


def _reason(value: str, error: yamldoc.YamlError) -> str:
    if _TEXT_AFTER_LIST.match(value):
        return "has text after a closed list"
    if ": " in value or value.endswith(":"):
        return "holds an unquoted colon"
    return f"is not valid YAML unquoted ({error.message})"


def _short(line: str) -> str:
    line = line.strip()
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 20]} … {line[-15:]}"
