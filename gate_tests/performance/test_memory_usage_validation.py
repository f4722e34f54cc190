"""Loading the framework takes little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.memory_usage_validation import MODULES, THRESHOLD, loading_memory
from pytest_fwgates.measure.load.run import Unmeasured
from pytest_fwgates.sla import hand_over, subject_of

if TYPE_CHECKING:
    import pytest

    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(
    mandatory,
    "performance",
    stage="functional_testing",
    requires=MODULES,
    threshold=THRESHOLD,
)
def test_memory_usage_validation(
    framework: Framework, findings: Findings, pytestconfig: pytest.Config
) -> None:
    """A new process loads every module in less than 2 GB."""
    if framework.kinds.isdisjoint(MODULES):
        return
    try:
        measured = loading_memory(subject_of(pytestconfig, framework), len(framework.modules))
    except Unmeasured as reason:
        findings.leave_unproven(str(reason))
    else:
        hand_over(findings, measured)
