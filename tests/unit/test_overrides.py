"""What becomes of a failure: every combination against a short oracle."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, get_args

import msgspec
import pytest

from pytest_fwgates.decision import decide
from pytest_fwgates.model import Bypass, Finding, Level, Outcome
from pytest_fwgates.policy.approvals import Approval, Binding, binding_of
from pytest_fwgates.policy.overrides import Overrides
from tests.unit.strategies import NOW, RUN, criterion, evidence, profile, result

if TYPE_CHECKING:
    from pytest_fwgates.model import Evidence, Verdict

FOUND = (Finding("wrong", "a.md", 1, criterion="it", fingerprint="0123456789abcdef"),)
BYPASS = Bypass("it", "known", "release-engineer")
LISTS = ("mandatory", "advisory", "disabled", "unlisted")
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


def judged(
    run: Evidence, listed: str, approvals: tuple[Approval, ...], *, bypass_allowed: bool = False
) -> Verdict:
    """The verdict where the gate of `it` stands in this list of the profile."""
    lists = {} if listed == "unlisted" else {listed: ["house"]}
    mandatory = ["framework_integrity", *lists.pop("mandatory", ())]
    policy = profile(mandatory=mandatory, bypass_allowed=bypass_allowed, **lists)  # type: ignore[arg-type]
    return decide(run, policy, NOW, Overrides(approvals, frozenset({"author@example.com"})))


def oracle(
    outcome: Outcome, level: Level, listed: str, approval: str, *, asked: bool, allowed: bool
) -> tuple[str, str]:
    """The disposition and the decision, in words."""
    level_of_gate = {"mandatory": "mandatory", "advisory": "advisory", "disabled": "off"}.get(listed, level)
    refused = asked and not allowed
    if outcome in {"passed", "not_applicable"} or level_of_gate == "off":
        disposition, decision = "none", "allow"
    elif level_of_gate == "advisory":
        sound = approval == "sound"
        disposition, decision = ("approved", "allow") if sound else ("none", "require_approval")
    else:
        sound = asked and allowed
        disposition, decision = ("bypassed", "allow") if sound else ("none", "block")
    return disposition, "block" if refused else decision


TABLE = [
    (outcome, level, listed, approval, asked, allowed)
    for outcome, level, listed, approval, asked, allowed in itertools.product(
        get_args(Outcome), get_args(Level), LISTS, APPROVALS, [False, True], [False, True]
    )
]


def test_every_combination() -> None:
    """Outcome, level, list, approval, bypass and the profile's flag; nothing else gets anything through."""
    assert len(TABLE) > 1_000
    for outcome, level, listed, approval, asked, allowed in TABLE:
        run = run_of(outcome, level, bypassed=asked)
        verdict = judged(run, listed, approval_of(approval, outcome), bypass_allowed=allowed)
        row = next(row for row in verdict.criteria if row.id == "it")
        expected = oracle(outcome, level, listed, approval, asked=asked, allowed=allowed)
        seen = (row.disposition, verdict.decision)
        assert seen == expected, (outcome, level, listed, approval, asked, allowed)
        assert row.outcome == outcome


def test_approver_is_named() -> None:
    """In the verdict, with the outcome that stays what it was."""
    verdict = judged(run_of("failed", "advisory"), "advisory", approval_of("sound", "failed"))
    row = next(row for row in verdict.criteria if row.id == "it")
    assert (row.outcome, row.disposition, row.disposed) == ("failed", "approved", ("by alice@example.com",))


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
