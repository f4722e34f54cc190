"""What an inventory holds; plain data."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

import msgspec

from pytest_fwgates.framework.reading import Unreadable  # noqa: TC001 - msgspec evaluates it

Ecosystem: TypeAlias = Literal["pypi", "npm", "action", "image"]
Origin: TypeAlias = Literal["registry", "url", "git", "local", "unknown"]
Role: TypeAlias = Literal["declares", "locks", "uses", "configures"]
Kind: TypeAlias = Literal["primary", "extra", "links", "scoped"]
Scope: TypeAlias = Literal["runtime", "development", "optional", "build"]

MAX_COMPONENTS: Final = 50_000
"""How many components one file may have; more cannot be examined."""
COMMIT: Final = re.compile(r"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\Z", re.IGNORECASE)
DIGEST: Final = re.compile(r"\Asha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})\Z", re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"[-_.]+")


class Component(msgspec.Struct, frozen=True, gc=False):
    """A package, image or action, as one place of one file names it.

    Attributes:
        name: For look-ups; as its ecosystem compares names.
        written: As it stands in the file.
        requested: The versions that are asked for, as written; empty for any.
        version: The one version that the file fixes; empty where it fixes none.
        hashes: Of its content, as ``algorithm:value`` or as written.
        source: Where it comes from, where that is not the ecosystem's own registry.
        commit: Whether `source` or `requested` names a commit that nobody can move.
        licence: As the file states it.
        marked: Whether it is for some platforms or interpreters only.
        alias: Under which name it is installed, where that is another.
    """

    ecosystem: Ecosystem
    name: str
    written: str
    line: int = 1
    column: int = 1
    requested: str = ""
    version: str = ""
    hashes: tuple[str, ...] = ()
    origin: Origin = "registry"
    source: str = ""
    commit: bool = False
    licence: str = ""
    scope: Scope = "runtime"
    marked: bool = False
    alias: str = ""


class Index(msgspec.Struct, frozen=True, gc=False):
    """A place that packages come from.

    Attributes:
        url: As written.
        kind: `extra`: packages may come from here or from the default; `scoped`: only named ones do.
        scope: Of npm, with its ``@``.
    """

    url: str
    line: int
    kind: Kind
    scope: str = ""


class Note(msgspec.Struct, frozen=True, gc=False):
    """Something else that a file says and that matters to where packages come from."""

    kind: Literal["insecure", "trusted_host", "best_match", "no_lock"]
    text: str
    line: int


class Manifest(msgspec.Struct, frozen=True):
    """A file that declares, locks or uses components.

    Attributes:
        is_published: Whether it describes a package that others install: they lock its ranges.
        is_exact: Whether it is installed as it stands, so that it has to name versions and hashes itself.
        own_names: Packages of the framework itself that it names.
        unread: Lines that could not be read as what they should be.
    """

    path: str
    format: str
    role: Role
    ecosystem: Ecosystem
    components: tuple[Component, ...] = ()
    indexes: tuple[Index, ...] = ()
    notes: tuple[Note, ...] = ()
    is_published: bool = False
    is_exact: bool = False
    own_names: tuple[str, ...] = ()
    unread: tuple[Unreadable, ...] = ()


def pypi_name(name: str) -> str:
    """A name as PyPI compares it (https://packaging.python.org/en/latest/specifications/name-normalization/)."""
    return _SEPARATORS.sub("-", name).lower()
