"""Nothing in the framework harms those who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.malicious_content_scan import scan

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "security", "basic_security", stage="security_scanning")
def test_malicious_content_scan(framework: Framework, findings: Findings) -> None:
    """No stolen credentials, no code from elsewhere, no persistence, no destruction."""
    scanned = scan(framework)
    findings.extend(scanned.findings, examined=scanned.examined)
    if scanned.unproven:
        findings.leave_unproven(scanned.unproven)
