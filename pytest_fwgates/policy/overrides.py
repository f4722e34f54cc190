"""What becomes of a failure: approved, bypassed, or nothing. Pure.

An override never changes an outcome: the criterion still failed, and the verdict says so. It changes what
the failure does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.policy import uncounted
from pytest_fwgates.policy.approvals import binding_of, counting, rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from pytest_fwgates.model import Bypass, Disposition, JudgedCriterion, Run
    from pytest_fwgates.policy.approvals import Approval
    from pytest_fwgates.policy.uncounted import Files
    from pytest_fwgates.profile import Profile


class Overrides(NamedTuple):
    """Every yes that there is, whether it counts or not.

    Attributes:
        approvals: From all providers.
        excluded: Identities whose approval never counts.
        bypasses: From the command line of the run.
        files: Exemptions and baseline.
    """

    approvals: tuple[Approval, ...] = ()
    excluded: frozenset[str] = frozenset()
    bypasses: tuple[Bypass, ...] = ()
    files: Files = uncounted.NONE


NONE: Final = Overrides()


class Disposed(NamedTuple):
    """What became of a failure.

    Attributes:
        disposition: `none` where nothing that counts was found.
        why: Who or what it is due to; else why what was given does not count.
        people: Who said so.
        until: When it ends; empty where it is for this run alone.
    """

    disposition: Disposition
    why: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    until: str = ""


def dispose(row: JudgedCriterion, run: Run, profile: Profile, given: Overrides, now: dt.datetime) -> Disposed:
    """What becomes of the failure in `row`.

    Args:
        row: A criterion that did not pass and is enforced.
        run: What was judged.
        profile: The policy.
        given: Approvals and bypasses.
        now: The time to judge for, with its time zone.
    """
    if row.enforcement == "require_approval":
        return _approved(row, run, profile, given, now)
    if row.enforcement == "block" and profile.quality_gates.bypass_allowed:
        return _bypassed(row, given.bypasses)
    return Disposed("none")


def refused(bypasses: Iterable[Bypass], rows: Iterable[JudgedCriterion], profile: Profile) -> tuple[str, ...]:
    """Why bypasses cannot count; each of these blocks, so that nobody takes one for granted."""
    given = {one.criterion for one in bypasses}
    if given and not profile.quality_gates.bypass_allowed:
        return (f"{profile.source} does not allow the bypass of {', '.join(sorted(given))}",)
    unknown = sorted(given - {row.id for row in rows})
    return tuple(f"--gate-bypass {name}: no such criterion is due" for name in unknown)


def _approved(
    row: JudgedCriterion, run: Run, profile: Profile, given: Overrides, now: dt.datetime
) -> Disposed:
    binding = binding_of(run, row.id, row.outcome, row.findings)
    counted = counting(given.approvals, binding, rules(profile.approvals), given.excluded, now)
    if counted.satisfied:
        why = f"by {', '.join(counted.approvers)}, until {counted.until}"
        return Disposed("approved", (why,), counted.approvers, counted.until)
    return Disposed("none", counted.problems if given.approvals else ())


def _bypassed(row: JudgedCriterion, bypasses: Iterable[Bypass]) -> Disposed:
    mine = sorted({one for one in bypasses if one.criterion == row.id})
    if not mine:
        return Disposed("none")
    people = sorted({one.actor for one in mine})
    return Disposed("bypassed", tuple(f"by {one.actor}: {one.reason}" for one in mine), tuple(people))
