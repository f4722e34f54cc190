"""Nothing in the framework harms those who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.malicious_content_scan import examined, malicious, unexamined

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "security", "basic_security", stage="security_scanning")
def test_malicious_content_scan(framework: Framework, findings: Findings) -> None:
    """No stolen credentials, no code from elsewhere, no persistence, no destruction."""
    findings.extend(malicious(framework), examined=examined(framework))
    if reason := unexamined(framework):
        findings.leave_unproven(reason)
