"""The file of a ledger: processes append to it at once, a killed one does no harm, anybody verifies it."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from pytest_fwgates.ledger.chain import (
    EMPTY,
    MAX_LINE,
    Entry,
    Event,
    Head,
    LedgerError,
    Problem,
    Verification,
    entry,
    line_after,
    may_be_torn,
    parse_head,
)

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NAME: Final = "ledger.jsonl"
"""What the file is called in the folder for what a run leaves behind."""

_WINDOW: Final = 2 * MAX_LINE
"""An unfinished line, the whole line before it, and the end of the one before that fit into so much."""


class _Ending(NamedTuple):
    """The end of the file: its last whole line, what follows it, and where that begins."""

    last: bytes
    torn: bytes
    whole: int


def append(path: Path, events: Iterable[Event]) -> Head:
    """Add `events` at the end and return the new head; other processes may append at the same time.

    One lock, on the file itself, orders the writers. Only the end of the file is read, so the length of the
    ledger does not matter. When this returns, the events are on the disk (fsync): a head that was printed
    must not outlive its entries. That comes after the lock is released, so that writers wait together.
    Where writing fails none of `events` is in the ledger; where the process is killed the first few may be.

    The unfinished line that a kill leaves is cut off: nobody was told that it was written, and a line behind
    it would be unreadable. One that lacks only its line end is whole, and is kept. Bytes that no append can
    have left are refused and not cut: they are somebody's file or a forgery.

    Raises:
        LedgerError: it cannot be written, it is a link or no ledger, its last entry is damaged, or an event
            cannot be kept; nothing was added.
    """
    events = tuple(events)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = _open(path, write=True)
    except OSError as error:
        raise LedgerError(f"{path}: {_why_not(path, error)}") from None
    try:
        with _locked(descriptor, exclusive=True):
            if not os.path.samestat(os.fstat(descriptor), path.lstat()):
                raise LedgerError(f"{path}: it was replaced while it was opened; try again")
            head = _append(descriptor, path, events)
        os.fsync(descriptor)
    except OSError as error:
        raise LedgerError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        os.close(descriptor)
    return head


def head(path: Path) -> Head:
    """The head by the last whole line, `EMPTY` where there is no file; the lines before it are not read.

    Raises:
        LedgerError: it cannot be read, or its last entry is damaged.
    """
    try:
        path.lstat()
    except FileNotFoundError:
        return EMPTY
    except OSError as error:
        raise LedgerError(f"{path}: cannot be read: {error.strerror}") from None
    with _snapshot(path) as (_, ending):
        return _last(path, ending)


def entries(path: Path) -> Iterator[Entry]:
    """The entries, one after another, each verified.

    Raises:
        LedgerError: it cannot be read; or, after the entries before it, the first thing that is wrong.
    """
    with _snapshot(path) as (stream, ending):
        for found in _walk(stream, ending):
            if isinstance(found, Problem):
                raise LedgerError(f"{path}: {found}")
            yield found


def verify(path: Path, head: str | None = None) -> Verification:
    """Read the whole ledger, line by line, and say whether it is one.

    Args:
        path: The ledger.
        head: A head that was kept elsewhere, as ``NUMBER:DIGEST``; the ledger must hold exactly that entry.
            Without it nobody can know whether the ledger was cut short or written anew.

    Raises:
        LedgerError: it cannot be read, or `head` is none.
    """
    kept = EMPTY if head is None else parse_head(head)
    reached = EMPTY
    with _snapshot(path) as (stream, ending):
        for found in _walk(stream, ending):
            if isinstance(found, Problem):
                return Verification(reached, found)
            if found.sequence == kept.sequence and found.head != kept:
                return Verification(
                    reached, Problem(found.sequence, f"not the entry that was kept as {kept}")
                )
            reached = found.head
    missing = Problem(reached.sequence + 1, f"the ledger ends before the entry that was kept as {kept}")
    return Verification(reached, missing if reached.sequence < kept.sequence else None, len(ending.torn))


def _append(descriptor: int, path: Path, events: tuple[Event, ...]) -> Head:
    """Under the lock: mend the end and write what follows it."""
    ending = _ending(descriptor)
    head = _last(path, ending)
    finished = _finished(ending.torn, head)
    head, lines = (finished, [b"\n"]) if finished else (head, [])
    start = ending.whole + (len(ending.torn) if finished else 0)
    for event in events:
        line, head = line_after(head, event)
        lines.append(line)
    try:
        if ending.torn:
            os.ftruncate(descriptor, start)
        _put(descriptor, b"".join(lines))
    except BaseException:
        os.ftruncate(descriptor, start)
        raise
    return head


def _finished(torn: bytes, head: Head) -> Head | None:
    """The head that `torn` makes, if it lacks nothing but its line end."""
    try:
        return entry(torn + b"\n", head).head
    except LedgerError:
        return None


def _put(descriptor: int, content: bytes) -> None:
    """Hand everything to the system, which need not take it in one piece."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _last(path: Path, ending: _Ending) -> Head:
    """The head by the last whole line, behind which nothing but an unfinished entry may stand."""
    try:
        head = entry(ending.last).head if ending.whole else EMPTY
    except LedgerError as error:
        raise LedgerError(f"{path}: the last entry is damaged: {error}") from None
    if ending.torn and not may_be_torn(ending.torn, head):
        raise LedgerError(f"{path}: it ends with what no append has left there")
    return head


def _walk(stream: BinaryIO, ending: _Ending) -> Iterator[Entry | Problem]:
    """Every entry up to the first problem, then the problem."""
    head, at = EMPTY, 0
    while at < ending.whole:
        line = stream.readline(min(MAX_LINE + 1, ending.whole - at))
        at += len(line)
        try:
            found = entry(line, head)
        except LedgerError as error:
            yield Problem(head.sequence + 1, str(error))
            return
        yield found
        head = found.head
    if ending.torn and not may_be_torn(ending.torn, head):
        yield Problem(head.sequence + 1, "not as an entry that belongs here begins")


@contextlib.contextmanager
def _snapshot(path: Path) -> Iterator[tuple[BinaryIO, _Ending]]:
    """The file and its end, as they are when nobody writes; what is whole stays while others append."""
    try:
        with open(_open(path, write=False), "rb") as stream:
            with _locked(stream.fileno(), exclusive=False):
                ending = _ending(stream.fileno())
            yield stream, ending
    except OSError as error:
        raise LedgerError(f"{path}: cannot be read: {error.strerror}") from None


def _ending(descriptor: int) -> _Ending:
    size = os.fstat(descriptor).st_size
    window = os.pread(descriptor, _WINDOW, max(0, size - _WINDOW))
    whole = window.rfind(b"\n") + 1
    last = window.rfind(b"\n", 0, max(0, whole - 1)) + 1
    return _Ending(window[last:whole], window[whole:], size - len(window) + whole)


def _open(path: Path, *, write: bool) -> int:
    """The file; to write, neither it nor its folder may be a link, which a repository can bring."""
    if sys.platform == "win32":
        raise LedgerError(f"{path}: this system has no flock, which keeps writers apart")
    # Without O_NONBLOCK a pipe in its place would make us wait for ever.
    if write:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            descriptor = os.open(path.name, flags, 0o644, dir_fd=folder)
        finally:
            os.close(folder)
    else:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise LedgerError(f"{path}: not a file")
    return descriptor


def _why_not(path: Path, error: OSError) -> str:
    for one in (path, path.parent):
        if one.is_symlink():
            return f"{one.name} is a symbolic link, which is not written through"
    return f"cannot be written: {error.strerror}"


@contextlib.contextmanager
def _locked(descriptor: int, *, exclusive: bool) -> Iterator[None]:
    """Wait for the other writers; the system releases the lock of a process that dies."""
    fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
