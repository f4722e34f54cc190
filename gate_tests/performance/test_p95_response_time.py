"""95 of 100 requests are answered in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.command_execution_speed import resolving
from pytest_fwgates.checks.performance.p95_response_time import PERCENT, THRESHOLD, response_time
from pytest_fwgates.framework.expansion import entries

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
def test_p95_response_time(framework: Framework, sla: Sla, gate_load: GateLoad) -> None:
    """Less than 5 % of the requests take the limit or longer."""
    found = entries(framework)
    if gate_load.has_service:
        gate_load.service(lambda load: response_time(load, sla.limit))
    elif found.names:
        sla.percentile(PERCENT, resolving(found))
