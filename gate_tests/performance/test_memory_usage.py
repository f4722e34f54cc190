"""The processes under test fit into their memory under load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.memory_usage import THRESHOLD, memory_usage

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
def test_memory_usage(framework: Framework, gate_load: GateLoad) -> None:
    """They never have 2 GB."""
    gate_load.subject(framework, memory_usage)
