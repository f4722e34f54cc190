"""What is told where not everything can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.reports import selection
from pytest_fwgates.reports.text import printable
from tests.unit.reports import verdicts
from tests.unit.strategies import any_text


@given(st.lists(st.integers(0, 50), max_size=10), st.integers(0, 60))
def test_shares(wanted: list[int], limit: int) -> None:
    """As many as there is room for; nobody has two while somebody has none."""
    given_shares = selection.shares(wanted, limit)
    assert sum(given_shares) == min(limit, sum(wanted))
    assert all(0 <= one <= most for one, most in zip(given_shares, wanted, strict=True))
    if max(given_shares, default=0) > 1:
        assert all(one for one, most in zip(given_shares, wanted, strict=True) if most)


def test_what_is_left_goes_to_the_first() -> None:
    """They block."""
    assert selection.shares([5, 0, 5, 5], 8) == [5, 0, 2, 1]
    assert selection.shares([5, 5, 5], 2) == [1, 1, 0]


@given(any_text, st.integers(1, 30))
def test_shortened(text: str, limit: int) -> None:
    """One line without what a terminal obeys; what is cut is said to be."""
    found = selection.shortened(text, limit)
    assert printable(found) == found
    found.encode()
    assert len(found) <= limit + 40
    if len(printable(text)) > limit:
        assert found.endswith(f"\u2026 (cut, of {len(text):,} characters)")
    else:
        assert found == printable(text)


@pytest.mark.parametrize(
    ("nodeid", "file"),
    [
        ("gate_tests/a/test_x.py::test_x", "gate_tests/a/test_x.py"),
        ("gate_tests/a/test_x.py::TestX::test_x[a::b]", "gate_tests/a/test_x.py"),
        ("fwgates/a/test_x.py::test_x", ""),
        ("(built in)", ""),
        ("gate_tests/criteria.lock", ""),
    ],
)
def test_file_of_the_gate_test(nodeid: str, file: str) -> None:
    """Only one that lies in the repository."""
    assert selection.gate_test_file(verdicts.row("x", "failed", nodeid=nodeid)) == file
