"""Does a path exist in the framework? Answered from the discovered files, never from the disk.

So the answer is the same on a machine where the file system forgives a wrong case, and where files lie
about that git ignores.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fwgates.framework.discover import Discovery

MAX_HOPS: Final = 40


class Found(msgspec.Struct, frozen=True):
    """Where a path leads.

    Attributes:
        state: `file` or `directory`; `case` if only letter case differs; `unknown` below a directory that
            cannot be seen into; `missing`; `outside` of the root.
        path: The real path, after symbolic links and in the right case.
    """

    state: Literal["file", "directory", "case", "unknown", "missing", "outside"]
    path: str


class Tree:
    """The files and directories of a framework, for look-ups by exact path."""

    def __init__(self, discovery: Discovery) -> None:
        self.files = frozenset(discovery.files) | frozenset(discovery.ignored)
        self.directories = directories(self.files) | {""}
        self._links = discovery.links
        self._opaque = frozenset(discovery.opaque)
        self._known: dict[str, Found] = {}
        self._folded = {path.casefold(): path for path in sorted(self.files | self.directories, reverse=True)}

    def find(self, path: str) -> Found:
        """Look up a path relative to the root; `..` is resolved as text, like a browser does.

        Several criteria ask for the same paths, and modules include the same ones over and over.
        """
        if (known := self._known.get(path)) is None:
            known = self._known[path] = self._find(path)
        return known

    def _find(self, path: str) -> Found:
        normal = posixpath.normpath(path) if path else ""
        normal = "" if normal == "." else normal
        if normal == ".." or normal.startswith(("../", "/")):
            return Found("outside", normal)
        real = self._without_links(normal)
        if real in self.files:
            return Found("file", real)
        if real in self.directories:
            return Found("directory", real)
        if self._is_opaque(real):
            return Found("unknown", real)
        actual = self._folded.get(real.casefold())
        return Found("missing", real) if actual is None else Found("case", actual)

    def _without_links(self, path: str) -> str:
        for _ in range(MAX_HOPS):
            if path in self.files:
                return self._links.get(path, path)
            for prefix in _prefixes(path):
                if prefix in self._links:
                    path = posixpath.normpath(self._links[prefix] + path[len(prefix) :])
                    break
            else:
                return path
        return path

    def _is_opaque(self, path: str) -> bool:
        return any(prefix in self._opaque for prefix in _prefixes(path))


def directories(files: Iterable[str]) -> frozenset[str]:
    """Every directory that the files lie in, but for the root."""
    seen: set[str] = set()
    for direct in {file.rpartition("/")[0] for file in files}:
        folder = direct
        while folder and folder not in seen:
            seen.add(folder)
            folder = posixpath.dirname(folder)
    return frozenset(seen)


def _prefixes(path: str) -> Iterable[str]:
    """`a`, `a/b`, `a/b/c` for `a/b/c`."""
    end = path.find("/")
    while end != -1:
        yield path[:end]
        end = path.find("/", end + 1)
    yield path
