"""TOML with the lines of what it says: tomllib reads it, a scan of its lines finds the places."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final, NamedTuple

MAX_TOML: Final = 3_000_000
_HEADER: Final = re.compile(r"\A\s*+\[\[?\s*+([^\]\n]{1,300})\]")
_KEY: Final = re.compile(r"""\A\s*+(?:"([^"\n]{1,300})"|'([^'\n]{1,300})'|([\w.-]{1,300}))\s*+=""")
_TEXT: Final = re.compile(r"""\"([^"\\\n]{1,1000})"|'([^'\n]{1,1000})'""")
_RUN: Final = re.compile(r"""[\w.\"' \t-]++""")
_MAX_PARTS: Final = 500
"""Of a dotted key; tomllib takes square time for them."""
_LINE: Final = re.compile(r"at line (\d+)")


class TomlError(ValueError):
    """The text is no TOML that can be read; with its line, where that is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class Loaded(NamedTuple):
    """A document; the lines of each table's headers, of keys by their table, and of texts."""

    value: dict[str, Any]
    headers: dict[str, list[int]]
    keys: dict[tuple[str, str], int]
    texts: dict[str, int]

    def table(self, name: str, number: int = 0) -> int:
        """The line of the header that opens table `name`, the `number`-th time."""
        lines = self.headers.get(name, ())
        return lines[number] if number < len(lines) else 1

    def key(self, table: str, key: str) -> int:
        """The line of a key of a table."""
        return self.keys.get((table, key)) or self.table(f"{table}.{key}")

    def text(self, text: str) -> int:
        """The first line that holds a string."""
        return self.texts.get(text, 1)


def load(text: str) -> Loaded:
    """Read a document.

    Raises:
        TomlError: it is not TOML, or too much of it.
    """
    if len(text) > MAX_TOML:
        raise TomlError(f"TOML of more than {MAX_TOML // 1_000_000} MB")
    if any(run[0].count(".") > _MAX_PARTS for run in _RUN.finditer(text)):
        raise TomlError(f"a key of more than {_MAX_PARTS} parts")
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _LINE.search(str(error))
        raise TomlError(f"not valid TOML: {error}", int(at[1]) if at else None) from None
    except (RecursionError, ValueError):
        raise TomlError("nested too deeply, or a number too long") from None
    return Loaded(value, *_scan(text))


def _scan(text: str) -> tuple[dict[str, list[int]], dict[tuple[str, str], int], dict[str, int]]:
    headers: dict[str, list[int]] = {}
    keys: dict[tuple[str, str], int] = {}
    texts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        header = _HEADER.match(line)
        if header:
            table = header[1].strip().replace('"', "")
            headers.setdefault(table, []).append(number)
            continue
        key = _KEY.match(line)
        if key:
            keys.setdefault((table, key[1] or key[2] or key[3]), number)
        for found in _TEXT.finditer(line):
            texts.setdefault(found[1] or found[2], number)
    return headers, keys, texts
