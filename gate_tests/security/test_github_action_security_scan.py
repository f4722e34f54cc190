"""Workflows and actions of the framework are no way in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.github_action_security_scan import audit, examined
from pytest_fwgates.tools.adapter import Unproven
from pytest_fwgates.tools.zizmor import Zizmor

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "security", stage="security_scanning", requires=["workflow"])
def test_github_action_security_scan(framework: Framework, findings: Findings) -> None:
    """Workflows run nothing that others can choose, and may do no more than they need."""
    if not examined(framework):
        findings.extend((), examined=0)
        return
    try:
        audited = audit(framework)
    except Unproven as reason:
        findings.leave_unproven(str(reason))
        return
    findings.used(Zizmor.name, Zizmor().available() or "of unknown version")
    findings.extend(audited.findings, examined=audited.examined)
    if audited.unproven:
        findings.leave_unproven(audited.unproven)
