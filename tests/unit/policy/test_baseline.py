"""The baseline: what it covers, and that it only shrinks."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.fingerprints import identify
from pytest_fwgates.model import Finding
from pytest_fwgates.policy import baseline
from pytest_fwgates.policy.baseline import EMPTY, Baseline, Known
from pytest_fwgates.profile import BaselinePolicy
from tests.unit.strategies import NOW, any_text, findings

if TYPE_CHECKING:
    from pathlib import Path

laws = settings(deadline=None)

SHOWN = "environments/baseline.json"
POLICY = BaselinePolicy()
ONE, TWO = "00000000000000a1", "00000000000000b2"
KNOWN = Baseline(1, {"links": (Known("a.md", ONE, 2), Known("b.md", TWO))})


def found(*fingerprints: str) -> tuple[Finding, ...]:
    """A finding for each of `fingerprints`, on lines that follow each other."""
    return tuple(Finding("x", "a.md", line, fingerprint=one) for line, one in enumerate(fingerprints, 1))


def covered(known: Baseline, one: tuple[Finding, ...], *gates: str) -> baseline.Covered:
    """Which findings of the criterion links are known."""
    return baseline.covered(known, POLICY, "links", gates, one)


def test_covered() -> None:
    """Of equal findings as many are known as there were; the rest is new."""
    run = found(ONE, ONE, ONE, TWO, "00000000000000c3")
    split = covered(KNOWN, run)
    assert [one.line for one in split.known] == [1, 2, 4]
    assert [one.line for one in split.new] == [3, 5]


def test_other_criterion() -> None:
    """What is known of one criterion excuses no other."""
    assert baseline.covered(KNOWN, POLICY, "names", (), found(ONE)).new == found(ONE)


@pytest.mark.parametrize("gate", ["security", "basic_security"])
def test_refused_gates(gate: str) -> None:
    """Of a gate that may not be baselined everything is new, also where it is one of several."""
    assert covered(KNOWN, found(ONE), "house_rules", gate).new == found(ONE)
    assert covered(KNOWN, found(ONE), "house_rules").new == ()


def test_render() -> None:
    """The file is sorted and ends with a new line; what is read is what was written."""
    content = baseline.render(
        Baseline(1, {"z": (Known("b", TWO), Known("a", ONE)), "a": (), "b": KNOWN.criteria["links"]})
    )
    document = json.loads(content)
    assert list(document["criteria"]) == ["b", "z"]
    assert document["criteria"]["z"][0] == {"path": "a", "fingerprint": ONE, "times": 1}
    assert content.endswith(b"}\n")
    read, problems = baseline.parse(content, SHOWN)
    assert problems == ()
    assert baseline.render(read) == content


def rows(*known: dict[str, object]) -> bytes:
    """A file in which these are known of the criterion a."""
    return json.dumps({"version": 1, "criteria": {"a": known}}).encode()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not a baseline (Input data was truncated)"),
        (b"[]", "not a baseline (Expected `object`, got `array`)"),
        (b'{"version": 2, "criteria": {}}', "version 2 is unknown; this is version 1"),
        (b'{"version": 1}', "not a baseline (Object missing required field `criteria`)"),
        (b'{"version": 1, "criteria": {}, "x": 1}', "not a baseline (Object contains unknown field `x`)"),
        (rows({"path": "x", "fingerprint": "y"}), "not a baseline (Expected `str`"),
        (rows({"path": "", "fingerprint": ONE, "times": 0}), "not a baseline (Expected `int` >= 1"),
        (rows(*[{"path": "", "fingerprint": ONE}] * 2), f"a: {ONE} stands there twice"),
        (b'{"version": 1, "criteria": {"\xff": []}}', "not a baseline ("),
        (b'{"version": 1, "criteria": ' + b"[" * 100_000, "not a baseline ("),
    ],
)  # fmt: skip
def test_unreadable(tmp_path: Path, content: bytes, problem: str) -> None:
    """A file that is no baseline is one problem and covers nothing."""
    (tmp_path / "baseline.json").write_bytes(content)
    read = baseline.read(tmp_path / "baseline.json", SHOWN)
    assert read.baseline == EMPTY
    (one,) = read.problems
    assert str(one).startswith(f"{SHOWN}: {problem}")


def test_no_file(tmp_path: Path) -> None:
    """No file is an empty baseline; a folder is a problem; one that is too large is not even read."""
    assert baseline.read(tmp_path / "baseline.json", SHOWN) == (EMPTY, ())
    assert [one.message for one in baseline.read(tmp_path, SHOWN).problems] == [
        "cannot be read: Is a directory"
    ]
    with (tmp_path / "baseline.json").open("wb") as stream:
        stream.truncate(baseline.MAX_BYTES + 1)
    (one,) = baseline.read(tmp_path / "baseline.json", SHOWN).problems
    assert one.message == "larger than 50000000 bytes"


def test_shrunk() -> None:
    """What is gone goes; what is new does not come; what did not run stays."""
    known = Baseline(1, {**KNOWN.criteria, "names": (Known("c.md", TWO),)})
    small = baseline.shrunk(known, {"links": found(ONE, "00000000000000c3")})
    assert small.criteria == {"links": (Known("a.md", ONE),), "names": (Known("c.md", TWO),)}
    assert baseline.shrunk(known, {"links": (), "names": ()}) == EMPTY


def test_only_shrinks(tmp_path: Path) -> None:
    """A change may take out, even everything, and may not add; what is no baseline is no smaller one."""
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_bytes(baseline.render(KNOWN))
    assert baseline.only_shrinks(old, new)
    new.write_bytes(baseline.render(KNOWN))
    assert baseline.only_shrinks(old, new)
    more = Baseline(1, {"links": (Known("a.md", ONE, 3), Known("b.md", TWO)), "names": (Known("c.md", TWO),)})
    old.write_bytes(baseline.render(more))
    assert baseline.only_shrinks(old, new)
    assert not baseline.only_shrinks(new, old)
    new.write_text("{}")
    assert not baseline.only_shrinks(old, new)


def test_faults() -> None:
    """What stands there and cannot count is told."""
    policy = BaselinePolicy(refused_gates=("security",))
    known = Baseline(1, {"links": (), "secrets": (), "secret": ()})
    told = baseline.faults(known, policy, {"links": ("docs",), "secrets": ("security", "docs")}, SHOWN)
    assert [(one.kind, one.message) for one in told] == [
        ("unknown_criterion", "'secret' is an unknown criterion; did you mean 'secrets'?"),
        ("refused", "secrets: findings of the gate security may not be baselined; take them out"),
    ]


def test_grace() -> None:
    """A new criterion counts from the beginning of its day in UTC; one of a refused gate counts at once."""
    policy = BaselinePolicy(enforce_from={"links": dt.date(2026, 3, 2)})
    before, on = NOW, dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    assert baseline.grace_until(policy, "links", (), before) == dt.date(2026, 3, 2)
    assert baseline.grace_until(policy, "links", (), on) is None
    assert baseline.grace_until(policy, "links", (), dt.datetime.fromisoformat("2026-03-02T01:00:00+02:00"))
    assert baseline.grace_until(policy, "links", ("security",), before) is None
    assert baseline.grace_until(policy, "names", (), before) is None


def test_finding_without_a_name() -> None:
    """A finding that has no fingerprint is never known."""
    anonymous = (Finding("x"),)
    known = baseline.of_findings({"links": anonymous})
    assert known == EMPTY
    assert covered(known, anonymous).new == anonymous


several = st.lists(findings(), max_size=6).map(lambda rows: identify("links", rows))
repeated = st.tuples(several, several).map(lambda pair: (*pair[0], *pair[1]))
"""Findings of a criterion; two gate tests of it may report the same."""

baselines = repeated.map(lambda rows: baseline.of_findings({"links": rows}))


def counted(rows: tuple[Finding, ...]) -> Counter[str]:
    """How often each fingerprint is there."""
    return Counter(one.fingerprint for one in rows)


def held(known: Baseline) -> Counter[str]:
    """How often each fingerprint is known."""
    return Counter({one.fingerprint: one.times for one in known.criteria.get("links", ())})


@given(known=baselines, rows=repeated)
@laws
def test_only_what_was_in_it(known: Baseline, rows: tuple[Finding, ...]) -> None:
    """No finding is covered that was not in the baseline, and none is lost."""
    split = covered(known, rows)
    assert counted(split.known) == held(known) & counted(rows)
    assert counted(split.known) + counted(split.new) == counted(rows)


@given(rows=repeated)
@laws
def test_of_today_covers_today(rows: tuple[Finding, ...]) -> None:
    """The baseline of a run covers the whole of that run, before and after it was a file."""
    known = baseline.of_findings({"links": rows})
    assert covered(known, rows).new == ()
    again, problems = baseline.parse(baseline.render(known), SHOWN)
    assert (again, problems) == (known, ())
    assert baseline.beyond(known, {"links": rows}) == {}
    assert baseline.render(baseline.of_findings({"links": rows[::-1]})) == baseline.render(known)


@given(known=baselines, rows=repeated, later=repeated)
@laws
def test_it_only_shrinks(known: Baseline, rows: tuple[Finding, ...], later: tuple[Finding, ...]) -> None:
    """What a run takes out never covers again, whatever the next run finds."""
    small = baseline.shrunk(known, {"links": rows})
    assert held(small) == held(known) & counted(rows)
    assert held(baseline.shrunk(small, {"links": later})) <= held(small)
    assert counted(covered(small, later).known) <= counted(covered(known, later).known)
    assert baseline.shrunk(small, {"links": rows}) == small


@given(at_ref=baselines, here=baselines, rows=repeated)
@laws
def test_no_edit_covers_more(at_ref: Baseline, here: Baseline, rows: tuple[Finding, ...]) -> None:
    """Whatever stands in the work tree, it covers no more than what stands at the policy ref."""
    both = baseline.common(here, at_ref)
    assert held(both) == held(here) & held(at_ref)
    assert counted(covered(both, rows).known) <= counted(covered(at_ref, rows).known)


@given(content=st.binary() | any_text.map(lambda text: text.encode("utf-8", "surrogatepass")))
@laws
def test_whatever_the_file_holds(content: bytes) -> None:
    """Any bytes are a baseline, or one problem and nothing covered."""
    read = baseline.parse(content, SHOWN)
    assert read.problems == () or (read.baseline == EMPTY and len(read.problems) == 1)


@given(path=any_text)
@laws
def test_any_path_can_be_written(path: str) -> None:
    """The name of a file may be anything that a system allows."""
    rows = identify("links", [Finding("x", path)])
    known = baseline.of_findings({"links": rows})
    again, problems = baseline.parse(baseline.render(known), SHOWN)
    assert problems == ()
    assert covered(again, rows).known == rows
