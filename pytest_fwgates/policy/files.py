"""The policy files that excuse findings, read from the policy root: exemptions and the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import catalogue
from pytest_fwgates.policy import baseline, exemption_signatures, exemptions, lock, places
from pytest_fwgates.policy.exemption_signatures import FOLDER
from pytest_fwgates.policy.problem import Problem
from pytest_fwgates.policy.uncounted import NONE, Files

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


def read(root: Path, now: dt.datetime, unused_runs: Mapping[str, int], *, trusted: bool) -> Files:
    """What there is below `root`.

    Args:
        root: The policy root.
        now: The time to judge for, with its time zone.
        unused_runs: In how many runs in a row, before this one, each exemption matched nothing.
        trusted: Whether `root` holds the files of a policy ref, where every exemption counts unsigned.
    """
    present = [name for name in (places.EXEMPTIONS, places.BASELINE) if (root / name).exists()]
    if not present and not (root / FOLDER).is_dir():
        return NONE
    parsed = exemptions.read(root / places.EXEMPTIONS, places.EXEMPTIONS)
    known = baseline.read(root / places.BASELINE, places.BASELINE)
    signatures = exemption_signatures.read(root, parsed.exemptions, now)
    every = frozenset(one.id for one in parsed.exemptions)
    return Files(
        exemptions=parsed.exemptions,
        trusted=every if trusted else signatures.signed,
        baseline=known.baseline,
        problems=(*parsed.problems, *known.problems, *signatures.problems, *_stray(root, every)),
        unused_runs=unused_runs,
        criteria=_criteria(root),
        present=len(present),
    )


def _stray(root: Path, ids: Iterable[str]) -> list[Problem]:
    """Signatures of exemptions that there are not, as after a misspelt or removed id."""
    wanted = {f"{one}.sig" for one in ids}
    names = sorted(path.name for path in (root / FOLDER).glob("*")) if (root / FOLDER).is_dir() else []
    return [
        Problem(f"{FOLDER}/{name}", None, "stray", "belongs to no exemption; remove it")
        for name in names
        if name not in wanted
    ]


def _criteria(root: Path) -> dict[str, Sequence[str]]:
    """Every criterion of the catalogue, of the bundled gate tests, and of the local lock."""
    own = places.find(root, root).gate_tests
    path = own / lock.NAME if own else None
    try:
        local = lock.read(path, lock.NAME).criteria if path and path.exists() else ()
    except places.PolicyError:
        local = ()  # the run itself refuses it
    known: dict[str, Sequence[str]] = {one.id: one.gates for one in catalogue.load().entries.values()}
    return known | {row.id: row.gates for row in (*lock.bundled().criteria, *local)}
