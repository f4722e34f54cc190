"""Files of the framework hold no secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates import gate, mandatory
from pytest_fwgates.checks.security.secret_detection import scan
from pytest_fwgates.tools.adapter import Unproven
from pytest_fwgates.tools.kingfisher import Kingfisher
from pytest_fwgates.tools.kingfisher_history import scan_history

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.tools.adapter import Scan


@gate(mandatory, "security", "basic_security", stage="security_scanning")
def test_secret_detection(framework: Framework, findings: Findings, pytestconfig: pytest.Config) -> None:
    """No file holds a password, a key or a token; with `--secrets-history` none ever did."""
    searches: list[Callable[[], Scan]] = [lambda: scan(framework)]
    if pytestconfig.getoption("secrets_history"):
        searches.append(lambda: scan_history(framework.root))
    for search in searches:
        try:
            searched = search()
        except Unproven as reason:
            findings.leave_unproven(str(reason))
            continue
        findings.extend(searched.findings, examined=searched.examined)
        if searched.unproven:
            findings.leave_unproven(searched.unproven)
    findings.used(Kingfisher.name, Kingfisher().available() or "which is not installed")
