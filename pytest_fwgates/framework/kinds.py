"""The kind of each file, told from its path and from what lies beside it.

Two layouts are known: Claude Code's (`.claude/`, or a plugin with `.claude-plugin/` or the plugin folders
at its root) and module frameworks (`commands/` beside `components/` or `modules/`).
"""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from pytest_fwgates.framework.globs import matcher
from pytest_fwgates.framework.tree import directories

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Kind: TypeAlias = Literal[
    "command",
    "agent",
    "skill",
    "component",
    "rule",
    "hook",
    "document",
    "manifest",
    "workflow",
    "script",
]

MARKDOWN: Final = frozenset({".md", ".markdown"})
SCRIPTS: Final = frozenset(
    {".sh", ".bash", ".zsh", ".py", ".js", ".mjs", ".cjs", ".ts", ".ps1", ".cmd", ".bat", ".rb", ".pl"}
)
MEMORY_FILES: Final = frozenset({"CLAUDE.md", "CLAUDE.local.md", "AGENTS.md", "GEMINI.md"})
_FOLDERS: Final[dict[str, Kind]] = {
    "commands": "command",
    "agents": "agent",
    "components": "component",
    "modules": "component",
    "rules": "rule",
}
_MANIFESTS: Final = frozenset({"plugin.json", "marketplace.json"})
_SETTINGS: Final = frozenset({"settings.json", "settings.local.json"})
_INDEX_PAGES: Final = frozenset({"readme", "index", "changelog", "contributing", "license"})
_DOCUMENTATION: Final = frozenset({"docs", "doc", "documentation", "examples", "example", "tests", "test"})


class Layout:
    """Where in a tree modules live."""

    def __init__(self, files: Iterable[str], patterns: Mapping[Kind, Sequence[str]] | None = None) -> None:
        """Recognise the layout of `files`; `patterns` say of some files what they are."""
        self._said = [(kind, matcher(some)) for kind, some in (patterns or {}).items()]
        self._module_folders: dict[str, str] = {}
        folders = directories(files)
        self.plugins = frozenset(
            posixpath.dirname(folder) for folder in folders if posixpath.basename(folder) == ".claude-plugin"
        )
        beside: dict[str, set[str]] = {}
        for folder in folders:
            beside.setdefault(posixpath.dirname(folder), set()).add(posixpath.basename(folder))
        self.module_roots = frozenset(
            root for root, names in beside.items() if root in self.plugins or _is_module_root(root, names)
        )

    def kind(self, path: str) -> Kind | None:
        """The kind of a file, or None for one that no framework cares about."""
        for kind, is_of_kind in self._said:
            if is_of_kind(path):
                return kind
        folder, _, name = path.rpartition("/")
        stem, ending = posixpath.splitext(name)
        if ending in MARKDOWN:
            return self._markdown_kind(folder, name, stem)
        if ending == ".json":
            return "manifest" if _is_manifest(PurePosixPath(path)) else None
        if ending in {".yml", ".yaml"}:
            return "workflow" if path.startswith(".github/workflows/") else None
        if "hooks/" in path and self._module_folder(folder) == "hooks":
            return "hook"
        return "script" if ending in SCRIPTS else None

    def _markdown_kind(self, folder: str, name: str, stem: str) -> Kind:
        if name == "SKILL.md":
            return "skill"
        if name in MEMORY_FILES or stem.lower() in _INDEX_PAGES:
            return "document"
        return _FOLDERS.get(self._module_folder(folder), "document")

    def _module_folder(self, folder: str) -> str:
        """The name of the folder directly below a module root that is `folder` or holds it; or nothing."""
        if (known := self._module_folders.get(folder)) is None:
            known = self._module_folders[folder] = self._found_module_folder(folder.split("/"))
        return known

    def _found_module_folder(self, parts: Sequence[str]) -> str:
        for depth, name in enumerate(parts):
            if (name in _FOLDERS or name == "hooks") and "/".join(parts[:depth]) in self.module_roots:
                return name
        return ""


def _is_manifest(path: PurePosixPath) -> bool:
    parent = path.parent.name
    return (
        (path.name in _MANIFESTS and parent.endswith("-plugin"))
        or (path.name in _SETTINGS and parent == ".claude")
        or (path.name == "hooks.json" and parent == "hooks")
        or path.name == ".mcp.json"
    )


def _is_module_root(root: str, names: set[str]) -> bool:
    if PurePosixPath(root).name == ".claude":
        return True
    if not _DOCUMENTATION.isdisjoint(PurePosixPath(root).parts):
        return False
    kinds = names & {"commands", "agents", "skills", "hooks", "components", "modules"}
    return "commands" in kinds and len(kinds) > 1
