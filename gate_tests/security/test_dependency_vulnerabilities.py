"""Locked dependencies have no known vulnerabilities."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.dependency_vulnerabilities import vulnerable
from pytest_fwgates.checks.security.supply_chain_analysis import unexamined
from pytest_fwgates.fixtures import policy_root
from pytest_fwgates.policy import scanning
from pytest_fwgates.policy.places import SCANNING
from pytest_fwgates.tools.osv import MAX_AGE

if TYPE_CHECKING:
    import pytest

    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.profile import Profile


@gate(mandatory, "security", stage="security_scanning", requires=["dependency"])
def test_dependency_vulnerabilities(
    framework: Framework, findings: Findings, gate_profile: Profile | None, pytestconfig: pytest.Config
) -> None:
    """No locked dependency has a known vulnerability."""
    folder = pytestconfig.getoption("advisory_db")
    parsed = scanning.read(policy_root(pytestconfig) / SCANNING, SCANNING)
    oldest = scanning.oldest_advisories(parsed.scanning if parsed else None)
    audit = vulnerable(
        framework,
        Path(pytestconfig.invocation_params.dir, folder) if folder else None,
        dt.datetime.now(dt.UTC),
        online=gate_profile is not None and gate_profile.security.online,
        max_age=min(MAX_AGE, oldest or MAX_AGE),
    )
    findings.extend(audit.findings, examined=audit.examined)
    for name, version in audit.tools:
        findings.used(name, version)
    for reason in (unexamined(framework), *audit.unproven):
        if reason:
            findings.leave_unproven(reason)
