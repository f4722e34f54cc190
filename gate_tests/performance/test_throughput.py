"""Enough requests are answered every second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.throughput import THRESHOLD, throughput

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
def test_throughput(framework: Framework, gate_load: GateLoad) -> None:
    """100 requests a second are answered as expected."""
    gate_load.subject(framework, throughput)
