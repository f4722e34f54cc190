"""The framework is laid out so that every module in it is found, on every machine."""

from __future__ import annotations

import posixpath
import unicodedata
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework import reading
from pytest_fwgates.framework.references import copied_folder, is_template
from pytest_fwgates.framework.registry import called
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.framework.registry import Called

_COMPONENTS: Final = ("commands", "agents", "skills", "hooks")
# Folders beside skills that hold what several of them use.
_HELPERS: Final = frozenset(
    {
        "asset", "assets", "bin", "common", "core", "data", "doc", "docs", "example", "examples", "fixtures",
        "helpers", "images", "lib", "libs", "meta", "reference", "references", "resources", "schemas",
        "scripts", "shared", "src", "template", "templates", "test", "tests", "tools", "util", "utils",
    }
)  # fmt: skip
_PAGES: Final = frozenset({"doc", "docs", "documentation", "example", "examples", "test", "tests"})


def misplaced_structure(framework: Framework) -> list[Finding]:
    """The framework is laid out so that every module in it is found, on every machine.

    Why: what lies in the wrong place is not an error to Claude Code, it is simply not there; and of two
    modules of one name it loads one and drops the other in silence.

    Rule: there is a module of some kind. Each folder in a skills folder holds a SKILL.md
    (https://docs.claude.com/en/docs/claude-code/skills). `.claude-plugin/` holds plugin.json or
    marketplace.json, and none of a plugin's modules
    (https://docs.claude.com/en/docs/claude-code/plugins-reference). In one folder of commands, agents or
    skills no name is declared twice. No two paths differ only in letter case. Symbolic links lead to
    something inside of the framework, and every folder can be read.

    Mend: move or rename what the message names.
    """
    if not framework.modules and not framework.problems:
        return [Finding("no module of any kind was recognised", path=".")] if framework.files else []
    return [
        *(Finding(problem.message, path=problem.path, subject="problem") for problem in framework.problems),
        *_case_collisions(framework),
        *_incomplete_plugins(framework),
        *_incomplete_skills(framework),
        *_repeated_names(called(framework)),
    ]


def examined(framework: Framework) -> int:
    """How many files and unusable paths `misplaced_structure` looks at."""
    return len(framework.files) + len(framework.problems)


def _case_collisions(framework: Framework) -> Iterator[Finding]:
    """Files or folders beside each other; what lies in two such folders is not said again."""
    first: dict[tuple[str, str], str] = {}
    for path in sorted(framework.tree.files | framework.tree.directories - {""}):
        folder, name = posixpath.split(path)
        other = first.setdefault((folder, unicodedata.normalize("NFC", name).casefold()), path)
        if other != path:
            message = f"its name differs only in case or accents' encoding from {posixpath.basename(other)}"
            yield Finding(f"{message}; on many machines only one of them exists", path=path, severity="high")


def _incomplete_plugins(framework: Framework) -> Iterator[Finding]:
    for plugin in sorted(framework.layout.plugins):
        folder = posixpath.join(plugin, ".claude-plugin")
        if is_template(f"{folder}/plugin.json"):
            continue
        files = framework.tree.files
        if not {f"{folder}/plugin.json", f"{folder}/marketplace.json"} & files:
            yield Finding("holds neither plugin.json nor marketplace.json", path=folder, severity="high")
        for name in _COMPONENTS:
            if f"{folder}/{name}" in framework.tree.directories:
                message = f"lies inside of .claude-plugin and is not loaded; move it to {plugin or '.'}"
                yield Finding(message, path=f"{folder}/{name}", severity="high")


def _incomplete_skills(framework: Framework) -> Iterator[Finding]:
    skills = frozenset(module.path for module in framework.modules if module.kind == "skill")
    folders = _with_parents(posixpath.dirname(path) for path in skills)
    by_folder: dict[str, list[str]] = {}
    for file in framework.files:
        home = _skill_folder(file)
        if home and home not in folders:
            by_folder.setdefault(home, []).append(file)
    for folder, files in by_folder.items():
        name = posixpath.basename(folder).lower()
        if name in _HELPERS or name.startswith((".", "_")) or _is_skeleton(f"{folder}/SKILL.md"):
            continue
        holds_skills = _holds_skills(framework, folder, folders)
        misspelt = next((file for file in files if file.lower() == f"{folder}/skill.md".lower()), None)
        if misspelt and (holds_skills or _has_frontmatter(framework, misspelt)):
            message = "a skill is found only as SKILL.md, in capitals; rename it"
            yield Finding(message, path=misspelt, severity="high")
        elif holds_skills and any(file.endswith(".md") for file in files):
            yield Finding("a folder of a skill without its SKILL.md", path=folder, severity="high")


def _is_skeleton(path: str) -> bool:
    return is_template(path) or copied_folder(path) != ""


def _has_frontmatter(framework: Framework, path: str) -> bool:
    """Read as text: one with another ending is no document."""
    text = reading.read_text(framework.root, path)
    return isinstance(text, str) and text.startswith("---\n")


def _holds_skills(framework: Framework, folder: str, folders: frozenset[str]) -> bool:
    """Whether the folder above is one of skills: by what it holds, or because Claude Code says so."""
    above = posixpath.dirname(folder)
    root = posixpath.dirname(above)
    return above in folders or root in framework.layout.plugins or posixpath.basename(root) == ".claude"


def _skill_folder(file: str) -> str | None:
    """The folder directly in a folder `skills` that a file lies in; below documentation it is a page."""
    parts = file.split("/")
    if "skills" not in parts[:-2] or not _PAGES.isdisjoint(parts):
        return None
    return "/".join(parts[: parts.index("skills") + 2])


def _with_parents(folders: Iterable[str]) -> frozenset[str]:
    seen: set[str] = set()
    for start in folders:
        folder = start
        while folder and folder not in seen:
            seen.add(folder)
            folder = posixpath.dirname(folder)
    return frozenset(seen)


def _repeated_names(modules: Iterable[Called]) -> Iterator[Finding]:
    """Only what is declared: files of one name in two subfolders of commands are told apart by these."""
    first: dict[tuple[str, str, str], Called] = {}
    for module in modules:
        if module.home is None or module.declared is None or is_template(module.path):
            continue
        other = first.setdefault((module.kind, module.home, module.names[0]), module)
        if other is not module:
            message = (
                f"{module.kind} {module.declared} has the name of {other.path}; only one of them is loaded"
            )
            yield Finding(
                message,
                module.path,
                module.line,
                module.column,
                severity="high",
                subject=f"name {module.declared}",
            )
