"""Every dependency has an approved name, version range and licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates.checks.security.approval import hold
from pytest_fwgates.checks.security.supply.locks import Covers
from pytest_fwgates.framework.inventory.read import inventory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.checks.security.approval.allowed import Allowed
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding


def unapproved(framework: Framework, allowed: Allowed) -> list[Finding]:
    """Every dependency has an approved name, version range and licence.

    Why: what nobody has looked at is used on nobody's responsibility.

    Rule: each package that a manifest declares, and each image and action that a file uses, has an entry in
    the allow-list; the versions it asks for, or that a lock has chosen, lie within the entry's; its licence,
    as the entry, the lock or the manifest states it (https://spdx.org/licenses/), is an approved one; an
    address that is no registry's is an approved source.

    Mend: add an entry, or use something else.

    Raises:
        Unproven: licences cannot be compared.
    """
    used = list(uses(framework))
    found = [one for use in used for one in hold.approval(use, allowed)]
    return [*found, *hold.unknown_licences(used, allowed)]


def uses(framework: Framework) -> Iterator[hold.Use]:
    """Every dependency where it is declared or used, without the framework's own packages."""
    everything = inventory(framework).manifests
    covers = Covers(everything)
    own = frozenset(name for one in everything for name in one.own_names)
    for manifest in everything:
        if manifest.role not in {"declares", "uses"}:
            continue
        locked = covers.entries(manifest)
        for one in hold.names_of(manifest.components, own):
            held = hold.chosen(one, locked.get(one.alias or one.name, ()))
            licence = next((entry.licence for entry in held if entry.licence), "")
            yield hold.Use(manifest.path, one, frozenset(map(hold.exact, held)), licence)


def examined(framework: Framework) -> int:
    """How many files are searched for dependencies."""
    return sum(one.role in {"declares", "uses"} for one in inventory(framework).manifests)
