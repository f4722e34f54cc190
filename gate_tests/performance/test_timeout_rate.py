"""Hardly a request remains without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.timeout_rate import THRESHOLD, timeout_rate

if TYPE_CHECKING:
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.sla import GateLoad, Sla


@gate(
    mandatory,
    "performance",
    stage="performance_gates",
    requires=["command", "agent", "skill"],
    threshold=THRESHOLD,
)
def test_timeout_rate(framework: Framework, sla: Sla, gate_load: GateLoad) -> None:
    """Less than 0.1 % of the requests are not answered as expected in time."""
    gate_load.subject(framework, lambda load: timeout_rate(load, sla.limit))
