"""What Node projects lock: package-lock.json, npm-shrinkwrap.json, yarn.lock, pnpm-lock.yaml, bun.lock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from pytest_fwgates import yamldoc
from pytest_fwgates.framework.inventory import jsonplaces, npm, plain
from pytest_fwgates.framework.inventory.model import COMMIT, Component, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_fwgates.framework.inventory.model import Origin

_FOLDER: Final = "node_modules/"
_FIELD: Final = re.compile(r'\A  ([a-z]{1,20}):?\s++"?([^"\n]{1,2000})"?\s*+\Z')
_STRAY_COMMA: Final = re.compile(r'("(?:[^"\\]|\\.)*+"?)|,(?=\s*+[}\]])')
_PEERS: Final = re.compile(r"\(.*+")
_OLD_PEERS: Final = re.compile(r"_.*+")


def package_lock(path: str, text: str) -> Manifest:
    """A package-lock.json or npm-shrinkwrap.json of any version.

    Raises:
        JsonError: it cannot be read.
    """
    loaded = jsonplaces.load(text, 2)
    packages = plain.table(loaded.value, "packages")
    if packages:
        found = tuple(_of_packages(packages, loaded))
    else:
        found = tuple(_of_dependencies(plain.table(loaded.value, "dependencies"), loaded))
    own = plain.text(loaded.value, "name")
    return Manifest(path, "package-lock", "locks", "npm", found, own_names=(own,) if own else ())


def _of_packages(packages: dict[str, Any], loaded: jsonplaces.Loaded) -> Iterator[Component]:
    for key, said in packages.items():
        if _FOLDER not in key or not isinstance(said, dict) or said.get("link") is True:
            continue
        installed = key.rpartition(_FOLDER)[2]
        name = plain.text(said, "name") or installed
        line, column = loaded.place("packages", key)
        bundled = said.get("inBundle") is True
        licence = said.get("license")
        yield _entry(
            name,
            installed,
            plain.text(said, "version"),
            "file:" if bundled else plain.text(said, "resolved"),
            plain.text(said, "integrity"),
            (line, column),
            licence if isinstance(licence, str) else plain.text(licence, "type"),
        )


def _of_dependencies(dependencies: dict[str, Any], loaded: jsonplaces.Loaded) -> Iterator[Component]:
    """Version 1 nests what is installed below a package in that package."""
    pending: list[tuple[str, str, Any]] = [(name, name, said) for name, said in dependencies.items()]
    while pending:
        top, name, said = pending.pop()
        if not isinstance(said, dict):
            continue
        version = plain.text(said, "version")
        real, _, alias_version = version.removeprefix("npm:").rpartition("@")
        aliased = version.startswith("npm:")
        where = "file:" if said.get("bundled") is True else plain.text(said, "resolved")
        if not aliased and npm.origin_of(version)[0] != "registry":
            where = where or version
        yield _entry(
            real if aliased else name,
            name,
            alias_version if aliased else version,
            where,
            plain.text(said, "integrity"),
            loaded.place("dependencies", top),
        )
        pending += [(top, inner, one) for inner, one in plain.table(said, "dependencies").items()]


def _entry(  # noqa: PLR0913, PLR0917 - what every lock says of a package
    name: str,
    installed: str,
    version: str,
    where: str,
    integrity: str,
    place: tuple[int, int],
    licence: str = "",
) -> Component:
    origin, commit = _origin(where)
    return Component(
        "npm",
        name,
        name,
        *place,
        version=version,
        hashes=tuple(integrity.split()),
        origin=origin,
        source=where,
        commit=commit,
        licence=licence,
        alias=installed if installed != name else "",
    )


def _origin(where: str) -> tuple[Origin, bool]:
    """A tarball at an address is a registry's: whose, the address says."""
    origin, commit = npm.origin_of(where) if where else ("registry", False)
    if origin == "url" and not commit:
        archive = where.partition("?")[0].partition("#")[0].split("/")
        commit = any(COMMIT.match(part) for part in archive)  # codeload.github.com/o/r/tar.gz/<commit>
        return ("url" if commit else "registry"), commit
    return origin, commit


def yarn_lock(path: str, text: str) -> Manifest:
    """A yarn.lock: of yarn 1 in its own format, of later ones in YAML.

    Raises:
        YamlError: it cannot be read.
    """
    berry = "\n__metadata:" in text or text.startswith("__metadata:")
    found = tuple(_of_berry(text) if berry else _of_yarn(text))
    return Manifest(path, "yarn.lock", "locks", "npm", found)


def _of_yarn(text: str) -> Iterator[Component]:
    header, line = "", 0
    fields: dict[str, str] = {}
    for number, raw in enumerate([*text.split("\n"), "end:"], 1):
        if raw and not raw[0].isspace() and raw[0] != "#":
            if header and fields:
                yield _yarn_entry(header, line, fields)
            header, line, fields = raw.rstrip(": "), number, {}
        elif (match := _FIELD.match(raw)) and not raw.startswith("   "):
            fields[match[1]] = match[2]


def _yarn_entry(header: str, line: int, fields: Mapping[str, str]) -> Component:
    first = header.split(",", maxsplit=1)[0].strip().strip('"')
    installed, _, wanted = first.rpartition("@") if "@" in first[1:] else (first, "", "")
    real = wanted.removeprefix("npm:").rpartition("@")[0] if wanted.startswith("npm:") else ""
    return _entry(
        real or installed,
        installed,
        fields.get("version", ""),
        fields.get("resolved", "") or ("" if npm.origin_of(wanted)[0] == "registry" else wanted),
        fields.get("integrity", ""),
        (line, 1),
    )


def _of_berry(text: str) -> Iterator[Component]:
    loaded = yamldoc.load(text, plain_is_text=True)
    for key, said in loaded.value.items() if isinstance(loaded.value, dict) else ():
        resolution = plain.text(said, "resolution")
        at = resolution.find("@", 1)
        name, where = (resolution[:at], resolution[at + 1 :]) if at > 0 else ("", "")
        if not name or where.startswith(("workspace:", "link:", "portal:", "patch:")):
            continue
        origin, commit = npm.origin_of("" if "@npm:" in resolution else where)
        commit = commit or any(COMMIT.match(part.removeprefix("commit=")) for part in where.split("#"))
        checksum = plain.text(said, "checksum")
        yield Component(
            "npm", name, name, *loaded.position(str(key)), version=plain.text(said, "version"),
            hashes=(f"sha512:{checksum.rpartition('/')[2]}",) if checksum else (), origin=origin,
            source="" if origin == "registry" else where, commit=commit,
        )  # fmt: skip


def pnpm_lock(path: str, text: str) -> Manifest:
    """A pnpm-lock.yaml.

    Raises:
        YamlError: it cannot be read.
    """
    loaded = yamldoc.load(text, plain_is_text=True)
    found = []
    for key, said in plain.table(loaded.value, "packages").items():
        name, version = _pnpm_key(str(key))
        resolution = plain.table(said, "resolution")
        where = plain.text(resolution, "tarball") or plain.text(resolution, "repo")
        directory = plain.text(resolution, "directory")
        commit = COMMIT.match(plain.text(resolution, "commit")) is not None
        entry = _entry(
            plain.text(said, "name") or name,
            plain.text(said, "name") or name,
            plain.text(said, "version") or version,
            "file:" if directory else where,
            plain.text(resolution, "integrity"),
            loaded.position("packages", str(key)),
        )
        if plain.text(resolution, "repo"):
            entry = structs.replace(entry, origin="git", commit=commit)
        found.append(entry)
    return Manifest(path, "pnpm-lock", "locks", "npm", tuple(found))


def _pnpm_key(key: str) -> tuple[str, str]:
    """``/name/1.0.0_peer`` (5), ``/name@1.0.0(peer)`` (6) or ``name@1.0.0(peer)`` (9)."""
    bare = _PEERS.sub("", key).removeprefix("/")
    at = bare.find("@", 1)
    if at > 0:
        return bare[:at], bare[at + 1 :]
    name, _, version = bare.rpartition("/")
    return name, _OLD_PEERS.sub("", version)


def bun_lock(path: str, text: str) -> Manifest:
    """A bun.lock, which is JSON with a comma too many here and there.

    Raises:
        JsonError: it cannot be read.
    """
    loaded = jsonplaces.load(_STRAY_COMMA.sub(lambda match: match[1] or " ", text), 2)
    found = []
    for key, said in plain.table(loaded.value, "packages").items():
        first = said[0] if isinstance(said, list) and said and isinstance(said[0], str) else ""
        at = first.find("@", 1)
        name, version = (first[:at], first[at + 1 :]) if at > 0 else (first, "")
        origin, commit = npm.origin_of(version)
        if not name or origin == "local":
            continue
        last = said[-1] if isinstance(said[-1], str) else ""
        if origin == "git":  # bun writes a short commit in the address and the whole of it at the end
            commit = commit or bool(COMMIT.match(last.rpartition("-")[2]))
        found.append(
            Component(
                "npm",
                name,
                name,
                *loaded.place("packages", key),
                version=version,
                hashes=(last,) if last.startswith("sha") else (),
                origin=origin,
                source="" if origin == "registry" else version,
                commit=commit,
            )
        )
    return Manifest(path, "bun.lock", "locks", "npm", tuple(found))
