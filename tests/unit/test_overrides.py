"""What becomes of a failure: every combination against a short oracle."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, NamedTuple, get_args

import msgspec
import pytest

from pytest_fwgates.decision import decide
from pytest_fwgates.model import Bypass, Finding, Level, Outcome
from pytest_fwgates.policy.approvals import Approval, Binding, binding_of
from pytest_fwgates.policy.baseline import Baseline, Known
from pytest_fwgates.policy.exemptions import Exemption
from pytest_fwgates.policy.overrides import Overrides
from pytest_fwgates.policy.uncounted import NONE, Files
from tests.unit.strategies import NOW, RUN, criterion, evidence, profile, result

if TYPE_CHECKING:
    from pytest_fwgates.model import Evidence, Verdict

FOUND = (Finding("wrong", "a.md", 1, criterion="it", fingerprint="0123456789abcdef"),)
BYPASS = Bypass("it", "known", "release-engineer")
LISTS = ("mandatory", "advisory", "disabled", "unlisted")
EXEMPTIONS = ("none", "sound", "unsigned", "expired", "other finding", "own approver")
BASELINES = ("none", "holds it", "holds another")
APPROVALS = ("none", "sound", "other files", "other findings", "expired", "by the author")


def run_of(outcome: Outcome, level: Level, *, bypassed: bool = False) -> Evidence:
    """A run in which `it` came to `outcome` and another criterion passed."""
    findings = FOUND if outcome == "failed" else ()
    run = evidence(
        [criterion("it", "house", level=level), criterion("other", "framework_integrity")],
        [msgspec.structs.replace(result("it", outcome), findings=findings), result("other", "passed")],
    )
    sources = tuple(
        msgspec.structs.replace(source, bypasses=(BYPASS,) if bypassed else ()) for source in run.sources
    )
    return msgspec.structs.replace(run, sources=sources)


def approval_of(kind: str, outcome: Outcome) -> tuple[Approval, ...]:
    """One approval of `it` that is sound or wrong in one way."""
    if kind == "none":
        return ()
    findings = FOUND if outcome == "failed" else ()
    binding: Binding = binding_of(RUN, "it", outcome, findings)
    if kind == "other files":
        binding = msgspec.structs.replace(binding, tree_digest="sha256:0")
    if kind == "other findings":
        binding = msgspec.structs.replace(binding, findings="sha256:0")
    approved = NOW - dt.timedelta(days=30 if kind == "expired" else 1)
    approver = "author@example.com" if kind == "by the author" else "alice@example.com"
    return (Approval("signed files", approver, (binding,), approved, None, "approvals/a.yml"),)


def files_of(exemption: str, baselined: str) -> Files:
    """Exemptions and a baseline that are sound or wrong in one way."""
    one = Exemption(
        id="EX-1",
        criterion="it",
        paths=(),
        fingerprints=("f" * 16 if exemption == "other finding" else FOUND[0].fingerprint,),
        environments=("production",),
        reason="planned_fix",
        text="known",
        owner="owner@example.com",
        approver="owner@example.com" if exemption == "own approver" else "boss@example.com",
        ticket="T-1",
        created=(NOW - dt.timedelta(days=20)).date(),
        expires=(NOW + dt.timedelta(days=-2 if exemption == "expired" else 2)).date(),
        path="environments/exemptions.yml",
        line=2,
    )
    name = FOUND[0].fingerprint if baselined == "holds it" else "e" * 16
    known = {} if baselined == "none" else {"it": (Known("a.md", name),)}
    return Files(
        exemptions=() if exemption == "none" else (one,),
        trusted=frozenset() if exemption == "unsigned" else frozenset({"EX-1"}),
        baseline=Baseline(1, known),
        present=(exemption != "none") + (baselined != "none"),
    )


def judged(
    run: Evidence,
    listed: str,
    approvals: tuple[Approval, ...],
    *,
    files: Files = NONE,
    **flags: bool,
) -> Verdict:
    """The verdict where the gate of `it` stands in this list of the profile."""
    lists = {} if listed == "unlisted" else {listed: ["house"]}
    mandatory = ["framework_integrity", *lists.pop("mandatory", ())]
    policy = profile(mandatory=mandatory, **flags, **lists)  # type: ignore[arg-type]
    given = Overrides(approvals, frozenset({"author@example.com"}), files=files)
    return decide(run, policy, NOW, given)


class Case(NamedTuple):
    """One row of the table."""

    outcome: Outcome
    level: Level
    listed: str
    approval: str
    exemption: str
    baselined: str
    bypassed: bool
    bypass_allowed: bool
    exemptions_allowed: bool


def oracle(case: Case) -> tuple[str, str]:
    """The disposition and the decision, in words."""
    lists = {"mandatory": "mandatory", "advisory": "advisory", "disabled": "off"}
    level = lists.get(case.listed, case.level)
    sound = case.exemption in {"sound", "other finding"} and case.exemptions_allowed
    is_file_wrong = case.exemption != "none" and not sound
    if case.outcome in {"passed", "not_applicable"} or level == "off":
        disposition, decision = "none", "allow"
    elif case.outcome == "failed" and case.exemption == "sound" and case.exemptions_allowed:
        disposition, decision = "exempted", "allow"
    elif case.outcome == "failed" and case.baselined == "holds it":
        disposition, decision = "baselined", "allow"
    elif level == "advisory":
        approved = case.approval == "sound"
        disposition, decision = ("approved", "allow") if approved else ("none", "require_approval")
    else:
        let_go = case.bypassed and case.bypass_allowed
        disposition, decision = ("bypassed", "allow") if let_go else ("none", "block")
    is_refused = case.bypassed and not case.bypass_allowed
    return disposition, "block" if is_refused or is_file_wrong else decision


FLAGS = (False, True)
TABLE = [
    Case(*row)
    for row in itertools.product(
        ("passed", "failed", "inconclusive", "not_run"),
        get_args(Level),
        LISTS,
        ("none", "sound", "other findings"),
        EXEMPTIONS,
        BASELINES,
        FLAGS,
        FLAGS,
        FLAGS,
    )
] + [
    Case(outcome, level, listed, approval, "none", "none", asked, allowed, exemptions_allowed=False)
    for outcome, level, listed, approval, asked, allowed in itertools.product(
        get_args(Outcome), get_args(Level), LISTS, APPROVALS, FLAGS, FLAGS
    )
]


def test_every_combination() -> None:
    """Outcome, level, list, every override and the profile's flags; nothing else gets anything through."""
    assert len(TABLE) > 15_000
    for case in TABLE:
        verdict = judged(
            run_of(case.outcome, case.level, bypassed=case.bypassed),
            case.listed,
            approval_of(case.approval, case.outcome),
            files=files_of(case.exemption, case.baselined),
            bypass_allowed=case.bypass_allowed,
            exemptions_allowed=case.exemptions_allowed,
        )
        row = next(row for row in verdict.criteria if row.id == "it")
        assert (row.disposition, verdict.decision) == oracle(case), case
        assert row.outcome == case.outcome


def test_approver_is_named() -> None:
    """In the verdict, with the outcome that stays what it was."""
    verdict = judged(run_of("failed", "advisory"), "advisory", approval_of("sound", "failed"))
    row = next(row for row in verdict.criteria if row.id == "it")
    why = ("by alice@example.com, until 2026-03-07T12:00:00+00:00",)
    assert (row.outcome, row.disposition, row.disposed) == ("failed", "approved", why)
    assert (row.approvers, row.until) == (("alice@example.com",), "2026-03-07T12:00:00+00:00")


@pytest.mark.parametrize("kind", [one for one in APPROVALS if one not in {"none", "sound"}])
def test_approval_that_does_not_count_says_why(kind: str) -> None:
    """So that the approver knows to be asked again."""
    verdict = judged(run_of("failed", "advisory"), "advisory", approval_of(kind, "failed"))
    row = next(row for row in verdict.criteria if row.id == "it")
    assert "does not count" in row.disposed[0]


def test_bypass_of_nothing_blocks() -> None:
    """A misspelled bypass must not look like one that was not needed."""
    run = run_of("passed", "mandatory")
    stray = tuple(
        msgspec.structs.replace(one, bypasses=(msgspec.structs.replace(BYPASS, criterion="typo"),))
        for one in run.sources
    )
    verdict = judged(msgspec.structs.replace(run, sources=stray), "mandatory", (), bypass_allowed=True)
    assert verdict.decision == "block"
    assert verdict.reasons == ("--gate-bypass typo: no such criterion is due",)
