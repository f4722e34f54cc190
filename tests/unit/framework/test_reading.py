"""Reading files for what an editor would show of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.framework import reading
from pytest_fwgates.framework.configuration import Settings
from pytest_fwgates.framework.index import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\xef\xbb\xbfa", "a"),
        (b"a\xffb", "a\ufffdb"),
        ("ä".encode("utf-16"), "ä"),
        ("ä".encode("utf-16-be"), None),
        (b"\xfe\xff" + "ä".encode("utf-16-be"), "ä"),
        (b"PK\0\0", None),
        (b"a" * 9000 + b"\0", "a" * 9000 + "\0"),
        (b"", ""),
    ],
)
def test_read_any_text(tmp_path: Path, data: bytes, text: str | None) -> None:
    """In any encoding; what is binary is told from text as git does it."""
    (tmp_path / "a").write_bytes(data)
    assert reading.read_any_text(tmp_path, "a") == text


def test_too_large_is_said(tmp_path: Path) -> None:
    """Nobody may hide behind size."""
    (tmp_path / "a").write_bytes(b"a" * (reading.MAX_BYTES + 1))
    found = reading.read_any_text(tmp_path, "a")
    assert isinstance(found, reading.Unreadable)


def test_everything(tmp_path: Path) -> None:
    """What is ignored is looked at, too, and what has two names once."""
    for name in ("a.md", "b.md", "c.txt"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link.md").symlink_to("a.md")
    assert load(tmp_path, Settings(("b.md",))).everything == ("a.md", "b.md", "c.txt")
