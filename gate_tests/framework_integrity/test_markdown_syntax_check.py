"""Markdown says what its author wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.markdown_syntax_check import damaged_markdown, examined

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="framework_validation")
def test_markdown_syntax_check(framework: Framework, findings: Findings) -> None:
    """Nothing is left open, nothing is left undefined."""
    findings.extend(damaged_markdown(framework), examined=examined(framework))
