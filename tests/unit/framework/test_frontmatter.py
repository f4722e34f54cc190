"""Where frontmatter begins and ends, and how to mend it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates import yamldoc
from pytest_fwgates.framework.frontmatter import Frontmatter, find, is_misplaced
from pytest_fwgates.framework.mending import Mended, mend, quoted, runs_into_text


def front(text: str) -> Frontmatter | None:
    return find(text.split("\n"))


def mended(text: str) -> Mended | None:
    with pytest.raises(yamldoc.YamlError) as caught:
        yamldoc.load(text)
    return mend(text, caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a", None),
        ("---\na: b\n---\nc", Frontmatter("a: b", closed=True, plausible=True, last_line=3)),
        ("--- \na: b\n...", Frontmatter("a: b", closed=True, plausible=True, last_line=3)),
        ("---\n---\n", Frontmatter("", closed=True, plausible=True, last_line=2)),
        ("---\n# note\na: b\n---", Frontmatter("# note\na: b", closed=True, plausible=True, last_line=4)),
        ("---\n\nProse: x\n\n---", Frontmatter("\nProse: x\n", closed=True, plausible=False, last_line=5)),
        ("---\nProse.\n---", Frontmatter("Prose.", closed=True, plausible=False, last_line=3)),
        ("---\na: b\n\nc", Frontmatter("a: b", closed=False, plausible=True, last_line=2)),
    ],
)
def test_frontmatter_is_told_from_a_thematic_break(text: str, expected: Frontmatter | None) -> None:
    """Keys right below line 1 make it frontmatter."""
    assert front(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n---\na: b\n---", True),
        ("<!-- made by a tool -->\n---\na: b\n---", True),
        ("a: b\nc: d\n---", True),
        ("a: b\n\ntext", False),
        ("Title\n---", False),
        ("", False),
        ("\n---\n\ntext", False),
    ],
)
def test_misplaced_frontmatter(text: str, expected: bool) -> None:
    """Keys at the top that no parser will take for frontmatter."""
    assert is_misplaced(text.split("\n")) is expected


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("argument-hint: [a] | --b", "argument-hint", 'argument-hint: "[a] | --b"'),
        ("argument-hint: [a] [b]", "argument-hint", 'argument-hint: "[a] [b]"'),
        ("description: Use when: x\nname: y", "description", 'description: "Use when: x"'),
        ('description: Say: "it\'s"', "description", "description: 'Say: \"it''s\"'"),
        ("globs: *.ts", "globs", 'globs: "*.ts"'),
        ("a:\n  - b: c: d", "b", '- b: "c: d"'),
        ("tools: [a, b\nname: c", "tools", "tools: [a, b]"),
        ('a: "b', "a", 'a: "b"'),
        ('name: "a\ndescription: "b c"', "name", 'name: "a"'),
        ("name: 'a\ntext: b", "name", "name: 'a'"),
    ],
)
def test_quoting_that_mends(text: str, key: str, line: str) -> None:
    """The proposed line is the one that makes it parse."""
    mend_ = mended(text)

    assert mend_ is not None
    assert (mend_.key, mend_.line) == (key, line)
    yamldoc.load(mend_.text)


@pytest.mark.parametrize("text", ["a:\n\tb: c", "{", 'a: "b\n  c\n\td', "- a\nb: c"])
def test_what_quoting_cannot_mend(text: str) -> None:
    """No proposal is better than a wrong one."""
    assert mended(text) is None


@pytest.mark.parametrize(
    ("text", "row"), [("tools: [a\nb: c", 1), ('a: b\nb: "c\nd: e', 2), ("a: b: c", 1), ("a: b\nc: [d] e", 2)]
)
def test_the_line_that_is_wrong(text: str, row: int) -> None:
    """Not the one where the parser noticed."""
    mend_ = mended(text)

    assert mend_ is not None
    assert mend_.row == row


def test_a_block_that_runs_into_the_text() -> None:
    """The line at which frontmatter turned into markdown."""
    assert runs_into_text("a: b\n\n# Title\n\ntext") == 3
    assert runs_into_text("a: b\n# comment") is None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_a_quoted_value_is_read_as_it_was(value: str) -> None:
    """Quoting changes nothing but the quotes."""
    assert yamldoc.load(f"key: {quoted(value)}").value == {"key": value}


@given(
    st.text() | st.lists(st.sampled_from(["---", "a: b", "", "...", " ", "# c", "<!-- -->"])).map("\n".join)
)
def test_any_text_has_frontmatter_or_not(text: str) -> None:
    """Nothing raises, and the block lies inside of the text."""
    lines = text.split("\n")
    block = find(lines)

    is_misplaced(lines)
    assert block is None or 1 <= block.last_line <= len(lines)
