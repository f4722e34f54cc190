"""Paths that JSON manifests name: plugins, marketplaces, hooks and settings of Claude Code.

References: https://docs.claude.com/en/docs/claude-code/plugins-reference,
https://docs.claude.com/en/docs/claude-code/plugin-marketplaces,
https://docs.claude.com/en/docs/claude-code/hooks
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from pytest_fwgates.framework import plugins
from pytest_fwgates.framework.plugins import Listed  # noqa: TC001 - msgspec evaluates it
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLUGIN_FILE: Final = re.compile(
    r"\$\{?CLAUDE_PLUGIN_ROOT\}?[\"']?/(?P<path>[^\s\"'$`;|&<>(){}*?]++)(?![$*?{(])"
)
_PROJECT_FILE: Final = re.compile(
    r"(?:\$\{?CLAUDE_PROJECT_DIR\}?[\"']?/|(?<![^\s\"'])(?:\./)?(?=\.claude/))(?P<path>[^\s\"'$`;|&<>(){}*?]++)(?![$*?{(])"
)
_TEST: Final = re.compile(r"\s-[defrsx]\s+[^\s;&|]{1,500}")
_MAX_DEPTH: Final = 64


class Entry(msgspec.Struct, frozen=True):
    """A path that a manifest names: as written, and relative to the framework's root.

    Attributes:
        key: Under which key a component stands: `commands`, `hooks` ...
    """

    written: str
    path: str
    line: int
    column: int
    what: Literal["component", "plugin", "script"]
    key: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """A manifest, the paths in it, and the name and version that it gives its plugin or marketplace.

    Attributes:
        listed: The plugins that a marketplace lists from its own repository.
    """

    path: str
    entries: tuple[Entry, ...]
    name: str = ""
    version: str = ""
    listed: tuple[Listed, ...] = ()


def read_manifest(path: str, text: str) -> Manifest | Unreadable:
    """The paths that one manifest names."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return Unreadable(path, f"not valid JSON: {error.msg}", error.lineno)
    except (RecursionError, ValueError) as error:
        return Unreadable(path, f"not readable as JSON: {type(error).__name__}")
    entries: list[Entry] = []
    place = _Finder(text)
    for written, target, what, key in _named(path, data):
        line, column = place.of(written)
        entries.append(Entry(written, posixpath.normpath(target), line, column, what, key))
    return Manifest(
        path,
        tuple(entries),
        plugins.text_of(data, "name"),
        plugins.text_of(data, "version"),
        plugins.listed(path, text, data) if posixpath.basename(path) == "marketplace.json" else (),
    )


Named = tuple[str, str, Literal["component", "plugin", "script"], str]


def _named(path: str, data: Any) -> Iterator[Named]:
    if not isinstance(data, dict):
        return
    folder, name = posixpath.split(path)
    base = posixpath.dirname(folder)
    if name == "plugin.json":
        yield from _components(data, base)
        yield from _commands(data, base, _PLUGIN_FILE)
    elif name == "marketplace.json":
        yield from _plugins(data, base)
    elif name.startswith("settings"):
        yield from _commands({key: data.get(key) for key in ("hooks", "statusLine")}, base, _PROJECT_FILE)
    elif name == "hooks.json":
        yield from _commands(data, base, _PLUGIN_FILE)
    else:
        yield from _commands(data, folder, _PLUGIN_FILE)


def _plugins(data: dict[str, Any], base: str) -> Iterator[Named]:
    for plugin in plugins.entries(data):
        folder = plugins.folder(data, plugin, base)
        if folder is not None:
            yield plugin["source"], folder, "plugin", ""
            yield from _components(plugin, folder)


def _components(data: dict[str, Any], base: str) -> Iterator[Named]:
    for key in plugins.COMPONENTS:
        value = data.get(key)
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, str) and item.startswith("./"):
                yield item, posixpath.join(base, item), "component", key


def _commands(value: Any, base: str, pattern: re.Pattern[str], depth: int = 0) -> Iterator[Named]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _commands(item, base, pattern, depth + 1)
    elif isinstance(value, str):
        # A script that the command asks for before it runs it may be missing: `[ -f path ] && path`.
        asked = {match["path"] for test in _TEST.finditer(value) for match in pattern.finditer(test[0])}
        for match in pattern.finditer(value):
            if match["path"] not in asked:
                yield match["path"], posixpath.join(base, match["path"]), "script", ""


class _Finder:
    """Finds strings in the text of a manifest, each one after the one before where they are equal."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def of(self, written: str) -> tuple[int, int]:
        escaped = json.dumps(written, ensure_ascii=False)[1:-1]
        start = self._next.get(written, 0)
        # The whole string first: `./a` is also the beginning of `./ab`.
        offset = self._text.find(f'"{escaped}"', start) + 1 or self._text.find(escaped, start)
        if offset == -1:
            return 1, 1
        self._next[written] = offset + 1
        return self._text.count("\n", 0, offset) + 1, offset - self._text.rfind("\n", 0, offset)
