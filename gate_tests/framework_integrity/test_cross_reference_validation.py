"""Names of commands, agents and skills lead to some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.cross_reference_validation import (
    dangling_mentions,
    examined,
)

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="framework_validation")
def test_cross_reference_validation(framework: Framework, findings: Findings) -> None:
    """What is called by name exists."""
    findings.extend(dangling_mentions(framework), examined=examined(framework))
