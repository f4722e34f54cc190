"""Which findings of a failure do not count: exempted, known from the baseline, or in a grace period. Pure.

A criterion still runs and still fails; only where every one of its findings is uncounted does its failure do
nothing. A failure that rests on anything else, such as a measured value, is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.enforcement import BUILT_IN
from pytest_fwgates.fingerprints import identify
from pytest_fwgates.model import ExemptionUse, Finding, JudgedCriterion
from pytest_fwgates.policy import baseline, exemptions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pytest_fwgates.model import Disposition
    from pytest_fwgates.policy.baseline import Baseline
    from pytest_fwgates.policy.exemptions import Exemption
    from pytest_fwgates.policy.problem import Problem
    from pytest_fwgates.profile import Profile

VALID: Final = "policy_files_valid"
"""The built-in mandatory criterion: exemptions and baseline are sound."""


class Files(NamedTuple):
    """The policy files that let findings go uncounted.

    Attributes:
        exemptions: Those that can be read.
        trusted: The ids whose content stands at the policy ref, or is signed by its approver.
        problems: What is wrong with the files whatever the run.
        unused_runs: How many runs in a row, before this one, each exemption matched nothing.
        criteria: Every criterion that can exist here, with its gates.
        present: How many of the files there are.
    """

    exemptions: tuple[Exemption, ...] = ()
    trusted: frozenset[str] = frozenset()
    baseline: Baseline = baseline.EMPTY
    problems: tuple[Problem, ...] = ()
    unused_runs: Mapping[str, int] = {}
    criteria: Mapping[str, Sequence[str]] = {}
    present: int = 0


NONE: Final = Files()


class Uncounted(NamedTuple):
    """What becomes of a failure by these files."""

    disposition: Disposition
    why: tuple[str, ...]
    people: tuple[str, ...] = ()
    until: str = ""


class Settled(NamedTuple):
    """What the files come to in one run.

    Attributes:
        rows: By criterion; one of which some findings count has the disposition `none`.
        uses: Each exemption of the environment, and how much it matched.
        valid: The row of `VALID`; None where there is no such file.
    """

    rows: dict[str, Uncounted]
    uses: tuple[ExemptionUse, ...]
    valid: JudgedCriterion | None


def settle(rows: Sequence[JudgedCriterion], profile: Profile, files: Files, now: dt.datetime) -> Settled:
    """Hold the files against what was found.

    Args:
        rows: Every judged criterion.
        profile: The policy.
        files: See `Files`.
        now: The time to judge for, with its time zone.
    """
    found = baseline.findings_of(rows)
    known = {**files.criteria, **{row.id: row.gates for row in rows}}
    judged = exemptions.judge(
        files.exemptions,
        profile.environment,
        profile.exemptions,
        known,
        found,
        files.trusted,
        now,
        files.unused_runs,
        allowed=profile.quality_gates.exemptions_allowed,
    )
    problems = [
        *files.problems,
        *judged.problems,
        *baseline.faults(files.baseline, profile.baseline, known, "environments/baseline.json"),
    ]
    settled = {row.id: _of_row(row, profile, files, judged.covered, now) for row in rows}
    return Settled(
        {identifier: one for identifier, one in settled.items() if one is not None},
        tuple(
            _use(one, judged, found) for one in files.exemptions if profile.environment in one.environments
        ),
        _valid(rows, files, problems) if files.present or problems else None,
    )


def _of_row(
    row: JudgedCriterion, profile: Profile, files: Files, covered: Mapping[str, str], now: dt.datetime
) -> Uncounted | None:
    if row.outcome != "failed":
        return None
    day = baseline.grace_until(profile.baseline, row.id, row.gates, now)
    if day is not None:
        return Uncounted("baselined", (f"counts from {day} on (baseline.enforce_from)",), until=str(day))
    return _by_findings(row, profile, files, covered)


def _by_findings(
    row: JudgedCriterion, profile: Profile, files: Files, covered: Mapping[str, str]
) -> Uncounted | None:
    by_id = {one.id: one for one in files.exemptions}
    exempted = [finding for finding in row.findings if finding.fingerprint in covered]
    others = [finding for finding in row.findings if finding.fingerprint not in covered]
    split = baseline.covered(files.baseline, profile.baseline, row.id, row.gates, others)
    used = [by_id[one] for one in sorted({covered[one.fingerprint] for one in exempted})]
    why = [_exempted_by(one) for one in used]
    if split.known:
        why.append(f"{len(split.known)} known from the baseline")
    if not why:
        return None
    if split.new:
        return Uncounted("none", (*why, f"{len(split.new)} of {len(row.findings)} findings count"))
    if not _is_all_there_is(row):
        return Uncounted("none", (*why, f"its value {row.value} counts, not only its findings"))
    if not used:
        return Uncounted("baselined", tuple(why))
    people = sorted({one.approver for one in used})
    return Uncounted("exempted", tuple(why), tuple(people), min(one.expires for one in used).isoformat())


def _is_all_there_is(row: JudgedCriterion) -> bool:
    """Whether it failed for its findings alone, not for something that was measured."""
    return row.value is None or isinstance(row.value, bool) or row.value == len(row.findings)


def _exempted_by(one: Exemption) -> str:
    return (
        f"exemption {one.id} of {one.owner}, approved by {one.approver}, until {one.expires} ({one.reason})"
    )


def _use(one: Exemption, judged: exemptions.Judged, found: Mapping[str, Sequence[Finding]]) -> ExemptionUse:
    fingerprints = {finding.fingerprint for finding in found.get(one.criterion, ())}
    return ExemptionUse(
        id=one.id,
        criterion=one.criterion,
        matched=sum(judged.covered[name] == one.id for name in fingerprints & judged.covered.keys()),
        unused=one.id in judged.unused,
        reason=one.reason,
        text=one.text,
        owner=one.owner,
        approver=one.approver,
        ticket=one.ticket,
        expires=one.expires.isoformat(),
    )


def _valid(rows: Sequence[JudgedCriterion], files: Files, problems: Sequence[Problem]) -> JudgedCriterion:
    findings = identify(
        VALID, [Finding(one.message, one.path, one.line, severity="high") for one in problems]
    )
    return built_in(VALID, rows, findings, files.present)


def built_in(
    identifier: str, rows: Sequence[JudgedCriterion], findings: Sequence[Finding], examined: int
) -> JudgedCriterion:
    """A mandatory criterion over policy itself, which no profile lists and nothing excuses."""
    count = len(findings)
    return JudgedCriterion(
        id=identifier,
        gates=(),
        stage=rows[0].stage if rows else "",
        level="mandatory",
        enforcement="block",
        disposition="none",
        disposed=(),
        decision="block" if findings else "allow",
        approvers=(),
        until="",
        suppressed=(),
        samples=(),
        per_second=(),
        tools=(),
        outcome="failed" if findings else "passed",
        examined=examined,
        value=None,
        threshold=None,
        duration_s=0.0,
        nodeid=BUILT_IN,
        reason=f"{count} finding{'s' if count != 1 else ''}" if findings else "",
        findings=tuple(findings),
    )
