"""The step summary, rendered by GitHub's own renderer and by another one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from pytest_fwgates.model import Finding
from pytest_fwgates.reports import gfm, markdown, standing
from pytest_fwgates.reports.quantities import measured
from pytest_fwgates.reports.selection import shortened
from tests.unit.reports import verdicts
from tests.unit.strategies import printable_text
from tests.unit.strategies import verdicts as any_verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fwgates.model import Verdict

GOLDEN = Path(__file__).parent / "golden" / "markdown.md"
ELEMENTS = {
    "html", "body", "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong",
    "details", "summary",
}  # fmt: skip

nasty = (
    st.sampled_from(verdicts.NASTY[:-1]) | st.text("`|\\ *_<>[]()!@#:/w.&;~-\n", min_size=1) | printable_text
)


def by_github(text: str) -> str:
    """With everything that a sanitizer may take out still in it."""
    return cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)


def by_another(text: str) -> str:
    """markdown-it with tables."""
    return MarkdownIt("commonmark").enable("table").render(text)


RENDERERS = (by_github, by_another)


def tables(verdict: Verdict, renderer: Callable[[str], str] = by_github) -> dict[str, list[list[str]]]:
    """The rows of every table by its heading; nothing else is in the document but fixed elements."""
    text = markdown.render(verdict)
    assert len(text.encode()) < markdown.LIMIT
    document = html.document_fromstring(renderer(text))
    assert {one.tag for one in document.iter()} <= ELEMENTS
    for one in document.iter():
        assert set(one.attrib) <= {"align"}
    found: dict[str, list[list[str]]] = {}
    for one in document.iter("table"):
        heading = one.xpath("preceding::h3[1]")[0].text_content()
        rows = [[cell.text_content() for cell in row] for row in one.iter("tr")]
        assert len({len(row) for row in rows}) == 1
        assert heading not in found
        found[heading] = rows[1:]
    return found


def told(text: str, limit: int = gfm.TEXT_LIMIT) -> str:
    """What a cell of it says."""
    return shortened(text, limit) or gfm.NONE


def findings(verdict: Verdict, *, counting: bool) -> list[list[str]]:
    """The rows that there have to be."""
    rows = [row for row in standing.in_order(verdict.criteria) if (row.decision != "allow") is counting]
    severities = ("critical", "high", "medium", "low")
    return [
        [
            standing.standing(row),
            told(row.id, gfm.NAME_LIMIT),
            told(
                ":".join(str(part) for part in (one.path, one.line, one.column) if part) if one.path else ""
            ),
            one.severity,
            told(one.message),
        ]
        for row in rows
        for one in sorted(row.findings, key=lambda one: severities.index(one.severity))
    ]


def test_golden() -> None:
    """A verdict with every standing."""
    assert markdown.render(verdicts.every_standing()) == GOLDEN.read_text(encoding="utf-8")


@given(any_verdict(nasty))
@example(verdicts.every_standing())
@settings(deadline=None)
def test_round_trip(verdict: Verdict) -> None:
    """Every criterion and every finding is a row that says what it is, whatever it is called."""
    found = tables(verdict)
    assert found.get("Criteria", []) == [
        [
            standing.standing(row),
            told(row.id, gfm.NAME_LIMIT),
            ", ".join(row.gates) or gfm.NONE,
            told(" ".join(measured(row)).strip()),
            f"{row.examined:,}",
            f"{row.duration_s:.2f}",
            told(row.reason),
        ]
        for row in standing.in_order(verdict.criteria)
    ]
    assert found.get("Findings that count", []) == findings(verdict, counting=True)
    assert found.get("Findings that do not count", []) == findings(verdict, counting=False)
    assert found.get("Problems", []) == [[told(one)] for one in verdict.problems]
    assert found == tables(verdict, by_another)


@given(st.lists(nasty, min_size=1, max_size=3))
@settings(deadline=None)
def test_code(texts: list[str]) -> None:
    """A text is one cell, to the letter, beside any other text."""
    row = [gfm.code(one) for one in texts]
    (whole,) = gfm.table(["x"] * len(texts), [row], 1, 100_000)
    for renderer in RENDERERS:
        document = html.document_fromstring(renderer(whole))
        assert [one.text_content() for one in document.iter("td")] == [told(one) for one in texts]
        assert {one.tag for one in document.find(".//tbody").iter()} <= {"tbody", "tr", "td", "code"}


@pytest.mark.parametrize("renderer", RENDERERS)
def test_hostile(renderer: Callable[[str], str]) -> None:
    """No element, no attribute and no row but ours."""
    verdict = verdicts.hostile()
    found = tables(verdict, renderer)
    assert found["Findings that count"] == findings(verdict, counting=True)
    for heading in ("Problems", "Notices"):
        assert found[heading] == [[told(one)] for one in verdicts.NASTY]


def test_what_people_want_to_know() -> None:
    """Who excused what until when, and what takes too long."""
    found = tables(verdicts.every_standing())
    assert found["Excused"][1][:4] == ["exempted", "token_budget_compliance", "dave", "2026-03-20"]
    assert found["Exemptions"][0][:7] == [
        "EX-1", "token_budget_compliance", "1", "carol", "dave", "2026-03-20", "DOC-7"
    ]  # fmt: skip
    assert found["Stages"][-1] == ["security_scanning", "301.50", "300", "warning: over its target"]
    assert found["Overlooked, as comments in the files ask"] == [["zero_broken_links", "1"]]
    assert dict(found["What was judged"])["ledger"] == verdicts.every_standing().ledger


def test_more_than_fits() -> None:
    """Every criterion that counts has a row, and what has none is counted."""
    many = tuple(verdicts.finding("x", f"broken {number}", "a.md", number) for number in range(1, 2_001))
    rows = (verdicts.row("first", "failed", findings=many), verdicts.row("last", "failed", findings=many))
    verdict = verdicts.verdict(*rows)
    found = [one[1] for one in tables(verdict)["Findings that count"]]
    assert found == ["first"] * 999 + ["last"]
    assert "\n… and 3,000 more, which have no room here; the verdict has them.\n" in markdown.render(verdict)


def test_long_findings() -> None:
    """There are fewer of them, but still of every criterion."""
    many = tuple(Finding("ä" * 400, "ö" * 400, number) for number in range(2_000))
    rows = (verdicts.row("first", "failed", findings=many), verdicts.row("last", "failed", findings=many))
    found = [one[1] for one in tables(verdicts.verdict(*rows))["Findings that count"]]
    assert found[-1] == "last"
    assert len(found) in markdown.FINDINGS


def test_size_is_bounded() -> None:
    """Where everything is as long and as many as it can be."""
    huge = "\U0001f4a5`" * 500
    found = tuple(Finding(huge, huge, number) for number in range(2_000))
    rows = [verdicts.row(f"{number}{huge}", "failed", reason=huge, findings=found) for number in range(500)]
    rows += [
        verdicts.row(f"{number}{huge}", "failed", decision="allow", disposition="approved", disposed=(huge,),
                     approvers=(huge,) * 20, until=huge, findings=found, suppressed=found)
        for number in range(500)
    ]  # fmt: skip
    many = (huge,) * 500
    verdict = verdicts.verdict(
        *rows, problems=many, notices=many, not_enforced=many, stages=many, run_ids=many
    )
    text = markdown.render(verdict)
    assert 500_000 < len(text.encode()) < markdown.LIMIT
    assert text.count("which have no room here") == 8
