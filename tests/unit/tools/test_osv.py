"""A folder of advisories: what is affected, how severe it is, and what makes the folder say nothing."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.framework.inventory.model import Component
from pytest_fwgates.tools import cvss, osv
from pytest_fwgates.tools.adapter import Scan, Unproven
from pytest_fwgates.tools.osv import Locked, scan

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
FRESH = "2026-03-09T00:00:00Z"


def advisory(
    identifier: str = "GHSA-x", name: str = "click", ecosystem: str = "PyPI", **more: Any
) -> dict[str, Any]:
    events = more.pop("events", [{"introduced": "0"}, {"fixed": "8.1.0"}])
    kind = "SEMVER" if ecosystem == "npm" else "ECOSYSTEM"
    affected = {
        "package": {"ecosystem": ecosystem, "name": name},
        "ranges": [{"type": kind, "events": events}],
    }
    return {"id": identifier, "modified": FRESH, "affected": [affected | more.pop("part", {})], **more}


def locked(name: str = "click", version: str = "8.0.4", ecosystem: str = "pypi") -> Locked:
    return Locked("lock", Component(ecosystem, name, name, 7, version=version))  # type: ignore[arg-type]


def said(folder: Path, advisories: list[dict[str, Any]], *asked: Locked) -> Scan:
    for number, one in enumerate(advisories):
        (folder / f"{number}.json").write_text(json.dumps(one))
    return scan(folder, asked or [locked()], NOW)


def test_a_finding_names_version_advisory_and_fix(tmp_path: Path) -> None:
    one = advisory(aliases=["CVE-2026-1"], summary="Reads\nfiles", database_specific={"severity": "MODERATE"})
    (found,) = said(tmp_path, [one]).findings
    assert found.message == "click 8.0.4 has GHSA-x (CVE-2026-1): Reads files; update to 8.1.0"
    assert (found.path, found.line, found.severity) == ("lock", 7, "medium")


@pytest.mark.parametrize(
    ("ecosystem", "version", "events", "affected"),
    [
        ("PyPI", "8.0.4", [{"introduced": "0"}, {"fixed": "8.1.0"}], True),
        ("PyPI", "8.1.0", [{"introduced": "0"}, {"fixed": "8.1.0"}], False),
        ("PyPI", "8.1.0rc1", [{"introduced": "0"}, {"fixed": "8.1.0"}], True),
        ("PyPI", "8.1.0.post1", [{"introduced": "0"}, {"fixed": "8.1.0"}], False),
        ("PyPI", "7.9", [{"introduced": "8.0"}, {"fixed": "8.1.0"}], False),
        ("PyPI", "8.1", [{"introduced": "8.0"}, {"last_affected": "8.1"}], True),
        ("PyPI", "8.1.1", [{"introduced": "8.0"}, {"last_affected": "8.1"}], False),
        ("PyPI", "9.5", [{"fixed": "8"}, {"introduced": "9"}, {"introduced": "0"}, {"fixed": "10"}], True),
        ("PyPI", "8.5", [{"fixed": "8"}, {"introduced": "9"}, {"introduced": "0"}, {"fixed": "10"}], False),
        ("PyPI", "99", [{"introduced": "0"}], True),
        ("npm", "4.17.20", [{"introduced": "0"}, {"fixed": "4.17.21"}], True),
        ("npm", "4.17.21", [{"introduced": "0"}, {"fixed": "4.17.21"}], False),
        ("npm", "5.0.0-beta.2", [{"introduced": "5.0.0-beta.1"}, {"fixed": "5.0.0"}], True),
        ("npm", "10.0.0", [{"introduced": "9.0.0"}], True),
    ],
)
def test_ranges(tmp_path: Path, ecosystem: str, version: str, events: list[Any], *, affected: bool) -> None:
    one = advisory(ecosystem=ecosystem, events=events)
    asked = locked(version=version, ecosystem="npm" if ecosystem == "npm" else "pypi")
    assert bool(said(tmp_path, [one], asked).findings) is affected


def test_listed_versions_names_and_withdrawn(tmp_path: Path) -> None:
    listed = {"versions": ["8.0.4.0"], "ranges": []}
    assert said(tmp_path, [advisory(part=listed)]).findings
    assert said(tmp_path, [advisory(name="Click")]).findings
    assert not said(tmp_path, [advisory(withdrawn=FRESH)]).findings
    assert not said(tmp_path, [advisory(name="other")]).findings
    assert not said(tmp_path, [advisory(ecosystem="npm")]).findings
    git = {"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}
    assert not said(tmp_path, [advisory(part=git)]).findings


def test_one_vulnerability_of_two_databases_is_one_finding(tmp_path: Path) -> None:
    pair = [advisory("PYSEC-1", aliases=["CVE-1"]), advisory("GHSA-x", aliases=["CVE-1"]), advisory("GHSA-y")]
    assert [one.message.split()[3] for one in said(tmp_path, pair).findings] == ["GHSA-x", "GHSA-y;"]


def test_severity_of_an_advisory_that_does_not_say_is_high(tmp_path: Path) -> None:
    assert said(tmp_path, [advisory()]).findings[0].severity == "high"
    vector = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N"}]
    assert said(tmp_path, [advisory(severity=vector)]).findings[0].severity == "medium"


@pytest.mark.parametrize(
    ("vector", "score"),
    [  # from the specification's examples and NVD
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("CVSS:3.0/AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:N/A:N", 4.7),
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ("CVSS:4.0/AV:N", None),
        ("CVSS:3.1/AV:Q", None),
    ],
)
def test_cvss(vector: str, score: float | None) -> None:
    assert cvss.base_score(vector) == score


def test_archives_of_osv_dev_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("GHSA-x.json", json.dumps(advisory()))
    assert len(scan(tmp_path, [locked()], NOW).findings) == 1


def test_an_old_database_says_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unproven, match="days old"):
        said(tmp_path, [advisory() | {"modified": "2026-02-01T00:00:00Z"}])


def test_no_database(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(Unproven):
            scan(folder, [locked()], NOW)
    (tmp_path / "all.zip").write_bytes(b"PK no")
    with pytest.raises(Unproven):
        scan(tmp_path, [locked()], NOW)


def test_what_is_no_advisory_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    result = said(tmp_path, [advisory()])
    assert len(result.findings) == 1
    assert "1 files" in result.unproven


def test_a_version_that_cannot_be_compared_is_told(tmp_path: Path) -> None:
    assert (
        "cannot be compared"
        in said(tmp_path, [advisory(ecosystem="npm")], locked(version="next", ecosystem="npm")).unproven
    )


VALUE = (
    st.none() | st.text("0.1-abz", max_size=6) | st.integers(0, 3) | st.lists(st.text(max_size=3), max_size=2)
)
EVENT = st.dictionaries(st.sampled_from(["introduced", "fixed", "last_affected", "limit"]), VALUE, max_size=2)


@settings(max_examples=200, deadline=None)
@given(st.lists(EVENT, max_size=4), st.text("0.1-abz", max_size=6), st.sampled_from(["pypi", "npm"]))
def test_no_events_break_it(events: list[Any], version: str, ecosystem: str) -> None:
    osv._in_range(
        osv._order(ecosystem)(version) or osv._order(ecosystem)("1.0.0"), events, osv._order(ecosystem)
    )
