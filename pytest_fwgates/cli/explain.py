"""`fwgates explain`: what a criterion means, where it is enforced, and what would unblock it."""

from __future__ import annotations

import datetime as dt
import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pytest_fwgates import catalogue, exitstatus
from pytest_fwgates.cli.context import Damaged, UsageError, ledger_path, profile_of, read_evidence, where
from pytest_fwgates.enforcement import places as enforcement_places
from pytest_fwgates.judgement import judge
from pytest_fwgates.policy import lock, places
from pytest_fwgates.reports import terminal
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.model import Criterion, Evidence
    from pytest_fwgates.profile import Profile


def command(
    criterion: Annotated[str, typer.Argument(help="Its id, or a name that the document has for it.")],
    env: Annotated[str, typer.Option("--env", help="The environment.")] = "production",
    profiles: Annotated[str | None, typer.Option("--profiles", help="The folder of the profiles.")] = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="The journal of the last run (default: .fwgates/evidence.jsonl)."),
    ] = None,
) -> int:
    """Say what a criterion means here, its last result, and the least that would unblock it."""
    _, profile = profile_of(env, profiles)
    identifier = catalogue.load().canonical(criterion)
    path = evidence or where().root / places.STATE / "evidence.jsonl"
    journal = read_evidence([path]) if path.exists() or evidence else None
    declared = _declared(identifier, journal if journal and not isinstance(journal, Damaged) else None)
    if declared is None:
        raise UsageError(f"no criterion {criterion!r}{_suggestion(criterion)}")
    for line in (*_meaning(declared), *_enforcement(declared, profile), *_last(identifier, journal, profile)):
        typer.echo(printable(line))
    return exitstatus.ALLOW


def _suggestion(name: str) -> str:
    known = catalogue.load()
    close = difflib.get_close_matches(name, (*known.entries, *known.aliases), 3)
    return (
        f"; did you mean {' or '.join(close)}?"
        if close
        else "; the last run, the locks and the document have none"
    )


def _declared(identifier: str, journal: Evidence | None) -> Criterion | None:
    """The criterion as the last run, a lock or the document knows it."""
    for criterion in journal.expected if journal else ():
        if criterion.id == identifier:
            return criterion
    here = where()
    own = here.gate_tests / lock.NAME if here.gate_tests else None
    local = lock.read(own, places.shown(own, here)) if own and own.exists() else None
    for source in (local, lock.bundled()):
        expected = lock.expectation((), source, lock.bundled()).expected if source else ()
        for criterion in expected:
            if criterion.id == identifier:
                return criterion
    return None


def _meaning(criterion: Criterion) -> Iterator[str]:
    entry = catalogue.load().entries.get(criterion.id)
    gates = ", ".join(criterion.gates) or "none"
    yield f"{criterion.id}: {criterion.level}; gates: {gates}; stage: {criterion.stage}"
    yield f"  gate test: {criterion.source}"
    if entry:
        yield f"  meaning: {entry.means}"


def _enforcement(criterion: Criterion, profile: Profile) -> Iterator[str]:
    yield f"in {profile.environment}: {enforcement_places(criterion, profile)}"
    if criterion.stage not in profile.stages:
        yield f"  its stage is not due by default; run it with --gate-stage={criterion.stage}"
    limit = profile.limits.get(criterion.id)
    if limit:
        yield f"  threshold: {limit.text} ({profile.source})"


def _last(identifier: str, journal: Evidence | Damaged | None, profile: Profile) -> Iterator[str]:
    if journal is None:
        yield f"last result: none; run pytest --env={profile.environment}"
        return
    if isinstance(journal, Damaged):
        yield f"last result: none that counts: {'; '.join(journal.reasons)}"
        return
    verdict = judge(journal, profile, dt.datetime.now(dt.UTC), where().root, os.environ, ledger_path())
    row = next((row for row in verdict.criteria if row.id == identifier), None)
    if row is None:
        yield f"last result: it was not due in the stages {', '.join(verdict.stages)}"
        return
    yield f"last result: {row.outcome.replace('_', ' ')}, {row.examined} examined" + (
        f": {row.reason}" if row.reason else ""
    )
    for finding in row.findings[:10]:
        yield f"  {terminal.place_and_message(finding)}"
    if len(row.findings) > 10:  # noqa: PLR2004
        yield f"  ... and {len(row.findings) - 10} more"
    way = terminal.way_out(row)
    yield f"to unblock: {way}" if way else "to unblock: nothing to do"
