"""No module takes long to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.performance.module_loading_time import MODULES, THRESHOLD, loading_time
from pytest_fwgates.sla import hand_over

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.sla import Sla


@gate(
    mandatory,
    "performance",
    stage="functional_testing",
    requires=MODULES,
    threshold=THRESHOLD,
)
def test_module_loading_time(framework: Framework, findings: Findings, sla: Sla) -> None:
    """Every module, alone and from the cache, is loaded in less than 200 ms."""
    if framework.kinds.isdisjoint(MODULES):
        return
    measured, slow = loading_time(framework, sla.limit)
    findings.extend(slow, examined=0)
    hand_over(findings, measured)
