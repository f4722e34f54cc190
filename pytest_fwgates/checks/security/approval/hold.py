"""Holding what a framework declares against an allow-list: names, versions, licences, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pytest_fwgates.checks.security.approval.allowed import UNKNOWN, place_of
from pytest_fwgates.checks.security.supply.shown import few, short
from pytest_fwgates.framework.inventory import ranges
from pytest_fwgates.model import Finding
from pytest_fwgates.tools import licences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_fwgates.checks.security.approval.allowed import Allowed, Package
    from pytest_fwgates.framework.inventory.model import Component
    from pytest_fwgates.model import Severity


class Use(NamedTuple):
    """A component where it is declared or used, with what the locks over that place know of it."""

    path: str
    one: Component
    locked: frozenset[str] = frozenset()
    licence: str = ""


def names_of(components: Iterable[Component], own: frozenset[str]) -> Iterator[Component]:
    """Those of others; each once."""
    seen = set()
    for one in components:
        key = (one.ecosystem, one.name, one.requested, one.source)
        if one.origin != "local" and one.name and one.name not in own and key not in seen:
            seen.add(key)
            yield one


def exact(one: Component) -> str:
    """The range that holds the one version of a component."""
    return f"=={one.version}" if one.ecosystem == "pypi" else one.version


def chosen(one: Component, held: Sequence[Component]) -> list[Component]:
    """Those entries of a lock that are there for a declaration; others are there for other packages."""
    fixed = [entry for entry in held if entry.version]
    fitting = [entry for entry in fixed if ranges.within(one.ecosystem, exact(entry), one.requested or "*")]
    return fitting or fixed


def approval(use: Use, allowed: Allowed) -> Iterator[Finding]:
    """What is not approved of a use: its name; else its versions, its licence, and where it comes from.

    Raises:
        Unproven: licences cannot be compared.
    """
    entry = allowed.package(use.one.ecosystem, use.one.name)
    if entry is None:
        how = f"add it to packages of {allowed.shown} if it may be used"
        yield _finding(use, "high", f"{_called(use.one)} is not on the allow-list; {how}", "name")
        return
    yield from of_versions(use, entry, allowed)
    if stated := licence_of(use, entry):
        yield from _of_licence(use, stated, allowed)
    if use.one.origin != "registry" and not allowed.has_source(use.one):
        where = short(place_of(use.one))
        message = f"{_called(use.one)} comes from {where}, no approved source; see sources of {allowed.shown}"
        yield _finding(use, "high", message, "source")


def of_versions(use: Use, entry: Package, allowed: Allowed) -> Iterator[Finding]:
    """Versions that a use asks for, or that a lock has chosen for it, beyond those of its entry."""
    one = use.one
    if entry.versions.strip() == "*":
        return
    if one.ecosystem in {"action", "image"}:
        listed = {part.strip() for part in entry.versions.split(",")}
        wanted = {*one.hashes, one.requested} if one.ecosystem == "image" else {one.requested}
        if not listed & wanted:
            said = short(next(iter(one.hashes), one.requested) or "no tag")
            yield _version_finding(use, said, entry, allowed)
        return
    asked = sorted(use.locked) or [exact(one) if one.version else one.requested]
    for range_ in asked if one.origin == "registry" else [one.requested or one.source]:
        if not ranges.within(one.ecosystem, range_, entry.versions):
            yield _version_finding(use, short(range_) or "any version", entry, allowed)


def _version_finding(use: Use, said: str, entry: Package, allowed: Allowed) -> Finding:
    approved = f"the approved {short(entry.versions)} ({allowed.shown}:{entry.line})"
    message = f"{_called(use.one)} {said} is beyond {approved}"
    return _finding(use, "medium", message, "version")


def licence_of(use: Use, entry: Package) -> str:
    """The entry's word counts: a person has looked it up; else what the locks and manifests say."""
    stated = entry.licence if entry.licence not in {"", UNKNOWN} else use.one.licence or use.licence
    return "" if stated == UNKNOWN else stated


def unknown_licences(uses: Iterable[Use], allowed: Allowed) -> Iterator[Finding]:
    """One finding for all approved packages of which nobody says what they are under: one edit mends them."""
    unknown: dict[tuple[str, str], Use] = {}
    for use in uses:
        entry = allowed.package(use.one.ecosystem, use.one.name)
        if entry is not None and not licence_of(use, entry):
            unknown.setdefault((use.one.ecosystem, use.one.name), use)
    if unknown:
        first = next(iter(unknown.values()))
        names = few(_called(use.one) for use in unknown.values())
        message = f"no licence is known of {names}; write it in packages of {allowed.shown}"
        yield Finding(
            message, first.path, first.one.line, first.one.column, severity="medium", subject="licences"
        )


def _of_licence(use: Use, stated: str, allowed: Allowed) -> Iterator[Finding]:
    held = licences.permits(stated, allowed.licences)
    if held:
        return
    what = "is not approved" if held is False else "is no SPDX licence"
    message = f"the licence of {_called(use.one)}, {short(stated)}, {what}; see licences of {allowed.shown}"
    yield _finding(use, "medium", message, "licence")


def _called(one: Component) -> str:
    kinds = {"pypi": "package", "npm": "npm package", "image": "image", "action": "action"}
    return f"{kinds[one.ecosystem]} {short(one.written)}"


def _finding(use: Use, severity: Severity, message: str, what: str) -> Finding:
    one = use.one
    return Finding(
        message,
        use.path,
        one.line,
        one.column,
        severity=severity,
        subject=f"{what} {one.ecosystem} {one.name} {one.requested}",
    )
