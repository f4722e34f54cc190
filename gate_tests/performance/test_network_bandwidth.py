"""The service leaves the network room for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.network_bandwidth import THRESHOLD, network_bandwidth

if TYPE_CHECKING:
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.sla import GateLoad


@gate(mandatory, "performance", stage="performance_gates", requires=["service"], threshold=THRESHOLD)
def test_network_bandwidth(framework: Framework, gate_load: GateLoad) -> None:
    """There is never traffic of 100 Mbps where the service is."""
    gate_load.service(network_bandwidth)
