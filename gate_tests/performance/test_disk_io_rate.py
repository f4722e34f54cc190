"""The processes under test leave the disks time for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.disk_io_rate import THRESHOLD, disk_io_rate

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
def test_disk_io_rate(framework: Framework, gate_load: GateLoad) -> None:
    """They never read and write 100 MB in a second."""
    gate_load.subject(framework, disk_io_rate)
