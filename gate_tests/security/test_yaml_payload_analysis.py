"""YAML does nothing but say what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.yaml_payload_analysis import scan

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "security", "basic_security", stage="security_scanning")
def test_yaml_payload_analysis(framework: Framework, findings: Findings) -> None:
    """No tag constructs objects, no alias expands without end, no key stands twice or passes for another."""
    scanned = scan(framework)
    findings.extend(scanned.findings, examined=scanned.examined)
    if scanned.unproven:
        findings.leave_unproven(scanned.unproven)
