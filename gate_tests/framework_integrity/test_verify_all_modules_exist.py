"""What the framework includes, imports and registers is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.verify_all_modules_exist import examined, missing_modules

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="framework_validation")
def test_verify_all_modules_exist(framework: Framework, findings: Findings) -> None:
    """Every include, import and manifest entry resolves."""
    findings.extend(missing_modules(framework), examined=examined(framework))
