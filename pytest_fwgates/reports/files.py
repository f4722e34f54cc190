"""Writing a file so that a reader sees the whole of it or none."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pytest_fwgates.reports.formats import Format

_BEGINNINGS: Final[dict[Format, re.Pattern[bytes]]] = {
    "text": re.compile(rb"(?:ALLOW|BLOCK|REQUIRES APPROVAL): "),
    "json": re.compile(rb'\{\s*"schema_version":.{0,4000}"decision":', re.DOTALL),
    "junit": re.compile(rb"<\?xml .{0,4000}fwgates", re.DOTALL),
    "sarif": re.compile(rb"\{.{0,4000}fwgates", re.DOTALL),
    "html": re.compile(rb"<!doctype html>.{0,4000}fwgates", re.DOTALL | re.IGNORECASE),
    "markdown": re.compile(rb".{0,200}fwgates", re.DOTALL),
    "github": re.compile(rb"::(?:error|warning|notice) "),
}


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` in the place of what is at `path`, whose folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def is_report(path: Path, name: Format) -> bool:
    """Whether a report may be written there: nothing, nothing in it, or an earlier report of its format."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4200)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return not head or _BEGINNINGS[name].match(head) is not None


def append_within(path: Path, content: bytes, limit: int) -> bool:
    """Add `content` to a file unless it would become larger than `limit` bytes; whether it was added."""
    with path.open("ab") as stream:
        if stream.tell() + len(content) > limit:
            return False
        stream.write(content)
    return True
