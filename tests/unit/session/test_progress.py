"""The progress bar of long work."""

from __future__ import annotations

import io

import pytest

from pytest_fwgates.session.progress import bar


class Terminal(io.StringIO):
    """A terminal that can be read."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def written(moments: list[float], counts: list[int]) -> str:
    """What the terminal shows of work on ten documents, counted at these moments."""
    terminal = Terminal()
    clock = iter([0.0, *moments])
    with bar(terminal, 10, lambda: next(clock)) as advance:
        for count in counts:
            advance(count)
    return terminal.getvalue()


def test_short_work_shows_nothing() -> None:
    """Not even what hides a cursor."""
    assert written([0.2, 0.9], [5, 9]) == ""


def test_long_work_shows_how_far_it_is() -> None:
    """In percent, and the line and the cursor are given back at the end."""
    text = written([0.5, 1.5], [2, 5, 8])
    assert "parsing documents" in text
    assert "50%" in text
    assert "80%" in text
    assert text.endswith("\x1b[2K") or "\x1b[?25h" in text


def test_work_that_is_done_needs_no_bar() -> None:
    """However long it took."""
    assert written([5.0], [10]) == ""


def test_cursor_comes_back_after_an_error() -> None:
    """An interrupt in the middle leaves a sound terminal."""
    terminal = Terminal()
    with pytest.raises(KeyboardInterrupt):
        interrupted(terminal)
    assert terminal.getvalue().count("\x1b[?25l") == terminal.getvalue().count("\x1b[?25h") == 1


def interrupted(terminal: Terminal) -> None:
    """Work that a person stops when the bar is there."""
    with bar(terminal, 10, iter([0.0, 2.0]).__next__) as advance:
        advance(1)
        raise KeyboardInterrupt
