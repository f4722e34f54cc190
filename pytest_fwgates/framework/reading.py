"""Reading one file of the framework: bounded, never blocking, never raising."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES: Final = 5_000_000
CHUNK: Final = 1 << 20
_WIDE: Final = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LOOKED_AT: Final = 8192
"""Bytes in which a NUL tells that a file is binary, as git has it."""
_FLAGS: Final = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)


class Unreadable(msgspec.Struct, frozen=True):
    """A file that could not be examined, and why."""

    path: str
    reason: str
    line: int | None = None


def read_text(root: Path, path: str) -> str | Unreadable:
    """The text of a file, without a byte order mark and with plain line feeds, or why it cannot be had."""
    text = read_raw(root, path)
    return text if isinstance(text, Unreadable) else text.replace("\r\n", "\n").replace("\r", "\n")


def read_raw(root: Path, path: str) -> str | Unreadable:
    """The same with the line ends that the file has."""
    data = read_bytes(root, path)
    return data if isinstance(data, Unreadable) else decoded(path, data)


def read_any_text(root: Path, path: str) -> str | Unreadable | None:
    """The text of a file whatever its encoding says, or why it cannot be had; None where it is binary.

    Security has to look at what an editor would show: bytes that are no UTF-8 become U+FFFD.
    """
    data = read_bytes(root, path)
    if isinstance(data, Unreadable):
        return data
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            return _plain_lines(data.decode(encoding, "replace"))
    if b"\0" in data[:_LOOKED_AT]:
        return None
    return _plain_lines(data.decode("utf-8-sig", "replace"))


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(root: Path, path: str) -> bytes | Unreadable:
    """The bytes of a file, or why they cannot be had."""
    try:
        data = b"".join(_chunks(f"{root}/{path}", MAX_BYTES))
    except OSError as error:
        return Unreadable(path, error.strerror or "cannot be read")
    return data if len(data) <= MAX_BYTES else Unreadable(path, f"larger than {MAX_BYTES // 1_000_000} MB")


def decoded(path: str, data: bytes) -> str | Unreadable:
    """The text of a file, given its bytes."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Unreadable(path, "not valid UTF-8", data.count(b"\n", 0, error.start) + 1)
    if "\0" in text:
        return Unreadable(path, "holds a NUL byte", text.count("\n", 0, text.index("\0")) + 1)
    return text


def content_digest(root: Path, path: str) -> str:
    """The SHA-256 of a file's bytes; of a link's own text; a fixed word for what cannot be read."""
    target = f"{root}/{path}"
    try:
        if os.path.islink(target):  # noqa: PTH114 - asked of every file
            return hashlib.sha256(b"link " + os.fsencode(os.readlink(target))).hexdigest()  # noqa: PTH115
        digest = hashlib.sha256()
        for chunk in _chunks(target, None):
            digest.update(chunk)
    except (OSError, ValueError):
        return "unreadable"
    return digest.hexdigest()


def _chunks(path: str, limit: int | None) -> Iterator[bytes]:
    """The file's bytes; with a limit, just enough to tell that it is exceeded.

    Opened without blocking, because the path may have become a FIFO since it was listed.
    """
    # Not an open file: each of its system calls is one more for every file of a framework.
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(None, "not a regular file")
        seen = 0
        # A byte more than there is shows the end without another read; a larger buffer takes time to get.
        wanted = min(CHUNK, status.st_size + 1)
        while (limit is None or seen <= limit) and (chunk := os.read(descriptor, wanted)):
            seen += len(chunk)
            yield chunk
            if len(chunk) < wanted:
                return
            wanted = CHUNK
    finally:
        os.close(descriptor)
