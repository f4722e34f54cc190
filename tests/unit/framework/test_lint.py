"""What a markdown linter would say, and what switches it off."""

from __future__ import annotations

import contextlib
from time import perf_counter

import pytest

from pytest_fwgates.framework.commonmark import TooComplex
from pytest_fwgates.framework.markdown import parse

TABLE = "| a | b |\n|---|---|\n"


def slips(text: str) -> list[tuple[str, int, int]]:
    """What is reported without any configuration."""
    found = parse(text).slips
    return [(one.rule, one.line, one.column) for one in found if one.on is not False and not one.condition]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n\n### B", [("MD001", 3, 5)]),
        ("# A\n\n## B\n\n### C\n\n## D", []),
        ("### A\n\n# B", []),
        ("# A\n\n<h2>B</h2>\n\n### C", []),
        ("A\n===\n\n#### B", [("MD001", 4, 6)]),
        ("# A\n\n> ### B", []),
        ("# A\n\n## B\n\n## B", [("MD024", 5, 4)]),
        ("# A\n\n## B [c](d)\n\n## B [c](d)", [("MD024", 5, 4)]),
        ("# A\n\n## B\n\n### C\n\n## D\n\n### C", []),
        ("# A\n\n## x@y\n\n## x^y", []),
        ("(a)[./b.md]", [("MD011", 1, 1)]),
        ("f(a)[./b.md]", []),
        ("(a)[b]", []),
        ("`(a)[./b.md]`", []),
        ("[a]()", [("MD042", 1, 1)]),
        ("[ ]()", []),
        ("![a]()", []),
        ("x[a]()", []),
        ("[Top](#)", []),
        (f"{TABLE}| 1 | 2 | 3 |", [("MD056", 3, 1)]),
        (f"{TABLE}| 1 | 2 |", []),
        (f"{TABLE}| 1 |", []),
        (f"{TABLE}1 | 2", []),
        (f"{TABLE}| 1 \\| 2 | 3 |", []),
        (f"{TABLE}| 1 | 2 \\|", []),
        (f"{TABLE}text", [("MD055", 3, 1)]),
        (f"{TABLE}</step>", []),
        ("> | a | b |\n> |---|---|\n> | 1 | 2 | 3 |", [("MD056", 3, 3)]),
        ("| a | b |\n|---|---|---|\n| 1 | 2 |", [("MD056", 1, 1)]),
        ("| a | b |\n| 1 | 2 |", [("MD056", 1, 1)]),
        ("a | b\n1 | 2", []),
        ("<!-- markdownlint-disable -->\n\n[a]()", []),
        ("<!-- markdownlint-disable links -->\n\n[a]()", []),
        ("<!-- markdownlint-disable MD001 -->\n\n[a]()", [("MD042", 3, 1)]),
        ("[a]()\n\n<!-- markdownlint-disable-file -->", []),
    ],
)
def test_slips_are_found_at_their_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    """What is reported, and what only looks like it."""
    assert slips(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\n" * 20_000,
        "# A\n\n### B\n\n" * 10_000 + "<!-- markdownlint-disable -->\n\n" * 5_000,
        "(a)[./b.md] " * 10_000,
        "[a]( " * 20_000,
        "(" * 50_000 + ")[" * 20_000,
        TABLE + "| a | b | c |\n" * 8_000,
        "| a | b |\n" * 10_000,
        "|" * 100_000 + "\n" + "|-" * 50_000,
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """The number of slips is limited, and so is the time."""
    start = perf_counter()
    with contextlib.suppress(TooComplex):
        assert len(parse(text).slips) <= 2_000

    assert perf_counter() - start < 8
