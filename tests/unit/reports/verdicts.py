"""Verdicts for the tests of all reports: one that holds every standing, and one of a hostile framework."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from pytest_fwgates.model import (
    ExemptionUse,
    Finding,
    JudgedCriterion,
    Narrowing,
    Verdict,
)

DIGEST: Final = "sha256:" + "0123456789abcdef" * 4


def finding(criterion: str, message: str, path: str | None, line: int | None, **changes: Any) -> Finding:
    """A finding as a run leaves it, with a fingerprint of its own."""
    fingerprint = hashlib.sha256(f"{criterion} {message} {path}".encode()).hexdigest()[:16]
    return Finding(message, path, line, criterion=criterion, fingerprint=fingerprint, **changes)


def row(identifier: str, outcome: str, **changes: Any) -> JudgedCriterion:
    """A judged criterion of framework_integrity, mandatory and without anything that excuses it."""
    values: dict[str, Any] = {
        "id": identifier,
        "gates": ("framework_integrity",),
        "stage": "framework_validation",
        "level": "mandatory",
        "enforcement": "block",
        "disposition": "none",
        "outcome": outcome,
        "examined": 12,
        "value": None,
        "threshold": None,
        "duration_s": 0.25,
        "nodeid": f"gate_tests/integrity/test_{identifier}.py::test_{identifier}",
        "reason": "",
        "findings": (),
        "disposed": (),
        "decision": "allow" if outcome in {"passed", "not_applicable"} else "block",
        "approvers": (),
        "until": "",
        "suppressed": (),
        "samples": (),
        "per_second": (),
        "tools": (),
    }
    return JudgedCriterion(**{**values, **changes})


def verdict(*rows: JudgedCriterion, **changes: Any) -> Verdict:
    """A verdict of production over these rows, decided as they say."""
    decisions = [one.decision for one in rows]
    worst = next((one for one in ("block", "require_approval") if one in decisions), "allow")
    values: dict[str, Any] = {
        "schema_version": "1",
        "environment": "production",
        "profile": "environments/production.yml",
        "stages": ("framework_validation", "security_scanning", "code_quality"),
        "decision": worst,
        "selected_decision": worst,
        "partial": False,
        "reasons": tuple(f"{one.id} {one.reason}" for one in rows if one.decision != "allow"),
        "problems": (),
        "notices": (),
        "not_enforced": (),
        "narrowing": (),
        "framework_root": "/work/framework",
        "framework_path": "",
        "commit": "c0ffee" + "0" * 34,
        "tree_digest": DIGEST,
        "policy_digest": DIGEST[:-4] + "beef",
        "run_ids": ("run-1",),
        "decided_at": "2026-03-01T12:00:00+00:00",
        "framework_config": {"token_budget": 200_000},
        "infrastructure": {"region": "eu-central-1"},
        "criteria": rows,
        "ledger": f"7:{DIGEST}",
        "exemptions": (),
    }
    return Verdict(**{**values, **changes})


def every_standing() -> Verdict:
    """One verdict in which every standing occurs, with problems, exemptions, samples and a slow stage."""
    links = [
        finding("zero_broken_links", "link to a file that is not there: setup.md; did you mean set-up.md?",
                "docs/guide.md", 12, column=3, severity="high", excerpt="See [the setup](setup.md) first."),
        finding("zero_broken_links", "no heading 'Install' in README.md", "docs/guide.md", 40,
                excerpt="[install](../README.md#install)"),
        finding("zero_broken_links", "image logo.png is not there", "README.md", None),
    ]  # fmt: skip
    rows = (
        row("zero_broken_links", "failed", findings=tuple(links), reason="3 findings", examined=31,
            suppressed=(finding("zero_broken_links", "link to old.md", "docs/old.md", 3),)),
        row("verify_xml_structure", "error", reason="fixture 'framework' failed: OSError"),
        row("verify_all_modules_exist", "not_run", reason="no report of it arrived", examined=0,
            duration_s=0.0),
        row("check_delegation_chains", "inconclusive", reason="it examined nothing", examined=0),
        row("house_rule", "skipped", gates=(), reason="not today"),
        row("markdown_linting", "failed", level="advisory", gates=("documentation",), stage="source_control",
            enforcement="require_approval", decision="require_approval", reason="1 finding",
            disposed=("0 of 1 approvals",),
            findings=(finding("markdown_linting", "MD042 link 'here' has no target", "docs/guide.md", 7,
                              severity="low", excerpt="[here]()"),)),
        row("docs_current", "failed", level="advisory", gates=("documentation",),
            enforcement="require_approval", disposition="approved", reason="1 finding",
            disposed=("by alice, bob, until 2026-03-08T12:00:00+00:00",), approvers=("alice", "bob"),
            until="2026-03-08T12:00:00+00:00", decision="allow",
            findings=(finding("docs_current", "says version 1, is 2", "docs/api.md", 1),)),
        row("token_budget_compliance", "failed", disposition="exempted", decision="allow", reason="1 finding",
            disposed=("exemption EX-1 of carol, approved by dave, until 2026-03-20 (planned_fix)",),
            approvers=("dave",), until="2026-03-20",
            findings=(finding("token_budget_compliance", "9,120 tokens, 8,000 allowed", "commands/big.md", 1,
                              excerpt="# A big command"),)),
        row("module_syntax_validation", "failed", disposition="bypassed", decision="allow",
            reason="1 finding", disposed=("by erin: hotfix",), approvers=("erin",),
            findings=(finding("module_syntax_validation", "unclosed fence", "skills/x/SKILL.md", 9,
                              excerpt="```python"),)),
        row("all_modules_referenced", "failed", disposition="baselined", decision="allow", reason="1 finding",
            disposed=("1 known from the baseline",),
            findings=(finding("all_modules_referenced", "nobody refers to it", "agents/lost.md", None),)),
        row("usable_messages", "failed", gates=("usability",), enforcement="none", decision="allow",
            reason="1 finding", findings=(finding("usable_messages", "unclear", None, None),)),
        row("sometimes", "flaky", gates=(), decision="allow", reason="it passed only when it was run again"),
        row("has_plugins", "not_applicable", examined=0, reason="the framework has no plugin"),
        row("p95_response_time", "passed", gates=("performance",), stage="security_scanning", value=0.183,
            threshold="< 200ms", duration_s=301.5, examined=8,
            samples=(0.15, 0.151, 0.149, 0.16, 0.162, 0.155, 0.183, 0.18)),
        row("yaml_frontmatter_validation", "passed"),
    )  # fmt: skip
    exemption = ExemptionUse(
        id="EX-1",
        criterion="token_budget_compliance",
        matched=1,
        unused=False,
        reason="planned_fix",
        text="It is split in March.",
        owner="carol",
        approver="dave",
        ticket="DOC-7",
        expires="2026-03-20",
    )
    problems = ("the evidence of shard 2/2 is missing",)
    return verdict(
        *sorted(rows, key=lambda one: one.id),
        problems=problems,
        reasons=(
            *problems,
            *(f"{one.id} {one.outcome}: {one.reason}" for one in rows if one.decision != "allow"),
        ),
        stages=("source_control", "framework_validation", "security_scanning"),
        notices=("3 files ignored by configuration: drafts/**",),
        not_enforced=("usability",),
        partial=True,
        narrowing=(Narrowing("-k", "not slow", "command line"),),
        exemptions=(exemption,),
    )


NASTY: Final = (
    "]]>",
    "\0",
    "\x1b[31mred\x1b[0m",
    "\x9b2J",
    "::stop-commands::token",
    "::error file=x::y",
    "##[error]boo",
    "##vso[task.complete]",
    "<script>alert(1)</script>",
    "' onmouseover='alert(1)",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe",
    "| a | b |\n| - | - |",
    "```\n# heading",
    "[link](javascript:alert(1))",
    "&amp;&#0;&lt;",
    "%0A::warning::x",
    "line\r\nbreak",
    "\ud800",
    "\uffff\ufffe",
    "@everyone #1 @octocat",
    "$(rm -rf /)`id`",
    "<!-- -->",
    "a" * 10_000,
)
"""What a framework may hold that some reader of a report would obey or choke on."""


def hostile(count: int = 1) -> Verdict:
    """A verdict all of whose texts from the framework are `NASTY`, with `count` findings of each kind."""
    findings = tuple(
        Finding(
            text,
            f"docs/{text}/{number}.md",
            number + 1,
            criterion="zero_broken_links",
            fingerprint=f"{index:04x}{number:012x}",
            excerpt=text[:200],
        )
        for number in range(count)
        for index, text in enumerate(NASTY)
    )
    rows = (
        row("zero_broken_links", "failed", findings=findings, reason="".join(NASTY),
            value="".join(NASTY[:-1])),
        row("house_rule", "error", reason=NASTY[8], nodeid=f"gate_tests/test_it.py::test_it[{NASTY[2]}]"),
        row("markdown_linting", "failed", level="advisory", enforcement="require_approval",
            decision="require_approval", reason=NASTY[4], findings=findings[: len(NASTY)]),
    )  # fmt: skip
    return verdict(*rows, notices=NASTY, problems=NASTY, reasons=NASTY, framework_root="/tmp/" + NASTY[9])
