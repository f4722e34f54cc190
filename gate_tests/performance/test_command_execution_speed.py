"""Calling a command is quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance import p99_response_time
from pytest_fwgates.checks.performance.command_execution_speed import PERCENTS, THRESHOLD, resolving
from pytest_fwgates.framework.expansion import entries

if TYPE_CHECKING:
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.sla import Sla


@gate(
    mandatory,
    "performance",
    stage="functional_testing",
    requires=["command", "agent", "skill"],
    threshold=THRESHOLD,
)
def test_command_execution_speed(framework: Framework, sla: Sla) -> None:
    """Less than 5 % of the calls take 200 ms, and less than 1 % take 500 ms."""
    found = entries(framework)
    if found.names:
        slowest = sla.limit_of("p99_response_time", p99_response_time.THRESHOLD)
        sla.percentile(PERCENTS[0], resolving(found), also=[(PERCENTS[1], slowest)])
