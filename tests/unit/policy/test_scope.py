"""Globs of an exemption: what they name, and that no pattern makes them slow."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.policy import scope


@pytest.mark.parametrize(
    ("pattern", "path", "named"),
    [
        ("docs/a.md", "docs/a.md", True),
        ("docs/a.md", "old/docs/a.md", False),
        ("a.md", "docs/a.md", False),
        ("docs", "docs/a.md", False),
        ("*.md", "a.md", True),
        ("*.md", "docs/a.md", False),
        ("docs/*.md", "docs/deep/a.md", False),
        ("docs/**", "docs/deep/a.md", True),
        ("docs/**", "docs", False),
        ("docs/**/a.md", "docs/a.md", True),
        ("docs/**/a.md", "docs/x/y/a.md", True),
        ("**", "a", True),
        ("**/*", "a/b", True),
        ("**/**/a.md", "a.md", True),
        ("a**b", "a-x-b", True),
        ("a**b", "a/b", False),
        ("?.md", "é.md", True),
        ("?.md", ".md", False),
        ("[a].md", "[a].md", True),
        ("[a].md", "a.md", False),
        ("a.md", "A.md", False),
        ("*", ".hidden", True),
    ],
)
def test_names(pattern: str, path: str, named: bool) -> None:
    """A pattern is read from the top, and only stars and question marks are special."""
    assert scope.matcher([pattern])(path) is named


@pytest.mark.parametrize("pattern", ["", "!a", "docs/", "/a", "a//b", "../a", "a/./b", "a\\b", "a" * 501])
def test_faults(pattern: str) -> None:
    """What is no path from the root is refused rather than read some way."""
    assert scope.fault(pattern)


parts = st.sampled_from(["a", "b", "ab", "*", "?", "a*", "*b", "**", "a*b*", "*a*"])
names = st.text("ab", min_size=1, max_size=4)


def expression(pattern: str) -> re.Pattern[str]:
    """The same as a regular expression, which may be slow."""
    pieces = pattern.split("/")
    text = ""
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        if piece == "**":
            text += ".+" if last else "(?:[^/]+/)*"
        else:
            text += "".join({"*": "[^/]*", "?": "[^/]"}.get(one, re.escape(one)) for one in piece)
            text += "" if last else "/"
    return re.compile(text, re.DOTALL)


@given(pattern=st.lists(parts, min_size=1, max_size=5), path=st.lists(names, min_size=1, max_size=5))
@settings(deadline=None, max_examples=500)
def test_as_an_expression(pattern: list[str], path: list[str]) -> None:
    """It names what the plain translation into an expression names."""
    text = "/".join(pattern)
    assert not scope.fault(text)
    named = expression(text).fullmatch("/".join(path)) is not None
    assert scope.matcher([text])("/".join(path)) is named


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("*a" * 240 + "b", "a" * 4000, id="stars in a name"),
        pytest.param("**/" * 160 + "b", "a/" * 2000 + "a", id="any folders"),
        pytest.param("**/*a/" * 80 + "b", "a/" * 2000 + "a", id="both"),
    ],
)
def test_hostile_patterns(pattern: str, path: str) -> None:
    """A pattern made to be tried in all ways is not."""
    begin = time.perf_counter()
    assert not scope.matcher([pattern])(path)
    assert time.perf_counter() - begin < 3
