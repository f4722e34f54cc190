"""The entries of a ledger, their lines, and how each holds the one before it: pure, without files.

A line must be, byte for byte, what this module writes, so that there is one way to read it. It is ASCII,
so that no text in it drives the terminal of somebody who prints the file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import Any, Final, Literal

import msgspec

Kind = Literal["decision", "approval", "exemption", "bypass"]

MAX_LINE: Final = 64 * 1024
"""What one entry may take, with the end of its line."""

_DOMAIN: Final = b"pytest-fwgates ledger 1\n"
"""Stands before whatever is digested, so that no digest of ours means something anywhere else."""

_HEAD: Final = re.compile(r"(0|[1-9][0-9]{0,17}):(sha256:[0-9a-f]{64})")


class LedgerError(ValueError):
    """The ledger cannot be used as was asked; the text is one line for a person."""


class Event(msgspec.Struct, frozen=True):
    """Something that people may ask about later.

    Attributes:
        kind: What it is.
        at: When, in ISO 8601 with a zone.
        environment: Where it counts.
        subject: The criterion that was overridden, or the decision that was taken.
        actor: Who, as far as the run knows.
        tree_digest: The files that it is about.
        policy_digest: The policy that it is about.
        details: What else should be known.
    """

    kind: Kind
    at: str
    environment: str
    subject: str
    actor: str
    tree_digest: str
    policy_digest: str
    details: dict[str, str | int | bool | None] = {}


class Head(msgspec.Struct, frozen=True):
    """The last entry's number and digest: what to keep elsewhere, as ``NUMBER:DIGEST``."""

    sequence: int
    digest: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest}"


class Link(msgspec.Struct, frozen=True):
    """What the digest of an entry is over."""

    sequence: int
    previous: str
    event: Event


class Entry(msgspec.Struct, frozen=True):
    """One line: an event, its place, and the digest over both."""

    sequence: int
    previous: str
    event: Event
    digest: str

    @property
    def head(self) -> Head:
        """The head of the ledger that ends here."""
        return Head(self.sequence, self.digest)


class Problem(msgspec.Struct, frozen=True):
    """The first thing that is wrong, and its line."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class Verification(msgspec.Struct, frozen=True):
    """What became of a verification.

    Attributes:
        head: The last entry before anything wrong.
        problem: What is wrong; None where the ledger is whole.
        torn: How many bytes of an unfinished entry follow the last whole one: a writer was killed, which is
            no fault of the ledger.
    """

    head: Head
    problem: Problem | None = None
    torn: int = 0


EMPTY: Final = Head(0, f"sha256:{hashlib.sha256(_DOMAIN + b'genesis').hexdigest()}")
"""The head of a ledger without entries: what the first entry has for its predecessor."""


def parse_head(text: str) -> Head:
    """The head that ``NUMBER:DIGEST`` stands for.

    Raises:
        LedgerError: it stands for none.
    """
    match = _HEAD.fullmatch(text)
    head = Head(int(match[1]), match[2]) if match else None
    if head is None or (head.sequence == 0 and head != EMPTY):
        raise LedgerError(f"{text[:100]!r} is no head of a ledger; one is NUMBER:sha256:DIGEST")
    return head


def line_after(head: Head, event: Event) -> tuple[bytes, Head]:
    """The line of `event` behind `head`, and the head that it makes.

    Raises:
        LedgerError: no line can hold the event.
    """
    try:
        if dt.datetime.fromisoformat(event.at).tzinfo is None:
            raise LedgerError(f"{event.at!r} is a time without a zone")
        body = _canonical(Link(head.sequence + 1, head.digest, event))
        line = _with_digest(body, _digest(body))
        return line, entry(line, head).head  # read again: what verify() would refuse is not written
    except (ValueError, TypeError, msgspec.MsgspecError, RecursionError) as error:
        raise LedgerError(f"the ledger cannot hold this {str(event.kind)[:20]}: {error}") from None


def entry(line: bytes, head: Head | None = None) -> Entry:
    """The entry in a line; with `head`, one that follows it.

    Raises:
        LedgerError: it is none, it does not follow, or its digest is of something else.
    """
    if len(line) > MAX_LINE:
        raise LedgerError(f"longer than the {MAX_LINE} bytes that an entry may take")
    try:
        found = msgspec.convert(json.loads(line), Entry)
        body = _canonical(Link(found.sequence, found.previous, found.event))
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise LedgerError(f"not an entry: {error}") from None
    if _with_digest(body, found.digest) != line:
        raise LedgerError("not as it was written")
    if head is not None and found.sequence != head.sequence + 1:
        raise LedgerError(f"number {found.sequence}, where {head.sequence + 1} is next")
    if head is not None and found.previous != head.digest:
        raise LedgerError("it was written behind another entry than the one before it")
    if found.digest != _digest(body):
        raise LedgerError("its digest is of something else")
    return found


def may_be_torn(rest: bytes, head: Head) -> bool:
    """Whether a writer that was killed can have left `rest` behind `head`.

    File systems may leave NULs where the power went before data that was announced had come.
    """
    start = b'{"sequence":%d,"previous":"%s","event":{' % (head.sequence + 1, head.digest.encode())
    written = rest.rstrip(b"\0")
    return len(rest) < MAX_LINE and (written.startswith(start) or start.startswith(written))


def _canonical(link: Link) -> bytes:
    """JSON in ASCII, without spaces; fields in their order, details sorted by key.

    Not msgspec's: an old ledger must verify for ever, and Python's escapes have never changed.
    """
    plain: Any = msgspec.to_builtins(link, order="deterministic")
    return json.dumps(plain, separators=(",", ":")).encode()


def _with_digest(body: bytes, digest: str) -> bytes:
    return body[:-1] + b',"digest":%s}\n' % json.dumps(digest).encode()


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(_DOMAIN + body).hexdigest()}"
