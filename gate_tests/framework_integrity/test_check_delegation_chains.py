"""What the framework includes, imports and delegates comes to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.check_delegation_chains import endless_chains, examined

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(
    mandatory,
    "framework_integrity",
    stage="framework_validation",
    requires=["command", "agent", "skill", "component", "rule", "document"],
)
def test_check_delegation_chains(framework: Framework, findings: Findings) -> None:
    """No cycle, and no chain that is too long."""
    findings.extend(endless_chains(framework), examined=examined(framework))
