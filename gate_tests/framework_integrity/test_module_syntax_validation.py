"""Modules can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.module_syntax_validation import examined, unparsable_modules

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="source_control")
def test_module_syntax_validation(framework: Framework, findings: Findings) -> None:
    """Every module, manifest and workflow parses."""
    findings.extend(unparsable_modules(framework), examined=examined(framework))
