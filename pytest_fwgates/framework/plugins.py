"""What plugin.json and marketplace.json say of a plugin: its name, its version, its folder.

Reference: https://docs.claude.com/en/docs/claude-code/plugin-marketplaces
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIST: Final = re.compile(r"\"plugins\"\s*:\s*\[")
_BETWEEN: Final = re.compile(r"[\s,]*")
_MAX_LISTS: Final = 3
COMPONENTS: Final = ("commands", "agents", "skills", "hooks", "mcpServers", "lspServers", "outputStyles")


class Listed(msgspec.Struct, frozen=True):
    """A plugin of the marketplace's own repository, as the marketplace lists it.

    Attributes:
        name: Its name there, or nothing.
        version: Its version there, or nothing.
        source: Its folder as written.
        folder: Its folder, relative to the framework's root.
        places: Line and column of `name`, `version` and `source`.
        is_complete: Whether the entry declares its components itself.
    """

    name: str
    version: str
    source: str
    folder: str
    places: dict[str, tuple[int, int]]
    is_complete: bool


def listed(path: str, text: str, data: Any) -> tuple[Listed, ...]:
    """The plugins that a marketplace lists from its own repository."""
    found = list(entries(data))
    base = posixpath.dirname(posixpath.dirname(path))
    spans = _spans(text, data, len(found))
    return tuple(
        Listed(
            text_of(entry, "name"),
            text_of(entry, "version"),
            entry["source"],
            posixpath.normpath(place),
            {key: _place(text, span, key, entry.get(key)) for key in ("name", "version", "source")},
            is_complete=any(entry.get(key) for key in COMPONENTS),
        )
        for entry, span in zip(found, spans, strict=True)
        if (place := folder(data, entry, base)) is not None
    )


def entries(data: Any) -> Iterator[dict[str, Any]]:
    """The entries of a marketplace that are objects."""
    listed_there = data.get("plugins") if isinstance(data, dict) else None
    return (entry for entry in _list(listed_there) if isinstance(entry, dict))


def folder(data: dict[str, Any], entry: dict[str, Any], base: str) -> str | None:
    """Where the plugin of an entry lies; None where it comes from elsewhere."""
    source = entry.get("source")
    if not isinstance(source, str) or "://" in source or source.startswith("/"):
        return None
    metadata = data.get("metadata")
    root = metadata.get("pluginRoot", "") if isinstance(metadata, dict) else ""
    return posixpath.join(base, source if source.startswith("./") else f"{root}/{source}".lstrip("/"))


def text_of(data: Any, key: str) -> str:
    """The value of a key if it is text, else nothing."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _spans(text: str, data: Any, count: int) -> list[tuple[int, int]]:
    """Where each entry stands in the text; the whole text where that cannot be told."""
    for match in list(_LIST.finditer(text))[:_MAX_LISTS]:
        values: list[Any] = []
        spans: list[tuple[int, int]] = []
        place = match.end()
        while True:
            between = _BETWEEN.match(text, place)
            place = between.end() if between else place
            try:
                value, end = json.JSONDecoder().raw_decode(text, place)
            except ValueError:
                break
            values.append(value)
            spans += [(place, end)] if isinstance(value, dict) else []
            place = end
        if values == data.get("plugins"):
            return spans
    return [(0, len(text))] * count


def _place(text: str, span: tuple[int, int], key: str, value: Any) -> tuple[int, int]:
    """The line and column of a key and its value in a span; of the span where it is not there."""
    pair = re.compile(f"{json.dumps(key)}\\s*:\\s*{re.escape(json.dumps(value, ensure_ascii=False))}")
    match = pair.search(text, *span)
    offset = match.start() if match else span[0]
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
