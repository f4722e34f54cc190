"""Documents hide nothing from their readers and order nothing behind their backs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.markdown_injection_scan import examined, injections, unexamined

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "security", "basic_security", stage="security_scanning")
def test_markdown_injection_scan(framework: Framework, findings: Findings) -> None:
    """No hidden text, active content or order of an attacker in what a model reads."""
    findings.extend(injections(framework), examined=examined(framework))
    if reason := unexamined(framework):
        findings.leave_unproven(reason)
