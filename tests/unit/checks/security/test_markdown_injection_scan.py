"""Documents that hide something from their readers, or give a model orders behind their backs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.checks.security.injection import document
from pytest_fwgates.checks.security.injection.characters import odd_characters
from pytest_fwgates.checks.security.injection.orders import orders
from pytest_fwgates.checks.security.markdown_injection_scan import examined, injections, unexamined
from pytest_fwgates.framework.commonmark import TooComplex
from pytest_fwgates.framework.index import load
from tests.unit.checks.security.labelled_injection import Case, negatives, positives

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_fwgates.model import Finding


def found_in(root: Path, cases: list[Case]) -> list[list[Finding]]:
    """What is found in each file, of one framework of all of them."""
    for case in cases:
        path = root / case.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(case.text, encoding="utf-8")
    found = injections(load(root))
    return [[one for one in found if one.path == case.path] for case in cases]


def test_labelled(tmp_path: Path) -> None:
    """Every attack is found, and nothing else is; of each kind how many."""
    cases = positives()
    assert len({case.path for case in [*cases, *negatives()]}) == len([*cases, *negatives()])
    assert (len(cases) >= 60, len(negatives()) >= 60) == (True, True)
    missed = [case for case, found in zip(cases, found_in(tmp_path / "p", cases), strict=True) if not found]
    alarms = [
        (case, [one.message for one in found])
        for case, found in zip(negatives(), found_in(tmp_path / "n", negatives()), strict=True)
        if found
    ]
    print(Counter(case.kind for case in cases), len(negatives()))  # noqa: T201 - the table of the docs
    assert (missed, alarms) == ([], [])
