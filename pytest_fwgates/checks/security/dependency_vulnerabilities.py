"""No locked dependency has a known vulnerability."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from pytest_fwgates.checks.security.supply.locks import Covers
from pytest_fwgates.checks.security.supply.shown import few
from pytest_fwgates.framework.inventory.read import inventory
from pytest_fwgates.tools import osv, pip_audit
from pytest_fwgates.tools.adapter import Unproven

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.framework.inventory.model import Component, Manifest
    from pytest_fwgates.model import Finding

OFFLINE: Final = (
    "no database of vulnerabilities: give --advisory-db DIR with advisories in the OSV format, "
    "or let the profile say security: online: true"
)
_KINDS: Final = frozenset({"pypi", "npm"})
_LOCKING: Final = {
    "npm": "`npm install --package-lock-only`",
    "pypi": "`uv lock`, `poetry lock` or `pdm lock`",
    "pipfile": "`pipenv lock`",
    "requirements": "`uv pip compile --generate-hashes`",
}
"""The commands that lock, by format, else by ecosystem."""
_RELEASE: Final = re.compile(r"\Av?(\d{1,9}\.\d{1,9}\.\d{1,9})\Z")


class Audit(NamedTuple):
    """What databases said of the locked dependencies.

    Attributes:
        unproven: Why some of them could not be looked up.
        tools: Which databases or scanners were asked, with their versions.
    """

    findings: tuple[Finding, ...]
    examined: int
    unproven: tuple[str, ...]
    tools: tuple[tuple[str, str], ...]


def vulnerable(
    framework: Framework, advisories: Path | None, now: dt.datetime, *, online: bool, max_age: dt.timedelta
) -> Audit:
    """No locked dependency has a known vulnerability.

    Why: a known vulnerability is one that attackers have a recipe for.

    Rule: every package that a lock, or a requirement with ``==``, fixes to a version is looked up in a folder
    of OSV advisories (https://osv.dev), if there is one, and those of Python by pip-audit, if the network may
    be used. An advisory that does not say how severe it is counts as high. What is not looked up is unproven.

    Mend: update to the version that the message names.

    Args:
        framework: What is locked is read from its files; nothing is installed.
        advisories: The folder, if there is one.
        now: The time to judge for.
        online: Whether pip-audit may use the network.
        max_age: After how long without a new advisory the folder counts as stale.
    """
    fixed = locked(framework)
    if not fixed and (advisories is None or not _actions(framework)):
        return Audit((), examined(framework), _unlocked(framework), ())
    findings: dict[tuple[str | None, object], Finding] = {}
    unproven: list[str] = list(_unlocked(framework))
    tools: list[tuple[str, str]] = []
    if advisories is not None:
        try:
            scanned = osv.scan(advisories, [*fixed, *_actions(framework)], now, max_age)
            findings |= {(one.path, one.subject): one for one in scanned.findings}
            unproven += [scanned.unproven] if scanned.unproven else []
            tools.append((osv.NAME, str(advisories)))
        except Unproven as reason:
            unproven.append(str(reason))
    if online and any(one.one.ecosystem == "pypi" for one in fixed):
        try:
            scanned = pip_audit.scan(fixed)
            findings |= {(one.path, one.subject): one for one in scanned.findings if _is_new(one, findings)}
            tools.append((pip_audit.NAME, pip_audit.available() or ""))
        except Unproven as reason:
            unproven.append(str(reason))
    if advisories is None:
        unproven += _left(fixed, online=online)
    return Audit(tuple(findings.values()), examined(framework), tuple(unproven), tuple(tools))


def locked(framework: Framework) -> list[osv.Locked]:
    """Every package of a registry that a file of the framework fixes to one version."""
    everything = inventory(framework)
    found = [
        osv.Locked(manifest.path, one)
        for manifest in everything.manifests
        if manifest.role == "locks" or manifest.is_exact
        for one in manifest.components
    ]
    found += [osv.Locked(tool.path, tool.fetched) for tool in everything.tools if tool.fetched]
    return [
        one
        for one in found
        if one.one.origin == "registry" and one.one.version and one.one.name and one.one.ecosystem in _KINDS
    ]


def _actions(framework: Framework) -> list[osv.Locked]:
    """Actions at the tag of a release: a folder may have advisories of them, and need not."""
    return [
        osv.Locked(manifest.path, structs.replace(one, version=match[1]))
        for manifest in inventory(framework).manifests
        for one in manifest.components
        if one.ecosystem == "action" and (match := _RELEASE.match(one.requested))
    ]


def examined(framework: Framework) -> int:
    """How many files are searched for locked dependencies."""
    return len(inventory(framework).manifests)


def _unlocked(framework: Framework) -> tuple[str, ...]:
    """Why declared dependencies cannot be looked up: no file says in which version they are used."""
    everything = inventory(framework).manifests
    covers = Covers(everything)
    loose = [one for one in everything if one.ecosystem in _KINDS and any(_loose(one, covers))]
    if not loose:
        return ()
    listed = few(one.path for one in loose)
    ways = " and ".join(dict.fromkeys(_LOCKING.get(one.format) or _LOCKING[one.ecosystem] for one in loose))
    return (f"nothing says which versions of the dependencies of {listed} are used: lock them by {ways}",)


def _loose(manifest: Manifest, covers: Covers) -> Iterator[Component]:
    if manifest.role != "declares" or manifest.format == "constraints":
        return
    held = covers.entries(manifest)
    for one in manifest.components:
        asked = one.origin == "registry" and one.name and not one.version and one.scope == "runtime"
        if asked and one.name not in held and one.name not in manifest.own_names:
            yield one


def _is_new(one: Finding, known: dict[tuple[str | None, object], Finding]) -> bool:
    """Whether no advisory that was found already names the same vulnerability."""
    names = [
        word.strip("();:") for word in one.message.split() if word.startswith(("GHSA-", "PYSEC-", "(CVE-"))
    ]
    same = (other.message for other in known.values() if (other.path, other.line) == (one.path, one.line))
    return not any(name in message for message in same for name in names)


def _left(fixed: Sequence[osv.Locked], *, online: bool) -> list[str]:
    """What pip-audit alone cannot look up."""
    if not online:
        return [OFFLINE]
    npm = sum(one.one.ecosystem == "npm" for one in fixed)
    return [f"{npm} npm packages need --advisory-db DIR: pip-audit knows those of Python"] if npm else []
