"""Names in a text, and when one is a slip for another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.framework.markdown import parse
from pytest_fwgates.framework.spelling import Names, is_slip


def found(text: str) -> list[tuple[str, int, int, str]]:
    return [(item.name, item.line, item.column, item.form) for item in parse(text).mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use kit:plan.", [("kit:plan", 1, 5, "namespaced")]),
        ("# A\n\n**kit:plan**", [("kit:plan", 3, 3, "namespaced")]),
        ("`kit:plan`'s", [("kit:plan", 1, 2, "namespaced")]),
        ("`/plan it`", [("plan", 1, 3, "command")]),
        ("`/kit:plan it`", [("kit:plan", 1, 3, "command"), ("kit:plan", 1, 3, "namespaced")]),
        (
            "Skill(plan) and Skill('kit:plan')",
            [("plan", 1, 7, "skill"), ("kit:plan", 1, 24, "namespaced"), ("kit:plan", 1, 24, "skill")],
        ),
        ("`a`/plan `b`", []),
        ("`/plan/it` `/plan.md` `/plan:`", []),
        ("/plan it", []),
        ("https://kit:80/plan me@kit:plan a/kit:plan", []),
        ("kit:plan-* *kit:plan*", [("kit:plan", 1, 13, "namespaced")]),
        ("12:30, C:x, a::b, kit: plan, kit:plan/it, kit:{x}, kit:<x>", []),
        ("readSkill(plan)", []),
        ("```\nkit:plan `/plan`\n```", []),
        ("kit:plan was removed", []),
        ("❌ kit:plan", []),
    ],
)
def test_what_is_a_mention(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    """Each form at its place; paths, addresses, examples and the past are none."""
    assert found(text) == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("anlyze", "analyze"),
        ("anaalyze", "analyze"),
        ("anelyze", "analyze"),
        ("anaylze", "analyze"),
        ("analyz", "analyze"),
    ],
)
def test_slips(written: str, meant: str) -> None:
    """One letter missing, too many, wrong or swapped, wherever but at the beginning."""
    assert is_slip(written, meant)
    assert Names([meant, "other"]).meant_by(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("analyze", "analyze"),
        ("releases", "release"),
        ("release", "releases"),
        ("auth", "auto"),
        ("analysis", "analyze"),
        ("phase-2", "phase-3"),
    ],
)
def test_no_slips(written: str, meant: str) -> None:
    """The same, a plural, a short one, another word, another number."""
    assert not is_slip(written, meant)


def test_names_without_case() -> None:
    """A name in other letters is there; the nearest of many is found."""
    names = Names(["Explore", "planning"])

    assert "explore" in names
    assert "planing" not in names
    assert names.nearest("planing") == "planning"
    assert names.nearest("zebra") is None
    assert not Names([])


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["`", "``", "/", "a", "b-c", ":", "Skill(", ")", " ", "\n", "é", "\x00", "```"]))
)
def test_no_text_makes_it_raise(pieces: list[str]) -> None:
    """Every mention is where it is said to be."""
    text = "".join(pieces)
    lines = text.split("\n")
    for name, line, column, _ in found(text):
        assert lines[line - 1][column - 1 :].startswith(name)


def test_text_built_to_take_long() -> None:
    """Bounded work on runs of what begins a mention."""
    for piece in ("`", "`/", "a:", "kit:plan:", "Skill(", "a-", "/a"):
        parse(piece * (50_000 // len(piece)))
