"""Text of a framework is printed so that neither a terminal nor a CI runner obeys it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.reports.text import printable
from tests.unit.strategies import any_text

laws = settings(deadline=None)

COMMANDS = (
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "internal-set-repo-path",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
)
"""What GitHub's runner obeys."""


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        pytest.param("plain text: 100 %", "plain text: 100 %", id="plain text stays"),
        pytest.param(
            "caf\xe9 \u65e5\u672c \U0001f600", "caf\xe9 \u65e5\u672c \U0001f600", id="other scripts stay"
        ),
        pytest.param("a\tb", "a\tb", id="a tab stays"),
        pytest.param("a\nb\r\nc", "a\\nb\\r\\nc", id="line ends are shown"),
        pytest.param("a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\x85d", id="other line ends are shown"),
        pytest.param("\x1b[2Jgone", "\\x1b[2Jgone", id="an escape sequence is shown"),
        pytest.param("\x9b2J", "\\x9b2J", id="an escape sequence of one byte is shown"),
        pytest.param("a\0b\x7f", "a\\x00b\\x7f", id="NUL and DEL are shown"),
        pytest.param("user\u202egnp.exe", "user\\u202egnp.exe", id="a reordering mark is shown"),
        pytest.param("\u2066x\u2069", "\\u2066x\\u2069", id="an isolating mark is shown"),
        pytest.param("caf\udce9.md", "caf\\udce9.md", id="a byte that is not UTF-8 is shown"),
        pytest.param("::error file=x::owned", ": :error file=x::owned", id="a command is broken"),
        pytest.param(
            "::  STOP-Commands::t", ": :  STOP-Commands::t", id="a command in other letters is broken"
        ),
        pytest.param("##[set-output name=x]", "# #[set-output name=x]", id="an old command is broken"),
        pytest.param("##vso[task.complete]", "# #vso[task.complete]", id="a command of Azure is broken"),
        pytest.param(
            "test_x.py::TestErrors::test_debug", "test_x.py::TestErrors::test_debug", id="node ids stay"
        ),
        pytest.param("## [link](x.md)", "## [link](x.md)", id="a heading with a link stays"),
    ],
)
def test_printable(text: str, printed: str) -> None:
    """Controls are shown as escapes, commands are broken by a space, everything else stays."""
    assert printable(text) == printed


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command: str) -> None:
    """No command of GitHub's runner survives."""
    assert not obeyed(printable(f"  ::{command} name=x::value"))
    assert not obeyed(printable(f"::{command}::value"))
    assert not obeyed(printable(f"and ##[{command}]value"))


def obeyed(line: str) -> bool:
    """Whether GitHub's or Azure's runner takes `line` for a command."""
    line = line.lstrip().lower()
    name, colons, _ = line.removeprefix("::").partition("::")
    if line.startswith("::") and colons and name.partition(" ")[0] in COMMANDS:
        return True
    return "##[" in line or "##vso[" in line


commandish = st.lists(
    st.sampled_from(["::", ":", "##", "#", "[", "]", " ", "\t", "\x1b", "\n", "\\", "vso", *COMMANDS]),
    max_size=8,
).map("".join)


@given(text=any_text | commandish)
@laws
def test_harmless(text: str) -> None:
    """Whatever the text is, one line without controls, surrogates and commands is printed."""
    printed = printable(text)
    assert len(printed.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in printed.replace("\t", "")} & {"Cc", "Cs"}
    assert not {unicodedata.bidirectional(character) for character in printed} & {
        *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert not obeyed(printed)


@given(text=any_text | commandish)
@laws
def test_idempotent(text: str) -> None:
    """Text that is printable already stays."""
    assert printable(printable(text)) == printable(text)


def test_what_takes_no_room_is_shown() -> None:
    """Text can hide in tag characters and between zero-width ones; joiners are part of emoji and scripts."""
    assert printable("a\u200b\U000e0041\ufeff\u2060\U0001fffe") == r"a\u200b\U000e0041\ufeff\u2060\U0001fffe"
    assert printable("\U0001f468\u200d\U0001f469\ufe0f") == "\U0001f468\u200d\U0001f469\ufe0f"
