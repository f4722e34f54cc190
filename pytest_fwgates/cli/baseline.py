"""`fwgates baseline`: adopt a gate on an old repository, and shrink what was adopted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pytest_fwgates import exitstatus
from pytest_fwgates.cli.context import UsageError, profile_of, where
from pytest_fwgates.cli.verdicts import read_verdict
from pytest_fwgates.policy import baseline, places
from pytest_fwgates.policy.baseline import Baseline
from pytest_fwgates.reports.files import write_whole
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_fwgates.model import Finding, JudgedCriterion, Verdict
    from pytest_fwgates.profile import Profile

_SHOWN = 5
"""How many of the new findings are named."""


def command(
    verdict: Annotated[
        Path | None,
        typer.Option("--verdict", help="The verdict to take from (default: .fwgates/verdict.json)."),
    ] = None,
    env: Annotated[
        str | None, typer.Option("--env", "--environment", help="The environment that the verdict is of.")
    ] = None,
    profiles: Annotated[str | None, typer.Option("--profiles", help="The folder of the profiles.")] = None,
) -> int:
    """Write today's findings to environments/baseline.json; an existing baseline only shrinks."""
    judged = read_verdict(verdict, env)
    _, profile = profile_of(judged.environment, profiles)
    target = where().root / places.BASELINE
    taken = [row for row in judged.criteria if not baseline.refused(profile.baseline, row.gates)]
    _say_what_is_left_out(judged, profile)
    if not target.exists():
        first = baseline.of_findings(baseline.findings_of(taken))
        write_whole(target, baseline.render(first))
        return _say(f"{places.BASELINE}: {_count(first.criteria)}; from now on it only shrinks")
    found = baseline.read(target, places.BASELINE)
    if found.problems:
        raise UsageError(str(found.problems[0]))
    kept = _without_refused(found.baseline, judged, profile)
    small = baseline.shrunk(kept, baseline.findings_of(taken))
    if baseline.render(small) != target.read_bytes():
        write_whole(target, baseline.render(small))
    _say(f"{places.BASELINE}: {_count(small.criteria)}, before {_count(found.baseline.criteria)}")
    return _refuse_new(small, taken)


def _say_what_is_left_out(judged: Verdict, profile: Profile) -> None:
    """Findings that may not be baselined, and criteria that were not examined to the end."""
    examined = baseline.findings_of(judged.criteria)
    for row in judged.criteria:
        gates = baseline.refused(profile.baseline, row.gates)
        if gates and row.findings:
            _say(f"left out: {row.id}, {len(row.findings)} findings; {', '.join(gates)} may not be baselined")
        elif row.id not in examined:
            _say(f"left as it was: {row.id}, which came to {row.outcome.replace('_', ' ')}")


def _without_refused(known: Baseline, judged: Verdict, profile: Profile) -> Baseline:
    refused = {row.id for row in judged.criteria if baseline.refused(profile.baseline, row.gates)}
    return Baseline(
        known.version, {name: rows for name, rows in known.criteria.items() if name not in refused}
    )


def _refuse_new(small: Baseline, taken: Sequence[JudgedCriterion]) -> int:
    """Say that a baseline does not grow, where something is wrong that it does not hold."""
    failed: dict[str, tuple[Finding, ...]] = {
        row.id: row.findings for row in taken if row.outcome == "failed" and row.disposition == "none"
    }
    new = [(name, one) for name, rows in baseline.beyond(small, failed).items() for one in rows]
    if not new:
        return exitstatus.ALLOW
    for name, one in new[:_SHOWN]:
        _say(f"  new: {name}: {one.path or 'no file'} ({one.fingerprint})")
    if len(new) > _SHOWN:
        _say(f"  ... and {len(new) - _SHOWN} more")
    raise UsageError(
        f"{len(new)} findings are not in {places.BASELINE}, and a baseline does not grow: mend them, or have "
        f"them exempted in {places.EXEMPTIONS}; a new criterion may get a day in the profile's "
        "baseline: enforce_from"
    )


def _count(criteria: Mapping[str, Sequence[baseline.Known]]) -> str:
    findings = sum(one.times for rows in criteria.values() for one in rows)
    return f"{findings} findings of {len(criteria)} criteria"


def _say(line: str) -> int:
    typer.echo(printable(line))
    return exitstatus.ALLOW
