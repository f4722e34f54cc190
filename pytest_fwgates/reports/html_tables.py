"""The parts of the page that are tables: gates, criteria, stages, what is excused."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pytest_fwgates.reports import quantities
from pytest_fwgates.reports.html_findings import tag
from pytest_fwgates.reports.markup import Fitting, Html, element, join
from pytest_fwgates.reports.standing import ORDER, in_order, stages, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_fwgates.model import JudgedCriterion, Verdict
    from pytest_fwgates.reports.markup import Child
    from pytest_fwgates.reports.standing import Standing

ROWS: Final = 1_000
"""How many rows a table has."""

_LARGE: Final = 1_000_000
_SMALL: Final = 100_000
_SHORT: Final = 24
"""Characters that stay on a line."""
_NO_GATE: Final = "(no gate)"
_AS_OUTCOME: Final = frozenset({"error", "not run", "inconclusive", "flaky", "not applicable", "passed"})
_CRITERIA: Final = ("standing", "criterion", "findings", "measured", "examined", "took", "why")


def criteria(verdict: Verdict, anchors: Mapping[str, str]) -> Html:
    """Every criterion, what blocks first.

    Args:
        verdict: Whose they are.
        anchors: Where the first finding of each is, by id.
    """
    rows = (_criterion(row, anchors) for row in in_order(verdict.criteria))
    return _table(_CRITERIA, rows, len(verdict.criteria), "criteria", size=_LARGE, kind="criteria")


def gates(verdict: Verdict) -> Html:
    """How many criteria of each gate stand where."""
    found: dict[str, Counter[Standing]] = {}
    for row in verdict.criteria:
        for gate in row.gates or (_NO_GATE,):
            found.setdefault(gate, Counter())[standing(row)] += 1
    rows = (("", gate, counted(times)) for gate, times in sorted(found.items()))
    shown = _table(("gate", "criteria"), (row[1:] for row in rows), len(found), "gates")
    disabled = f"NOT ENFORCED (disabled in {verdict.profile}): {', '.join(verdict.not_enforced)}"
    return join([shown, element("p", disabled, class_="warning")] if verdict.not_enforced else [shown])


def counted(times: Mapping[Standing, int]) -> Html:
    """How many stand where."""
    return join((tag(one, times[one]) for one in ORDER if times.get(one)), " ")


def timing(verdict: Verdict) -> Html:
    """How long each stage took, one gate test after another, against the pipeline's target."""
    rows = (
        (
            stage.name,
            f"{stage.duration_s:.1f} s",
            "none" if stage.target_s is None else f"{stage.target_s} s",
            element("b", "OVER TARGET", class_="warning") if stage.is_over else "",
        )
        for stage in stages(verdict)
    )
    return _table(("stage", "took", "target", ""), rows, len(verdict.stages), "stages")


def excused(verdict: Verdict) -> Html:
    """What did not pass and does not count, by whose word, until when and why."""
    found = [row for row in in_order(verdict.criteria) if row.disposition != "none"]
    rows = (
        (
            row.id,
            element("span", row.disposition, class_="tag soft"),
            ", ".join(row.approvers),
            row.until,
            "; ".join(row.disposed),
        )
        for row in found
    )
    return _table(("criterion", "how", "by", "until", "why"), rows, len(found), "criteria")


def exemptions(verdict: Verdict) -> Html:
    """Every exemption for the environment, whether it counted or not."""
    head = ("exemption", "criterion", "findings", "owner", "approved by", "until", "ticket", "why")
    rows = (
        (
            one.id,
            one.criterion,
            "unused" if one.unused else f"{one.matched:,}",
            one.owner,
            one.approver,
            one.expires,
            one.ticket,
            f"{one.reason}: {one.text}",
        )
        for one in verdict.exemptions
    )
    return _table(head, rows, len(verdict.exemptions), "exemptions")


def _criterion(row: JudgedCriterion, anchors: Mapping[str, str]) -> Sequence[Child]:
    where = standing(row)
    outcome = "" if where in _AS_OUTCOME else element("small", row.outcome.replace("_", " "))
    kin = ", ".join(row.gates) or "no gate"
    value, limit = quantities.measured(row)
    about = element("small", "; ".join([f"{row.level}, {row.stage}, {kin}", *row.tools]))
    return (
        join([tag(where), outcome], " ") if outcome else tag(where),
        join([element("span", row.id, class_="criterion"), about], " "),
        _count(row, anchors),
        join([value, element("small", limit, class_="whole" if len(limit) <= _SHORT else "")], " ")
        if limit
        else "",
        f"{row.examined:,}",
        f"{row.duration_s:.2f} s",
        "; ".join([one for one in (row.reason, *row.disposed) if one]),
    )


def _count(row: JudgedCriterion, anchors: Mapping[str, str]) -> Child:
    count = f"{len(row.findings):,}" if row.findings else ""
    if row.id not in anchors:
        return count
    return element("a", count, href=f"#{anchors[row.id]}", aria_label=f"{count} findings of {row.id}")


def _table(  # noqa: PLR0913 - what a table is made of
    head: Sequence[str],
    rows: Iterable[Sequence[Child]],
    total: int,
    what: str,
    *,
    size: int = _SMALL,
    kind: str = "",
) -> Html:
    """A table of what fits, and how much does not; empty where there is nothing."""
    if not total:
        return Html()
    fitting = Fitting(total, count=ROWS, size=size)
    body = list(fitting(element("tr", *_cells(head, row)) for row in rows))
    cells = (element("th", one, scope="col") if one else element("td") for one in head)
    table = element("table", element("thead", element("tr", *cells)), element("tbody", *body), class_=kind)
    return join([table, fitting.rest(what)])


def _cells(head: Sequence[str], row: Sequence[Child]) -> Iterator[Html]:
    """On a narrow screen each cell is a line, and says which it is."""
    name = head.index("criterion") if head[0] == "standing" else 0
    for number, (label, cell) in enumerate(zip(head, row, strict=True)):
        if number == name:
            yield element("th", cell, scope="row")
        else:
            yield element("td", cell, data_label=label if cell and label != "standing" else "")
