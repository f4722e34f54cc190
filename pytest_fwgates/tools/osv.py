"""What a folder of OSV advisories says of locked packages, without a network."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from packaging.version import InvalidVersion, Version

from pytest_fwgates.framework.inventory.ranges import semver
from pytest_fwgates.model import Finding
from pytest_fwgates.tools import cvss
from pytest_fwgates.tools.adapter import Scan, Unproven
from pytest_fwgates.tools.osv_database import key_of, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pytest_fwgates.framework.inventory.model import Component
    from pytest_fwgates.tools.osv_database import Advisory, Affected

NAME: Final = "osv"
MAX_AGE: Final = dt.timedelta(days=7)
"""After how long a database that says nothing new counts as stale."""
_SHOWN: Final = 160


class Locked(NamedTuple):
    """A package in the one version that a file fixes."""

    path: str
    one: Component


def scan(folder: Path, locked: Sequence[Locked], now: dt.datetime, max_age: dt.timedelta = MAX_AGE) -> Scan:
    """What the advisories in `folder` say of locked packages.

    Raises:
        Unproven: there are none, or they are too old to say anything.
    """
    known = load(folder, frozenset((one.ecosystem, one.name) for _, one in locked))
    if now - known.newest > max_age:
        days = (now - known.newest).days
        raise Unproven(
            f"the advisories in {folder} are {days} days old, and may be {max_age.days}: fetch them again"
        )
    findings: list[Finding] = []
    unread = 0
    for path, one in locked:
        order = _order(one.ecosystem)
        if order(one.version) is None:
            unread += 1
        findings += _of_package(path, one, known.advisories.get((one.ecosystem, one.name), ()), order)
    missing = [f"{known.unread} files in {folder} are no advisories"] if known.unread else []
    missing += [f"{unread} locked versions cannot be compared"] if unread else []
    return Scan(tuple(findings), len(locked), "; ".join(missing))


def _order(ecosystem: str) -> Callable[[str], Any]:
    """How versions of an ecosystem are compared: by what this returns; None for no version."""
    return _pypi_version if ecosystem == "pypi" else semver


@functools.lru_cache(maxsize=65_536)
def _pypi_version(text: str) -> Version | None:
    try:
        return Version(text) if len(text) < _SHOWN else None
    except InvalidVersion:
        return None


def _of_package(
    path: str, one: Component, advisories: Sequence[Advisory], order: Callable[[str], Any]
) -> Iterator[Finding]:
    """One finding for each vulnerability, whichever databases have it under whichever name."""
    seen: set[str] = set()
    for advisory in sorted(advisories, key=lambda item: (not item.id.startswith("GHSA-"), item.id)):
        names = {advisory.id, *(advisory.aliases or ())}
        parts = [
            part for part in advisory.affected or () if key_of(part.package) == (one.ecosystem, one.name)
        ]
        if names & seen or not any(_is_affected(one.version, part, order) for part in parts):
            continue
        seen |= names
        yield finding(
            path, one, advisory.id, advisory.aliases or (), _severity(advisory), advisory.summary or "",
            _fixes(one.version, parts, order),
        )  # fmt: skip


def finding(  # noqa: PLR0913, PLR0917 - what every database says of a vulnerability
    path: str,
    one: Component,
    identifier: str,
    aliases: Iterable[str],
    severity: Any,
    summary: str,
    fixes: Sequence[str],
) -> Finding:
    """A vulnerability of a locked package."""
    cve = next((alias for alias in sorted(aliases) if alias.startswith("CVE-")), "")
    named = f"{identifier} ({cve})" if cve and cve != identifier else identifier
    what = f": {' '.join(summary.split())[:_SHOWN]}" if summary else ""
    how = f"update to {', '.join(fixes)}" if fixes else "there is no fixed version: replace it"
    return Finding(
        f"{one.written} {one.version} has {named}{what}; {how}",
        path,
        one.line,
        one.column,
        severity=severity,
        subject=f"{one.ecosystem} {one.name} {identifier}",
    )


def _severity(advisory: Advisory) -> Any:
    word = (advisory.database_specific or {}).get("severity")
    vectors = (score.score for score in advisory.severity or ())
    return cvss.severity(word if isinstance(word, str) else "", vectors)


def _is_affected(version: str, part: Affected, order: Callable[[str], Any]) -> bool:
    here = order(version)
    if version in (part.versions or ()):
        return True
    if here is None:
        return False
    if any(order(one) == here for one in part.versions or ()):
        return True
    wanted = {"SEMVER", "ECOSYSTEM"}
    return any(_in_range(here, one.events, order) for one in part.ranges or () if one.type in wanted)


def _in_range(here: Any, events: Iterable[Mapping[str, Any]], order: Callable[[str], Any]) -> bool:
    """The evaluation that the schema of OSV describes: events in the order of their versions."""
    placed: list[tuple[Any, int, str]] = []
    inside = False
    for event in events:
        for kind, text in event.items():
            if kind == "introduced" and text == "0":
                inside = True
            elif kind in {"introduced", "fixed", "last_affected"} and isinstance(text, str):
                key = order(text)
                if key is not None:
                    placed.append((key, ("fixed", "introduced", "last_affected").index(kind), kind))
    for key, _, kind in sorted(placed):
        if kind == "introduced" and key <= here:
            inside = True
        elif (kind == "fixed" and key <= here) or (kind == "last_affected" and key < here):
            inside = False
    return inside


def _fixes(version: str, parts: Iterable[Affected], order: Callable[[str], Any]) -> list[str]:
    """The lowest fixed version above, of each range."""
    here = order(version)
    found = {
        text
        for part in parts
        for one in part.ranges or ()
        if one.type != "GIT"
        for event in one.events
        if isinstance(text := event.get("fixed"), str) and order(text) is not None
        if here is None or order(text) > here
    }
    return sorted(found, key=order)[:1]
