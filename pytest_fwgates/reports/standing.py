"""Where a criterion stands in a verdict, in the words and the order that every report uses. Pure."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, get_args

from pytest_fwgates.catalogue import DURATION_TARGETS_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fwgates.model import Decision, JudgedCriterion, Verdict

Standing: TypeAlias = Literal[
    "blocked",
    "error",
    "not run",
    "inconclusive",
    "needs approval",
    "approved",
    "exempted",
    "bypassed",
    "baselined",
    "not enforced",
    "flaky",
    "not applicable",
    "passed",
]
"""What a person has to know of a criterion first; from what blocks to what passed."""

ORDER: Final[tuple[Standing, ...]] = get_args(Standing)
BLOCKING: Final[frozenset[Standing]] = frozenset(ORDER[:4])
"""The standings that block a deployment."""

DECISIONS: Final[dict[Decision, str]] = {
    "allow": "ALLOW",
    "require_approval": "REQUIRES APPROVAL",
    "block": "BLOCK",
}


class Stage(NamedTuple):
    """How long the gate tests of a stage took, one after another, against the document's target."""

    name: str
    duration_s: float
    target_s: int | None

    @property
    def is_over(self) -> bool:
        """Whether it took longer than it should."""
        return self.target_s is not None and self.duration_s >= self.target_s


def standing(row: JudgedCriterion) -> Standing:
    """Where a criterion stands.

    A failure that needs approval, or that something excuses, is told as that whatever its outcome.
    """
    if row.decision == "block":
        blocking: dict[str, Standing] = {
            "error": "error",
            "not_run": "not run",
            "inconclusive": "inconclusive",
        }
        return blocking.get(row.outcome, "blocked")
    if row.decision == "require_approval":
        return "needs approval"
    if row.disposition != "none":
        return row.disposition
    passed: dict[str, Standing] = {
        "passed": "passed",
        "not_applicable": "not applicable",
        "flaky": "flaky",
    }
    return "not enforced" if row.enforcement == "none" and row.outcome not in passed else passed[row.outcome]


def in_order(rows: Iterable[JudgedCriterion]) -> list[JudgedCriterion]:
    """What blocks first, then what needs approval, and so on; by id within each."""
    return sorted(rows, key=lambda row: (ORDER.index(standing(row)), row.id))


def counts(verdict: Verdict) -> dict[Standing, int]:
    """How many criteria stand where, without those that none does, in the order of `ORDER`."""
    found = Counter(standing(row) for row in verdict.criteria)
    return {one: found[one] for one in ORDER if found[one]}


def stages(verdict: Verdict) -> tuple[Stage, ...]:
    """The due stages in their order, and how long each took."""
    return tuple(Stage(name, _took(verdict, name), DURATION_TARGETS_S.get(name)) for name in verdict.stages)


def _took(verdict: Verdict, stage: str) -> float:
    return math.fsum(row.duration_s for row in verdict.criteria if row.stage == stage)
