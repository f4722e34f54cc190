"""Comments that ask for findings to be overlooked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework.inline import ignores


@pytest.mark.parametrize(
    "line",
    [
        "<!-- fwgates: ignore[it] because -->",
        "[x](gone.md) <!-- fwgates: ignore[other, it] -->",
        "name: x  # fwgates: ignore[it]",
        "// FWGATES: Ignore[it]",
    ],
)
def test_comments_that_count(line: str) -> None:
    """On the line itself and on the one above it, and nowhere else."""
    assert ignores([line], 1, "it")
    assert ignores([line, "x"], 2, "it")
    assert not ignores([line, "x", "y"], 3, "it")
    assert not ignores(["x", line], 1, "it")
    assert not ignores([line], 1, "another")


@pytest.mark.parametrize(
    "line",
    [
        "fwgates: ignore[it]",
        "<!-- fwgates: ignore -->",
        "<!-- fwgates: ignore[] -->",
        "<!-- fwgates: ignore[*] -->",
        "<!-- fwgates: ignore[IT] -->",
        "<!-- ignore[it] -->",
    ],
)
def test_comments_that_do_not(line: str) -> None:
    """No comment at all, none of ours, or one that does not name the criterion."""
    assert not ignores([line], 1, "it")


@given(st.lists(st.text(st.sampled_from("<!-#/ fwgates:ignore[it],\t")), max_size=3), st.integers(1, 5))
def test_any_text(lines: list[str], line: int) -> None:
    """Nothing is ignored that does not say so; nothing crashes."""
    assert not ignores(lines, line, "it") or "ignore[" in "".join(lines).lower()
