"""One criterion, four places, one name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_fwgates import catalogue

ROOT = Path(__file__).parents[2]
CHECKS = sorted(
    path for path in (ROOT / "pytest_fwgates/checks").glob("*/*.py") if not path.name.startswith("_")
)
PLACES = ("gate_tests/{gate}/test_{id}.py", "docs/criteria/{id}.md")
EXAMPLES = ("tests/examples/clean/{id}", "tests/examples/broken/{id}")
SCENARIOS = ("tests/unit/checks/{gate}/test_{id}.py",)
"""What a criterion has instead of examples whose result is no matter of the framework's content."""
MEASURED = "performance"


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_criterion_stands_in_every_place(check: Path) -> None:
    """A check has its gate test, its page and its examples, or a passing and a failing scenario."""
    gate = check.parent.name
    for place in (*PLACES, *(SCENARIOS if gate == MEASURED else EXAMPLES)):
        assert (ROOT / place.format(gate=gate, id=check.stem)).exists(), place


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_criterion_is_in_the_catalogue(check: Path) -> None:
    """A check is a criterion of the document, in the gate its folder is called after."""
    assert check.parent.name in catalogue.load().entries[check.stem].gates


def test_no_place_is_without_its_check() -> None:
    """A gate test, a page or an example belongs to a check that exists."""
    names = {path.stem for path in CHECKS}
    assert {path.stem.removeprefix("test_") for path in (ROOT / "gate_tests").glob("*/test_*.py")} == names
    assert {path.stem for path in (ROOT / "docs/criteria").glob("*.md")} - {"README"} == names
    measured = {path.stem for path in CHECKS if path.parent.name == MEASURED}
    for kind in ("clean", "broken"):
        assert {path.name for path in (ROOT / "tests/examples" / kind).iterdir()} == names - measured
