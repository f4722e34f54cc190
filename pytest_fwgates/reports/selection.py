"""What a report that cannot hold everything tells, so that no criterion that counts goes untold. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.enforcement import BUILT_IN
from pytest_fwgates.reports.standing import BLOCKING, in_order, standing
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fwgates.model import Finding, JudgedCriterion, Verdict

SEVERITIES: Final = ("critical", "high", "medium", "low")
_BUNDLED_TESTS: Final = "fwgates/"
_BUNDLED: Final = "bundled "
_LONGEST_PATH: Final = 4_096


def counting(verdict: Verdict) -> list[JudgedCriterion]:
    """The criteria that block or need approval, in the order of every report."""
    return [row for row in in_order(verdict.criteria) if standing(row) in {*BLOCKING, "needs approval"}]


def has_more_than_findings(row: JudgedCriterion) -> bool:
    """Whether its findings, if it has any, do not say all of why a criterion that counts does so."""
    count = len(row.findings)
    plain = {"", f"{count} finding{'s' * (count != 1)}"}
    return row.outcome != "failed" or not count or row.reason not in plain


def what_happened(row: JudgedCriterion) -> str:
    """The outcome of a criterion and why, in one line."""
    return f"{row.id} {row.outcome.replace('_', ' ')}{f': {row.reason}' if row.reason else ''}"


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By severity; within one as they are."""
    return sorted(findings, key=lambda one: SEVERITIES.index(one.severity))


def shares(wanted: Iterable[int], limit: int) -> list[int]:
    """How many of each are told where `limit` are in all.

    Each has one before any has two, as long as the limit reaches; what is left goes to the first.
    """
    wanted = list(wanted)
    spare = max(0, limit - sum(one > 0 for one in wanted))
    given: list[int] = []
    for one in wanted:
        mine = min(one, 1 + spare, limit)
        spare -= max(0, mine - 1)
        limit -= mine
        given.append(mine)
    return given


def gate_test_file(row: JudgedCriterion) -> str:
    """The file of the gate test; empty where it is none of the repository."""
    path, _, name = row.nodeid.partition("::")
    own = name and row.nodeid != BUILT_IN and not path.startswith(_BUNDLED_TESTS)
    return path if own else ""


def is_plain(path: str) -> bool:
    """Whether `path` can be a file of the repository."""
    return (
        bool(path) and not path.startswith("/") and ".." not in path.split("/") and len(path) <= _LONGEST_PATH
    )


def profile_file(verdict: Verdict) -> str:
    """The file of the profile; of a bundled one, the file that would stand in for it."""
    return verdict.profile.removeprefix(_BUNDLED)


def shortened(text: str, limit: int) -> str:
    """`text`, printable, of about `limit` characters at most; it says how long it was where it is cut."""
    safe = printable(text[: limit + 1])
    if len(text) <= limit and len(safe) <= limit:
        return safe
    return f"{safe[:limit]}… (cut, of {len(text):,} characters)"
