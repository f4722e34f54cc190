"""Tags, and whether they look like markup."""

from __future__ import annotations

import pytest

from pytest_fwgates.framework.xmltags import tags


def found(text: str) -> list[tuple[str, str, bool]]:
    return [("/" * (tag.kind == "close") + tag.name, tag.flaw, tag.is_firm) for tag in tags(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a-b.c:d>", [("a-b.c:d", "", True)]),
        ("<name>text", [("name", "", True)]),
        ("<name> text", [("name", "", False)]),
        ("<name>: text", [("name", "", False)]),
        ("- <name>", [("name", "", False)]),
        ("> <name>", [("name", "", True)]),
        ("see <name>", [("name", "", False)]),
        ("<DIV>", [("div", "", True)]),
        ("<Step>", [("Step", "", True)]),
        ("</name>", [("/name", "", True)]),
        ("text</name>", [("/name", "", True)]),
        ("text </name>", [("/name", "", False)]),
        ("text</a1></b1>", [("/a1", "", True), ("/b1", "", True)]),
        ("text</name> text", [("/name", "", False)]),
        ("<br/> <x y='z' />", []),
        ('<x y="a > b">', [("x", "", True)]),
        ("- <x\n  y='z'\n>", [("x", "", True)]),
        ("<x y>", [("x", "", False)]),
        ("<x y = z>", [("x", "", True)]),
        ("<x and y", [("x", "", False)]),
        ("a < b <= c << d <1> <https://e.f> <g@h.i> <?j?> <!k> <l|m>", []),
        ("<script>'</b><i>'</script>", [("script", "", True), ("/script", "", True)]),
    ],
)
def test_tags_and_what_they_look_like(text: str, expected: list[tuple[str, str, bool]]) -> None:
    """A tag is firm where a placeholder would hardly stand."""
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ('<x y="z>\ntext', "y has no closing quote"),
        ('<x y="z>\n<x y="z">', "y has no closing quote"),
        ('<x y="z a="b">', "y has no closing quote"),
        ("<x y='z />", "y has no closing quote"),
        ('<x y=z">', "y has no opening quote"),
        ('<x y="z"\n<a>', "has no >"),
        ("</x\n", "has no >"),
        ('text <x y="z>', ""),
        ('<x y="a <b> c">', ""),
        ('<x y="a\nb">', ""),
        ("<x y=it's>", "y has no opening quote"),
    ],
)
def test_flaws(text: str, flaw: str) -> None:
    """A quote that another tag's quote seems to close is still open."""
    assert next(tags(text)).flaw == flaw
