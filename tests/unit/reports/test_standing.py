"""Where a criterion stands, in the words of every report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from pytest_fwgates.reports import standing
from tests.unit.reports import verdicts
from tests.unit.strategies import verdicts as any_verdict

if TYPE_CHECKING:
    from pytest_fwgates.model import Decision, Verdict

_ADDS: dict[str, Decision] = dict.fromkeys(standing.BLOCKING, "block") | {
    "needs approval": "require_approval"
}


def test_every_standing_occurs_in_the_example() -> None:
    """So that a golden file of it holds every one."""
    assert list(standing.counts(verdicts.every_standing())) == list(standing.ORDER)


@given(any_verdict())
def test_standing_says_what_the_criterion_adds(verdict: Verdict) -> None:
    """Nothing that blocks is told as anything else, and nothing else as blocking."""
    for row in verdict.criteria:
        assert _ADDS.get(standing.standing(row), "allow") == row.decision


@given(any_verdict())
def test_what_blocks_comes_first(verdict: Verdict) -> None:
    """In every report."""
    order = [row.decision for row in standing.in_order(verdict.criteria)]
    assert order == sorted(order, key=["block", "require_approval", "allow"].index)


def test_stage_over_its_target() -> None:
    """The sum of its criteria, against the target of the document; a stage without one is never over."""
    assert standing.stages(verdicts.every_standing()) == (
        ("source_control", 0.25, None),
        ("framework_validation", 3.0, 120),
        ("security_scanning", 301.5, 300),
    )
    assert [one.is_over for one in standing.stages(verdicts.every_standing())] == [False, False, True]
