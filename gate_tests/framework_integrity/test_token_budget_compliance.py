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
    limit = gate_profile.limits.get("token_budget_compliance") if gate_profile else None
    # A limit that is no share is one of the number of findings, which needs no measure.
    if share is not None and (limit is None or limit.unit == "ratio"):
        findings.measure(share, examined=0)
