"""JSON with the lines of its keys and items, in linear time and without recursion of ours."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},:\n]|[^\s"\[\]{},:]++')


class JsonError(ValueError):
    """The text is no JSON that can be read; with its line, where that is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class Loaded(NamedTuple):
    """A document, and the line and column of what lies in it, down to some depth."""

    value: Any
    places: dict[Path, tuple[int, int]]

    def place(self, *path: str | int) -> tuple[int, int]:
        """Where the nearest known ancestor of `path` stands."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return (1, 1)


def load(text: str, depth: int) -> Loaded:
    """Read a document; places are those of keys and items down to `depth`.

    Raises:
        JsonError: it is not JSON, or nested too deeply.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise JsonError(f"not valid JSON: {error.msg}", error.lineno) from None
    except (RecursionError, ValueError):
        raise JsonError("nested too deeply, or a number too long") from None
    return Loaded(value, _places(text, depth))


def _places(text: str, depth: int) -> dict[Path, tuple[int, int]]:
    """Where each key and item stands; only for text that is known to be JSON."""
    places: dict[Path, tuple[int, int]] = {}
    path: list[str | int] = []  # of the container, with the key or number that is being read at its end
    kinds: list[str] = []
    wants_key = False
    line, begin = 1, 0
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word == "\n":
            line, begin = line + 1, token.end()
        elif word in ",:":
            wants_key = word == "," and kinds[-1] == "{"
        elif word in "}]":
            kinds.pop()
            path.pop()
            wants_key = False
        else:
            if wants_key:
                path[-1] = json.loads(word) if len(path) <= depth else ""
            elif kinds and kinds[-1] == "[":
                path[-1] = int(path[-1]) + 1
            if path and len(path) <= depth and (wants_key or kinds[-1] == "["):
                places[tuple(path)] = (line, token.start() - begin + 1)
            if word in "{[":
                kinds.append(word)
                path.append("" if word == "{" else -1)
                wants_key = word == "{"
    return places
