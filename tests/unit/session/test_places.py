"""What stands where a finding points."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

from msgspec import UNSET

from pytest_fwgates.framework.index import load
from pytest_fwgates.model import Finding
from pytest_fwgates.session import places

if TYPE_CHECKING:
    from pathlib import Path


def excerpts(root: Path, *found: Finding, kept: bool = True) -> list[str]:
    return [one.excerpt for one in places.looked_up(load(root), "it", found, excerpts=kept, comments=False)]


def test_line_is_kept(tmp_path: Path) -> None:
    """Its start, whatever the line ends; nothing where there is no such line."""
    (tmp_path / "a.md").write_bytes(b"# A\r\nsecond  \r\n" + b"x" * 1000)
    found = [Finding("m", "a.md", line) for line in (1, 2, 3, 4, None)]
    assert excerpts(tmp_path, *found) == ["# A", "second", "x" * places.WIDTH, "", ""]
    assert excerpts(tmp_path, *found, kept=False) == [""] * 5


def test_only_files_of_the_framework_are_read(tmp_path: Path) -> None:
    """A finding may name anything."""
    (tmp_path / "secret").write_text("s3cret\n")
    inside = tmp_path / "framework"
    inside.mkdir()
    (inside / "a.md").symlink_to("../secret")
    names = ["../secret", str(tmp_path / "secret"), "a.md", "none.md", "", ".", "\0"]
    assert excerpts(inside, *[Finding("m", name, 1) for name in names], Finding("m", None, 1)) == [""] * 8


def test_no_more_than_a_number_of_lines(tmp_path: Path) -> None:
    """Evidence stays small; the findings are all there."""
    (tmp_path / "a.md").write_text("x\n" * (places.EXCERPTS + 5))
    found = [Finding("m", "a.md", line) for line in range(1, places.EXCERPTS + 6)]
    kept = excerpts(tmp_path, *found)
    assert (len(kept), sum(map(bool, kept))) == (places.EXCERPTS + 5, places.EXCERPTS)


def test_comment_counts_where_it_is_allowed(tmp_path: Path) -> None:
    """What is overlooked is kept apart; where it is not allowed the comment does nothing."""
    (tmp_path / "a.md").write_text("<!-- fwgates: ignore[it] -->\nx\ny\n")
    found = [Finding("m", "a.md", line) for line in (2, 3)]
    seen = places.looked_up(load(tmp_path), "it", found, excerpts=False, comments=True)
    assert places.split(seen, allowed=True) == ((found[1],), (found[0],))
    assert places.split(seen, allowed=False) == (tuple(found), ())
    assert all(one.suppressed is UNSET for kept in places.split(seen, allowed=True) for one in kept)


def test_a_message_may_quote_a_lot() -> None:
    """Of which the start is kept; the fingerprint is of the whole."""
    ((one,), _) = places.split([Finding("m" * 10_000)], allowed=False)
    assert one.message == "m" * places.LONGEST + "… (cut)"


def token() -> str:
    """What a scanner would take for a token of GitHub; put together here, so that none is stored."""
    return "ghp" + "_" + "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=36))


def test_secrets_are_not_quoted(tmp_path: Path) -> None:
    """By the line, or by the message of whatever criterion."""
    (tmp_path / "a.md").write_text(f"[x](https://example.com/{token()}.md)\n")
    found = [Finding(f"broken link: {token()}", "a.md", 1)]
    seen = places.looked_up(load(tmp_path), "it", found, excerpts=True, comments=False)
    ((one,), _) = places.split(seen, allowed=False)
    assert token() not in one.excerpt + one.message
    assert one.message == "broken link: [redacted]"
