"""`fwgates verdict`: judge again, in a process that only knows the evidence."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from pytest_fwgates import exitstatus
from pytest_fwgates.cli.context import (
    Damaged,
    UsageError,
    frameworks,
    ledger_path,
    policy_of,
    profile_of,
    read_evidence,
    where,
)
from pytest_fwgates.framework import configuration, index, revision
from pytest_fwgates.judgement import judge
from pytest_fwgates.policy import digest
from pytest_fwgates.reports import terminal, verdict_json, workflow
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.model import Evidence, Run, Verdict
    from pytest_fwgates.profile import Profile


def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    journals: Annotated[list[Path], typer.Argument(metavar="EVIDENCE...", help="Journals of one run.")],
    env: Annotated[str, typer.Option("--env", help="The environment to judge for.")],
    profiles: Annotated[str | None, typer.Option("--profiles", help="The folder of the profiles.")] = None,
    framework_roots: Annotated[
        list[str] | None,
        typer.Option("--framework-root", help="The framework that was judged (default: this repository)."),
    ] = None,
    stages: Annotated[
        str, typer.Option("--stages", help="Stages that must have evidence, with commas.")
    ] = "",
    canonical: Annotated[
        bool, typer.Option("--canonical", help="Print what must be equal everywhere, as JSON.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the verdict as JSON.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Judge as at the end of that day (UTC).")
    ] = None,
    policy_ref: Annotated[
        str | None, typer.Option("--policy-ref", metavar="COMMIT", help="Judge by the policy of that commit.")
    ] = None,
) -> int:
    """Recompute the decision from evidence alone; exit 0, 10 or 11."""
    now = _moment(as_of, output)
    found = read_evidence(journals)
    if isinstance(found, Damaged):
        return _refuse(env, found.reasons)
    base, roots = frameworks(framework_roots)
    log = ledger_path()
    with policy_of(policy_ref) as work_tree:
        path, profile = profile_of(env, profiles)
        foreign = [
            *_foreign(found.runs[0], base, roots, digest.of_policy(where(), path)),
            *_uncovered(found, stages, profile),
        ]
        found = msgspec.structs.replace(found, problems=(*found.problems, *foreign))
        verdict = judge(found, profile, now, where().root, os.environ, log, work_tree)
    if output:
        _write(output, verdict)
    if canonical:
        typer.echo(verdict_json.canonical(verdict).decode(), nl=False)
    else:
        typer.echo(terminal.render(verdict), nl=False)
    status = exitstatus.of_decision(verdict.decision)
    if as_of:
        typer.echo(f"as of {as_of}, not today", err=canonical)
    typer.echo(printable(terminal.last_line(verdict, status)), err=canonical)
    for line in () if canonical or as_of else workflow.tell(verdict, os.environ):
        typer.echo(line)
    return status


def _moment(day: str | None, output: Path | None) -> dt.datetime:
    """The time to judge for."""
    if day is None:
        return dt.datetime.now(dt.UTC)
    if output is not None:
        raise UsageError("--as-of with --output: a verdict of another day could be taken for today's")
    try:
        return dt.datetime.combine(dt.date.fromisoformat(day), dt.time.max, dt.UTC)
    except ValueError:
        raise UsageError(f"--as-of {day}: write a date such as 2027-01-31") from None


def _write(output: Path, verdict: Verdict) -> None:
    try:
        verdict_json.remove_stale(output)
        verdict_json.write(output, verdict)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _refuse(env: str, reasons: tuple[str, ...]) -> int:
    """Evidence that is not whole proves nothing."""
    for reason in reasons:
        typer.echo(printable(reason))
    typer.echo(printable(f"fwgates: {env}: BLOCK, exit {exitstatus.BLOCK}"))
    return exitstatus.BLOCK


def _foreign(run: Run, base: Path, roots: tuple[str, ...], policy: str) -> Iterator[str]:
    """Why the evidence is of something else than what lies here."""
    settings = configuration.read(where().start, where().root)
    if run.commit != revision.commit(base):
        yield f"the evidence is of commit {run.commit}, here is {revision.commit(base)}"
    if run.tree_digest != index.digest_of(base, roots, settings):
        yield f"the evidence is of other files than those in {base}"
    if run.policy_digest != policy:
        yield "the evidence is of another policy: profile, gate tests, locks or configuration differ"


def _uncovered(found: Evidence, stages: str, profile: Profile) -> Iterator[str]:
    """Stages without evidence: those that are demanded, else those that are due in the environment."""
    if not stages.strip():
        for stage in profile.stages:
            if any(stage not in run.stages for run in found.runs):
                yield f"the evidence does not cover stage {stage}; to judge a part, name its --stages"
        return
    covered = {criterion.stage for criterion in found.expected}
    for stage in filter(None, (one.strip() for one in stages.split(","))):
        if stage not in covered or any(stage not in run.stages for run in found.runs):
            yield f"stage {stage} is demanded and has no evidence"
