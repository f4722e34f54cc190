"""What a framework is built from is fixed, checked, and what it seems to be."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pytest_fwgates.checks.security.supply import locks, names, pins, sources
from pytest_fwgates.checks.security.supply.shown import short
from pytest_fwgates.framework.inventory.read import inventory
from pytest_fwgates.framework.references import is_template
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.framework.inventory.model import Index, Manifest
    from pytest_fwgates.model import Severity

_SHOWN: Final = 3


def exposed_supplies(framework: Framework) -> list[Finding]:
    """What a framework is built from is fixed, checked, and what it seems to be.

    Why: a package, action or image that others can exchange is code of theirs that runs with your rights.

    Rule: dependencies that are installed as they stand are locked with a hash each
    (https://pip.pypa.io/en/stable/topics/secure-installs/, https://docs.npmjs.com/files/package-lock.json);
    actions are pinned to a commit, images to a digest (https://slsa.dev), sources use TLS and name commits,
    no name of a further index can be registered elsewhere, none imitates a well-known one. A published Python
    package need not lock its ranges.

    Mend: the message says how. What cannot be read is left unproven.
    """
    everything = inventory(framework).manifests
    covers = locks.Covers(everything)
    registries = frozenset(_registries(everything))
    ours = frozenset(name for one in everything for name in one.own_names)
    opted_out = {
        posixpath.dirname(one.path) for one in everything if any(n.kind == "no_lock" for n in one.notes)
    }
    skills = tuple(
        f"{posixpath.dirname(one.path)}/assets/" for one in framework.modules if one.kind == "skill"
    )
    findings: list[Finding] = []
    for one in everything:
        locked = frozenset(covers.entries(one))
        findings += sources.of_manifest(one, locked, registries)
        findings += sources.confusions(one, _indexes_of(one, everything), ours, locked)
        findings += look_alikes(one, ours)
        if not is_template(one.path) and not one.path.startswith(
            skills
        ):  # those become files of other projects
            folder = posixpath.dirname(one.path)
            findings += locks.unlocked(one, covers, opted_out=folder in opted_out)
            findings += locks.unhashed(one)
            findings += pins.moving(one)
    return findings


def look_alikes(manifest: Manifest, ours: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Packages whose names imitate a well-known one; what a lock adds to them, others have declared."""
    seen: set[str] = set()
    for one in manifest.components if manifest.role != "locks" else ():
        if one.ecosystem not in {"pypi", "npm"} or one.origin != "registry" or one.name in seen | ours:
            continue
        seen.add(one.name)
        like = names.resembles(one.ecosystem, one.name) if one.name else None
        if like is not None:
            index = "PyPI" if one.ecosystem == "pypi" else "npm"
            message = f"{short(one.written)} is nearly {like.name}, well known on {index} ({like.how}): "
            message += "whoever owns the other name runs their code here; did you mean that one?"
            severity: Severity = "high" if like.sure else "medium"
            yield Finding(message, manifest.path, one.line, one.column, severity=severity)


def unexamined(framework: Framework) -> str:
    """What could not be read; empty where everything could."""
    unread = inventory(framework).unreadable
    shown = [f"{one.path}{f':{one.line}' if one.line else ''}: {one.reason}" for one in unread[:_SHOWN]]
    more = len(unread) - _SHOWN
    return "; ".join([*shown, f"and {more} more"] if more > 0 else shown)


def examined(framework: Framework) -> int:
    """How many manifests, locks and workflows are searched."""
    return len(inventory(framework).manifests)


def _indexes_of(manifest: Manifest, everything: Sequence[Manifest]) -> list[tuple[Manifest, Index]]:
    """The indexes that are asked for a file's packages: its own, and those of a pip.conf above it."""
    found = [(manifest, index) for index in manifest.indexes]
    if manifest.ecosystem == "pypi" and manifest.role == "declares":
        folder = posixpath.dirname(manifest.path)
        found += [
            (one, index)
            for one in everything
            if one.format == "pip.conf" and _is_above(posixpath.dirname(one.path), folder)
            for index in one.indexes
        ]
    return found


def _is_above(folder: str, other: str) -> bool:
    return not folder or other == folder or other.startswith(f"{folder}/")


def _registries(everything: Sequence[Manifest]) -> Iterator[str]:
    for one in everything:
        for index in one.indexes if one.ecosystem == "npm" else ():
            try:
                yield (urlsplit(index.url).hostname or "").lower()
            except ValueError:
                continue
