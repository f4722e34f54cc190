"""Includes and imports, and the examples that are neither."""

from __future__ import annotations

import pytest

from pytest_fwgates.framework.markdown import parse
from pytest_fwgates.framework.visible import fenced, visible


def found(text: str) -> list[tuple[str, int, int, str]]:
    return [(item.target, item.line, item.column, item.form) for item in parse(text).includes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<include>a.md</include>", [("a.md", 1, 1, "include")]),
        ("x\n      <include>\n a.md\n</include>", [("a.md", 2, 7, "include")]),
        ('<include component="a.md" />', [("a.md", 1, 1, "include")]),
        ("<include when='x' src='a.md'></include>", [("a.md", 1, 1, "include")]),
        ("@include a.yml#B", [("a.yml#B", 1, 1, "include")]),
        ("  @import ../a.md", [("../a.md", 1, 3, "include")]),
        ("see @docs/a.md, and", [("docs/a.md", 1, 5, "import")]),
        ("@a\\ b/c.md", [("a b/c.md", 1, 1, "import")]),
        ("me@example.com (@x)", []),
        ("`<include>a.md</include>` `` @a/b ` ``", []),
        ("```\n<include>a.md</include>\n```", []),
        ("- x\n      ```xml\n      <include>a.md</include>\n      ```", []),
        ("<!--\n<include>a.md</include>\n-->", []),
        ("<!--\n<include>a.md</include>", [("a.md", 2, 1, "include")]),
        ("<includes>a.md</includes>", []),
        ("---\ndescription: see @a/b.md\n---", []),
    ],
)
def test_forms_of_reference(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    """Each form that is in use, at its place; code, comments and frontmatter hold none."""
    assert found(text) == expected


def test_a_fence_of_markdown_shows_fences() -> None:
    """Its author meant all of it as an example, whatever CommonMark makes of the inner end."""
    lines = ["```markdown", "```bash", "```", "in", "```", "out"]

    assert list(fenced(lines).lines) == [True, True, True, True, True, False]


def test_an_end_that_is_indented_deeper_belongs_to_what_is_shown() -> None:
    """CommonMark lets an end stand three spaces further in, and no more."""
    lines = ["```xml", "        ```java", "        ```", "in", "```", "out", "- ```", "  ```", "out"]

    assert list(fenced(lines).lines) == [True] * 5 + [False, True, True, False]


def test_an_unclosed_reading_is_given_up() -> None:
    """If nesting would swallow the rest of the document, the plain reading holds."""
    lines = ["```markdown", "```bash", "```", "out"]

    assert list(fenced(lines).lines) == [True, True, True, False]


def test_lines_and_columns_stay() -> None:
    """What is blanked is replaced, not removed."""
    lines = ["a `b` c", "<!-- d", "e --> f"]

    assert visible(lines, fenced(lines)) == "a     c\n      \n      f"
