"""Links of the framework lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.zero_broken_links import broken_links, examined

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="framework_validation")
def test_zero_broken_links(framework: Framework, findings: Findings) -> None:
    """Every relative link, image and fragment resolves."""
    findings.extend(broken_links(framework), examined=examined(framework))
