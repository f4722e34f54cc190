"""The facts of a markdown document."""

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
        "[",
        "](",
        ")",
        "![",
        "`",
        "```",
        "~~~",
        "\n",
        "> ",
        "- ",
        "1. ",
        "<a id=",
        '"',
        "<!--",
        "-->",
        "|",
        "\\",
    ),
    *(
        "# ",
        "[a]: b",
        "---",
        "***",
        "<h2>",
        "</h2>",
        "<include>",
        "</include>",
        "@a/b.md",
        "&amp;",
        "\t",
        "é",
        "a b",
    ),
)
MARKUP = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def links(text: str) -> list[tuple[str, int, int, str]]:
    return [(link.target, link.line, link.column, link.origin) for link in parse(text).links]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b.md)", [("b.md", 1, 1, "link")]),
        ("x ![a](b.png)", [("b.png", 1, 3, "image")]),
        ("[![a](b.png)](c.md)", [("c.md", 1, 1, "link"), ("b.png", 1, 2, "image")]),
        ("x\n\n[a]: b.md", [("b.md", 3, 1, "definition")]),
        ("> - x\n>   y [a](b.md)", [("b.md", 2, 7, "link")]),
        ("> x\nlazy [a](b.md)", [("b.md", 2, 6, "link")]),
        ("# H [a](b.md) #", [("b.md", 1, 5, "link")]),
        ("[a](b.md)\n===", [("b.md", 1, 1, "link")]),
        ("|a|b|\n|-|-|\n|[x](y)|[x](y)|", [("y", 3, 2, "link"), ("y", 3, 9, "link")]),
        ('<img\n  src="b.png">', [("b.png", 1, 1, "html")]),
        ("a <a href='b.md'>", [("b.md", 1, 3, "html")]),
        ("\t[a](b.md)", []),
        ("[a](<b c.md>)", [("b c.md", 1, 1, "link")]),
        ("[a](b%20c.md 'title')", [("b%20c.md", 1, 1, "link")]),
        ("[^1]: word", []),
        ("`[a](b.md)`", []),
        ("<!-- [a](b.md) -->", []),
        ("<script>'<a href=b>'</script>", []),
        ("[a]()", [("", 1, 1, "link")]),
        ("[a](javascript:x)", [("javascript:x", 1, 1, "link")]),
    ],
)
def test_links_are_found_at_their_place(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    """Line and column are those of the link's first character in the file."""
    assert links(text) == expected


@pytest.mark.parametrize(
    ("text", "anchors"),
    [
        ("# A *b* `c` [d](e) ![f](g)", {"a-b-c-d-", "a-b-c-d"}),
        ("# A\n# A", {"a", "a-1"}),
        ("# A {#b}", {"a", "b", "a-b"}),
        ("# A {: .c #b }", {"a", "b", "a--c-b-"}),
        ("a **b**{ #c } d", {"c"}),
        ("a\n{: #c }", {"c"}),
        ("{{#if c}} `{#d}` ${#e}", set()),
        ("<a id=X></a>", {"x"}),
        ("text <i name='y'>", {"y"}),
        ("<h2>A <em>b</em> &amp; c</h2>", {"a-b--c"}),
        ("<h1 align=center>\n\nA title\n\n</h1>", {"a-title"}),
        ("```\n# A\n```", set()),
        ("---\na: b\n---\n# C", {"c"}),
        ("[r]: x\n\n# See [r]", {"see-r"}),
    ],
)
def test_anchors_are_headings_and_ids(text: str, anchors: set[str]) -> None:
    """What a fragment can lead to, lower case."""
    assert parse(text).anchors == anchors


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "![" * 20_000,
        "[a](" * 20_000,
        "[a](b)" * 20_000,
        "*a " * 20_000,
        "# " + "*a" * 20_000,
        "<a href=x>" * 20_000,
        "a " + "<![CDATA[" * 20_000,
        "<!-- " * 20_000,
        "> " * 20_000 + "a",
        ">" * 99 + "a\n" + "b\n" * 20_000,
        "- " * 20_000 + "a",
        "[a\n" * 20_000,
        "`" * 20_000,
        "".join("`" * n + " " for n in range(200)),
        "@" + "\\ " * 20_000,
        "<include " + "src " * 20_000,
        "# a" + " " * 20_000 + "{#" + " " * 20_000,
        "# " + "{: #" * 20_000,
        "{: a " * 20_000 + "#",
        "\n" * 300_000,
    ],
    ids=lambda text: f"{text[:10]!r}",
)
def test_hostile_text_ends_soon(text: str) -> None:
    """Either there are facts or a verdict; never a wait, never another exception."""
    begin = perf_counter()
    with contextlib.suppress(TooComplex):
        parse(text)
    assert perf_counter() - begin < 15


@given(MARKUP | st.text())
def test_any_text_has_facts_and_the_same_again(text: str) -> None:
    """Parsing depends on nothing but the text, and what it says lies inside of the text."""
    facts = parse(text)

    assert parse(text) == facts
    assert all(1 <= link.line <= text.count("\n") + 1 and link.column >= 1 for link in facts.links)
    assert all(1 <= item.line <= text.count("\n") + 1 and item.column >= 1 for item in facts.includes)


def test_facts_survive_a_cache() -> None:
    """They are plain data: to bytes and back."""
    facts = parse("---\na: b\n---\n# C\n[d](e)\n<include>f.md</include>\n")

    assert msgspec.json.decode(msgspec.json.encode(facts), type=Facts) == facts
