"""A planted defect: the files that it writes, and where it must be found."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from .ground import Ground


class Link(NamedTuple):
    """A symbolic link as the content of a path."""

    target: str


Content: TypeAlias = str | bytes | Link | None
"""What a path holds; None takes it away."""


class Plant(NamedTuple):
    """Files to write, and the places that a finding may stand at: any one of them is right.

    A line is 1-based; 0 means anywhere in the file, for defects that have no line.
    """

    files: Mapping[str, Content]
    places: tuple[tuple[str, int], ...]


Planter: TypeAlias = "Callable[[Ground], Plant | None]"
"""Makes a plant at a random place; None where this framework, or this try, has no place for it."""

PLANTERS: Final[dict[str, dict[str, Planter]]] = {}
"""Every class of defect, by the criterion that owns it."""


def plants(criterion: str, name: str) -> Callable[[Planter], Planter]:
    """Register a class of defect."""

    def register(planter: Planter) -> Planter:
        PLANTERS.setdefault(criterion, {})[name] = planter
        return planter

    return register


@contextlib.contextmanager
def planted(root: Path, plant: Plant) -> Iterator[None]:
    """The framework with the defect in it; afterwards it is as it was."""
    before = {path: _content(root / path) for path in plant.files}
    folders = {parent for path in plant.files for parent in (root / path).parents if not parent.exists()}
    try:
        for path, content in plant.files.items():
            _write(root / path, content)
        yield
    finally:
        for path, content in before.items():
            _write(root / path, content)
        for folder in sorted(folders, reverse=True):
            if folder.is_dir():
                folder.rmdir()


def _content(path: Path) -> Content:
    if path.is_symlink():
        return Link(os.fspath(path.readlink()))
    return path.read_bytes() if path.exists() else None


def _write(path: Path, content: Content) -> None:
    path.unlink(missing_ok=True)
    if content is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Link):
        path.symlink_to(content.target)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
