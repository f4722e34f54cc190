"""Many sessions resolve commands at once, without an error and in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance import p99_response_time
from pytest_fwgates.checks.performance.concurrent_session_handling import THRESHOLD, sessions_handled

if TYPE_CHECKING:
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.sla import GateLoad, Sla


@gate(
    mandatory,
    "performance",
    stage="functional_testing",
    requires=["command", "agent", "skill"],
    threshold=THRESHOLD,
)
def test_concurrent_session_handling(framework: Framework, sla: Sla, gate_load: GateLoad) -> None:
    """More than 100 sessions call commands at once, none meets an error, and p99 stays below its limit."""
    limit = sla.limit_of("p99_response_time", p99_response_time.THRESHOLD)
    gate_load.framework(framework, lambda load: sessions_handled(load, limit))
