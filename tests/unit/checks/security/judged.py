"""Checks that need more than a framework, for examples: what they need lies in the example."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pytest_fwgates.checks.security.all_dependencies_approved import unapproved
from pytest_fwgates.checks.security.dependency_vulnerabilities import vulnerable
from pytest_fwgates.checks.security.third_party_tool_validation import loose_tools, unapproved_tools
from pytest_fwgates.policy import allowlist
from pytest_fwgates.policy.places import ALLOWLIST

if TYPE_CHECKING:
    from pytest_fwgates.checks.security.approval.allowed import Allowed
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding


def own_list(framework: Framework) -> Allowed:
    """The allow-list of an example; an empty one where it has none."""
    parsed = allowlist.read(framework.root / ALLOWLIST, ALLOWLIST) or allowlist.parse(
        "allowlist:\n", ALLOWLIST
    )
    assert not parsed.problems
    assert parsed.allowed is not None
    return parsed.allowed


def dependencies_by_own_list(framework: Framework) -> list[Finding]:
    return unapproved(framework, own_list(framework))


def tools_by_own_list(framework: Framework) -> list[Finding]:
    return [*loose_tools(framework), *unapproved_tools(framework, own_list(framework))]


def vulnerable_by_own_advisories(framework: Framework) -> list[Finding]:
    folder = framework.root.parent / "advisories"
    now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    found = vulnerable(
        framework, folder if folder.is_dir() else None, now, online=False, max_age=dt.timedelta(days=7)
    )
    return list(found.findings)
