"""Marks and the index speak of the same kinds."""

from __future__ import annotations

from typing import get_args

from pytest_fwgates import marks
from pytest_fwgates.framework import kinds


def test_marks_know_every_kind_of_the_index() -> None:
    """`requires` can name exactly the kinds that the index tells apart; marks do not import the index."""
    assert get_args(kinds.Kind) == marks.KINDS
