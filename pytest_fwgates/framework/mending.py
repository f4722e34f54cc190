"""Why a YAML block does not parse, and the line that would make it parse.

Nearly all broken frontmatter is one plain value that should have been quoted, or a quote or list that is not
closed. So mend that where the parser stopped, and parse again: if it then gets further, that was it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates import yamldoc

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAIR: Final = re.compile(r"(?P<key>[ \t]*(?:- )?[\w.\-]+)(?P<colon>[ \t]*:[ \t]+)(?P<value>\S.*)")
_OPEN_QUOTE: Final = re.compile(
    r"(?P<key>[ \t]*(?:- )?[\w.\-]+)(?P<colon>[ \t]*:[ \t]+)(?P<value>\"[^\"\\]*|'[^']*)"
)
_TEXT_AFTER_LIST: Final = re.compile(r"\[[^\[\]]*\][ \t]*[^\s#]")
_MARKDOWN: Final = re.compile(r"#{1,6} \S|```")
_SHOWN: Final = 120


class Mended(msgspec.Struct, frozen=True):
    """A block with one value mended: what was wrong, where, and the line as it should read.

    Attributes:
        row: The 1-based line of the block that was wrong; the parser may have noticed further down.
        column: The 1-based column in which the value begins.
    """

    key: str
    reason: str
    line: str
    text: str
    row: int
    column: int


def mend(text: str, error: yamldoc.YamlError) -> Mended | None:
    """Quote or close the value that keeps `text` from parsing, if that is what helps."""
    lines = text.split("\n")
    last = min(error.line, len(lines)) - 1
    for number in (last, last - 1):
        pair = _PAIR.fullmatch(lines[number].rstrip()) if number >= 0 else None
        if pair is None or pair["value"][0] in "\"'|>":
            continue
        value = f"{pair['value']}]" if _is_open_list(pair["value"]) else quoted(pair["value"])
        mended = _mended(lines, number, pair, value, _reason(pair["value"], error))
        if _gets_further(mended.text, number + 1):
            return mended
    opened = ((number, _OPEN_QUOTE.fullmatch(lines[number].rstrip())) for number in range(last, -1, -1))
    number, pair = next(((number, pair) for number, pair in opened if pair), (0, None))
    if pair is None:
        return None
    value = pair["value"] + pair["value"][0]
    # What goes on in the next line is no open quote: closed here, it stops the parser sooner.
    mended = _mended(lines, number, pair, value, "has a quote that is never closed")
    return mended if _gets_further(mended.text, error.line) else None


def _mended(lines: Sequence[str], number: int, pair: re.Match[str], value: str, reason: str) -> Mended:
    """The block with another value in a line."""
    line = f"{pair['key']}{pair['colon']}{value}"
    text = "\n".join([*lines[:number], line, *lines[number + 1 :]])
    return Mended(pair["key"].strip(" \t-"), reason, _short(line), text, number + 1, pair.start("value") + 1)


def _is_open_list(value: str) -> bool:
    return value.startswith("[") and "]" not in value


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
    if _is_open_list(value):
        return "opens a list that is never closed"
    if ": " in value or value.endswith(":"):
        return "holds an unquoted colon"
    return f"is not valid YAML unquoted ({error.message})"


def _short(line: str) -> str:
    line = line.strip()
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 20]} … {line[-15:]}"
