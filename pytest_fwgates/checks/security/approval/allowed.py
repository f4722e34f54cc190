"""What a repository allows its framework to use. Where that is written is for policy to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.framework.inventory.model import Ecosystem  # noqa: TC001 - msgspec evaluates it

if TYPE_CHECKING:
    from pytest_fwgates.framework.inventory.model import Component

UNKNOWN: Final = "NOASSERTION"
"""A licence that nobody has looked up; it is never approved."""
DEFAULT_SOURCES: Final = {"pypi": "https://pypi.org/simple", "npm": "https://registry.npmjs.org"}
"""Where packages come from of which nothing else is said."""


class Package(msgspec.Struct, frozen=True):
    """A package, image or action that may be used.

    Attributes:
        name: As its ecosystem compares names.
        versions: Of packages a range; of images and actions the tags, digests and commits, between commas;
            ``*`` for any.
        licence: What it is under, where no file of the framework says.
        line: Where its entry begins.
    """

    ecosystem: Ecosystem
    name: str
    versions: str
    licence: str = ""
    line: int = 1


class Server(msgspec.Struct, frozen=True):
    """An MCP server that may be used: by the package, the program or the address that it is.

    Attributes:
        package: ``ecosystem:name``; its versions are those of the entry among the packages.
    """

    name: str
    package: str = ""
    command: str = ""
    url: str = ""
    line: int = 1


class Allowed(msgspec.Struct, frozen=True):
    """An allow-list.

    Attributes:
        sources: Beginnings of the addresses, images and owners of actions that are approved, by ecosystem.
        licences: SPDX identifiers.
        hooks: Whole commands, runs of white space as one space.
        commands: Programs that hooks and modules may run.
        shown: What people call the file.
    """

    sources: dict[str, tuple[str, ...]]
    licences: tuple[str, ...]
    packages: tuple[Package, ...]
    servers: tuple[Server, ...]
    hooks: frozenset[str]
    commands: frozenset[str]
    shown: str

    def package(self, ecosystem: str, name: str) -> Package | None:
        """The entry of a package."""
        return next((one for one in self.packages if (one.ecosystem, one.name) == (ecosystem, name)), None)

    def has_source(self, one: Component) -> bool:
        """Whether a component comes from an approved place."""
        place = place_of(one)
        listed = self.sources.get(one.ecosystem, ())
        return any(_is_below(place, source) for source in listed)


def place_of(one: Component) -> str:
    """Where a component comes from, as the sources of an allow-list name it."""
    if one.ecosystem == "image":
        return one.name
    if one.ecosystem == "action":
        return one.source
    bare = one.source.removeprefix("git+")
    if one.origin == "registry":
        host = bare.removeprefix("https://").partition("/")[0]
        return DEFAULT_SOURCES[one.ecosystem] if not bare or host in _MIRRORS else bare
    return bare


_MIRRORS: Final = frozenset(
    {"pypi.org", "files.pythonhosted.org", "registry.npmjs.org", "registry.yarnpkg.com"}
)


def _is_below(place: str, source: str) -> bool:
    """Whether a place begins with a source, up to the end of a word: another host is another source."""
    place, source = place.lower(), source.lower().rstrip("/")
    return bool(source) and (
        place == source or place.startswith((f"{source}/", f"{source}.git", f"{source}@"))
    )
