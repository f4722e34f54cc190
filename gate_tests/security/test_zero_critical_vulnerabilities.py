"""Scripts have no vulnerabilities that matter, by bandit and by every report that the profile names."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.zero_critical_vulnerabilities import excess, reported, scan
from pytest_fwgates.fixtures import policy_root
from pytest_fwgates.framework import reading, revision
from pytest_fwgates.policy import scanning
from pytest_fwgates.policy.places import BASELINE, SCANNING
from pytest_fwgates.profile import SecurityPolicy
from pytest_fwgates.tools import sarif_import
from pytest_fwgates.tools.adapter import Unproven
from pytest_fwgates.tools.bandit import Bandit

if TYPE_CHECKING:
    import pytest

    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding, Severity
    from pytest_fwgates.policy.scanning import Scanning
    from pytest_fwgates.profile import Profile
    from pytest_fwgates.profile_schema import SarifReport


@gate(mandatory, "security", stage="security_scanning", requires=["python"], threshold=0)
def test_zero_critical_vulnerabilities(
    framework: Framework, findings: Findings, gate_profile: Profile | None, pytestconfig: pytest.Config
) -> None:
    """No vulnerability of a severity is one too many, as the profile counts them."""
    policy = gate_profile.security if gate_profile else SecurityPolicy()
    found: list[Finding] = []
    try:
        scanned = scan(framework)
        found += scanned.findings
        findings.extend([], examined=scanned.examined)
        if scanned.examined:
            findings.used(Bandit.name, Bandit().available() or "of unknown version")
        if scanned.unproven:
            findings.leave_unproven(scanned.unproven)
    except Unproven as reason:
        findings.leave_unproven(str(reason))
    scans = _configured(findings, gate_profile, pytestconfig)
    failing = 0
    for report in policy.sarif:
        tool = scanning.tool_of(scans, report.tool)
        imported = scanning.reported(tool, _imported(report, framework, findings, pytestconfig))
        failing += scanning.failing(tool, imported)
        found += imported
    shown = reported(found, policy.severity_threshold)
    findings.extend(shown, examined=0)
    limits: dict[Severity, int | None] = {
        "critical": policy.critical_vulnerabilities,
        "high": policy.high_vulnerabilities,
        "medium": policy.medium_vulnerabilities,
        "low": policy.low_vulnerabilities,
    }
    findings.measure(max(excess(found, limits), failing), examined=0)


def _configured(findings: Findings, profile: Profile | None, config: pytest.Config) -> Scanning | None:
    """What the configuration says of scanners; where the profile is looser, nothing is proven."""
    root = policy_root(config)
    parsed = scanning.read(root / SCANNING, SCANNING)
    if parsed is None:
        return None
    if parsed.problem is not None:
        findings.leave_unproven(str(parsed.problem))
    if parsed.scanning is not None and profile is not None:
        for reason in scanning.lacking(parsed.scanning, profile, has_baseline=(root / BASELINE).is_file()):
            findings.leave_unproven(f"{SCANNING}: {reason}")
    if parsed.scanning is not None:
        text = reading.read_text(config.rootpath, scanning.DEPENDABOT)
        for reason in scanning.not_updating(parsed.scanning, text if isinstance(text, str) else None):
            findings.leave_unproven(f"{SCANNING}: {reason}")
    return parsed.scanning


def _imported(
    report: SarifReport, framework: Framework, findings: Findings, config: pytest.Config
) -> tuple[Finding, ...]:
    wanted = sarif_import.Wanted(
        report.file,
        report.tool,
        revision.commit(framework.root),
        report.any_commit,
        dt.timedelta(hours=report.max_age_hours),
    )
    try:
        imported = sarif_import.read(
            policy_root(config) / report.file, wanted, framework.root, dt.datetime.now(dt.UTC)
        )
    except Unproven as reason:
        findings.leave_unproven(str(reason))
        return ()
    for name, version in imported.tools:
        findings.used(name, version)
    findings.extend([], examined=imported.scan.examined)
    return imported.scan.findings
