"""The lock: which criteria must run, so that one that disappears is missed.

`fwgates lock` writes `gate_tests/criteria.lock`; the bundled suite ships its own. A local lock also says
which bundled criteria are accepted: after an upgrade, new ones are reported but not enforced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from pytest_fwgates._bundled import GATE_TESTS
from pytest_fwgates.model import Criterion, Level
from pytest_fwgates.policy.places import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NAME: Final = "criteria.lock"
VERSION: Final = 1
_BUNDLED: Final = "fwgates/"


class Locked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A criterion that must run; `file` is the one that held its gate test."""

    id: str
    gates: tuple[str, ...]
    level: Level
    stage: str
    file: str


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The criteria that must run."""

    version: int
    criteria: tuple[Locked, ...]


class Expectation(NamedTuple):
    """What a run has to show, once collected criteria and locks are held against each other.

    Attributes:
        expected: Collected criteria and those that only the lock knows.
        absent: The ids that only the lock knows.
    """

    expected: tuple[Criterion, ...]
    absent: frozenset[str]
    problems: tuple[str, ...]
    notices: tuple[str, ...]


def render(criteria: Iterable[Criterion]) -> bytes:
    """The lock of `criteria`, sorted, as JSON."""
    rows = tuple(
        Locked(one.id, tuple(sorted(one.gates)), one.level, one.stage, one.source.rpartition(":")[0])
        for one in sorted(criteria, key=lambda one: one.id)
    )
    return msgspec.json.format(msgspec.json.encode(Lock(VERSION, rows)), indent=2) + b"\n"


def read(path: Path, called: str) -> Lock:
    """The lock at `path`, which errors call `called`.

    Raises:
        PolicyError: it cannot be read, is not a lock, or names a criterion twice.
    """
    try:
        lock = msgspec.json.decode(path.read_bytes(), type=Lock)
    except OSError as error:
        raise PolicyError(f"{called}: cannot be read: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise PolicyError(f"{called}: not a lock ({error}); write it anew with 'fwgates lock'") from None
    ids = [row.id for row in lock.criteria]
    if lock.version != VERSION:
        raise PolicyError(
            f"{called}: version {lock.version} of the lock is unknown; this is version {VERSION}"
        )
    if len(set(ids)) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise PolicyError(f"{called}: {twice!r} stands there twice; write it anew with 'fwgates lock'")
    return lock


def bundled() -> Lock:
    """The lock that ships with the bundled suite."""
    return read(GATE_TESTS / NAME, f"bundled gate_tests/{NAME}")


def expectation(collected: Iterable[Criterion], local: Lock | None, shipped: Lock) -> Expectation:
    """Hold what was collected against what must run.

    Args:
        collected: One criterion an id.
        local: The repository's own lock, if it has one; then it alone says what must run.
        shipped: The lock of the bundled suite.
    """
    must = {row.id: row for row in (local or shipped).criteria}
    expected: list[Criterion] = []
    problems: list[str] = []
    notices: list[str] = []
    for criterion in collected:
        row = must.get(criterion.id)
        if row is None and local is not None and criterion.bundled:
            expected.append(msgspec.structs.replace(criterion, accepted=False))
            notices.append(f"{criterion.id} is new in the bundle and not enforced until 'fwgates lock'")
            continue
        expected.append(criterion)
        if row is None and (local is not None or criterion.bundled):
            notices.append(f"{criterion.id} is not in the lock yet; accept it with 'fwgates lock'")
        elif row is not None:
            problems.extend(_weakened(criterion, row))
    absent = frozenset(must) - {criterion.id for criterion in expected}
    expected.extend(_unseen(must[one]) for one in sorted(absent))
    return Expectation(tuple(expected), absent, tuple(problems), tuple(notices))


def _weakened(criterion: Criterion, row: Locked) -> Iterator[str]:
    """A gate test that asks for less than it was locked with."""
    if row.level == "mandatory" and criterion.level == "advisory":
        yield f"{criterion.source}: {criterion.id} is locked as mandatory and now advisory"
    missing = sorted(set(row.gates) - set(criterion.gates))
    if missing:
        gates = ", ".join(missing)
        yield f"{criterion.source}: {criterion.id} is locked in the gates {gates} and has left them"
    if row.stage != criterion.stage:
        stages = f"in stage {row.stage} and now in {criterion.stage}"
        yield f"{criterion.source}: {criterion.id} is locked {stages}"


def _unseen(row: Locked) -> Criterion:
    return Criterion(
        id=row.id,
        gates=row.gates,
        stage=row.stage,
        level=row.level,
        requires=(),
        nodeid=row.file,
        source=row.file,
        bundled=row.file.startswith(_BUNDLED),
    )
