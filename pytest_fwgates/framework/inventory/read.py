"""The inventory of a framework: every manifest, lock and configuration of it, read once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates import yamldoc
from pytest_fwgates.framework import reading
from pytest_fwgates.framework.inventory import (
    files,
    images,
    jsonplaces,
    npm,
    npmlocks,
    pythonlocks,
    pythonprojects,
    pythonsetup,
    requirements,
    tomlplaces,
    tools,
    workflows,
)
from pytest_fwgates.framework.inventory.tools import Tool  # noqa: TC001 - msgspec evaluates it
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.framework.registry import frontmatter_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.framework.inventory.model import Manifest

_PERMISSIONS: Final = ("allowed-tools", "allowed_tools", "tools")


class Inventory(msgspec.Struct, frozen=True):
    """What a framework is made of that others wrote.

    Attributes:
        manifests: Every file that declares, locks, uses or configures components.
        tools: Servers, hooks and programs.
        searched: How many files may name such tools.
        unreadable: What could not be examined, whole files and single lines.
    """

    manifests: tuple[Manifest, ...]
    tools: tuple[Tool, ...]
    searched: int
    unreadable: tuple[Unreadable, ...]


_READERS: Final[dict[str, Callable[[str, str], Manifest | None]]] = {
    "pyproject": pythonprojects.pyproject,
    "setup.cfg": pythonsetup.setup_cfg,
    "setup.py": pythonsetup.setup_py,
    "pipfile": pythonprojects.pipfile,
    "pip.conf": pythonsetup.pip_conf,
    "Pipfile.lock": pythonlocks.pipfile_lock,
    "requirements": functools.partial(requirements.read, is_exact=True),
    "constraints": functools.partial(requirements.read, is_exact=False),
    "package.json": npm.package_json,
    ".npmrc": npm.npmrc,
    ".yarnrc.yml": npm.yarnrc,
    "package-lock": npmlocks.package_lock,
    "yarn.lock": npmlocks.yarn_lock,
    "pnpm-lock": npmlocks.pnpm_lock,
    "bun.lock": npmlocks.bun_lock,
    "dockerfile": images.dockerfile,
    "compose": images.compose,
    "workflow": workflows.read,
    **{
        form: functools.partial(pythonlocks.toml_lock, form=form)
        for form in ("uv", "poetry", "pdm", "pylock")
    },
}


@functools.lru_cache(maxsize=4)  # several criteria ask for it
def inventory(framework: Framework) -> Inventory:
    """Read every manifest and lock of a framework, the ignored ones, too."""
    manifests: list[Manifest] = []
    found: list[Tool] = []
    unreadable: list[Unreadable] = []
    searched = 0
    for path in framework.everything:
        form, has_tools = files.form(path), files.holds_tools(path)
        if form is None and not has_tools:
            continue
        text = reading.read_any_text(framework.root, path)
        if not isinstance(text, str):
            unreadable.append(text or Unreadable(path, "not text"))
            continue
        searched += has_tools
        one = _attempt(path, text, form, found if has_tools else None)
        if isinstance(one, Unreadable):
            unreadable.append(one)
        elif one is not None:
            manifests.append(one)
            unreadable += one.unread
    permitted, modules = _permissions(framework)
    return Inventory(tuple(manifests), (*found, *permitted), searched + modules, tuple(unreadable))


def _attempt(
    path: str, text: str, form: str | None, found: list[Tool] | None
) -> Manifest | Unreadable | None:
    try:
        if found is not None:
            found += tools.of_json(path, text)
        return _READERS[form](path, text) if form else None
    except (jsonplaces.JsonError, tomlplaces.TomlError) as error:
        return Unreadable(path, str(error), error.line)
    except yamldoc.YamlError as error:
        return Unreadable(path, f"not valid YAML: {error.message}", error.line)


def _permissions(framework: Framework) -> tuple[list[Tool], int]:
    """What the frontmatter of modules has run or permits, and how many modules there are that may."""
    found: list[Tool] = []
    kinds = {"command", "agent", "skill"}
    modules = [document for document in framework.documents if document.kind in kinds]
    for document in modules:
        front = document.facts.frontmatter
        if front is None or ("Bash(" not in front.text and "hooks" not in front.text):
            continue
        values, loaded = frontmatter_values(front)
        if loaded is not None:
            found += _of_frontmatter(document.path, values, loaded)
    return found, len(modules)


def _of_frontmatter(path: str, values: dict[str, object], loaded: yamldoc.Loaded) -> Iterator[Tool]:
    def place(*where: str | int) -> tuple[int, int]:
        line, column = loaded.position(*where)
        return line + 1, column  # below the opening fence

    for key in _PERMISSIONS:
        value = values.get(key)
        if isinstance(value, str | list):
            yield from tools.of_permission(value, path, place(key))
    yield from tools.of_hooks(path, place, (), values)
