"""The verdict as one page for people: nothing in it is loaded from elsewhere, and nothing in it runs.

Every text of the framework is escaped where an element is made of it (`markup`). Of everything there is a
limit; what has no room is counted.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.reports import html_findings, html_plots, html_tables, quantities
from pytest_fwgates.reports.markup import Fitting, Html, element, join, verbatim
from pytest_fwgates.reports.standing import DECISIONS, counts, in_order
from pytest_fwgates.reports.terminal import way_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.model import Decision, Verdict
    from pytest_fwgates.reports.markup import Child

LINES: Final = 200
"""How many lines a list has."""
PLOTS: Final = 50
"""How many criteria show their samples."""

_LIST_SIZE: Final = 100_000
_PLOTS_SIZE: Final = 500_000
_MEANINGS: Final[dict[Decision, str]] = {
    "allow": "Nothing stands against a deployment.",
    "require_approval": "A person has to approve before a deployment.",
    "block": "This may not be deployed.",
}


class Section(NamedTuple):
    """A part of the page that the contents list; left out where it is empty."""

    name: str
    title: str
    content: Html


def render(verdict: Verdict) -> str:
    """The page."""
    sections = [one for one in _sections(verdict) if one.content]
    title = f"fwgates: {DECISIONS[verdict.decision]}: {verdict.environment}"
    main = element("main", _decision(verdict), _contents(sections), *map(_section, sections))
    body = element("body", main, element("footer", element("p", _FOOTER)), class_=verdict.decision)
    return verbatim("<!doctype html>\n") + element("html", _head(title), body, lang="en")


_FOOTER: Final = "Made by fwgates from the verdict alone; fwgates report makes it again."


def _head(title: str) -> Html:
    style, digest = _style()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="generator", content="fwgates"),
        element("meta", http_equiv="Content-Security-Policy", content=verbatim(policy)),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", style),
    )


@cache
def _style() -> tuple[Html, str]:
    """What the page looks like, and the digest by which the page allows it."""
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    return verbatim(style), base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _sections(verdict: Verdict) -> Iterator[Section]:
    found = html_findings.findings(verdict)
    number = sum(len(row.findings) for row in verdict.criteria)
    sampled = [row for row in in_order(verdict.criteria) if row.samples]
    plots = Fitting(len(sampled), count=PLOTS, size=_PLOTS_SIZE)
    yield Section("why", "Why", _reasons(verdict))
    unblock = "To unblock" if verdict.decision == "block" else "To go on without an approval"
    yield Section("do", unblock, _list("ul", list(_ways_out(verdict))))
    yield Section("gates", "Gates", html_tables.gates(verdict))
    yield Section("stages", "Stages", html_tables.timing(verdict))
    yield Section(
        "criteria", f"Criteria ({len(verdict.criteria):,})", html_tables.criteria(verdict, found.anchors)
    )
    yield Section("findings", f"Findings ({number:,})", found.section)
    yield Section("samples", "Samples", join([*plots(html_plots.figures(sampled)), plots.rest("criteria")]))
    yield Section("excused", "Excused", html_tables.excused(verdict))
    yield Section("exemptions", "Exemptions", html_tables.exemptions(verdict))
    overlooked = sum(len(row.suppressed) for row in verdict.criteria)
    yield Section("overlooked", f"Overlooked ({overlooked:,})", html_findings.overlooked(verdict))
    yield Section("notices", "Notices", _list("ul", verdict.notices))
    yield Section("judged", "What was judged", _judged(verdict))


def _section(one: Section) -> Html:
    heading = element("h2", one.title, id=f"{one.name}-title")
    return element("section", heading, one.content, id=one.name, aria_labelledby=f"{one.name}-title")


def _contents(sections: Sequence[Section]) -> Html:
    links = (element("li", element("a", one.title, href=f"#{one.name}")) for one in sections)
    return element("nav", element("ul", *links), aria_label="Contents")


def _decision(verdict: Verdict) -> Html:
    """What everybody has to know."""
    word = element("span", DECISIONS[verdict.decision], class_="decision")
    known = (
        ("profile", verdict.profile),
        ("commit", verdict.commit or "outside git"),
        ("decided at", verdict.decided_at),
    )
    return element(
        "header",
        element("h1", word, ": ", verdict.environment),
        element("p", f"{_MEANINGS[verdict.decision]} ", html_tables.counted(counts(verdict)), class_="lead"),
        _definitions(known),
        *_banner(verdict),
    )


def _banner(verdict: Verdict) -> Iterator[Html]:
    """That less ran than had to, so that nobody takes it for the whole."""
    left_out = _list("ul", [f"{one.option} {one.value} ({one.origin})" for one in verdict.narrowing])
    if verdict.partial:
        alone = f"What ran, alone: {DECISIONS[verdict.selected_decision]}."
        said = element("p", element("b", "PARTIAL. "), "Options left out criteria that are due. ", alone)
        yield element("div", said, left_out, class_="banner")
    elif left_out:
        yield element("div", element("p", "Options that leave criteria out:"), left_out, class_="banner")


def _reasons(verdict: Verdict) -> Html:
    """The reasons, and which of them are no criterion's fault."""
    problems = set(verdict.problems)
    mark = join([element("span", "problem", class_="tag bad"), " "])
    reasons = dict.fromkeys((*verdict.reasons, *verdict.problems))
    return _list("ul", [join([mark, one]) if one in problems else one for one in reasons])


def _ways_out(verdict: Verdict) -> Iterator[str]:
    """As the terminal says it."""
    if verdict.decision != "allow":
        yield from filter(None, map(way_out, in_order(verdict.criteria)))
        yield from (f"settle: {problem}" for problem in verdict.problems)


def _judged(verdict: Verdict) -> Html:
    known = (
        ("framework", verdict.framework_root),
        ("tree digest", verdict.tree_digest),
        ("policy digest", verdict.policy_digest),
        ("ledger", verdict.ledger),
        ("runs", ", ".join(verdict.run_ids)),
    )
    config = {**verdict.framework_config, **verdict.infrastructure}
    return _definitions([*known, *((name, quantities.value(one, "")) for name, one in config.items())])


def _definitions(known: Sequence[tuple[str, str]]) -> Html:
    known = [(name, value) for name, value in known if value]
    fitting = Fitting(len(known), count=LINES, size=_LIST_SIZE)
    items = (element("div", element("dt", name), element("dd", value)) for name, value in known)
    return join([element("dl", *fitting(items)), fitting.rest("values")])


def _list(kind: str, items: Sequence[Child]) -> Html:
    """A list of what fits, and how much does not; empty where there is nothing."""
    if not items:
        return Html()
    fitting = Fitting(len(items), count=LINES, size=_LIST_SIZE)
    return join([element(kind, *fitting(element("li", one) for one in items)), fitting.rest("lines")])
