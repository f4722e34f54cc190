"""What Python projects lock: uv.lock, poetry.lock, pdm.lock, pylock.toml (PEP 751), Pipfile.lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_fwgates.framework.inventory import jsonplaces, plain, specifiers, tomlplaces
from pytest_fwgates.framework.inventory.model import COMMIT, Component, Index, Manifest, pypi_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.inventory.model import Origin


def toml_lock(path: str, text: str, form: str) -> Manifest:
    """uv.lock, poetry.lock, pdm.lock or pylock.toml.

    Raises:
        TomlError: it cannot be read.
    """
    loaded = tomlplaces.load(text)
    table = "packages" if form == "pylock" else "package"
    listed = loaded.value.get(table)
    old_files = plain.table(
        plain.table(loaded.value, "metadata"), "files"
    )  # where poetry kept hashes before 1.3
    components = tuple(
        _locked(one, loaded.table(table, number), old_files, form)
        for number, one in enumerate(listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and isinstance(one.get("name"), str)
    )
    return Manifest(path, form, "locks", "pypi", components)


def _locked(one: dict[str, Any], line: int, old_files: dict[str, Any], form: str) -> Component:
    name = one["name"]
    origin, source, commit = _source(one)
    files = [*plain.items(one, "files"), *plain.items(one, "wheels"), *plain.items(old_files, name)]
    files += [one["sdist"]] if isinstance(one.get("sdist"), dict) else []
    files += [one["archive"]] if isinstance(one.get("archive"), dict) else []
    hashes = tuple(digest for file in files for digest in _hashes(file))
    if form == "uv" and origin == "registry" and not all(_has_hash(file) for file in files):
        hashes = ()  # one file without a hash is a file that may be exchanged
    return Component(
        "pypi", pypi_name(name), name, line, requested="", version=plain.text(one, "version"), hashes=hashes,
        origin=origin, source=source, commit=commit, licence=plain.text(one, "license"),
    )  # fmt: skip


def _source(one: dict[str, Any]) -> tuple[Origin, str, bool]:
    """Where uv, poetry, pdm or PEP 751 say that a package comes from, and whether a commit."""
    source = plain.table(one, "source")
    for key in ("virtual", "editable", "directory", "path"):
        if key in source or key in one:
            return "local", plain.text(source, key) or plain.text(one, key), False
    if isinstance(one.get("directory"), dict) or source.get("type") in {"directory", "file"}:
        return "local", plain.text(source, "url"), False
    plain.table(one, "vcs")
    for git, commit in (
        (plain.text(source, "git"), plain.text(source, "git").rpartition("#")[2]),  # uv
        (plain.text(source, "url") * (source.get("type") == "git"), plain.text(source, "resolved_reference")),
        (
            plain.text(plain.table(one, "vcs"), "url"),
            plain.text(plain.table(one, "vcs"), "commit-id"),
        ),  # PEP 751
        (plain.text(one, "git"), plain.text(one, "revision")),  # pdm
    ):
        if git:
            return "git", git, COMMIT.match(commit) is not None
    if source.get("type") == "url" or plain.text(source, "url") or plain.text(one, "url"):
        url = plain.text(source, "url") or plain.text(one, "url")
        return ("registry" if source.get("type") == "legacy" else "url"), url, False
    if archive := plain.table(one, "archive"):
        return "url", plain.text(archive, "url"), False
    return "registry", plain.text(source, "registry") or plain.text(one, "index"), False


def _hashes(file: Any) -> Iterator[str]:
    if digest := plain.text(file, "hash"):
        yield digest
    hashes = plain.table(file, "hashes")
    yield from (f"{name}:{value}" for name, value in hashes.items() if isinstance(value, str))


def _has_hash(file: Any) -> bool:
    return next(_hashes(file), None) is not None


def pipfile_lock(path: str, text: str) -> Manifest:
    """A Pipfile.lock.

    Raises:
        JsonError: it cannot be read.
    """
    loaded = jsonplaces.load(text, 2)
    found = []
    for group in ("default", "develop"):
        for name, said in plain.table(loaded.value, group).items():
            version = plain.text(said, "version").removeprefix("==")
            hashes = tuple(one for one in plain.items(said, "hashes") if isinstance(one, str))
            origin, source, commit = _pipenv_source(said)
            found.append(
                Component(
                    "pypi",
                    pypi_name(name),
                    name,
                    *loaded.place(group, name),
                    version=version,
                    hashes=hashes,
                    origin=origin,
                    source=source,
                    commit=commit,
                )
            )
    sources = plain.items(plain.table(loaded.value, "_meta"), "sources")
    indexes = tuple(Index(plain.text(one, "url"), 1, "scoped") for one in sources if plain.text(one, "url"))
    return Manifest(path, "Pipfile.lock", "locks", "pypi", tuple(found), indexes)


def _pipenv_source(said: Any) -> tuple[Origin, str, bool]:
    if git := plain.text(said, "git"):
        return (
            "git",
            f"git+{git}@{plain.text(said, 'ref')}",
            COMMIT.match(plain.text(said, "ref")) is not None,
        )
    if path := plain.text(said, "path"):
        return "local", path, False
    if url := plain.text(said, "file"):
        return specifiers.origin_of(url)[0], url, False
    return "registry", "", False
