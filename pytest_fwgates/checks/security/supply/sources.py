"""Where packages come from: an address that anybody on the way may change, or that others can move."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pytest_fwgates.checks.security.supply import names
from pytest_fwgates.checks.security.supply.shown import few, short
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.framework.inventory.model import Component, Index, Manifest

_PLAIN: Final = ("http://", "git+http://", "git://", "git+git://", "ftp://", "svn+http://")
_HTTPS: Final = "anybody on the way can exchange what is downloaded; write https://"
_OWN_MACHINE: Final = re.compile(r"(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?::1\]?)\Z")
# Indexes that anybody may read and that hold only what their owners publish: a name there is no secret.
_PUBLIC: Final = frozenset(
    {
        "pypi.org",
        "pypi.python.org",
        "files.pythonhosted.org",
        "download.pytorch.org",
        "pypi.nvidia.com",
        "data.pyg.org",
        "www.piwheels.org",
        "registry.npmjs.org",
        "registry.yarnpkg.com",
    }
)
_NPM: Final = frozenset({"registry.npmjs.org", "registry.yarnpkg.com", "npm.jsr.io"})
_ARCHIVES: Final = frozenset({"codeload.github.com", "github.com", "gitlab.com", "bitbucket.org"})
_TARBALL: Final = re.compile(r"\A/(@[^/]{1,214}/)?([^/]{1,214})/-/([^/]{1,300})\.tgz\Z")


def of_manifest(manifest: Manifest, locked: frozenset[str], registries: frozenset[str]) -> Iterator[Finding]:
    """What is wrong with where the packages of one file come from.

    Args:
        manifest: The file.
        locked: Names that a lock over this file fixes to a commit or to a hash.
        registries: Hosts that the framework's own configuration names as registries of npm.
    """
    yield from _indexes(manifest)
    for one in manifest.components:
        yield from _of_component(manifest, one, locked)
    if manifest.format in {"package-lock", "yarn.lock", "pnpm-lock"}:
        yield from _of_lock(manifest, registries)


def _indexes(manifest: Manifest) -> Iterator[Finding]:
    for index in manifest.indexes:
        if is_plain(index.url):
            message = f"packages come from {short(index.url)} without TLS: {_HTTPS}"
            yield _finding(manifest, index.line, message)
    for note in manifest.notes:
        if note.kind in {"trusted_host", "insecure"} and not _OWN_MACHINE.match(note.text.partition(":")[0]):
            said = f"--trusted-host {note.text}" if note.kind == "trusted_host" else note.text
            what = f"{short(said)} turns the check of certificates off"
            yield _finding(manifest, note.line, f"{what}: anybody on the way can exchange what is downloaded")


def _of_component(manifest: Manifest, one: Component, locked: frozenset[str]) -> Iterator[Finding]:
    if is_plain(one.source):
        if one.origin == "git" or not one.hashes:
            yield _finding(manifest, one.line, f"{short(one.written)} comes without TLS: {_HTTPS}", one)
    elif one.commit or one.name in locked or one.alias in locked:
        return
    elif one.origin == "git":
        why = "who can push there changes what is installed; name the commit"
        yield _finding(manifest, one.line, f"{short(one.written)} comes from a branch or tag: {why}", one)
    elif one.origin == "url" and not one.hashes and manifest.role == "declares":
        how = "append #sha256=..." if one.ecosystem == "pypi" else "take it from the registry, or lock it"
        message = f"{short(one.written)} comes from an address without a hash: {how}"
        yield _finding(manifest, one.line, message, one)


def _of_lock(manifest: Manifest, registries: frozenset[str]) -> Iterator[Finding]:
    """A lock can be edited to take a package from anywhere while its name stays."""
    for one in manifest.components:
        if one.origin != "registry" or not one.source.startswith(("http:", "https:")) or is_plain(one.source):
            continue
        host = _host(one.source)
        if host in _NPM:
            yield from _of_tarball(manifest, one, urlsplit(one.source).path)
        elif host not in registries and host not in _ARCHIVES:
            why = "no .npmrc or .yarnrc.yml here names that registry; remove the lock's entry and lock again"
            yield _finding(manifest, one.line, f"{short(one.written)} comes from {short(host)}: {why}", one)


def _of_tarball(manifest: Manifest, one: Component, path: str) -> Iterator[Finding]:
    match = _TARBALL.match(path.replace("%2f", "/").replace("%2F", "/").replace("%40", "@"))
    if match is None:
        return
    held = f"{match[1] or ''}{match[2]}"
    version = match[3].removeprefix(f"{match[2]}-")
    if held.lower() != one.name.lower():
        message = f"the lock has {short(one.written)} come from the tarball of {short(held)}; lock it again"
        yield _finding(manifest, one.line, message, one)
    elif one.version and version != one.version.partition("+")[0]:
        said = f"{short(one.written)} {short(one.version)}"
        message = f"the lock says {said} but takes {short(version)}; lock it again"
        yield _finding(manifest, one.line, message, one)


def confusions(
    manifest: Manifest,
    indexes: Sequence[tuple[Manifest, Index]],
    ours: frozenset[str],
    locked: frozenset[str],
) -> Iterator[Finding]:
    """Names of a private index that anybody may register on the public one.

    pip asks all its indexes and takes the highest version, wherever that is from.
    """
    mixed = [(where, index) for where, index in indexes if index.kind == "extra" and _is_private(index.url)]
    best = [note for note in manifest.notes if note.kind == "best_match" and manifest.indexes]
    if manifest.ecosystem != "pypi" or manifest.role != "declares" or not (mixed or best):
        return
    open_ = [
        one
        for one in manifest.components
        if one.origin == "registry" and one.name and not one.hashes and one.name not in locked
    ]
    found = [one for one in open_ if one.name in ours or not names.is_known("pypi", one.name)]
    if not found:
        return
    where, line = (mixed[0][0].path, mixed[0][1].line) if mixed else (manifest.path, best[0].line)
    listed = few(one.written for one in found)
    message = (
        f"{listed} may be taken from PyPI, where anybody can register a name, instead of the further index: "
        "make that the only index (--index-url), or pin each with --hash"
    )
    subject = f"confusion {' '.join(sorted(one.name for one in found))}"
    yield Finding(message, where, line, severity="high", subject=subject)


def is_plain(url: str) -> bool:
    """Whether an address is fetched without TLS, from another machine."""
    return url.lower().startswith(_PLAIN) and not _OWN_MACHINE.match(_host(url))


def _is_private(url: str) -> bool:
    host = _host(url)
    return bool(host) and host not in _PUBLIC and not _OWN_MACHINE.match(host)


def _host(url: str) -> str:
    try:
        return (urlsplit(url.removeprefix("git+")).hostname or "").lower()
    except ValueError:
        return ""


def _finding(manifest: Manifest, line: int, message: str, one: Component | None = None) -> Finding:
    return Finding(message, manifest.path, line, one.column if one else None, severity="high")
