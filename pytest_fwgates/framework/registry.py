"""What the commands, agents and skills of a framework are called, and whose they are.

A command is called after its file (https://docs.claude.com/en/docs/claude-code/slash-commands), an agent by
the `name` in its frontmatter (https://docs.claude.com/en/docs/claude-code/sub-agents), a skill by its `name`
or its folder (https://docs.claude.com/en/docs/claude-code/skills); inside a plugin all of them also as
`plugin:name`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pytest_fwgates import yamldoc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_fwgates.framework.frontmatter import Frontmatter
    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.kinds import Kind

FOLDERS: Final[dict[Kind, str]] = {"command": "commands", "agent": "agents", "skill": "skills"}


class Called(msgspec.Struct, frozen=True):
    """A module that can be called by its name.

    Attributes:
        home: The folder of its kind that it lies in, such as `.claude/agents`; None if in no such folder.
        names: Every name that it answers to; the one that its frontmatter gives it is the first.
        declared: The name in its frontmatter, as written; None without one.
        line: Where that stands, or 1.
        column: As `line`.
    """

    path: str
    kind: Kind
    home: str | None
    names: tuple[str, ...]
    declared: str | None = None
    line: int = 1
    column: int = 1


def called(framework: Framework) -> tuple[Called, ...]:
    """Every command, agent and skill."""
    return tuple(_called(framework, document) for document in framework.documents if document.kind in FOLDERS)


def plugins(framework: Framework) -> Mapping[str, str]:
    """The folder of each plugin of the framework by the plugin's name."""
    manifests = (item for item in framework.manifests if item.path.endswith(".claude-plugin/plugin.json"))
    return {item.name: posixpath.dirname(posixpath.dirname(item.path)) for item in manifests if item.name}


def frontmatter_values(front: Frontmatter | None) -> tuple[dict[Any, Any], yamldoc.Loaded | None]:
    """The keys of a frontmatter that parses and is a mapping; what does not is another criterion's."""
    if front is None or not front.closed or not front.plausible:
        return {}, None
    try:
        loaded = yamldoc.load(front.text)
    except yamldoc.YamlError:
        return {}, None
    return (loaded.value, loaded) if isinstance(loaded.value, dict) else ({}, None)


def _called(framework: Framework, document: Document) -> Called:
    values, loaded = frontmatter_values(document.facts.frontmatter)
    name = values.get("name")
    home = _home(framework, document)
    names = _names_by_path(document, home)
    if not isinstance(name, str) or not name or loaded is None:
        return Called(document.path, document.kind, home, names)
    line, column = loaded.position("name")
    bare = name.strip().removeprefix("/")
    return Called(document.path, document.kind, home, (bare, *names), name, line + 1, column)


def _home(framework: Framework, document: Document) -> str | None:
    """The topmost folder of its kind below a module root."""
    parts = posixpath.dirname(document.path).split("/")
    for depth, part in enumerate(parts):
        if part == FOLDERS[document.kind] and "/".join(parts[:depth]) in framework.layout.module_roots:
            return "/".join(parts[: depth + 1])
    return None


def _names_by_path(document: Document, home: str | None) -> tuple[str, ...]:
    """`tools/git/commit.md` is `commit`, `git:commit` and `tools:git:commit`; a skill, its folder."""
    path = (
        posixpath.dirname(document.path) if document.kind == "skill" else posixpath.splitext(document.path)[0]
    )
    parts = path.removeprefix(f"{home}/").split("/") if home else [posixpath.basename(path)]
    return tuple(_tails(parts))


def _tails(parts: list[str]) -> Iterator[str]:
    for start in range(len(parts) - 1, -1, -1):
        yield ":".join(parts[start:])
