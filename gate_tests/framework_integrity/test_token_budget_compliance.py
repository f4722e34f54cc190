"""Modules stay within their budgets of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.token_budget_compliance import examined, judged

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.profile import Profile


@gate(mandatory, "framework_integrity", stage="framework_validation")
def test_token_budget_compliance(
    framework: Framework, findings: Findings, gate_profile: Profile | None
) -> None:
    """No module exceeds the budget that it declares or that the profile sets."""
    budgets = gate_profile.token_budgets if gate_profile else {}
    found, share = judged(framework, budgets)
    findings.extend(found, examined=examined(framework))
    # Where the profile limits the number of findings, that is what is to be held against it.
    if share is not None and not (gate_profile and "token_budget_compliance" in gate_profile.limits):
        findings.measure(share, examined=0)
