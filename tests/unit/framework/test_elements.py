"""Which tags ought to have a partner. What is reported of them is shown by the examples."""

from __future__ import annotations

from time import process_time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework.elements import MAX_FAULTS, Elements, elements
from pytest_fwgates.framework.markdown import parse
from pytest_fwgates.framework.visible import fenced, visible

PIECES = (
    *("<a>", "</a>", "<b", "</b>", "</b", " c=", '"', "'", ">", "/>", "\n", "\n\n", "  ", "- ", "> ", "text"),
    *(
        "<aa>",
        "</aA>",
        "<p>",
        "<br>",
        "<script>",
        "</script>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "```",
        "`",
        "é",
    ),
)
MARKUP = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def faults(text: str) -> list[tuple[str, str, str, int, int]]:
    found = parse(text).elements.faults
    return [(item.kind, item.name, item.other, item.line, item.column) for item in found if item.is_certain]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a1>\n<b1>x</b1>\n<b1>y\n</a1>", [("unclosed", "b1", "a1", 3, 1)]),
        ("<a1>\ny</b1>\n</a1>", [("unopened", "b1", "", 2, 2)]),
        ("<a1>\n<b1>\n</a1>\n</b1>", [("crossed", "a1", "b1", 3, 1)]),
        ("<step>\n</stpe>", [("misspelt", "stpe", "step", 2, 1)]),
        ("<step>\n <in>x</in>\n</step>\n<stpe>\n <in>y</in>\n</step>", [("misspelt", "stpe", "step", 4, 1)]),
        ("<ex>\nx\n<ex>\n\ny", [("unslashed", "ex", "", 3, 1)]),
        ("<a1>\n  <ex>\n    x\n  <ex>\n</a1>", [("unslashed", "ex", "", 4, 3)]),
        ("<br>\nx\n<br>\n\ny", []),
        ("<a1>\n  <b1>x</b1>\n\ny", [("unclosed", "a1", "", 1, 1)]),
        ("<a1>\n<b1>x</b1>\n\ny", []),
        ("see <a1>\n  <b1>x</b1>\n\ny", []),
        ("<a1>\n  <ex>x y<ex>\n</a1>", [("unslashed", "ex", "", 2, 10)]),
        ("<a1>\n  <ex>/<ex>\n</a1>", []),
        ("<ex>\nx\n<ex>\ny", []),
        ("<ex>\n\nx\n\n<ex>\n\ny", []),
        ("<step>x</other>", [("misspelt", "other", "step", 1, 8)]),
        ("<step>x</step>\n<stpe>y</step>", [("misspelt", "stpe", "step", 2, 1)]),
        ("<a1>\n  <b1>\n    x\n</a1>", [("unclosed", "b1", "a1", 2, 3)]),
        ("<a1>\n  <b1>\n</a1>", []),
        ("<a1>\n\n<b1>\n</a1>", []),
        ("<a1>\n <b1>x</b1>\n <c1>x</c1>\n <d1>\ntext\n</a1>", [("unclosed", "d1", "a1", 4, 2)]),
        ("<a1>\n <b1>x</b1>\n <c1>x</c1>\n <d1>\n</a1>", []),
        ("<a1>\nx\n</a1>\n<b1>\nx\n</b1>\n\n<c1>\n\nx", [("unclosed", "c1", "", 8, 1)]),
        ("<a1>\nx\n</a1>\n\n<c1>\n\nx", []),
        ("<as>\n <a>x</a>\n</a>", [("misspelt", "a", "as", 3, 1)]),
        ("</s>\n</br>\n<li>\n<td>", []),
        ("<name>\n\n<name>\n\n<name>x</name>", []),
        ("x <i>a</i> <i>b</i> <i>c", [("unclosed", "i", "", 1, 21)]),
        ("x <i>a</i> <i>b</i> c</i> d", [("unopened", "i", "", 1, 22)]),
        ("x <i>a</i> <i>b", []),
        ("<div>\n<a href='x'>\n<img src='y'>\n</aa>\n</div>", [("misspelt", "aa", "a", 4, 1)]),
        ("<a href='x/>\ny\n</a>", [("flawed", "a", "href has no closing quote", 1, 1)]),
        ('<if1 when=a &lt; 7">\nx\n</if1>', [("flawed", "if1", "when has no opening quote", 1, 1)]),
        ('<if1 when=a and "b">\nx\n</if1>', []),
        ("x <i>a <b>c</i></b>", [("crossed", "i", "b", 1, 12)]),
        ("<a1>\nx <b1> y\n</a1>\nx</b1>", []),
        ("<a1>\nx <li>\n</a1>\n</li>", []),
        ("<a1>\n```\n</a1>\n```", []),
        ("```\n<a1>\n```\n</a1>", []),
    ],
)
def test_faults_are_found_at_the_tag_without_partner(text: str, expected: list[object]) -> None:
    """And only where it cannot well be anything else."""
    assert faults(text) == expected


def test_one_missing_end_is_one_fault() -> None:
    """Whatever it encloses, and however deep."""
    names = [f"n{depth}" for depth in range(60)]
    text = "\n".join(
        [*(f"<{name}>" for name in names), *(f"</{name}>" for name in names[::-1] if name != "n3")]
    )

    assert [fault.name for fault in parse(text).elements.faults] == ["n3"]


def test_faults_of_a_file_are_limited() -> None:
    """A file that is broken throughout says so without filling the report."""
    text = "\n".join(f"</n{number}>" for number in range(500))

    assert len(parse(text).elements.faults) == MAX_FAULTS


def test_names_are_told_apart_for_the_framework() -> None:
    """Other modules may show that a name is a tag."""
    found = parse("<a1>\n<b1>x</b1>\n\n<c1>").elements

    assert found.paired == ("b1",)
    assert found.loose == ("a1", "c1")


@pytest.mark.parametrize(
    "piece",
    [
        *("<a>", "</a>", "<a ", '<a b="', "<a b=\"<a b='", "<a", "<a b=1 ", "<script>", "\n<aaa>\n</aab>"),
        *(
            "<a></b>",
            "<a><b></a></b>\n",
            "\n\n<q>\ntext\n",
            "<i></i><i>",
            '\n- - <a c="',
            "\n <a>\n  <b>\n </c>",
        ),
    ],
)
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    """Repeated fifty kilobytes long, nothing takes a second, even while coverage is measured."""
    text = piece * (50_000 // len(piece))
    start = process_time()
    _elements(text)

    assert process_time() - start < 1


def _elements(text: str) -> Elements:

    lines = text.split("\n")
    examples = fenced(lines)
    return elements(visible(lines, examples), lines, examples)


@given(MARKUP)
def test_no_text_makes_it_raise(text: str) -> None:
    """Faults lie in the text, and survive being cached."""
    found = _elements(text)
    lines = text.split("\n")

    assert all(lines[fault.line - 1][fault.column - 1] == "<" for fault in found.faults)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Elements) == found
