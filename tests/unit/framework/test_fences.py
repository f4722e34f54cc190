"""How the marks of fences are read where an end is lost."""

from __future__ import annotations

from time import perf_counter

import pytest

from pytest_fwgates.framework.markdown import parse

T = "```"


def damage(*lines: str) -> list[tuple[str, int]]:
    return [(one.kind, one.line) for one in parse("\n".join(lines)).damage]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((T, "a", T), []),
        ((f"{T}py", "a"), [("fence unclosed", 1)]),
        (("~~~", "a", T), [("fence unclosed", 1)]),
        ((f"{T}`", T, f"{T}`"), []),
        ((f"{T}py", "a", "", f"{T}sh", "b", T), [("fence unclosed", 1)]),
        ((f"{T}py", "a", "", f"{T}sh", "b", T, "", T, "c", T), [("fence unclosed", 1)]),
        ((f"{T}md", f"{T}py", "a", T, T), [("fence nested", 1)]),
        ((f"{T}md", f"{T}py", "a", T, "", T, "b", T, "", T), [("fence nested", 1)]),
        ((f"{T}md", f"{T}py", "a", T), [("fence unclosed", 1)]),
        ((f"{T}py", f"# {T}sh", T), []),
        (
            (
                f"{T}`md A.md x={{1}}",
                f"{T}sh",
                "a",
                T,
                f"{T}`",
                "",
                f"{T}md x={{1}}",
                f"{T}py",
                "b",
                T,
                "",
                T,
                "",
                "c",
            ),
            [("fence nested", 7)],
        ),
        ((f"{T}ts", f" * {T}ts", f" * {T}", T), []),
        ((f"{T}py", f"    {T}sh", T), []),
        ((f"- {T}py", "  a", f"  {T}"), []),
        ((f"- {T}py", "  a", T, "", "b"), [("fence outside", 1)]),
        ((f"> {T}", "> a", "", "b"), [("fence unclosed", 1)]),
        ((f"text {T}not a fence",), []),
        (("<div>", T, "</div>"), []),
        (("\ta", f"\t{T}"), []),
        ((T,), [("fence unclosed", 1)]),
        (
            ("a", "", T, "## B", "", "Some prose that says a thing or two.", "", f"{T}py", "c", T),
            [("fence unclosed", 3)],
        ),
    ],
)
def test_the_fence_that_lost_its_end(lines: tuple[str, ...], expected: list[tuple[str, int]]) -> None:
    """The finding stands at the fence that is to be mended, and only there."""
    assert damage(*lines) == expected


def test_among_fences_without_a_language_the_edges_decide() -> None:
    """Below its beginning a fence has no blank line, below its end it has one."""
    fence = (T, "x", T, "")

    assert damage(*fence, *fence, T, "x", "", *fence, *fence) == [("fence unclosed", 9)]


@pytest.mark.parametrize(
    "text",
    [
        f"{T}py\n" * 20_000,
        f"{T}\n" * 20_001,
        f"{T}py\na\n{T}\n" * 20_000 + T,
        f"{T}md\n{T}py\n{T}\n" * 10_000,
    ],
    ids=["only beginnings", "only marks", "one lost at the end", "nested"],
)
def test_many_marks_take_no_time(text: str) -> None:
    """Beyond a limit only the fence is reported that the document leaves open."""
    start = perf_counter()
    parse(text)

    assert perf_counter() - start < 8
