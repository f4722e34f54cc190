"""The frontmatter of modules can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.framework_integrity.yaml_frontmatter_validation import (
    examined,
    invalid_frontmatter,
)

if TYPE_CHECKING:
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework


@gate(mandatory, "framework_integrity", stage="framework_validation")
def test_yaml_frontmatter_validation(framework: Framework, findings: Findings) -> None:
    """Every frontmatter parses, without duplicate keys."""
    findings.extend(invalid_frontmatter(framework), examined=examined(framework))
