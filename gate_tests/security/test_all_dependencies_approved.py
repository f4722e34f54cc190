"""Dependencies are those that somebody has approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.all_dependencies_approved import examined, unapproved, uses
from pytest_fwgates.checks.security.supply_chain_analysis import unexamined
from pytest_fwgates.fixtures import policy_root
from pytest_fwgates.policy import allowlist
from pytest_fwgates.policy.places import ALLOWLIST
from pytest_fwgates.tools import licences
from pytest_fwgates.tools.adapter import Unproven

if TYPE_CHECKING:
    import pytest

    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "security", stage="security_scanning", requires=["dependency"])
def test_all_dependencies_approved(
    framework: Framework, findings: Findings, pytestconfig: pytest.Config
) -> None:
    """Every dependency has an approved name, version range and licence."""
    findings.extend([], examined=examined(framework))
    if reason := unexamined(framework):
        findings.leave_unproven(reason)
    if next(uses(framework), None) is None:
        return
    parsed = allowlist.read(policy_root(pytestconfig) / ALLOWLIST, ALLOWLIST)
    if parsed is None:
        findings.leave_unproven(allowlist.MISSING)
        return
    for problem in parsed.problems[:3]:
        findings.leave_unproven(str(problem))
    if parsed.allowed is not None:
        try:
            findings.extend(unapproved(framework, parsed.allowed), examined=0)
            findings.used(licences.NAME, licences.available() or "")
        except Unproven as missing:
            findings.leave_unproven(str(missing))
