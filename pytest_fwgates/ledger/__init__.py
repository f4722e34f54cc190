"""The ledger: an append-only JSON Lines file of decisions, approvals, exemptions and bypasses.

Every entry has a number and a SHA-256 over its number, its predecessor's digest and its event, so that
no entry can be changed, moved, left out or slipped in unless all later digests change. Whoever can write the
file can compute them all anew: what proves a ledger is its head, the last number and digest, kept elsewhere.
"""

from pytest_fwgates.ledger.chain import (
    EMPTY,
    MAX_LINE,
    Entry,
    Event,
    Head,
    Kind,
    LedgerError,
    Problem,
    Verification,
    parse_head,
)
from pytest_fwgates.ledger.file import NAME, append, entries, head, verify

__all__ = [
    "EMPTY",
    "MAX_LINE",
    "NAME",
    "Entry",
    "Event",
    "Head",
    "Kind",
    "LedgerError",
    "Problem",
    "Verification",
    "append",
    "entries",
    "head",
    "parse_head",
    "verify",
]
