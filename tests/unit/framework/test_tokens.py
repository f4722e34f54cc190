"""Declared budgets, and the estimate they are held against."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.framework import tokens
from pytest_fwgates.framework.markdown import parse


def limit(text: str) -> int | None:
    budget = parse(text).budget
    return budget.limit if budget else None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("29000", 29000),
        ("29,000 tokens", 29000),
        ("29_000", 29000),
        ("29k", 29000),
        ("1.5K tokens", 1500),
        ("≤ 30k", 30000),
        ("max 500", 500),
        ("2000-5000 tokens", 5000),
        ("up to 5 000 tokens", 5000),
    ],
)
def test_ways_to_write_a_number(written: str, expected: int) -> None:
    """Of a range the upper end is the limit."""
    assert limit(f"<token_budget>{written}</token_budget>") == expected
    assert limit(f"<token_budget limit='{written}' />") == expected
    assert limit(f'---\ntoken_budget: "{written}"\n---\n') == expected


@pytest.mark.parametrize(
    "written", ["", "{{x}}", "some", "10% of all", "unlimited", "as in R2D2", "3 per agent"]
)
def test_what_is_no_declaration(written: str) -> None:
    """Placeholders, words and shares say nothing that could be enforced."""
    assert parse(f"<token_budget>{written}</token_budget>").budget is None


@pytest.mark.parametrize("written", ["0", "-5", "29O00", "5kk tokens", "1.2.3"])
def test_spoilt_numbers(written: str) -> None:
    """Meant as a number, and none: kept without a limit, for the check to say so."""
    budget = parse(f"<token_budget>{written}</token_budget>").budget

    assert budget is not None
    assert budget.limit is None


def test_place() -> None:
    """At the tag; in frontmatter at the key."""
    budget = parse("# A\n\n  <token_budget>\n5\n</token_budget>").budget
    assert budget == tokens.Budget("5", 5, 3, 3)
    budget = parse("---\nname: a\ntoken-budget: 5\n---\n").budget
    assert budget == tokens.Budget("5", 5, 3, 1)


def test_estimate() -> None:
    """Counted offline, and more for more text."""
    assert tokens.count("") == 0
    assert 5 < tokens.count("Read the whole change before you say anything.") < 15


def test_text_built_to_take_long() -> None:
    """Bounded work for unclosed tags, spaces and long numbers."""
    for text in (
        "<token_budget>" * 20_000,
        "<token_budget>" + " " * 300_000,
        "<token_budget " + "max " * 100_000,
        "<token_budget>5</token_budget>" * 20_000,
    ):
        tokens.declared_budget(text, None)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["<token_budget>", "</token_budget>", "5", "k", " ", "\n", "-", "x", "<metadata>"])
    )
)
def test_no_text_makes_it_raise(pieces: list[str]) -> None:
    """A budget is positive or absent."""
    found = limit("".join(pieces))
    assert found is None or found > 0
