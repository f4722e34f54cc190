"""Comments in a document that switch rules on and off, as markdownlint has it."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework import lintcomments

NAMES = frozenset({"md001", "headings"})
WORDS = [
    "disable",
    "enable",
    "disable-file",
    "enable-file",
    "disable-line",
    "disable-next-line",
    "capture",
    "restore",
]


def states(*lines: str) -> str:
    """Line by line: `+` switched on, `-` switched off, `.` as configured; `{word}` stands for a comment."""
    text = "\n".join(line.replace("{", "<!-- markdownlint-").replace("}", " -->") for line in lines)
    switches, _ = lintcomments.read(text)
    signs = {True: "+", False: "-", None: "."}
    return "".join(signs[lintcomments.state(NAMES, number, switches)] for number in range(1, len(lines) + 1))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("a", "{disable}", "b"), ".--"),
        (("{disable MD001}", "a", "{enable MD001}", "b"), "--++"),
        (("{disable MD002}", "a"), ".."),
        (("{disable headings}", "{enable links}"), "--"),
        (("a", "{disable-file MD001}"), "--"),
        (("{enable}", "{disable-file}", "{disable}", "a"), "+" + "+--"),
        (("{disable-line}", "a"), "-."),
        (("{disable-next-line MD001}", "a", "b"), ".-."),
        (("{disable-next-line MD001 (why)}", "a"), ".-"),
        (("{capture}", "{disable}", "{restore}", "a"), ".-.."),
        (("{disable}", "{capture}", "{enable}", "{restore}"), "--+-"),
        (("{disable-file}", "{restore}"), "-."),
        (("{DISABLE md001}", "a"), "--"),
        (("{disabled}", "a"), ".."),
        (("<!-- markdownlint-disable", "-->", "a"), "..."),
        (("```", "{disable}", "```"), ".--"),
    ],
)
def test_a_rule_is_switched_from_line_to_line(lines: tuple[str, ...], expected: str) -> None:
    """For the file first, then from a line on, then for a line."""
    assert states(*lines) == expected


def test_settings_of_a_document() -> None:
    """They may have lines; what is never closed is none."""
    text = '<!-- markdownlint-configure-file {\n"MD001": false\n} -->\n<!-- markdownlint-configure-file {'

    assert lintcomments.read(text)[1] == ('{\n"MD001": false\n}',)


@given(st.lists(st.sampled_from([*WORDS, "nothing"]), max_size=12))
def test_switching_all_on_at_the_end_leaves_nothing_off_below(words: list[str]) -> None:
    """Whatever came before, but for what is said of the very line."""
    lines = [f"{{{word}}}" for word in words]

    assert states(*lines, "", "{enable}", "a").endswith("++")


@pytest.mark.parametrize(
    "text",
    [
        "<!-- markdownlint-configure-file " * 30_000,
        "<!-- markdownlint-disable " * 30_000,
        "<!--" + " " * 500_000,
        "<!-- markdownlint-disable -->" * 30_000,
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """The number of comments is limited, and so is the time."""
    start = perf_counter()
    switches, _ = lintcomments.read(text)
    lintcomments.state(NAMES, 1, switches)

    assert perf_counter() - start < 3
