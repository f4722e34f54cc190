"""The framework's files lie where they are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.framework_structure_integrity import (
    examined,
    misplaced_structure,
)

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="source_control")
def test_framework_structure_integrity(framework: Framework, findings: Findings) -> None:
    """Layout, required files, names, letter case and symbolic links."""
    findings.extend(misplaced_structure(framework), examined=examined(framework))
