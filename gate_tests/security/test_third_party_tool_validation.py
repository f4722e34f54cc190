"""What others run for the framework is what somebody has approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.supply_chain_analysis import unexamined
from pytest_fwgates.checks.security.third_party_tool_validation import (
    examined,
    has_tools,
    loose_tools,
    unapproved_tools,
)
from pytest_fwgates.fixtures import policy_root
from pytest_fwgates.policy import allowlist
from pytest_fwgates.policy.places import ALLOWLIST

if TYPE_CHECKING:
    import pytest

    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(
    mandatory,
    "security",
    stage="security_scanning",
    requires=["command", "agent", "skill", "hook", "manifest", "workflow"],
)
def test_third_party_tool_validation(
    framework: Framework, findings: Findings, pytestconfig: pytest.Config
) -> None:
    """MCP servers, hooks, programs and actions are approved, pinned, and from an approved source."""
    findings.extend(loose_tools(framework), examined=examined(framework))
    if reason := unexamined(framework):
        findings.leave_unproven(reason)
    if not has_tools(framework):
        return
    parsed = allowlist.read(policy_root(pytestconfig) / ALLOWLIST, ALLOWLIST)
    if parsed is None:
        findings.leave_unproven(allowlist.MISSING)
        return
    for problem in parsed.problems[:3]:
        findings.leave_unproven(str(problem))
    if parsed.allowed is not None:
        findings.extend(unapproved_tools(framework, parsed.allowed), examined=0)
