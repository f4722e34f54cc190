"""The verdict as GitHub flavoured markdown, for the summary of a step.

Fixed words and numbers are markdown; everything else stands in code spans. What does not fit is left out by
whole rows, and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.reports import quantities, selection, standing
from pytest_fwgates.reports.gfm import NAME_LIMIT, NONE, code, codes, size, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_fwgates.model import Finding, JudgedCriterion, Verdict

LIMIT: Final = 900_000
"""Bytes that no summary has; GitHub drops one of more than 1 MiB without a word."""
FINDINGS: Final = (1_000, 300, 80)
"""Findings of one table; fewer where they are so long that some criterion would have none."""

# The bytes of a table. Two large ones, a middle one and eight small ones are less than LIMIT.
_LARGE: Final = 250_000
_MIDDLE: Final = 150_000
_SMALL: Final = 25_000
_MARKS: Final = {"allow": "✅", "require_approval": "✋", "block": "❌"}


def render(verdict: Verdict) -> str:
    """The summary: the decision, what it rests on, what counts against it, what is excused."""
    parts = (
        _decision(verdict),
        _problems(verdict),
        _criteria(verdict),
        _findings(verdict),
        _approvals(verdict),
        _excused(verdict),
        _exemptions(verdict),
        _stages(verdict),
        _uncounted(verdict),
        _overlooked(verdict),
        _notices(verdict),
        _identity(verdict),
    )
    return "\n\n".join(paragraph for part in parts for paragraph in part) + "\n"


def _section(
    title: str, head: Sequence[str], rows: Sequence[Sequence[str]], limit: int = _SMALL
) -> Iterator[str]:
    """A heading and a table; nothing where there are no rows."""
    if rows:
        yield f"### {title}"
        yield from table(head, rows, len(rows), limit)


def _decision(verdict: Verdict) -> Iterator[str]:
    word = standing.DECISIONS[verdict.decision]
    yield f"## {_MARKS[verdict.decision]} fwgates: {word}: {code(verdict.environment, NAME_LIMIT)}"
    counts = ", ".join(f"{count} {one}" for one, count in standing.counts(verdict).items())
    yield f"By {code(verdict.profile)}, of the criteria: {counts or 'none'}."
    if verdict.partial:
        yield f"**This was a partial run.** What ran, alone: {standing.DECISIONS[verdict.selected_decision]}."
    rows = [(code(one.option), code(one.value), code(one.origin)) for one in verdict.narrowing]
    yield from _section("Narrowed by", ("option", "value", "set in"), rows)


def _problems(verdict: Verdict) -> Iterator[str]:
    rows = [(code(one),) for one in verdict.problems]
    yield from _section("Problems", ("what blocks and is no criterion's fault",), rows)


def _criteria(verdict: Verdict) -> Iterator[str]:
    rows = [
        (
            standing.standing(row),
            _name(row),
            codes(row.gates),
            code(" ".join(quantities.measured(row)).strip()),
            f"{row.examined:,}",
            f"{row.duration_s:.2f}",
            code(row.reason),
        )
        for row in standing.in_order(verdict.criteria)
    ]
    head = ("standing", "criterion", "gates", "measured", "examined", "seconds", "why")
    yield from _section("Criteria", head, rows, _LARGE)


def _name(row: JudgedCriterion) -> str:
    return code(row.id, NAME_LIMIT)


def _findings(verdict: Verdict) -> Iterator[str]:
    rows = [row for row in selection.counting(verdict) if row.findings]
    if rows:
        yield "### Findings that count"
        yield from _finding_table(rows, _LARGE)


def _uncounted(verdict: Verdict) -> Iterator[str]:
    """What nobody has to mend now, folded."""
    rows = [row for row in standing.in_order(verdict.criteria) if row.findings and row.decision == "allow"]
    if rows:
        yield "### Findings that do not count"
        total = sum(len(row.findings) for row in rows)
        yield f"<details><summary>{total:,} findings of what is excused or not enforced</summary>"
        yield from _finding_table(rows, _MIDDLE)
        yield "</details>"


def _finding_table(rows: Sequence[JudgedCriterion], limit: int) -> Iterator[str]:
    """The findings of every row, the worst first; of each criterion at least one."""
    wanted = [len(row.findings) for row in rows]
    cells: list[tuple[str, ...]] = []
    for most in FINDINGS:
        given = selection.shares(wanted, most)
        cells = [
            (standing.standing(row), _name(row), _place(one), one.severity, code(one.message))
            for row, count in zip(rows, given, strict=True)
            for one in selection.worst_first(row.findings)[:count]
        ]
        if size(cells) <= limit:
            break
    head = ("standing", "criterion", "place", "severity", "finding")
    yield from table(head, cells, sum(wanted), limit)


def _place(finding: Finding) -> str:
    known = (finding.path, finding.line, finding.column) if finding.path else ()
    return code(":".join(str(part) for part in known if part is not None))


def _approvals(verdict: Verdict) -> Iterator[str]:
    rows = [
        (_name(row), code(row.reason), code("; ".join(row.disposed)))
        for row in selection.counting(verdict)
        if row.decision == "require_approval"
    ]
    yield from _section("Needs approval", ("criterion", "why", "approvals so far"), rows)
    if rows:
        yield (
            "Mend it, or have it approved by somebody who may: `fwgates approve --as NAME --key PATH`, "
            "or by a review on GitHub."
        )


def _excused(verdict: Verdict) -> Iterator[str]:
    rows = [
        (row.disposition, _name(row), codes(row.approvers), code(row.until), code("; ".join(row.disposed)))
        for row in standing.in_order(verdict.criteria)
        if row.disposition != "none"
    ]
    yield from _section("Excused", ("how", "criterion", "by", "until", "why"), rows)


def _exemptions(verdict: Verdict) -> Iterator[str]:
    rows = [
        (
            code(one.id, NAME_LIMIT),
            code(one.criterion, NAME_LIMIT),
            "unused" if one.unused else f"{one.matched:,}",
            code(one.owner, NAME_LIMIT),
            code(one.approver, NAME_LIMIT),
            code(one.expires, NAME_LIMIT),
            code(one.ticket, NAME_LIMIT),
            code(f"{one.reason}: {one.text}"),
        )
        for one in verdict.exemptions
    ]
    head = ("exemption", "criterion", "findings", "owner", "approved by", "until", "ticket", "why")
    yield from _section("Exemptions", head, rows)


def _stages(verdict: Verdict) -> Iterator[str]:
    rows = [
        (
            code(one.name, NAME_LIMIT),
            f"{one.duration_s:.2f}",
            NONE if one.target_s is None else str(one.target_s),
            "**warning: over its target**" if one.is_over else "",
        )
        for one in standing.stages(verdict)
    ]
    yield from _section("Stages", ("stage", "seconds", "target", ""), rows)


def _overlooked(verdict: Verdict) -> Iterator[str]:
    rows = [(_name(row), f"{len(row.suppressed):,}") for row in verdict.criteria if row.suppressed]
    title = "Overlooked, as comments in the files ask"
    yield from _section(title, ("criterion", "findings"), rows)


def _notices(verdict: Verdict) -> Iterator[str]:
    yield from _section("Notices", ("what to know",), [(code(one),) for one in verdict.notices])
    if verdict.not_enforced:
        yield f"**Not enforced**, for the profile disables them: {codes(verdict.not_enforced)}."


def _identity(verdict: Verdict) -> Iterator[str]:
    """What was judged, and where it is written down."""
    known: Iterable[tuple[str, str]] = (
        ("decided at", verdict.decided_at),
        ("commit", verdict.commit or ""),
        ("framework", verdict.tree_digest),
        ("policy", verdict.policy_digest),
        ("ledger", verdict.ledger),
        ("runs", ", ".join(verdict.run_ids)),
    )
    yield from _section("What was judged", ("", ""), [(name, code(value)) for name, value in known if value])
