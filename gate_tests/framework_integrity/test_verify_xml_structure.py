"""The XML in modules is balanced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.verify_xml_structure import broken_xml, examined

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="framework_validation")
def test_verify_xml_structure(framework: Framework, findings: Findings) -> None:
    """Every tag that is structure has its partner."""
    findings.extend(broken_xml(framework), examined=examined(framework))
