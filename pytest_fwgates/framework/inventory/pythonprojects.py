"""What Python projects declare: pyproject.toml and Pipfile.

References: https://packaging.python.org/en/latest/specifications/pyproject-toml/, PEP 735,
https://python-poetry.org/docs/pyproject/, https://docs.astral.sh/uv/concepts/indexes/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from pytest_fwgates.framework.inventory import plain, specifiers, tomlplaces
from pytest_fwgates.framework.inventory.model import COMMIT, Component, Index, Manifest, Note, pypi_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.inventory.model import Scope

_PRIVATE: Final = "Private ::"


def pyproject(path: str, text: str) -> Manifest:
    """What a pyproject.toml declares, for whichever tool.

    Raises:
        TomlError: it cannot be read.
    """
    loaded = tomlplaces.load(text)
    project, tool = plain.table(loaded.value, "project"), plain.table(loaded.value, "tool")
    poetry, uv = plain.table(tool, "poetry"), plain.table(tool, "uv")
    sources = plain.table(uv, "sources")
    found = [
        *(_with_source(one, sources) for one in _of_project(loaded, project, uv)),
        *_of_poetry(loaded, poetry),
    ]
    indexes = [*_uv_indexes(loaded, uv), *_poetry_indexes(loaded, poetry), *_pdm_indexes(loaded, tool)]
    notes = [Note("best_match", "unsafe-best-match", loaded.key("tool.uv", "index-strategy"))]
    name = plain.text(project, "name") or plain.text(poetry, "name")
    return Manifest(
        path,
        "pyproject",
        "declares",
        "pypi",
        tuple(found),
        tuple(indexes),
        tuple(notes) if uv.get("index-strategy") == "unsafe-best-match" else (),
        is_published=_is_published(loaded.value, project, poetry, uv),
        own_names=(pypi_name(name),) if name else (),
    )


def _is_published(
    value: dict[str, Any], project: dict[str, Any], poetry: dict[str, Any], uv: dict[str, Any]
) -> bool:
    """Whether others install it: it says how it is built and does not say that it stays private."""
    classifiers = project.get("classifiers") or poetry.get("classifiers") or []
    private = any(isinstance(one, str) and one.startswith(_PRIVATE) for one in classifiers)
    unpackaged = uv.get("package") is False or poetry.get("package-mode") is False
    return "build-system" in value and bool(project or poetry) and not private and not unpackaged


def _of_project(
    loaded: tomlplaces.Loaded, project: dict[str, Any], uv: dict[str, Any]
) -> Iterator[Component]:
    groups: list[tuple[Any, Scope]] = [(project.get("dependencies"), "runtime")]
    groups += [(one, "optional") for one in plain.table(project, "optional-dependencies").values()]
    groups += [(one, "development") for one in plain.table(loaded.value, "dependency-groups").values()]
    groups += [(plain.table(loaded.value, "build-system").get("requires"), "build")]
    groups += [(uv.get("dev-dependencies"), "development")]
    pdm = plain.table(plain.table(plain.table(loaded.value, "tool"), "pdm"), "dev-dependencies")
    groups += [(one, "development") for one in pdm.values()]
    for listed, scope in groups:
        for text in listed if isinstance(listed, list) else ():
            if isinstance(text, str) and (one := specifiers.read(text, loaded.text(text), scope=scope)):
                yield one


def _with_source(one: Component, sources: dict[str, Any]) -> Component:
    """The same from where `[tool.uv.sources]` has it."""
    said = next((value for name, value in sources.items() if pypi_name(name) == one.name), None)
    first = said[0] if isinstance(said, list) and said else said
    if not isinstance(first, dict):
        return one
    return _placed(one, first)


def _placed(one: Component, said: dict[str, Any]) -> Component:
    """The same from the source that a table of uv or poetry names."""
    if plain.text(said, "path") or said.get("workspace") is True:
        return structs.replace(one, origin="local", source=plain.text(said, "path") or "workspace")
    if git := plain.text(said, "git"):
        revision = plain.text(said, "rev") or plain.text(said, "tag") or plain.text(said, "branch")
        commit = COMMIT.match(plain.text(said, "rev")) is not None
        return structs.replace(one, origin="git", source=f"git+{git}@{revision}", commit=commit)
    if url := plain.text(said, "url"):
        return structs.replace(one, origin="url", source=url)
    return one


def _of_poetry(loaded: tomlplaces.Loaded, poetry: dict[str, Any]) -> Iterator[Component]:
    tables: list[tuple[str, Any, Scope]] = [
        ("tool.poetry.dependencies", poetry.get("dependencies"), "runtime"),
        ("tool.poetry.dev-dependencies", poetry.get("dev-dependencies"), "development"),
    ]
    for group, table in plain.table(poetry, "group").items():
        name = f"tool.poetry.group.{group}.dependencies"
        tables.append((name, plain.table(table, "dependencies"), "development"))
    for where, table, scope in tables:
        for name, said in table.items() if isinstance(table, dict) else ():
            if name.lower() == "python":
                continue
            first: Any = said[0] if isinstance(said, list) and said else said
            wanted = first if isinstance(first, str) else plain.text(first, "version")
            pin = wanted.removeprefix("==") if wanted.startswith("==") and "*" not in wanted else ""
            marked = isinstance(first, dict) and bool(first.keys() & {"markers", "python", "platform"})
            line = loaded.key(where, name)
            one = Component("pypi", pypi_name(name), name, line, 1, wanted, pin, scope=scope, marked=marked)
            yield _placed(one, first) if isinstance(first, dict) else one


def _uv_indexes(loaded: tomlplaces.Loaded, uv: dict[str, Any]) -> Iterator[Index]:
    """Uv takes a package from the first index that has it, so a further one alone confuses nothing."""
    lines = loaded.headers.get("tool.uv.index", [])
    listed = plain.items(uv, "index")
    for number, one in enumerate(listed):
        if url := plain.text(one, "url"):
            yield Index(url, lines[number] if number < len(lines) else loaded.text(url), "scoped")
    for key in ("index-url", "extra-index-url", "find-links"):
        said = uv.get(key)
        for address in said if isinstance(said, list) else [said]:
            if isinstance(address, str) and "://" in address:
                yield Index(address, loaded.text(address), "scoped")


def _poetry_indexes(loaded: tomlplaces.Loaded, poetry: dict[str, Any]) -> Iterator[Index]:
    lines = loaded.headers.get("tool.poetry.source", [])
    listed = [one for one in plain.items(poetry, "source") if isinstance(one, dict)]
    for number, one in enumerate(listed):
        if url := plain.text(one, "url"):
            priority = plain.text(one, "priority").lower()
            mixed = one.get("secondary") is True or priority == "secondary"
            mixed = mixed or (not priority and one.get("default") is not True and len(listed) > 1)
            line = lines[number] if number < len(lines) else loaded.text(url)
            yield Index(url, line, "extra" if mixed else "scoped")


def _pdm_indexes(loaded: tomlplaces.Loaded, tool: dict[str, Any]) -> Iterator[Index]:
    for one in plain.items(plain.table(tool, "pdm"), "source"):
        if url := plain.text(one, "url"):
            yield Index(url, loaded.text(url), "scoped")


def pipfile(path: str, text: str) -> Manifest:
    """What a Pipfile declares.

    Raises:
        TomlError: it cannot be read.
    """
    loaded = tomlplaces.load(text)
    groups: tuple[tuple[str, Scope], ...] = (("packages", "runtime"), ("dev-packages", "development"))
    found = []
    for table, scope in groups:
        for name, said in plain.table(loaded.value, table).items():
            wanted = said if isinstance(said, str) else plain.text(said, "version")
            wanted = "" if wanted == "*" else wanted
            one = Component("pypi", pypi_name(name), name, loaded.key(table, name), 1, wanted, scope=scope)
            found.append(_placed(one, {**said, "rev": said.get("ref")}) if isinstance(said, dict) else one)
    sources = [one for one in plain.items(loaded.value, "source") if plain.text(one, "url")]
    lines = [loaded.text(one["url"]) for one in sources]
    indexes = [Index(one["url"], line, "scoped") for one, line in zip(sources, lines, strict=True)]
    notes = [
        Note("trusted_host", one["url"], line)
        for one, line in zip(sources, lines, strict=True)
        if one.get("verify_ssl") is False
    ]
    return Manifest(path, "pipfile", "declares", "pypi", tuple(found), tuple(indexes), tuple(notes))
