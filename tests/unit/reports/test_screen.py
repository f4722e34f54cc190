"""The section as rich lays it out: the words of the plain one, at any width."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from pytest_fwgates.reports import screen, terminal
from pytest_fwgates.reports.text import printable
from tests.unit.reports import verdicts
from tests.unit.strategies import verdicts as any_verdict

if TYPE_CHECKING:
    from pytest_fwgates.model import Verdict


def shown(verdict: Verdict, width: int = 100, verbosity: int = 0, *, colour: bool = False) -> str:
    stream = io.StringIO()
    screen.show(verdict, stream, width, verbosity, colour=colour)
    return stream.getvalue()


def letters(text: str) -> str:
    """Without space, colons and commas: what layout may change."""
    return re.sub(r"[\s,:]", "", text)


@given(any_verdict(), st.integers(80, 200), st.integers(-1, 1))
@settings(deadline=None)
def test_same_words(verdict: Verdict, width: int, verbosity: int) -> None:
    """Nothing is lost and nothing added; only the places differ."""
    plain = " ".join(printable(line) for line, _ in terminal.body(verdict, verbosity))
    assert sorted(letters(shown(verdict, width, verbosity))) == sorted(letters(plain))


@pytest.mark.parametrize("width", [40, 80, 120, 200, 500])
@pytest.mark.parametrize("verdict", [verdicts.every_standing(), verdicts.hostile()], ids=["all", "hostile"])
def test_fits_the_width(verdict: Verdict, width: int) -> None:
    """No line is longer than the terminal, which counts as 80 cells at least and 200 at most."""
    lines = shown(verdict, width).splitlines()
    assert max(map(cell_len, lines)) <= min(max(width, screen.NARROWEST), screen.WIDEST)


def test_colour_only_where_it_is_wanted() -> None:
    """NO_COLOR and --color=no leave no escape sequence."""
    assert "\x1b" not in shown(verdicts.every_standing())
    assert "\x1b[31mblocked" in shown(verdicts.every_standing(), colour=True)


def test_hostile_text_commands_nothing() -> None:
    """Neither a terminal nor a runner, nor rich's own markup."""
    text = shown(verdicts.hostile(), colour=False)
    assert "\x1b" not in text
    assert "::error " not in text
    assert "\n::stop-commands" not in text
