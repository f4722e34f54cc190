"""decide(), asked with the approvals that there are: where the decision meets files, git and the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pytest_fwgates.decision import decide, succeeded
from pytest_fwgates.policy import approval_sources, github, people, places
from pytest_fwgates.policy.approvals import Judged, binding_of
from pytest_fwgates.policy.overrides import Overrides

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_fwgates.model import Evidence, Verdict
    from pytest_fwgates.policy.approvals import Binding
    from pytest_fwgates.profile import Profile


def judge(
    evidence: Evidence,
    profile: Profile,
    now: dt.datetime,
    root: Path,
    environ: Mapping[str, str],
) -> Verdict:
    """The verdict, for which approvals are looked for only where one could matter.

    Args:
        evidence: What was expected and what was observed.
        profile: The policy.
        now: The time to judge for, with its time zone.
        root: The policy root, in which the signed approvals lie.
        environ: The environment, for GitHub and the CI identity.
    """
    verdict = decide(evidence, profile, now)
    wanted = _wanted(verdict, profile)
    files = root / places.APPROVALS
    if not wanted or (github.context(environ) is None and not files.is_dir()):
        return verdict
    judged = Judged(verdict.environment, verdict.commit, _is_clean(root), wanted, now)
    found = approval_sources.gather(
        judged, approval_sources.sources(root, environ), root, _base(environ), environ
    )
    verdict = decide(evidence, profile, now, Overrides(found.approvals, found.excluded))
    return msgspec.structs.replace(verdict, notices=(*verdict.notices, *found.problems))


def _wanted(verdict: Verdict, profile: Profile) -> tuple[Binding, ...]:
    """What approvals would have to be for."""
    return tuple(
        binding_of(verdict, row.id, row.outcome, row.findings)
        for row in verdict.criteria
        if row.enforcement == "require_approval" and not succeeded(row.outcome, profile)
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
