"""decide(), asked with the overrides that there are: where the decision meets files, git and the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pytest_fwgates import ledger
from pytest_fwgates.decision import decide, succeeded
from pytest_fwgates.ledger import events
from pytest_fwgates.policy import approval_files, approval_sources, github, people, places
from pytest_fwgates.policy import files as policy_files
from pytest_fwgates.policy.approvals import Judged, binding_of
from pytest_fwgates.policy.overrides import Overrides

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_fwgates.model import Evidence, Verdict
    from pytest_fwgates.policy.approvals import Binding
    from pytest_fwgates.profile import Profile


def judge(  # noqa: PLR0913, PLR0917 - each is a place that the answer may come from
    evidence: Evidence,
    profile: Profile,
    now: dt.datetime,
    root: Path,
    environ: Mapping[str, str],
    log: Path | None = None,
    work_tree: Path | None = None,
) -> Verdict:
    """The verdict, for which approvals are looked for only where one could matter.

    Args:
        evidence: What was expected and what was observed.
        profile: The policy.
        now: The time to judge for, with its time zone.
        root: The policy root, in which exemptions, the baseline and the signers lie.
        environ: The environment, for GitHub and the CI identity.
        log: The ledger of earlier decisions, if there is one.
        work_tree: Where signed approvals lie and git knows of people, where that is not the policy root:
            what lies there then is of a policy ref, and trusted.
    """
    files = policy_files.read(root, now, _unused_runs(log, evidence), trusted=work_tree is not None)
    here = work_tree or root
    signers = approval_files.read_signers(root) if work_tree else None
    given = Overrides(files=files)
    verdict = decide(evidence, profile, now, given)
    wanted = _wanted(verdict, profile)
    if not wanted or (github.context(environ) is None and not (here / places.APPROVALS).is_dir()):
        return verdict
    judged = Judged(verdict.environment, verdict.commit, _is_clean(here), wanted, now)
    sources = approval_sources.sources(here, environ, signers)
    found = approval_sources.gather(judged, sources, here, _base(environ), environ)
    owners = {one.owner for one in files.exemptions}
    given = Overrides(found.approvals, found.excluded | owners, files=files)
    verdict = decide(evidence, profile, now, given)
    return msgspec.structs.replace(verdict, notices=(*verdict.notices, *found.problems))


def _unused_runs(log: Path | None, evidence: Evidence) -> Mapping[str, int]:
    """In how many runs in a row, before this one, each exemption matched nothing."""
    if log is None or not log.exists():
        return {}
    own = [source.run_id for source in evidence.sources]
    try:
        found = (entry.event for entry in ledger.entries(log))
        return events.unused_runs(found, evidence.runs[0].environment, own)
    except ledger.LedgerError:
        return {}  # whoever appends to it says what is wrong


def _wanted(verdict: Verdict, profile: Profile) -> tuple[Binding, ...]:
    """What approvals would have to be for."""
    return tuple(
        binding_of(verdict, row.id, row.outcome, row.findings)
        for row in verdict.criteria
        if row.enforcement == "require_approval"
        and row.disposition == "none"
        and not succeeded(row.outcome, profile)
    )


def _base(environ: Mapping[str, str]) -> str | None:
    """The branch that a pull request goes into."""
    branch = environ.get("GITHUB_BASE_REF", "")
    return f"origin/{branch}" if branch else None


def _is_clean(root: Path) -> bool:
    try:
        return people.is_clean(root)
    except people.PeopleError:
        return False
