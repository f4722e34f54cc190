"""Locks: each dependency is fixed to one version with a hash of its content, and no lock lacks one."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.security.supply.shown import few
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_fwgates.framework.inventory.model import Component, Manifest

_WEAK: Final = ("md5", "sha1")
_HOW: Final = {
    "requirements": "lock them: uv pip compile --generate-hashes, or pip-compile --generate-hashes",
    "pyproject": "lock them and commit the lock: uv lock, poetry lock or pdm lock",
    "pipfile": "lock them and commit the lock: pipenv lock",
    "package.json": "lock them and commit the lock: npm install --package-lock-only",
}


class Covers:
    """The locks of a framework, by the folder they lie in; a lock is for its folder and all below."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._locks: dict[tuple[str, str], list[Manifest]] = {}
        for one in manifests:
            if one.role == "locks":
                self._locks.setdefault((one.ecosystem, posixpath.dirname(one.path)), []).append(one)
        self._entries: dict[tuple[str, str], dict[str, list[Component]]] = {}

    def over(self, manifest: Manifest) -> Sequence[Manifest]:
        """The locks nearest above a file."""
        folder = posixpath.dirname(manifest.path)
        while True:
            if found := self._locks.get((manifest.ecosystem, folder)):
                return found
            if not folder:
                return ()
            folder = posixpath.dirname(folder)

    def entries(self, manifest: Manifest) -> Mapping[str, Sequence[Component]]:
        """What those locks hold, by name and by the name that it is installed under."""
        locks = self.over(manifest)
        key = (manifest.ecosystem, posixpath.dirname(locks[0].path)) if locks else ("", "")
        if key not in self._entries:
            found = self._entries[key] = {}
            for one in (one for lock in locks for one in lock.components):
                for name in {one.name, one.alias} - {""}:
                    found.setdefault(name, []).append(one)
        return self._entries[key]


def unlocked(manifest: Manifest, covers: Covers, *, opted_out: bool) -> Iterator[Finding]:
    """What a file declares and nothing locks."""
    if manifest.role != "declares" or manifest.format not in _HOW:
        return
    locks = covers.over(manifest)
    if manifest.ecosystem == "pypi" and not manifest.is_exact and manifest.is_published and not locks:
        return  # who installs a library chooses its versions
    if opted_out and manifest.is_published:
        return  # a package whose repository says that it keeps no lock
    held = covers.entries(manifest)
    loose = [one for one in manifest.components if _is_loose(manifest, one) and one.name not in held]
    own = frozenset(manifest.own_names)
    loose = [one for one in loose if one.name not in own and one.alias not in held]
    if not loose:
        return
    if locks and not manifest.is_exact:
        yield _stale(manifest, loose, locks[0])
    else:
        yield _loose(manifest, loose)


def _is_loose(manifest: Manifest, one: Component) -> bool:
    if one.origin != "registry" or not one.name:
        return False
    if manifest.is_exact:
        return not (one.version and one.hashes)
    asked = one.scope != "optional" or manifest.ecosystem == "npm"
    return asked and one.scope != "build" and not one.marked


def _loose(manifest: Manifest, loose: Sequence[Component]) -> Finding:
    listed, first = few(one.written for one in loose), loose[0]
    if manifest.is_exact and all(one.version for one in loose):
        what = f"no hash for {listed}: what the index serves under that version is not checked"
        how = _HOW["requirements"].removeprefix("lock them: ")
    else:
        what = f"no lock for {listed}: each installation may get other versions"
        how = _HOW[manifest.format]
    return _finding(manifest, first.line, f"{what}; {how}", loose, "unlocked")


def _stale(manifest: Manifest, loose: Sequence[Component], lock: Manifest) -> Finding:
    name = posixpath.basename(lock.path)
    listed = few(one.written for one in loose)
    return _finding(manifest, loose[0].line, f"{name} does not hold {listed}; lock again", loose, "stale")


def unhashed(manifest: Manifest) -> Iterator[Finding]:
    """What a lock names without a hash that can be relied on."""
    if manifest.role == "locks":
        remote = [one for one in manifest.components if one.origin in {"registry", "url"} and not one.commit]
        bare = [one for one in remote if not one.hashes]
        how = "lock again with a current version of the tool"
    else:
        # pip checks no hash at all, or refuses the file, where one requirement has none
        hashed = any(one.hashes for one in manifest.components) and manifest.format == "requirements"
        remote = [one for one in manifest.components if one.origin == "registry"] if hashed else []
        bare = []
        how = _HOW["requirements"].removeprefix("lock them: ")
    if bare:
        message = f"no hash for {few(one.written for one in bare)}: its content is not checked; {how}"
        yield _finding(manifest, bare[0].line, message, bare, "unhashed")
    weak = [one for one in remote if one.hashes and all(_is_weak(digest) for digest in one.hashes)]
    if weak:
        message = (
            f"only an MD5 or SHA-1 hash for {few(one.written for one in weak)}, which can be forged; {how}"
        )
        yield _finding(manifest, weak[0].line, message, weak, "weak hash")


def _is_weak(digest: str) -> bool:
    return digest.lower().startswith(_WEAK)


def _finding(manifest: Manifest, line: int, message: str, which: Sequence[Component], rule: str) -> Finding:
    names = " ".join(sorted({one.name for one in which}))
    return Finding(message, manifest.path, line, severity="medium", subject=f"{rule} {names}")
