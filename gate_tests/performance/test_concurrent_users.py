"""So many sessions are open at once, and served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.concurrent_users import THRESHOLD, concurrent_users

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
def test_concurrent_users(framework: Framework, gate_load: GateLoad) -> None:
    """More than 100 sessions are served in every second of the load."""
    gate_load.subject(framework, concurrent_users)
