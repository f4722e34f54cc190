"""JUnit XML, as consumers read it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import junitparser
import msgspec
import pytest
from hypothesis import given, settings
from lxml import etree

from pytest_fwgates.reports import junit, junit_cases
from pytest_fwgates.reports.standing import standing
from pytest_fwgates.reports.text import printable
from tests.unit.reports import verdicts
from tests.unit.strategies import verdicts as any_verdict

if TYPE_CHECKING:
    from pytest_fwgates.model import JudgedCriterion, Verdict

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "junit.xml"
SCHEMA = etree.XMLSchema(etree.parse(HERE / "junit-10.xsd"))
"""Of Jenkins' xUnit plugin; it knows neither the file and line of a case nor its properties."""
TYPES = {
    "blocked": "Blocked", "error": "Error", "not run": "NotRun", "inconclusive": "Inconclusive",
    "needs approval": "NeedsApproval", "approved": "Approved", "exempted": "Exempted", "bypassed": "Bypassed",
    "baselined": "Baselined", "not enforced": "NotEnforced", "flaky": "Flaky",
    "not applicable": "NotApplicable",
}  # fmt: skip
ELEMENTS = {"blocked": "failure", "error": "error", "not run": "error", "inconclusive": "error"}
READ = {junitparser.Failure: "failure", junitparser.Error: "error", junitparser.Skipped: "skipped"}


def suites(verdict: Verdict) -> list[junitparser.TestSuite]:
    return list(junitparser.JUnitXml.fromstring(junit.render(verdict).encode()))


def seen(verdict: Verdict) -> Counter[tuple[str, str | None, str | None, str, str]]:
    """Suite, file, line, element and type of every case, as a consumer reads them."""
    found = Counter[tuple[str, str | None, str | None, str, str]]()
    for suite in suites(verdict):
        for case in suite:
            results = case.result
            assert len(results) <= 1
            kind, of = (READ[type(results[0])], results[0].type) if results else ("passed", "")
            found[suite.name, case._elem.get("file"), case._elem.get("line"), kind, of] += 1
    return found


def expected(row: JudgedCriterion) -> list[tuple[str, str | None, str | None, str, str]]:
    """What a criterion has to be told as."""
    where = standing(row)
    element = ELEMENTS.get(where, "passed" if where == "passed" else "skipped")
    kind = f"fwgates.{TYPES[where]}" if where in TYPES else ""
    suite = f"fwgates.{row.gates[0]}" if row.gates else "fwgates"
    told = row.findings if where not in {"passed", "not applicable"} else ()
    plain = {"", "1 finding" if len(told) == 1 else f"{len(told)} findings"}
    found = [
        (suite, one.path, str(one.line) if one.line and one.path else None, element, kind) for one in told
    ]
    if not told or row.outcome != "failed" or row.reason not in plain:
        found.append((suite, "gate_tests/test_it.py", None, element, kind))
    return found


@given(any_verdict())
@settings(deadline=None)
def test_round_trip(verdict: Verdict) -> None:
    """Every case has the place and the result of the verdict, and the counts are those of the cases."""
    cases = [one for row in verdict.criteria for one in expected(row)]
    if any(row.decision == "require_approval" for row in verdict.criteria):
        cases.append(("fwgates approvals", None, None, "failure", "fwgates.NeedsApproval"))
    cases += [("fwgates decision", None, None, "failure", "fwgates.Blocked")] * len(verdict.problems)
    assert seen(verdict) == Counter(cases)
    for suite in suites(verdict):
        read = Counter(READ[type(result)] for case in suite for result in case.result)
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
            len(list(suite)),
            read["failure"],
            read["error"],
            read["skipped"],
        )


@given(any_verdict())
@settings(deadline=None)
def test_never_shown_better_than_it_is(verdict: Verdict) -> None:
    """What blocks has a failure or an error, what needs approval a failure; there is always a case."""
    read = Counter(kind for _, _, _, kind, _ in seen(verdict).elements())
    assert read.total() > 0
    if verdict.decision == "block":
        assert read["failure"] + read["error"] > 0
    elif verdict.decision == "require_approval":
        assert read["failure"] > 0
    else:
        assert read["failure"] + read["error"] == 0


def without_places(document: etree._Element) -> etree._Element:
    """What the schema has a word for."""
    for case in document.iter("testcase"):
        for name in ("file", "line"):
            case.attrib.pop(name, None)
        for properties in case.findall("properties"):
            case.remove(properties)
    return document


@pytest.mark.parametrize(
    "verdict",
    [
        verdicts.every_standing(),
        verdicts.hostile(3),
        verdicts.verdict(),
        verdicts.verdict(decision="block"),
        verdicts.verdict(verdicts.row("it", "passed")),
    ],
    ids=["every standing", "hostile", "nothing", "nothing, and it blocks", "passed"],
)
def test_valid(verdict: Verdict) -> None:
    """By the schema of Jenkins; names are unique, bodies never empty, attributes short."""
    document = etree.fromstring(junit.render(verdict).encode())
    names = [(case.get("classname"), case.get("name")) for case in document.iter("testcase")]
    assert len(set(names)) == len(names)
    for element in document.iter("failure", "error", "skipped"):
        assert element.text
        assert element.text.strip()
    assert all(len(value.encode()) <= 1000 for one in document.iter() for value in one.attrib.values())
    SCHEMA.assertValid(without_places(document))


def test_golden() -> None:
    """Every standing, as it is written."""
    assert junit.render(verdicts.every_standing()) == GOLDEN.read_text(encoding="utf-8")


def test_hostile_text_is_harmless() -> None:
    """No control or bidirectional character, no command for a runner, no CDATA."""
    text = junit.render(verdicts.hostile(2))
    assert all(printable(line) == line for line in text.split("\n"))
    assert "<![CDATA[" not in text
    assert "<script>" not in text


def test_bounded() -> None:
    """What does not fit is counted in a case of its own, so that no criterion vanishes."""
    verdict = verdicts.hostile(1000)
    text = junit.render(verdict)
    assert len(text) < 15_000_000
    cases = junit_cases.cases(verdict)
    told = [case for case in cases if case.criterion == "zero_broken_links"]
    assert len(told) <= junit_cases.MOST + 2
    (rest,) = [case for case in told if case.name == "zero_broken_links[more]"]
    left_out = len(verdict.criteria[0].findings) - (len(told) - 2)
    assert rest.reason.startswith(f"{left_out} more findings of zero_broken_links")
    assert {case.criterion for case in cases} >= {row.id for row in verdict.criteria}


def test_name_stays_when_the_outcome_changes() -> None:
    """Consumers follow a case by its name."""
    verdict = verdicts.every_standing()
    rows = [
        msgspec.structs.replace(row, decision="allow", disposition="approved")
        if row.decision != "allow"
        else row
        for row in verdict.criteria
    ]
    excused = msgspec.structs.replace(verdict, criteria=tuple(rows), problems=(), decision="allow")
    before = {(case.suite, case.name) for case in junit_cases.cases(verdict)}
    assert {(case.suite, case.name) for case in junit_cases.cases(excused)} < before
