"""Components and rules are of use to something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.all_modules_referenced import examined, orphans

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="framework_validation", requires=["component", "rule"])
def test_all_modules_referenced(framework: Framework, findings: Findings) -> None:
    """Every component and rule is reached from an entry point."""
    findings.extend(orphans(framework), examined=examined(framework))
