"""What the processes of a run collected, and the criteria that it makes up; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from pytest_fwgates import catalogue
from pytest_fwgates.model import Criterion  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_fwgates.profile import Profile
    from pytest_fwgates.session.plan import Plan

_LEVELS: Final = {"advisory": 0, "mandatory": 1}


class Row(msgspec.Struct, frozen=True, gc=False):
    """One gate test of one process, and the criterion as that test declares it."""

    nodeid: str
    criterion: Criterion


class Manifest(msgspec.Struct, frozen=True):
    """All that the controller learns of collection in one process.

    Attributes:
        gates: Every gate test, whatever its stage and whether it was selected.
        selected: The node ids of those that are to run there.
        problems: Why some cannot be used.
        alone: The node ids among `selected` that a worker leaves to a process of their own.
    """

    gates: tuple[Row, ...]
    selected: frozenset[str]
    problems: tuple[str, ...] = ()
    alone: frozenset[str] = frozenset()


def to_wire(manifest: Manifest) -> str:
    """The manifest as one text, which execnet carries."""
    return msgspec.json.encode(manifest).decode("utf-8")


def from_wire(packed: str) -> Manifest:
    """The manifest of a worker."""
    return msgspec.json.decode(packed, type=Manifest)


class Collected(NamedTuple):
    """Every criterion of the manifests, whatever its stage, with its node ids."""

    criteria: dict[str, Criterion]
    nodeids: dict[str, tuple[str, ...]]
    gates: tuple[str, ...]
    problems: tuple[str, ...]


def collected(manifests: Sequence[Manifest], plan: Plan) -> Collected:
    """One criterion an id, from what every process collected."""
    rows = {row.nodeid: row for manifest in manifests for row in manifest.gates}
    by_id: dict[str, list[Row]] = {}
    for row in rows.values():
        by_id.setdefault(row.criterion.id, []).append(row)
    problems = [*_disagreements(manifests), *_unknown_names(plan, by_id)]
    criteria: dict[str, Criterion] = {}
    nodeids: dict[str, tuple[str, ...]] = {}
    for identifier, all_rows in by_id.items():
        if len(all_rows) == 1:
            criteria[identifier] = all_rows[0].criterion
            nodeids[identifier] = (all_rows[0].nodeid,)
            continue
        kept, wrong = _without_replaced(identifier, [row.criterion for row in all_rows], plan.profile)
        problems += [*wrong, *_inconsistent(kept)]
        criteria[identifier] = _joined(kept)
        tests = {criterion.nodeid for criterion in kept}
        nodeids[identifier] = tuple(row.nodeid for row in all_rows if row.criterion.nodeid in tests)
    gates = tuple(sorted({gate for row in rows.values() for gate in row.criterion.gates}))
    return Collected(criteria, nodeids, gates, tuple(problems))


def _disagreements(manifests: Sequence[Manifest]) -> Iterator[str]:
    if not manifests:
        yield "nothing was collected"
    if any(set(manifest.gates) != set(manifests[0].gates) for manifest in manifests[1:]):
        yield "workers collected different gate tests"


def _unknown_names(plan: Plan, by_id: Mapping[str, list[Row]]) -> Iterator[str]:
    """Names in the profile or on the command line that no criterion bears."""
    known = catalogue.load()
    source = plan.profile.source
    stages = {row.criterion.stage for rows in by_id.values() for row in rows}
    for name in plan.profile.limits:
        if name not in by_id and name not in known.entries:
            yield f"{source}: criteria names {name!r}, which no gate test has"
    for name in plan.profile.quality_gates.replaced:
        if all(row.criterion.bundled for row in by_id.get(known.canonical(name), ())):
            yield f"{source}: replaced names {name!r}, which no local gate test replaces"
    for stage in plan.demanded:
        if stage not in stages:
            yield f"--gate-stage {stage}: no criterion belongs to this stage"
    for stage in plan.stages:
        if stage not in stages and stage not in known.stages:
            yield f"{source}: stages names {stage!r}, which no criterion has"


def _without_replaced(
    identifier: str, declared: list[Criterion], profile: Profile
) -> tuple[list[Criterion], list[str]]:
    """The declarations that count: one test's, or the local one's that replaces the bundled one knowingly."""
    sources = {one.nodeid: one.source for one in declared}
    if len(sources) == 1:
        return declared, []
    local = [one for one in declared if not one.bundled]
    named = {catalogue.load().canonical(name) for name in profile.quality_gates.replaced}
    if identifier in named and len({one.nodeid for one in local}) == 1:
        return local, list(_weaker(local, [one for one in declared if one.bundled]))
    places = " and ".join(sorted(sources.values()))
    return declared, [f"criterion {identifier!r} is defined more than once: {places}"]


def _inconsistent(declared: list[Criterion]) -> Iterator[str]:
    """Parameters that declare different stages or kinds: one criterion has one of each."""
    first = declared[0]
    for key in ("stage", "requires"):
        if any(getattr(one, key) != getattr(first, key) for one in declared):
            yield f"{first.source}: parameters of {first.id!r} declare different values for {key}"


def _weaker(local: list[Criterion], bundled: list[Criterion]) -> Iterator[str]:
    first = local[0]
    what = f"{first.source}: the replacement of {first.id!r}"
    if min(_LEVELS[one.level] for one in local) < max(_LEVELS[one.level] for one in bundled):
        yield f"{what} lowers its level"
    for key in ("stage", "requires"):
        if getattr(first, key) != getattr(bundled[0], key):
            yield f"{what} has another {key}"
    kept = {gate for one in local for gate in one.gates}
    missing = {gate for one in bundled for gate in one.gates} - kept
    if missing:
        yield f"{what} leaves the gates {', '.join(sorted(missing))}"


def _joined(declared: list[Criterion]) -> Criterion:
    """Parameters may carry marks of their own: all gates count, and the stricter level."""
    return msgspec.structs.replace(
        declared[0],
        gates=tuple(dict.fromkeys(gate for one in declared for gate in one.gates)),
        level=max((one.level for one in declared), key=_LEVELS.__getitem__),
    )
