"""What a host does when somebody calls a command: find it by its name, read it and all that it includes.

Files are read anew each time, as a host does; which of them belong together is the index's knowledge.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pytest_fwgates import yamldoc
from pytest_fwgates.framework import frontmatter, graph, reading, registry
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_fwgates.framework.index import Framework


class ExpansionError(Exception):
    """An entry point cannot be resolved; the text says which file is to blame."""


class Expansion(NamedTuple):
    """What a model would be given.

    Attributes:
        paths: The entry point and what it includes, in the order of reading.
        characters: How long all of it is.
        keys: The keys of the entry point's frontmatter.
    """

    paths: tuple[str, ...]
    characters: int
    keys: tuple[str, ...]


class Entries:
    """The entry points of a framework: its commands, agents and skills."""

    def __init__(self, root: Path, paths: Mapping[str, str], included: Mapping[str, tuple[str, ...]]) -> None:
        """Keep what is needed to resolve one.

        Args:
            root: The framework.
            paths: The file of each entry point by a name of it.
            included: The files that a file includes.
        """
        self.root = root
        self.paths = paths
        self.names = tuple(sorted(paths))
        self._included = included

    def resolve(self, name: str) -> Expansion:
        """Read an entry point and all that it includes.

        Raises:
            ExpansionError: there is none, or a file of it cannot be read.
        """
        if name not in self.paths:
            raise ExpansionError(f"nothing is called {name!r}")
        first = self._read(self.paths[name])
        seen = [self.paths[name]]
        characters = len(first)
        for path in seen:
            for target in self._included.get(path, ()):
                if target not in seen:
                    seen.append(target)
                    characters += len(self._read(target))
        return Expansion(tuple(seen), characters, _keys(first))

    def _read(self, path: str) -> str:
        text = reading.read_text(self.root, path)
        if isinstance(text, Unreadable):
            raise ExpansionError(f"{path}: {text.reason}")
        return text


def entries(framework: Framework) -> Entries:
    """The entry points of a framework; of several that share a name the first by path has it."""
    paths: dict[str, str] = {}
    for called in sorted(registry.called(framework), key=lambda one: one.path):
        free = (name for name in (f"{called.kind}:{called.names[0]}", called.path) if name not in paths)
        paths[next(free)] = called.path
    included: dict[str, list[str]] = defaultdict(list)
    for edge in (*graph.includes(framework), *graph.imports(framework).edges):
        included[edge.source].append(edge.target)
    return Entries(framework.root, paths, {path: tuple(targets) for path, targets in included.items()})


def _keys(text: str) -> tuple[str, ...]:
    front = frontmatter.find(text.split("\n"))
    if front is None or not front.closed:
        return ()
    try:
        value = yamldoc.load(front.text).value
    except yamldoc.YamlError:
        return ()
    return tuple(map(str, value)) if isinstance(value, dict) else ()
