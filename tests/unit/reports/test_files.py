"""Writing reports where other things may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.reports import files, formats
from tests.unit.reports import verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_fwgates.reports.formats import Format


@pytest.mark.parametrize("name", formats.NAMES)
def test_a_report_may_be_replaced_by_the_next(tmp_path: Path, name: Format) -> None:
    """Of every format, whatever the decision; also where there is nothing yet."""
    path = tmp_path / "report"
    assert files.is_report(path, name)
    path.touch()
    assert files.is_report(path, name)
    for verdict in (
        verdicts.every_standing(),
        verdicts.hostile(),
        verdicts.verdict(verdicts.row("it", "failed")),
    ):
        path.write_bytes(formats.render(name, verdict))
        assert files.is_report(path, name)


@pytest.mark.parametrize("name", formats.NAMES)
@pytest.mark.parametrize(
    "content",
    [b"# Title\n\nfwgates\n" + b"x" * 500, b"<?xml version='1.0'?><a/>", b"{}", b"\0\xff", b"<html>"],
)
def test_nothing_else_is_overwritten(tmp_path: Path, name: Format, content: bytes) -> None:
    """A slip in an option must not cost a file."""
    path = tmp_path / "report"
    path.write_bytes(content)
    assert not files.is_report(path, name) or (name == "markdown" and b"fwgates" in content)
    assert not files.is_report(tmp_path, name)


def test_append_within(tmp_path: Path) -> None:
    """A summary of GitHub that would become too large is left as it is."""
    path = tmp_path / "summary"
    assert files.append_within(path, b"12345", 8)
    assert not files.append_within(path, b"12345", 8)
    assert path.read_bytes() == b"12345"
    assert files.append_within(path, b"678", 8)
    assert path.read_bytes() == b"12345678"
