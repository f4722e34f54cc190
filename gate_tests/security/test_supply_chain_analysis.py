"""What the framework is built from is fixed and checked, and listed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.supply_chain_analysis import examined, exposed_supplies, unexamined
from pytest_fwgates.fixtures import state_folder
from pytest_fwgates.framework.inventory.read import inventory
from pytest_fwgates.reports.files import write_whole
from pytest_fwgates.tools import sbom
from pytest_fwgates.tools.adapter import Unproven

if TYPE_CHECKING:
    import pytest

    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "security", stage="security_scanning", requires=["dependency"])
def test_supply_chain_analysis(framework: Framework, findings: Findings, pytestconfig: pytest.Config) -> None:
    """Dependencies are locked with hashes, actions and images pinned, names genuine; and there is an SBOM."""
    findings.extend(exposed_supplies(framework), examined=examined(framework))
    if reason := unexamined(framework):
        findings.leave_unproven(reason)
    if not examined(framework):
        return
    try:
        text = sbom.render(inventory(framework), framework.root.resolve().name, dt.datetime.now(dt.UTC))
        findings.used(sbom.NAME, sbom.available() or "")
        if state := state_folder(pytestconfig):
            write_whole(state / sbom.file_name(framework.root, state.parent), text.encode())
    except (Unproven, OSError) as error:
        findings.leave_unproven(f"no bill of materials: {error}")
