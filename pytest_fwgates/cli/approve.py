"""`fwgates approve`: say yes to the advisory failures of a run, signed with an SSH key."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pytest_fwgates import exitstatus
from pytest_fwgates.cli.context import UsageError, frameworks, profile_of, where
from pytest_fwgates.cli.verdicts import read_verdict
from pytest_fwgates.decision import succeeded
from pytest_fwgates.framework import configuration, index
from pytest_fwgates.policy import approval_files, approvals, digest, people, places, signing
from pytest_fwgates.reports import terminal
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from pytest_fwgates.model import JudgedCriterion, Verdict
    from pytest_fwgates.policy.approvals import Binding
    from pytest_fwgates.profile import Profile

SHOWN = 10
"""How many findings of each criterion are printed; the verdict holds all of them."""


def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    identity: Annotated[
        str, typer.Option("--as", help="Who you are, as environments/allowed_signers names you.")
    ],
    key: Annotated[Path, typer.Option("--key", help="Your private SSH key, or its public half in an agent.")],
    criteria: Annotated[
        list[str] | None,
        typer.Option("--criterion", help="What to approve (default: all that requires approval)."),
    ] = None,
    valid_for: Annotated[
        int | None,
        typer.Option("--valid-for", help="For how many days (default: as long as the profile allows)."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, for those who read it later.")] = "",
    base: Annotated[
        str | None, typer.Option("--base", help="What the change goes into; its authors cannot approve.")
    ] = None,
    verdict_path: Annotated[
        Path | None, typer.Option("--verdict", help="The verdict (default: .fwgates/verdict.json).")
    ] = None,
    profiles: Annotated[str | None, typer.Option("--profiles", help="The folder of the profiles.")] = None,
    framework_roots: Annotated[
        list[str] | None,
        typer.Option("--framework-root", help="The framework that was judged (default: this repository)."),
    ] = None,
) -> int:
    """Approve advisory failures of the last run: writes and signs environments/approvals/*.yml."""
    verdict = read_verdict(verdict_path)
    path, profile = profile_of(verdict.environment, profiles)
    _check_fresh(verdict, path, framework_roots)
    rows = _chosen(verdict, profile, criteria or [])
    approved = dt.datetime.now(dt.UTC).replace(microsecond=0)
    expires = approved + dt.timedelta(days=_days(valid_for, profile))
    root, excluded = where().root, people.of_change(where().root, base) | people.of_ci(os.environ)
    try:
        signers = approval_files.read_signers(root)
        signed: dict[str, tuple[bytes, bytes]] = {}
        for row in rows:
            binding = approvals.binding_of(verdict, row.id, row.outcome, row.findings)
            content = approval_files.render(identity, binding, approved, expires, reason)
            _check_entitled(identity, binding, profile, excluded, approved, expires)
            signature = signing.sign(content, key)
            signer = signing.verify(content, signature, signers, approved)
            approval_files.parse(content, identity, signer)
            signed[approval_files.name_of(identity, binding)] = content, signature
    except (signing.SigningError, approval_files.ApprovalFileError) as error:
        raise UsageError(f"not approved: {error}") from None
    for row in rows:
        _show(row)
    for name, (content, signature) in signed.items():
        _write(root, f"{places.APPROVALS}/{name}", content, signature)
    return exitstatus.ALLOW


def _check_fresh(verdict: Verdict, profile: Path, framework_roots: list[str] | None) -> None:
    """An approval of anything but what lies here would count for nothing, or for something unseen."""
    here = where()
    root, roots = frameworks(framework_roots)
    settings = configuration.read(here.start, here.root)
    if verdict.partial:
        raise UsageError("the run was narrowed; only the verdict of a whole run can be approved")
    if verdict.tree_digest != index.digest_of(root, roots, settings):
        raise UsageError(f"the verdict is of other files than those in {root}; run again")
    if verdict.policy_digest != digest.of_policy(here, profile):
        raise UsageError("the verdict is of another policy than the one here; run again")


def _chosen(verdict: Verdict, profile: Profile, names: list[str]) -> list[JudgedCriterion]:
    open_ = {
        row.id: row
        for row in verdict.criteria
        if row.enforcement == "require_approval"
        and row.disposition == "none"
        and not succeeded(row.outcome, profile)
    }
    unknown = [name for name in names if name not in open_]
    if unknown or not open_:
        wanted = ", ".join(unknown) or "nothing"
        needed = ", ".join(open_) or "nothing"
        raise UsageError(f"{wanted} requires approval in {verdict.environment}; what does: {needed}")
    return [row for row in open_.values() if not names or row.id in names]


def _days(valid_for: int | None, profile: Profile) -> int:
    longest = profile.approvals.max_age_days
    days = longest if valid_for is None else valid_for
    if not 1 <= days <= longest:
        raise UsageError(f"--valid-for {days}: {profile.source} allows 1 to {longest} days")
    return days


def _check_entitled(  # noqa: PLR0913, PLR0917 - each is a fact that the answer depends on
    identity: str,
    binding: Binding,
    profile: Profile,
    excluded: frozenset[str],
    approved: dt.datetime,
    expires: dt.datetime,
) -> None:
    """Ask the very function that will count it."""
    own = approvals.Approval("a signed file", identity, (binding,), approved, expires, binding.criterion)
    counted = approvals.counting([own], binding, approvals.rules(profile.approvals), excluded, approved)
    if identity not in counted.approvers:
        raise UsageError(f"not approved: {counted.problems[0]}")


def _show(row: JudgedCriterion) -> None:
    typer.echo(printable(f"{row.id} {row.outcome.replace('_', ' ')}: {row.reason or 'no reason given'}"))
    for finding in row.findings[:SHOWN]:
        typer.echo(printable(f"  {terminal.place_and_message(finding)}"))
    if len(row.findings) > SHOWN:
        typer.echo(f"  ... and {len(row.findings) - SHOWN} more")


def _write(root: Path, path: str, content: bytes, signature: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    for name, written in ((path, content), (f"{path}.sig", signature)):
        approval_files.refuse_links(root, name)
        (root / name).write_bytes(written)
    typer.echo(printable(f"wrote {path} and its signature; commit both"))
