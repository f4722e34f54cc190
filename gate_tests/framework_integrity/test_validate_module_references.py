"""What the framework refers to is of the right kind, in the right case, inside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.validate_module_references import (
    examined,
    mismatched_references,
)

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="framework_validation")
def test_validate_module_references(framework: Framework, findings: Findings) -> None:
    """References have the right kind and case, and manifests agree with the files."""
    findings.extend(mismatched_references(framework), examined=examined(framework))
