"""The machine keeps time to spare under load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.cpu_utilization import THRESHOLD, cpu_utilization

if TYPE_CHECKING:
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.sla import GateLoad


@gate(
    mandatory,
    "performance",
    stage="performance_gates",
    requires=["command", "agent", "skill"],
    threshold=THRESHOLD,
)
def test_cpu_utilization(framework: Framework, gate_load: GateLoad) -> None:
    """The processes under test take less than half of the machine."""
    gate_load.subject(framework, cpu_utilization)
