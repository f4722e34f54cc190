"""Signatures of single exemptions: `environments/exemptions/ID.sig`, by the approver that the entry names.

What is signed is the digest of all that the entry says, so the signature is worth nothing after any edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.policy import approval_files, exemptions, signing
from pytest_fwgates.policy.approvals import normal
from pytest_fwgates.policy.places import EXEMPTIONS
from pytest_fwgates.policy.problem import Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from pytest_fwgates.policy.exemptions import Exemption

FOLDER: Final = EXEMPTIONS.removesuffix(".yml")
NAMESPACE: Final = "fwgates-exemption"


class Read(NamedTuple):
    """The ids of exemptions whose approver signed them, and what is wrong with signatures that there are."""

    signed: frozenset[str]
    problems: tuple[Problem, ...]


def path_of(one: Exemption) -> str:
    """Where the signature of an exemption lies, below the policy root."""
    return f"{FOLDER}/{one.id}.sig"


def content_of(one: Exemption) -> bytes:
    """What its approver signs."""
    return f"fwgates exemption {one.id} {exemptions.digest(one)}\n".encode()


def read(root: Path, every: Iterable[Exemption], now: dt.datetime) -> Read:
    """Check the signature of each exemption that has one, with a key that is allowed at `now`."""
    signed: list[str] = []
    problems: list[Problem] = []
    for one in every:
        shown = path_of(one)
        try:
            signature = approval_files.read_bytes(root, shown, signing.MAX_SIGNATURE_BYTES)
            signer = signing.verify(
                content_of(one), signature, approval_files.read_signers(root), now, NAMESPACE
            )
        except FileNotFoundError:
            continue
        except (OSError, signing.SigningError) as error:
            problems.append(Problem(shown, None, "signature", f"does not count: {_cause(error)}"))
            continue
        if normal(signer) == normal(one.approver):
            signed.append(one.id)
        else:
            why = f"is by {signer}, but exemption {one.id!r} names {one.approver} as its approver"
            problems.append(Problem(shown, None, "signature", why))
    return Read(frozenset(signed), tuple(problems))


def _cause(error: OSError | signing.SigningError) -> str:
    return (error.strerror or "it cannot be read") if isinstance(error, OSError) else str(error)
