"""Documents hide nothing from their readers and order nothing behind their backs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.markdown_injection_scan import scan

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "security", "basic_security", stage="security_scanning")
def test_markdown_injection_scan(framework: Framework, findings: Findings) -> None:
    """No hidden text, active content or order of an attacker in what a model reads."""
    scanned = scan(framework)
    findings.extend(scanned.findings, examined=scanned.examined)
    if scanned.unproven:
        findings.leave_unproven(scanned.unproven)
