"""Markdown that means something else than its author wrote."""

from __future__ import annotations

import contextlib
from time import perf_counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework.commonmark import TooComplex
from pytest_fwgates.framework.markdown import Facts, parse

PIECES = (
    *(
        "[a]",
        "[b c]",
        "[a]: ",
        "](",
        ")",
        "(x)[./y]",
        "<!--",
        "-->",
        "```",
        "```md",
        "~~~",
        "\n",
        "\n\n",
        "> ",
        "- ",
    ),
    *(
        "| a | b |\n",
        "|---|---|\n",
        "|---|\n",
        "# H\n",
        "### H\n",
        "`",
        "\\",
        "./a b.md",
        "https://x.org ",
        "\r",
        "\t",
    ),
    *("<!-- markdownlint-disable MD001 -->", "<h2>", "</h2>", "[]()", "[x](#)", "---\n", "é", "\u2028"),
)
MARKUP = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def damage(text: str) -> list[tuple[str, int, int, str]]:
    return [(one.kind, one.line, one.column, one.detail) for one in parse(text).damage]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[the page][gone-1]", [("undefined", 1, 1, "gone-1")]),
        ("a ![Logo][logo-2]", [("undefined", 1, 3, "logo-2")]),
        ("![][Banner]", [("undefined", 1, 1, "Banner")]),
        ("![big chart][]", [("undefined", 1, 1, "big chart")]),
        ("[![state][badge]](https://x.org)", [("undefined", 1, 2, "badge")]),
        ("[![state](b.svg)][builds]", [("undefined", 1, 2, "builds")]),
        ("x [the\nlong page][gone-1]", [("undefined", 1, 3, "gone-1")]),
        ("[公约][home-page]", [("undefined", 1, 1, "home-page")]),
        ("[`unittest`][unit-tests]", [("undefined", 1, 1, "unit-tests")]),
        ("![a][b] ![c][C]\n\n[b]: b.png\n[c]: c.png", []),
        ("`![a][bee]` \\![a][bee] ![a][url] ![Alt][ref] ![a][<x>] x![a][bee] ![a][bee](c) ![][]", []),
        ("<!-- a\n\n- b\n\n   <!-- c -->", [("comment", 1, 1, "")]),
        ("x <!-- a\n\n- b\n\n  <!-- c -->", [("comment", 1, 3, "")]),
        ("[a](b.md) or [c](d.md and", [("link unclosed", 1, 14, "d.md")]),
        ("**[a](docs/b.md**: c", [("link unclosed", 1, 3, "docs/b.md")]),
        ("[page][gone-1]", [("undefined", 1, 1, "gone-1")]),
        ("[page][gone]", []),
        ("[page][gone]\n\n[here]: x.md", [("undefined", 1, 1, "gone")]),
        ("[page][]\n\n[here]: x.md", [("undefined", 1, 1, "page")]),
        ("[page][gone]\n\n[^1]: note", []),
        ("> - x [the page][gone-1]", [("undefined", 1, 7, "gone-1")]),
        ("![an image][gone-1]", [("undefined", 1, 1, "gone-1")]),
        ("\\[the page][gone-1]", []),
        ("`[the page][gone-1]`", []),
        ("[the page][`a b`]\n\n[`a b`]: x.md", []),
        ("[GOOD text][Ok]\n\n[ok]: x.md", []),
        ("[the page](a.md)[the other][two]", []),
        ("see [a](./b.md", [("link unclosed", 1, 5, "./b.md")]),
        ("[a](https://x.org/" + "b" * 900 + ")", []),
        ("see [a](https://x.org/b, then c", [("link unclosed", 1, 5, "https://x.org/b")]),
        ("see [a](b c", []),
        ("see [a](b.md\n'title')", []),
        ("see [a](b.md )", []),
        ("see [a](b_(c).md)", []),
        ("see [a](my file.md)", [("link with space", 1, 5, "my file.md")]),
        ("see [a](my file.md#top)", [("link with space", 1, 5, "my file.md#top")]),
        ("see [a](if you like)", []),
        ("see [a](<my file.md>)", []),
        ("[a]: <x.md", [("definition", 1, 1, "a")]),
        ("[a]: x.md a title", [("definition", 1, 1, "a")]),
        ("[a]: text that explains", []),
        ("[NOTE]: https://x.org is slow", []),
        ("see [a b][a-1]\n[a-1]: x.md", [("definition", 2, 1, "a-1")]),
        ("text\n[a]: x.md", []),
        ("<!-- a", [("comment", 1, 1, "")]),
        ("text <!-- a", [("comment", 1, 6, "")]),
        ("text <!-- a\n\nb -->", []),
        ("<!-- a -->", []),
        ("<!-->", []),
        ("<!-- a\n<!-- b -->", []),
        ("<!-- a\n\n<!-- b -->", [("comment", 1, 1, "")]),
        ("`<!--`", []),
        ("a\rb", [("newlines", 1, 1, "lone")]),
        ("a\r\nb\r\n", []),
        ("a\n\rb", [("newlines", 2, 1, "lone")]),
        ("a\r\nb\r\r\nc", [("newlines", 2, 1, "doubled")]),
    ],
)
def test_damage_is_found_at_its_place(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    """What is reported, and what only looks like it."""
    assert damage(text) == expected


def test_code_that_a_lost_fence_turns_into_text_is_no_damage() -> None:
    """Below a lost end, what was meant as code has the brackets of code."""
    text = "```py\na\n\n```sh\n[the x][y-1]\n```\n"

    assert [kind for kind, *_ in damage(text)] == ["fence unclosed"]


@pytest.mark.parametrize(
    "text",
    [
        "[a b][c-1]" * 10_000,
        "[" * 50_000 + "][" * 20_000,
        "[a](b" * 20_000,
        "[a](" + "b.m" * 30_000,
        "[a]: x.md b\n\n" * 10_000,
        "[a]: <\n" * 20_000,
        "a <!-- \n\n" * 10_000,
        "<!-- \n\n" * 20_000 + "-->",
        "\r" * 100_000,
        "- `" * 20_000 + "][",
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """100 kB of anything are done within the second that the index allows, give or take a slow machine."""
    start = perf_counter()
    with contextlib.suppress(TooComplex):
        parse(text)

    assert perf_counter() - start < 8


@given(st.one_of(MARKUP, st.text(max_size=200)))
def test_no_text_makes_it_raise_and_facts_survive_json(text: str) -> None:
    """Whatever is written: a place that exists, and facts that can be kept."""
    facts = parse(text)
    lines = text.count("\n") + text.count("\r") + 1

    assert all(1 <= one.line <= lines and one.column >= 1 for one in (*facts.damage, *facts.slips))
    assert msgspec.json.decode(msgspec.json.encode(facts), type=Facts) == facts
