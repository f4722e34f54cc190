"""What a failure does: the profile decides the document's gates, the mark decides all others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

FAILS = "def test_rule(): assert not 'kept'"


@pytest.mark.parametrize(
    ("mark", "profile", "status", "enforcement"),
    [
        ("gate(mandatory, 'house')", "", 10, "block"),
        ("gate(advisory, 'house')", "", 11, "require_approval"),
        ("gate(mandatory)", "", 10, "block"),
        ("gate(advisory)", "", 11, "require_approval"),
        ("gate(mandatory, 'usability')", "", 0, "none"),
        ("gate(mandatory, 'house')", "advisory_gates: [house]", 11, "require_approval"),
        ("gate(mandatory, 'house')", "disabled_gates: [house]", 0, "none"),
        ("gate(advisory, 'usability', 'framework_integrity')", "", 10, "block"),
        (
            "gate(mandatory, 'security', 'basic_security')",
            "advisory_gates: [basic_security]",
            11,
            "require_approval",
        ),
    ],
    ids=[
        "an own mandatory gate blocks",
        "an own advisory gate requires approval",
        "a mandatory mark without names blocks",
        "an advisory mark without names requires approval",
        "a gate of the document that is not listed is not enforced",
        "the profile may make a gate advisory",
        "the profile may disable a gate",
        "the strictest of several gates counts",
        "a criterion of two gates follows the listed one",
    ],
)
def test_failure_follows_profile_and_mark(
    project: Project, mark: str, profile: str, status: int, enforcement: str
) -> None:
    """A failing criterion gives exactly the exit status its enforcement stands for."""
    project.profile(profile)
    project.gates(f"@{mark}\n{FAILS}")
    done = project.run()
    assert done.criterion("rule")["enforcement"] == enforcement
    assert done.criterion("rule")["outcome"] == "failed"
    assert done.status == status


def test_plain_assert_is_a_finding_at_its_line(project: Project, workers: str) -> None:
    """An assert needs no fixture to be found again."""
    project.gates("@gate(mandatory)\ndef test_rule():\n    value = 1\n    assert value == 2, 'two expected'")
    row = project.run(workers).criterion("rule")
    finding = row["findings"][0]
    assert (finding["path"], finding["line"]) == ("gate_tests/test_local.py", 6)
    assert "two expected" in finding["message"]
    assert finding["criterion"] == "rule"
    assert finding["fingerprint"]


def test_listed_gate_without_a_criterion_blocks(project: Project) -> None:
    """A gate that nothing checks is not a gate that passed."""
    project.profile(mandatory="[framework_integrity, typo_gate]")
    done = project.run()
    assert done.status == 10
    assert (
        "environments/production.yml:3: gate 'typo_gate' is enforced but no criterion belongs to it"
        in done.text
    )


def test_nothing_enforced_blocks(project: Project) -> None:
    """A profile that enforces nothing cannot allow a deployment."""
    project.profile(mandatory="[]")
    done = project.run()
    assert done.status == 10
    assert re.search(r"none of the \d+ criteria that are due is enforced", done.text)


def test_disabled_gate_is_printed(project: Project) -> None:
    """What is switched off is said."""
    project.profile("disabled_gates: [house]")
    assert "NOT ENFORCED (disabled in environments/production.yml): house" in project.run().text


def test_ordinary_failures_keep_one_when_gates_allow(project: Project) -> None:
    """Ordinary tests beside the gates keep pytest's own status."""
    project.write("tests/test_plain.py", "def test_a(): assert 0\n")
    done = project.run("tests")
    assert done.decision == "allow"
    assert done.status == 1


def test_threshold_of_the_profile_replaces_the_default(project: Project) -> None:
    """A threshold is policy: it may allow some findings, and shows the measured value."""
    project.profile('criteria: {zero_broken_links: "<= 2"}')
    project.write("a.md", "[b](b.md) [c](c.md)\n")
    done = project.run()
    row = done.criterion("zero_broken_links")
    assert done.status == 0
    assert (row["outcome"], row["value"], row["threshold"]) == ("passed", 2, "<= 2")
    assert len(row["findings"]) == 2


@pytest.mark.parametrize(
    ("limit", "written", "outcome", "value"),
    [
        ("< 90%", "1000", "passed", pytest.approx(0.015, abs=0.01)),
        ("< 0.1%", "1000", "failed", pytest.approx(0.015, abs=0.01)),
        ("< 90%", "", "passed", 0),
        ("< 90%", "1O00", "inconclusive", None),
        ("<= 1", "1O00", "passed", 1),
        ("0", "1O00", "failed", 1),
    ],
)
def test_threshold_of_token_budgets(
    project: Project, limit: str, written: str, outcome: str, value: object
) -> None:
    """A share is held against the fullest budget, a number against the findings."""
    project.profile(f'criteria: {{token_budget_compliance: "{limit}"}}')
    project.write("components/part.md", "# Part\n")
    project.write(
        "commands/do.md", f"<token_budget>{written}</token_budget>\n# Do\n" if written else "# Do\n"
    )
    row = project.run().criterion("token_budget_compliance")
    assert (row["outcome"], row["value"], row["threshold"]) == (outcome, value, limit)


def test_measured_value_is_held_to_the_threshold_of_the_mark(project: Project) -> None:
    """A measured value needs no finding to fail."""
    project.gates("""
        @gate(mandatory, threshold="< 200ms")
        def test_speed(findings):
            findings.measure(0.25)
        """)
    row = project.run().criterion("speed")
    assert (row["outcome"], row["value"], row["threshold"]) == ("failed", 0.25, "< 200ms")


def test_threshold_for_an_unknown_criterion_blocks(project: Project) -> None:
    """A misspelt criterion must not leave its limit unenforced."""
    project.profile("criteria: {zero_brokn_links: 0}")
    done = project.run()
    assert done.status == 10
    assert "criteria names 'zero_brokn_links', which no gate test has" in done.text


def test_findings_fixture_without_a_report_is_inconclusive(project: Project, workers: str) -> None:
    """A gate test that asks for findings and examines nothing proves nothing."""
    project.gates("@gate(mandatory)\ndef test_rule(findings): pass")
    done = project.run(workers)
    assert done.status == 10
    assert done.criterion("rule")["outcome"] == "inconclusive"


def test_criterion_without_its_kinds_is_not_applicable(project: Project, workers: str) -> None:
    """Only the index, by the kinds the criterion requires, makes it not applicable."""
    project.gates("""
        @gate(mandatory, requires=["workflow"])
        def test_rule(framework, findings):
            findings.extend([], examined=sum(m.kind == "workflow" for m in framework.modules))
        """)
    done = project.run(workers)
    assert done.status == 0
    row = done.criterion("rule")
    assert (row["outcome"], row["reason"]) == ("not_applicable", "the framework has no workflow")
    project.write(".github/workflows/ci.yml", "on: push\n")
    assert project.run(workers).criterion("rule")["outcome"] == "passed"


def test_profile_is_available_to_gates(project: Project, workers: str) -> None:
    """A gate test may look at how the framework is to run in this environment."""
    project.gates("""
        @gate(mandatory)
        def test_rule(gate_profile):
            assert gate_profile.environment == "staging"
            assert gate_profile.framework_config.verbose_logging
            assert gate_profile.infrastructure.deployment == "automated"
        """)
    assert project.run(workers, env="staging").status == 0


def test_without_environment_findings_fail_like_an_assert(project: Project) -> None:
    """In an editor a gate is never green by accident."""
    project.gates("""
        @gate(advisory)
        def test_found(findings):
            findings.add("something", path="README.md", line=2)

        @gate(advisory)
        def test_nothing_examined(findings): pass

        @gate(mandatory)
        def test_fine(framework, findings):
            findings.extend([], examined=len(framework.modules))
        """)
    done = project.run("gate_tests", env=None)
    assert done.status == 1
    assert "README.md:2: something" in done.text
    assert "1 passed" in done.text
    assert "2 failed" in done.text


@pytest.mark.parametrize("level", ["mandatory", "advisory"])
def test_replacement_is_knowing_and_never_weaker(project: Project, level: str) -> None:
    """A local test replaces a bundled one only where the profile names it, at no lower level."""
    project.profile("replaced: [zero_broken_links]")
    project.gates(f"@gate({level}, 'framework_integrity')\ndef test_zero_broken_links(): pass")
    done = project.run()
    if level == "mandatory":
        assert done.status == 0
        assert done.criterion("zero_broken_links")["nodeid"].startswith("gate_tests/")
    else:
        assert done.status == 10
        assert "the replacement of 'zero_broken_links' lowers its level" in done.text


def test_named_replacement_without_a_local_test_blocks(project: Project) -> None:
    """`replaced` cannot be used to drop a bundled criterion."""
    project.profile("replaced: [zero_broken_links]")
    done = project.run()
    assert done.status == 10
    assert "replaced names 'zero_broken_links', which no local gate test replaces" in done.text
