"""The documentation reads as it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import advisory, gate
from pytest_fwgates.checks.documentation.markdown_linting import examined, lint_slips

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(advisory, "documentation", stage="source_control")
def test_markdown_linting(framework: Framework, findings: Findings) -> None:
    """Headings, links and tables are what they look like."""
    findings.extend(lint_slips(framework), examined=examined(framework))
