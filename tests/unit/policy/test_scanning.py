"""`security/scanning-configuration.yml`, as the pipeline document has it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.model import Finding
from pytest_fwgates.policy import scanning
from pytest_fwgates.profile import parse as parse_profile

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = """\
security_scanning:
  static_analysis:
    tools:
      - name: "CodeQL"
        languages: ["markdown", "yaml", "shell"]
        severity_threshold: "medium"
      - name: "Semgrep"
        rules: ["security", "secrets", "best-practices"]
        fail_on: ["error", "warning"]

    configuration:
      scan_frequency: "every_commit"
      baseline_required: true
      exemptions_allowed: false

  dynamic_analysis:
    tools:
      - name: "OWASP ZAP"
        scope: "framework_endpoints"
        authentication: "enterprise_sso"
      - name: "Burp Suite"
        scan_type: "comprehensive"
        report_format: "sarif"

    configuration:
      scan_frequency: "pre_production"
      manual_verification: true
      exemptions_require_approval: true

  dependency_scanning:
    tools:
      - name: "Dependabot"
        auto_update: "security_only"
        schedule: "daily"
      - name: "Snyk"
        monitor_licenses: true
        fail_on_high: true

    configuration:
      vulnerability_database: "nvd"
      update_frequency: "daily"
      exemptions_expire: "30_days"
"""
PROFILE = """\
production:
  quality_gates:
    mandatory_gates: [security]
    exemptions_allowed: {allowed}
  exemptions: {{horizon_days: {days}}}
  security:
    sarif:
"""
REPORTS = "".join(
    f"      - {{file: {name[0]}.sarif, tool: {name}}}\n"
    for name in ("CodeQL", "Semgrep", "OWASP ZAP", "Burp Suite", "Snyk")
)


def lacking(text: str, profile: str, *, has_baseline: bool = True) -> list[str]:
    parsed = scanning.parse(text, "s.yml")
    assert parsed.scanning is not None, parsed.problem
    judged = parse_profile(profile, "production", "p.yml")
    return list(scanning.lacking(parsed.scanning, judged, has_baseline=has_baseline))


def test_the_documents_own_file() -> None:
    """A profile that is as strict lacks nothing."""
    assert lacking(DOCUMENT, PROFILE.format(allowed="false", days=30) + REPORTS) == []


def test_looser_profiles() -> None:
    """Each thing that is looser is named, with what to write."""
    loose = PROFILE.format(allowed="true", days=31) + REPORTS.replace(
        "tool: CodeQL", "tool: CodeQL, any_commit: true"
    )
    assert lacking(DOCUMENT, loose.replace("Snyk", "Other"), has_baseline=False) == [
        "CodeQL: scan_frequency: every_commit, and the profile takes a report of any commit",
        "baseline_required: there is no baseline; `fwgates baseline` writes one",
        "exemptions_allowed: false, and the profile has it true; say false there",
        "Snyk: the profile names no report of it; add its SARIF file and tool to security.sarif",
        "exemptions_expire: 30_days, and the profile has exemptions.horizon_days: 31; say 30 there",
    ]
    daily = DOCUMENT.replace("pre_production", "daily")
    slow = REPORTS.replace("tool: OWASP ZAP", "tool: OWASP ZAP, max_age_hours: 48")
    assert lacking(daily, PROFILE.format(allowed="false", days=1) + slow) == [
        "OWASP ZAP: scan_frequency: daily, and the profile has max_age_hours: 48; say 24 there"
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("fail_on:", "fail_at:", "s.yml:7: Object contains unknown field `fail_at`"),
        ('"every_commit"', '"never"', "s.yml:12: Invalid enum value 'never'"),
        ('"30_days"', '"soon"', "s.yml: exemptions_expire is a number of days such as 30_days, not 'soon'"),
        ("security_scanning:", "scanning:", "s.yml:1: expected the one top-level key 'security_scanning'"),
        ('"medium"', "[", "s.yml:7: not valid YAML: "),
        (
            "true\n      exemptions_allowed",
            "true\n      baseline_required",
            "s.yml:14: 'baseline_required' again",
        ),
    ],
)
def test_problems(old: str, new: str, problem: str) -> None:
    """One line, with its place."""
    parsed = scanning.parse(DOCUMENT.replace(old, new, 1), "s.yml")
    assert parsed.scanning is None
    assert str(parsed.problem).startswith(problem)


def test_what_is_said_of_a_scanner() -> None:
    """What is reported of it, and what fails."""
    whole = scanning.parse(DOCUMENT, "s.yml").scanning
    found = [Finding("a", severity=one) for one in ("low", "medium", "high", "critical")]
    codeql, semgrep, snyk = (scanning.tool_of(whole, name) for name in ("codeql", "Semgrep", "SNYK"))
    assert len(scanning.reported(codeql, found)) == 3
    assert [scanning.failing(tool, found) for tool in (codeql, semgrep, snyk, None)] == [0, 3, 2, 0]
    assert scanning.tool_of(whole, "other") is None
    assert scanning.tool_of(None, "codeql") is None
    assert len(scanning.reported(None, found)) == 4


def test_files(tmp_path: Path) -> None:
    """None where there is none; a problem where it cannot be read."""
    assert scanning.read(tmp_path / "s.yml", "s.yml") is None
    (tmp_path / "s.yml").write_text(DOCUMENT)
    parsed = scanning.read(tmp_path / "s.yml", "s.yml")
    assert parsed is not None
    assert parsed.scanning is not None
    (tmp_path / "l.yml").symlink_to("gone")
    assert "cannot be read" in str(scanning.read(tmp_path / "l.yml", "l.yml"))


@settings(deadline=None)
@given(st.text(alphabet="security_scanning:\n -[]{}'\"tols0", max_size=200))
def test_any_text_is_judged(text: str) -> None:
    """A problem or a configuration, never a crash."""
    for some in (text, f"security_scanning:\n  {text}"):
        parsed = scanning.parse(some, "s.yml")
        assert (parsed.scanning is None) != (parsed.problem is None)


UPDATED = "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule: {interval: %s}\n"
NONE = "Dependabot: auto_update: security_only, and no .github/dependabot.yml updates anything; write one"


@pytest.mark.parametrize(
    ("dependabot", "reasons"),
    [
        (UPDATED % "daily", []),
        (
            UPDATED % "weekly",
            ["Dependabot: schedule: daily, and .github/dependabot.yml has weekly; say daily there"],
        ),
        (None, [NONE]),
        ("updates: [", [NONE]),
        ("updates: 7", [NONE]),
    ],
)
def test_what_has_to_be_updated_by_itself(dependabot: str | None, reasons: list[str]) -> None:
    parsed = scanning.parse(DOCUMENT, "scan.yml")
    assert parsed.scanning is not None
    assert list(scanning.not_updating(parsed.scanning, dependabot)) == reasons


def test_how_old_advisories_may_be() -> None:
    parsed = scanning.parse(DOCUMENT, "scan.yml")
    assert scanning.oldest_advisories(parsed.scanning) == dt.timedelta(hours=24)
    assert scanning.oldest_advisories(scanning.Scanning()) is None
    assert scanning.oldest_advisories(None) is None
