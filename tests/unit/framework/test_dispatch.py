"""Asking fewer rules gives the same tokens as asking all of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pytest_fwgates.framework.dispatch import by_first_character

STARTS = ("", " ", "   ", "    ", "\t", "> ", ">", "- ", "* ", "+ ", "1. ", "10) ", "-", "1.", "  - ")
BODIES = (
    *("", "word", "two words", "# Title", "#", "####### no", "---", "***", "___", "===", "-", "+", "*", "1."),
    *("```", "````sh", "~~~", "[a]: b", "[a]:", "[a]", '"title"', "<div>", "</div>", "<!-- x", "-->", "<a>"),
    *(
        "| a | b |",
        "|---|---|",
        "|-|",
        ":-:|:-:",
        "-|-",
        "a | b",
        "--",
        "- -",
        "|",
        ":",
        "\\",
        "\u00a0x",
        "é",
    ),
)
LINES = st.builds(
    "".join, st.tuples(st.sampled_from(STARTS), st.sampled_from(STARTS), st.sampled_from(BODIES))
)
TEXTS = st.one_of(
    st.lists(LINES, max_size=12).map("\n".join),
    st.text(alphabet="ab-*_#>|:`~[]()<!=+1.\\ \t\n", max_size=60),
)


def parser(*, tables: bool) -> MarkdownIt:
    """The library's own parser."""
    found = MarkdownIt("commonmark")
    return found.enable("table") if tables else found


def tokens(one: MarkdownIt, text: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The block tokens and the definitions of a text."""
    environment: dict[str, Any] = {}
    return [token.as_dict() for token in one.disable("inline", True).parse(text, environment)], environment


@pytest.mark.parametrize("tables", [False, True], ids=["without tables", "with tables"])
@given(text=TEXTS)
def test_tokens_are_those_of_all_rules(tables: bool, text: str) -> None:
    """Types, lines, nesting, content and definitions."""
    dispatching = by_first_character(parser(tables=tables), lambda _: None)
    assert tokens(dispatching, text) == tokens(parser(tables=tables), text)


def test_every_line_is_visited() -> None:
    """So that what it costs can be bounded."""
    visits: list[int] = []
    by_first_character(parser(tables=True), lambda state: visits.append(state.line)).parse("a\nb\n\n- c\n")
    assert len(visits) >= 3
