"""One requirement of Python packaging (PEP 508), and where its package comes from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from packaging.requirements import InvalidRequirement, Requirement

from pytest_fwgates.framework.inventory.model import COMMIT, Component, pypi_name

if TYPE_CHECKING:
    from pytest_fwgates.framework.inventory.model import Origin, Scope

MAX_LENGTH: Final = 2_000
_VCS: Final = ("git+", "hg+", "svn+", "bzr+")
_EGG: Final = re.compile(r"[#&]egg=([A-Za-z0-9._-]{1,200})")
_ARCHIVE: Final = re.compile(r"/([A-Za-z0-9._]{1,200})-[0-9][^/#?]{0,200}\.(?:whl|tar\.gz|zip)(?:[#?]|\Z)")
_HASH_IN_URL: Final = re.compile(r"[#&](sha(?:256|384|512))=([0-9a-fA-F]{64,128})(?![0-9a-fA-F])")
_FOREIGN: Final = re.compile(r"\A([\w.-]{1,200})\s*+((?:[=<>!~]=?[^#;\s]{0,100})?)\Z")
_PIN: Final = re.compile(r"===?\s*+([^\s,;*]{1,100})\Z")


def read(text: str, line: int, *, column: int = 1, scope: Scope = "runtime") -> Component | None:
    """The package that a requirement names; None where it is no requirement."""
    if len(text) > MAX_LENGTH:
        return None
    try:
        parsed = Requirement(text)
    except (InvalidRequirement, RecursionError):
        foreign = _FOREIGN.match(text)
        if foreign and not foreign[1].isascii():  # pip refuses it; what it imitates is to be told
            return Component("pypi", pypi_name(foreign[1]), foreign[1], line, column, foreign[2], scope=scope)
        return _of_address(text, line, column, scope)
    marked = parsed.marker is not None
    if parsed.url:
        return _from_url(parsed.name, parsed.url, (line, column), scope, marked=marked)
    requested = str(parsed.specifier)
    pin = _PIN.match(requested)
    return Component(
        "pypi",
        pypi_name(parsed.name),
        parsed.name,
        line,
        column,
        requested,
        pin[1] if pin else "",
        scope=scope,
        marked=marked,
    )


def _of_address(text: str, line: int, column: int, scope: Scope) -> Component | None:
    """A requirement that is an address or a path alone."""
    address = text.partition(" ;")[0].strip()
    if address.startswith((".", "/", "file:")) or address.endswith((".whl", ".tar.gz", ".zip")):
        if "://" not in address or address.startswith("file:"):
            return Component("pypi", "", address, line, column, origin="local", source=address, scope=scope)
    elif "://" not in address or any(character.isspace() for character in address):
        return None
    named = _EGG.search(address) or _ARCHIVE.search(address)
    return _from_url(named[1] if named else "", address, (line, column), scope)


def _from_url(
    name: str, url: str, place: tuple[int, int], scope: Scope, *, marked: bool = False
) -> Component:
    origin, commit = origin_of(url)
    digest = _HASH_IN_URL.search(url)
    return Component(
        "pypi",
        pypi_name(name),
        name or url,
        *place,
        url,
        hashes=(f"{digest[1]}:{digest[2]}",) if digest else (),
        origin=origin,
        source=url,
        commit=commit,
        scope=scope,
        marked=marked,
    )


def origin_of(url: str) -> tuple[Origin, bool]:
    """What kind of address it is, and whether it names a commit."""
    if url.startswith("file:"):
        return "local", False
    bare = url.partition("#")[0]
    if not url.startswith(_VCS):
        return ("git" if bare.endswith(".git") else "url"), False
    # git+https://user@host/path@revision: the last @ behind the host
    path = bare.partition("://")[2].partition("/")[2]
    return "git", COMMIT.match(path.rpartition("@")[2]) is not None and "@" in path
