"""What a failure of a criterion does in an environment, and what says so. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.catalogue import DOCUMENT_GATES

if TYPE_CHECKING:
    from pytest_fwgates.model import Criterion, Enforcement, JudgedCriterion
    from pytest_fwgates.profile import Profile

BUILT_IN: Final = "(built in)"
"""The gate test of a criterion that has none, because it is about policy itself."""

STRICTNESS: Final[tuple[Enforcement, ...]] = ("none", "require_approval", "block")


def enforcement(criterion: Criterion, profile: Profile) -> Enforcement:
    """What a failure of `criterion` does in this environment.

    The profile decides the gates it lists; a gate of the pipeline document that it does not list is
    not enforced here; any other gate, and a mark without gates, keeps the marker's level. Of several
    the strictest counts.
    """
    if not criterion.accepted:
        return "none"
    if not criterion.gates:
        return of_level(criterion)
    return max([_of_gate(gate, criterion, profile) for gate in criterion.gates], key=STRICTNESS.index)


def of_level(criterion: Criterion) -> Enforcement:
    """What the level of its mark asks for."""
    return "block" if criterion.level == "mandatory" else "require_approval"


def places(criterion: Criterion, profile: Profile) -> str:
    """What makes the criterion count, as ``file:line`` where a profile says so."""
    return _authority(criterion.gates, enforcement(criterion, profile), profile)


def places_of_row(row: JudgedCriterion, profile: Profile) -> str:
    """What made a judged criterion count, as ``file:line`` where a profile says so."""
    if row.nodeid == BUILT_IN:
        return "mandatory, built in"
    return _authority(row.gates, row.enforcement, profile)


def _of_gate(gate: str, criterion: Criterion, profile: Profile) -> Enforcement:
    listed = profile.enforcement_of_gate(gate)
    if listed is not None:
        return listed
    return "none" if gate in DOCUMENT_GATES else of_level(criterion)


def _authority(gates: tuple[str, ...], enforced: Enforcement, profile: Profile) -> str:
    word = {"block": "mandatory", "require_approval": "advisory", "none": "not enforced"}[enforced]
    gate = next((gate for gate in gates if profile.enforcement_of_gate(gate) == enforced), None)
    if gate:
        return f"{word}: {gate}, {profile.place_of_gate(gate)}"
    return (
        f"{word}: {profile.source} lists none of its gates" if enforced == "none" else f"{word} by its mark"
    )
