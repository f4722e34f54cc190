"""What the serial child hands over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_fwgates.session.alone import handed_over

if TYPE_CHECKING:
    from pathlib import Path

REPORTS = [{"nodeid": f"test_{number}", "when": "call"} for number in range(4)]
WHOLE = "".join(f"{json.dumps(one)}\n" for one in [*REPORTS, {"reports": 4}]).encode()


def test_whole(tmp_path: Path) -> None:
    """All reports, and the word that these are all."""
    path = tmp_path / "reports.jsonl"
    path.write_bytes(WHOLE)
    assert handed_over(path) == (REPORTS, True)


@given(st.integers(min_value=0, max_value=len(WHOLE) - 2))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_anywhere(tmp_path: Path, length: int) -> None:
    """A child that was killed has handed over what is whole, and never all."""
    path = tmp_path / "reports.jsonl"
    path.write_bytes(WHOLE[:length])
    reports, ended = handed_over(path)
    assert not ended
    assert reports == REPORTS[: len(reports)]


def test_a_line_is_gone(tmp_path: Path) -> None:
    """The last line counts the others."""
    path = tmp_path / "reports.jsonl"
    path.write_bytes(b"\n".join(WHOLE.splitlines()[1:]))
    assert not handed_over(path)[1]


def test_nothing(tmp_path: Path) -> None:
    """A child that wrote nothing has ended early."""
    assert handed_over(tmp_path / "none") == ([], False)
