"""The shortcuts to a block's links and to its tokens lead where the library's own parser leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework.blockstate import BlockState
from pytest_fwgates.framework.commonmark import inline_tokens, plain_links
from tests.unit.framework.test_dispatch import TEXTS, parser

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

PIECES = st.sampled_from(
    [
        *("[", "]", "(", ")", "](", "[a](b)", "[a b](c/d.md#e)", "[a](<b>)", "[a](b 'c')", "![a](b)", "[a]"),
        *(
            "[]()",
            "!",
            "\\",
            "`",
            "<x>",
            "&amp;",
            " ",
            "\n",
            "a",
            "é",
            "\u00a0",
            "\x7f",
            "\x01",
            '"',
            "'",
            "*",
        ),
        "https://example.org",
    ]
)
ENVIRONMENT: dict[str, Any] = {"references": {"A": {"href": "/defined", "title": ""}}}


@given(st.one_of(st.lists(PIECES, max_size=9).map("".join), st.text(max_size=20)))
def test_plain_links_are_those_of_the_parser(text: str) -> None:
    """The same offsets and destinations, wherever they are told at all."""
    links = plain_links(text)
    tokens = [token for token in inline_tokens(text, dict(ENVIRONMENT)) if token.type != "text"]
    if links is not None:
        opened = [token for token in tokens if token.type == "link_open"]
        assert links == [(token.meta["offset"], token.attrs["href"]) for token in opened]
        assert {token.type for token in tokens} <= {"link_open", "link_close", "text_special", "softbreak"}


@pytest.mark.parametrize(
    "text", ["see [a](b.md), [c d](../e.md#f).", "Stop! [a](b)", "[a](b)\n[c](d)", "plain"]
)
def test_what_is_plain_is_told(text: str) -> None:
    """Otherwise the law above would hold of a function that always gives up."""
    assert plain_links(text) is not None


@pytest.mark.parametrize("tables", [False, True], ids=["without tables", "with tables"])
@given(text=TEXTS)
def test_state_and_tokens_are_those_of_the_library(tables: bool, text: str) -> None:
    """Types, lines, nesting, content, attributes and definitions."""
    stock = parser(tables=tables)
    expected: dict[str, Any] = {}
    tokens = stock.disable("inline", True).parse(text, expected)
    environment: dict[str, Any] = {}
    assert [token.as_dict() for token in _block_tokens(stock, text, environment)] == [
        token.as_dict() for token in tokens
    ]
    assert environment == expected


def _block_tokens(one: MarkdownIt, text: str, environment: dict[str, Any]) -> list[Any]:
    state = BlockState(text, one, environment, [])
    one.block.tokenize(state, 0, state.lineMax)
    return state.tokens
