# ruff: noqa: E501 - documents
"""Reports of other scanners: what they find, and when they prove nothing."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.tools.adapter import Unproven
from pytest_fwgates.tools.sarif_import import Imported, Wanted, parse, read

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
WANTED = Wanted("out/a.sarif", "CodeQL", COMMIT, any_commit=False, max_age=dt.timedelta(hours=24))
ROOT = Path("/srv/framework")


def result(**fields: Any) -> dict[str, Any]:
    return {
        "ruleId": "js/x",
        "message": {"text": "It is\nwrong"},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": "src/a.js"}, "region": {"startLine": 3}}}
        ],
        **fields,
    }


def run(results: Any, **fields: Any) -> dict[str, Any]:
    rules = [
        {"id": "js/x", "defaultConfiguration": {"level": "error"}, "helpUri": "https://example.com/x"},
        {"id": "js/score", "properties": {"security-severity": "9.8"}},
        {"id": "js/plain"},
    ]
    return {
        "tool": {"driver": {"name": "CodeQL", "semanticVersion": "2.20", "rules": rules}},
        "results": results,
        "invocations": [{"executionSuccessful": True, "endTimeUtc": "2026-03-02T11:00:00Z"}],
        "versionControlProvenance": [{"revisionId": COMMIT}],
        **fields,
    }


def imported(*runs: Any, wanted: Wanted = WANTED, version: str = "2.1.0") -> Imported:
    return parse(json.dumps({"version": version, "runs": runs}).encode(), wanted, ROOT, NOW, NOW)


def test_a_finding() -> None:
    """Where, what, how bad, and where to read more."""
    got = imported(run([result()]))
    (one,) = got.scan.findings
    assert (one.path, one.line, one.severity) == ("src/a.js", 3, "high")
    assert one.message == "CodeQL js/x: It is wrong; see https://example.com/x"
    assert (got.scan.examined, got.tools) == (1, (("CodeQL", "2.20"),))


@pytest.mark.parametrize(
    ("fields", "severities"),
    [
        ({"ruleId": "js/score"}, ["critical"]),
        ({"properties": {"security-severity": "7.0"}}, ["high"]),
        ({"properties": {"security-severity": "6.9"}}, ["medium"]),
        ({"properties": {"security-severity": 0.1}}, ["low"]),
        ({"properties": {"security-severity": "0.0"}}, []),
        ({"properties": {"security-severity": "99"}}, ["high"]),
        ({"level": "warning"}, ["medium"]),
        ({"level": "note"}, ["low"]),
        ({"level": "none"}, []),
        ({"level": "dreadful"}, ["high"]),
        ({"ruleId": "js/plain"}, ["medium"]),
        ({"ruleId": "", "ruleIndex": 1}, ["critical"]),
        ({"ruleId": "", "rule": {"index": 0}}, ["high"]),
        ({"ruleId": "other"}, ["medium"]),
        ({"kind": "pass"}, []),
        ({"kind": "notApplicable"}, []),
        ({"baselineState": "absent"}, []),
        ({"baselineState": "unchanged"}, ["high"]),
    ],
)
def test_severity(fields: dict[str, Any], severities: list[str]) -> None:
    """By score, level or default, as GitHub has it; what nobody knows is high."""
    assert [one.severity for one in imported(run([result(**fields)])).scan.findings] == severities


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/a.js", "src/a.js"),
        ("./src/a%20b.js", "src/a b.js"),
        ("file:///srv/framework/a.js", "a.js"),
        ("/srv/framework/x/a.js", "x/a.js"),
        ("src\\a.js", "src/a.js"),
        ("../a.js", None),
        ("file:///etc/passwd", None),
        ("https://example.com/login", None),
        ("C:/x/a.js", None),
        ("", None),
    ],
)
def test_paths(uri: str, path: str | None) -> None:
    """Only what lies in the framework is a path; the rest is said in the message."""
    location = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}}
    (one,) = imported(run([result(locations=[location])])).scan.findings
    assert (one.path, one.line) == (path, 1 if path else None)
    assert (f"(in {uri})" in one.message) == (path is None and bool(uri))


def test_suppressed() -> None:
    """Only where every suppression is accepted; whether that counts is the profile's to say."""
    states = [None, [], [{"kind": "inSource"}], [{"status": "accepted"}, {"status": "underReview"}]]
    found = imported(run([result(suppressions=one) for one in states])).scan.findings
    assert [one.suppressed is True for one in found] == [False, False, True, False]


@pytest.mark.parametrize(
    ("runs", "wanted", "why"),
    [
        ((), WANTED, "no run of CodeQL; it holds nothing"),
        ((run([], tool={"driver": {"name": "Trivy"}}),), WANTED, "no run of CodeQL; it holds Trivy"),
        ((run(None),), WANTED, "CodeQL gave no results, which is not the same as none"),
        ((run([], invocations=[{"executionSuccessful": False}]),), WANTED, "CodeQL says that it failed"),
        (
            (run([], invocations=[{"toolExecutionNotifications": [{"level": "error", "message": {"text": "out of memory"}}]}]),),
            WANTED,
            "CodeQL: out of memory",
        ),
        ((run([], invocations=[{"endTimeUtc": "2026-03-01T11:00:00Z"}]),), WANTED, "25 hours old; run CodeQL again"),
        ((run([], invocations=[{"endTimeUtc": "2026-03-03T11:00:00Z"}]),), WANTED, "it is of the future: 2026-03-03 11:00"),
        ((run([], versionControlProvenance=[{"revisionId": "f" * 40}]),), WANTED, "it is of commit ffffffffffff, not of 0123456789ab"),
        ((run([], versionControlProvenance=[{"revisionId": "0123"}]),), WANTED, "it is of commit 0123, not of"),
        ((run([], versionControlProvenance=[]),), WANTED, "it does not say of which commit it is"),
    ],
)  # fmt: skip
def test_no_proof(runs: tuple[Any, ...], wanted: Wanted, why: str) -> None:
    """Never a pass, and a reason that says what to do."""
    with pytest.raises(Unproven) as caught:
        imported(*runs, wanted=wanted)
    assert str(caught.value).startswith("out/a.sarif: ")
    assert why in str(caught.value)


def test_proof() -> None:
    """No findings, of this commit or of any where the profile says so, of any tool where it names none."""
    assert imported(run([])).scan.findings == ()
    loose = WANTED._replace(any_commit=True, tool="")
    assert imported(run([], versionControlProvenance=[]), wanted=loose).scan.examined == 1
    assert (
        imported(run([], versionControlProvenance=[]), wanted=WANTED._replace(commit=None)).scan.examined == 1
    )
    assert imported(run([], versionControlProvenance=[{"revisionId": COMMIT[:12]}])).scan.examined == 1
    with pytest.raises(Unproven, match="of commit f"):
        imported(run([], versionControlProvenance=[{"revisionId": "f" * 40}]), wanted=loose)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no SARIF: "),
        (b"{}", "no SARIF: Object missing required field `version`"),
        (b"[" * 100_000, "no SARIF: "),
        (b'{"version": "2.0.0", "runs": []}', "SARIF '2.0.0' instead of 2.1.0"),
        (b'{"version": "2.1.0", "runs": {}}', "no SARIF: Expected `array`, got `object` - at `$.runs`"),
        (b"\xff\xfe{", "no SARIF: "),
    ],
)
def test_no_sarif(data: bytes, why: str) -> None:
    """One clear reason."""
    with pytest.raises(Unproven) as caught:
        parse(data, WANTED, ROOT, NOW, NOW)
    assert why in str(caught.value)


def test_a_file(tmp_path: Path) -> None:
    """What is not there proves nothing; its age is that of the file where it says none."""
    with pytest.raises(Unproven, match=r"out/a\.sarif: No such file"):
        read(tmp_path / "a.sarif", WANTED, ROOT, NOW)
    file = tmp_path / "a.sarif"
    file.write_text(json.dumps({"version": "2.1.0", "runs": [run([result()], invocations=[])]}))
    changed = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
    assert len(read(file, WANTED, ROOT, changed).scan.findings) == 1
    with pytest.raises(Unproven, match="30 hours old"):
        read(file, WANTED, ROOT, changed + dt.timedelta(hours=30))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["tool", "driver", "name", "results", "message", "text", "ruleId", "runs", "locations"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(JSON, max_size=3), st.lists(JSON, max_size=3))
def test_any_document_is_judged(runs: list[Any], results: list[Any]) -> None:
    """Findings or a reason, never a crash."""
    for some in (runs, [run(results)], [run([result(properties=one) for one in results])]):
        try:
            imported(*some, wanted=WANTED._replace(tool=""))
        except Unproven:
            continue
