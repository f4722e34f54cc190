"""What the test cases of the JUnit report are: one a finding, in suites by gate. Pure."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from pytest_fwgates.reports import selection
from pytest_fwgates.reports.standing import BLOCKING, DECISIONS, in_order, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_fwgates.model import Finding, JudgedCriterion, Verdict
    from pytest_fwgates.reports.standing import Standing

MOST: Final = 10_000
"""Findings that are told; the file stays below the 30 MB that GitLab reads."""
LONGEST: Final = 200
"""Characters of an attribute: Codecov drops a case with one of more than 1,000 bytes."""
APPROVALS: Final = "fwgates approvals"
DECISION: Final = "fwgates decision"

Element: TypeAlias = Literal["failure", "error", "skipped"]


class Case(NamedTuple):
    """A test case.

    Attributes:
        suite: The suite that it is in, and its class.
        name: Unique in the suite and the same in every run; the outcome is no part of it.
        element: What it holds besides its properties; None where it passed.
        kind: The element's `type`.
        reason: One line; empty where it passed.
        properties: For consumers that read them.
    """

    suite: str
    name: str
    file: str
    line: int | None
    seconds: float
    element: Element | None
    kind: str
    reason: str
    criterion: str
    properties: dict[str, str]


_ERRORS: Final[dict[Standing, str]] = {
    "error": "Error",
    "not run": "NotRun",
    "inconclusive": "Inconclusive",
}
_SKIPPED: Final[dict[Standing, str]] = {
    "needs approval": "NeedsApproval",
    "approved": "Approved",
    "exempted": "Exempted",
    "bypassed": "Bypassed",
    "baselined": "Baselined",
    "not enforced": "NotEnforced",
    "flaky": "Flaky",
    "not applicable": "NotApplicable",
}


def cases(verdict: Verdict) -> list[Case]:
    """Every case, what blocks first; there is always one, and it says what was decided."""
    rows = in_order(verdict.criteria)
    shares = selection.shares((len(_told(row)) for row in rows), MOST)
    found = [case for row, share in zip(rows, shares, strict=True) for case in _of_row(row, share)]
    found += _approvals(verdict, [row for row in rows if standing(row) == "needs approval"])
    found += [_problem(verdict, number, one) for number, one in enumerate(verdict.problems, 1)]
    decided = {"block": {"failure", "error"}, "require_approval": {"failure"}, "allow": set[str]()}
    wanted = decided[verdict.decision]
    if not found or (wanted and not any(case.element in wanted for case in found)):
        found.append(_decision(verdict))
    return list(_unique(found))


def suite_of(row: JudgedCriterion) -> str:
    """A criterion stands in one suite: that of its first gate."""
    return f"fwgates.{row.gates[0]}" if row.gates else "fwgates"


def _told(row: JudgedCriterion) -> tuple[Finding, ...]:
    """The findings that stand for the criterion; those of one that passed did not count."""
    return row.findings if standing(row) not in {"passed", "not applicable"} else ()


def _of_row(row: JudgedCriterion, share: int) -> Iterator[Case]:
    told = _told(row)
    if not told or selection.has_more_than_findings(row):
        path = selection.gate_test_file(row)
        yield _case(row, row.id, path, None, row.reason or row.outcome.replace("_", " "), row.duration_s)
    for number, finding in enumerate(told[:share]):
        place = ":".join(str(part) for part in (finding.path, finding.line) if part is not None)
        seconds = 0.0 if number or selection.has_more_than_findings(row) else row.duration_s
        name = f"{row.id}[{place or finding.fingerprint}]"
        yield _case(row, name, finding.path or "", finding.line, finding.message, seconds)
    if len(told) > share:
        rest = f"{len(told) - share} more findings of {row.id}; the verdict has all of them"
        yield _case(row, f"{row.id}[more]", "", None, rest, 0.0)


def _case(  # noqa: PLR0913, PLR0917 - each is a fact of its own
    row: JudgedCriterion, name: str, path: str, line: int | None, reason: str, seconds: float
) -> Case:
    where = standing(row)
    excuse = "; ".join(row.disposed)
    element: Element | None = None
    if where in _ERRORS:
        element, kind = "error", _ERRORS[where]
    elif where in BLOCKING:
        element, kind = "failure", "Blocked"
    elif where in _SKIPPED:
        element, kind = "skipped", _SKIPPED[where]
        reason = f"{reason} ({where}{f': {excuse}' if excuse else ''})"
    else:
        kind, reason = "", ""
    properties = {
        "fwgates.outcome": where,
        "fwgates.gate": ", ".join(row.gates),
        "fwgates.level": row.level,
        "fwgates.approver": ", ".join(row.approvers),
        "fwgates.expires": row.until,
        "fwgates.reason": excuse,
        "dd_tags[fwgates.outcome]": where,
    }
    return Case(
        suite_of(row),
        name,
        path if selection.is_plain(path) and len(path) <= LONGEST else "",
        line,
        seconds,
        element,
        f"fwgates.{kind}" if kind else "",
        reason,
        row.id,
        {key: value for key, value in properties.items() if value},
    )


def _approvals(verdict: Verdict, rows: list[JudgedCriterion]) -> Iterator[Case]:
    """One case that fails where something needs approval: a skipped case alone is shown by nobody."""
    if rows:
        names = ", ".join(row.id for row in rows)
        hint = f"run 'fwgates approve --env {verdict.environment}'"
        reason = f"{len(rows)} need approval in {verdict.environment}: {names}; {hint}"
        yield _of_run(APPROVALS, "approvals", "fwgates.NeedsApproval", reason)


def _problem(verdict: Verdict, number: int, problem: str) -> Case:
    return _of_run(DECISION, f"problem {number}", "fwgates.Blocked", f"{verdict.environment}: {problem}")


def _decision(verdict: Verdict) -> Case:
    reason = f"{verdict.environment}: {DECISIONS[verdict.decision]}"
    if verdict.decision == "allow":
        return _of_run(DECISION, "decision", "", "")
    return _of_run(DECISION, "decision", "fwgates.Blocked", reason)


def _of_run(suite: str, name: str, kind: str, reason: str) -> Case:
    element: Element | None = "failure" if kind else None
    outcome = {"fwgates.outcome": "needs approval" if suite == APPROVALS else "blocked"} if kind else {}
    return Case(suite, name, "", None, 0.0, element, kind, reason, name, outcome)


def _unique(found: Iterable[Case]) -> Iterator[Case]:
    """The same name twice is one case to some consumers."""
    seen: dict[tuple[str, str], int] = {}
    for case in found:
        name = selection.shortened(case.name, LONGEST // 2)
        key = (case.suite, name)
        seen[key] = seen.get(key, 0) + 1
        yield case._replace(name=name if seen[key] == 1 else f"{name}#{seen[key]}")


def frame(case: Case) -> tuple[str, str]:
    """The lines in which consumers that read no attributes look for the place, as a Java and a JS frame."""
    folder, base = posixpath.split(case.file)
    line = case.line or 1
    parts = ".".join([*folder.split("/"), case.criterion] if folder else [case.criterion])
    return f"at {parts}({base}:{line})", f"at {case.criterion} ({case.file}:{line}:1)"
