"""Fingerprints: the same defect keeps its name, two defects never share one."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.fingerprints import identify
from pytest_fwgates.model import Finding, Severity
from tests.unit.strategies import any_text, findings

laws = settings(deadline=None)

LINK = Finding("link to gone.md is broken", "guide.md", 7, 3)


def fingerprint(finding: Finding, criterion: str = "zero_broken_links") -> str:
    """The fingerprint of `finding` when nothing else was found."""
    (named,) = identify(criterion, [finding])
    return named.fingerprint


def test_recorded() -> None:
    """The fingerprint is what it was in earlier versions, because baselines hold it."""
    assert identify("zero_broken_links", [LINK]) == (
        Finding(
            "link to gone.md is broken",
            "guide.md",
            7,
            3,
            criterion="zero_broken_links",
            fingerprint="cd0407205c3040dc",
        ),
    )


def test_nothing() -> None:
    """Without findings there is nothing to name."""
    assert identify("zero_broken_links", []) == ()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"line": 70}, id="another line"),
        pytest.param({"column": None}, id="no column"),
        pytest.param({"severity": "critical"}, id="another severity"),
        pytest.param(
            {"message": "broken; did you mean here.md?", "subject": LINK.message}, id="a better message"
        ),
    ],
)
def test_same_defect(changes: dict[str, object]) -> None:
    """Where it stands, how bad it is and how it is told are not part of a defect's name."""
    assert fingerprint(msgspec.structs.replace(LINK, **changes)) == fingerprint(LINK)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"path": "other.md"}, id="another file"),
        pytest.param({"path": None}, id="no file"),
        pytest.param({"message": "link to lost.md is broken"}, id="another message"),
        pytest.param({"subject": "gone.md"}, id="a subject of its own"),
        pytest.param({"message": "link to \udcff is broken"}, id="a message that is not UTF-8"),
    ],
)
def test_other_defect(changes: dict[str, object]) -> None:
    """Another file or another subject is another defect."""
    assert fingerprint(msgspec.structs.replace(LINK, **changes)) != fingerprint(LINK)


def test_other_criterion() -> None:
    """The same message of two criteria is two defects."""
    assert fingerprint(LINK) != fingerprint(LINK, "cross_reference_validation")


def test_order_and_subject() -> None:
    """Findings come back by path, line and column, without the subject that only the name needs."""
    found = [
        Finding("m", "b.md", 1, subject="s"),
        Finding("m", "a.md", 9),
        Finding("m", "a.md", 2, 5),
        Finding("m", "a.md", 2),
        Finding("m"),
    ]
    named = identify("c", found)
    assert [(one.path, one.line, one.column) for one in named] == [
        (None, None, None),
        ("a.md", 2, None),
        ("a.md", 2, 5),
        ("a.md", 9, None),
        ("b.md", 1, None),
    ]
    assert {one.subject for one in named} == {msgspec.UNSET}


several = st.lists(findings(any_text), max_size=8)


@given(found=several, distance=st.integers(0, 10**6))
@laws
def test_moved_lines(found: list[Finding], distance: int) -> None:
    """Lines inserted above everything change no fingerprint."""
    moved = [
        msgspec.structs.replace(one, line=None if one.line is None else one.line + distance) for one in found
    ]
    assert [one.fingerprint for one in identify("c", moved)] == [
        one.fingerprint for one in identify("c", found)
    ]


@given(found=several, copies=st.integers(1, 3))
@laws
def test_distinct(found: list[Finding], copies: int) -> None:
    """No two findings of a criterion share a fingerprint, not even equal ones."""
    named = identify("c", found * copies)
    assert len({one.fingerprint for one in named}) == len(named)


@given(found=several, data=st.data())
@laws
def test_input_order(found: list[Finding], data: st.DataObject) -> None:
    """The order in which a check finds things changes nothing."""
    subjects = data.draw(st.lists(st.just(msgspec.UNSET) | st.just("s"), min_size=8, max_size=8))
    found = [
        msgspec.structs.replace(one, subject=subject) for one, subject in zip(found, subjects, strict=False)
    ]
    assert identify("c", data.draw(st.permutations(found))) == identify("c", found)


@given(message=any_text, severity=st.sampled_from(get_args(Severity)))
@laws
def test_shape(message: str, severity: Severity) -> None:
    """A fingerprint is 16 hexadecimal digits, whatever the message holds."""
    name = fingerprint(Finding(message, severity=severity))
    assert len(name) == 16
    assert int(name, 16) >= 0
