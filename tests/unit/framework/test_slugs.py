"""The anchors of headings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework.slugs import numbered, slug


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Quick Start", "quick-start"),
        ("What's new in 2.0?", "whats-new-in-20"),
        ("A & B", "a--b"),
        ("snake_case", "snake_case"),
        ("🚀 Start", "-start"),
        ("⚙\ufe0f Setup", "\ufe0f-setup"),
        ("1\ufe0f\u20e3 First", "1\ufe0f\u20e3-first"),
        ("No\u00a0break", "nobreak"),
        ("Über uns", "über-uns"),
        ("新功能", "新功能"),
        ("Ⓐ circled", "ⓐ-circled"),
        ("spaced ", "spaced-"),
        ("a\tb", "ab"),
    ],
)
def test_slug_is_what_the_host_makes_of_a_heading(heading: str, anchor: str) -> None:
    """Letters, marks, digits, connectors, hyphens and spaces stay."""
    assert slug(heading) == anchor


def test_repeated_slugs_are_numbered() -> None:
    """The first keeps its name."""
    assert list(numbered(["a", "b", "a", "a"])) == ["a", "b", "a-1", "a-2"]


@given(st.text())
def test_slug_never_raises_and_holds_no_space(text: str) -> None:
    """Any heading has an anchor, if only an empty one."""
    assert " " not in slug(text)
