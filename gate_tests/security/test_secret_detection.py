"""Files of the framework hold no secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.secret_detection import scan
from pytest_fwgates.tools.adapter import Unproven
from pytest_fwgates.tools.kingfisher import Kingfisher

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "security", "basic_security", stage="security_scanning")
def test_secret_detection(framework: Framework, findings: Findings) -> None:
    """No file holds a password, a key or a token."""
    try:
        searched = scan(framework)
    except Unproven as reason:
        findings.leave_unproven(str(reason))
        return
    findings.used(Kingfisher.name, Kingfisher().available() or "of unknown version")
    findings.extend(searched.findings, examined=searched.examined)
    if searched.unproven:
        findings.leave_unproven(searched.unproven)
