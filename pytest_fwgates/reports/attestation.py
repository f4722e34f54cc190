"""The verdict as an in-toto statement, for whoever signs it: a test result, and what it is about.

A statement says nothing by itself; what counts is the signature that the CI system's identity puts on it.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from pytest_fwgates.reports.standing import BLOCKING, Standing, standing
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_fwgates.model import JudgedCriterion, Verdict

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "https://in-toto.io/attestation/test-result/v0.1"
LIMIT: Final = 16 * 1024 * 1024
"""The bytes that actions/attest takes."""
POLICY: Final = "policy"
"""The name of the subject that stands for profile, gate tests, locks and configuration."""
TREE: Final = "fwgatesTree"
"""The name of our tree digests: lowercase hex SHA-256 over the listing that docs/attestation.md describes."""

List: TypeAlias = Literal["passedTests", "warnedTests", "failedTests"]

_CLEAN: Final[frozenset[Standing]] = frozenset({"passed", "not applicable"})
_DIGEST: Final = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)


class AttestationError(ValueError):
    """The verdict cannot be attested; the text is one line."""


def statement(verdict: Verdict, evidence_digests: Mapping[str, str]) -> str:
    """The statement as JSON: what was tested, and the test result.

    Args:
        verdict: What is attested.
        evidence_digests: ``sha256:HEX`` of each journal that it was computed from, by name.

    Raises:
        AttestationError: a digest is none, or the statement is larger than anybody takes.
    """
    return _bounded(
        {
            "_type": STATEMENT_TYPE,
            "subject": _subjects(verdict, evidence_digests),
            "predicateType": PREDICATE_TYPE,
            "predicate": _predicate(verdict),
        }
    )


def predicate(verdict: Verdict) -> str:
    """The predicate alone as JSON, for a signer that makes the statement itself.

    Raises:
        AttestationError: as above.
    """
    return _bounded(_predicate(verdict))


def checksums(verdict: Verdict, evidence_digests: Mapping[str, str]) -> str:
    """The subjects as lines of ``sha256sum``, for the same signer.

    Raises:
        AttestationError: as above.
    """
    subjects = _subjects(verdict, evidence_digests)
    return "".join(f"{one['digest']['sha256']}  {one['name']}\n" for one in subjects)


def kind(row: JudgedCriterion) -> List:
    """The list that a criterion stands in; each in exactly one.

    What was not run and would block has failed here even where somebody let it go: nothing was proven.
    """
    where = standing(row)
    if where in BLOCKING or (row.outcome == "not_run" and row.enforcement == "block"):
        return "failedTests"
    return "passedTests" if where in _CLEAN else "warnedTests"


def _subjects(verdict: Verdict, evidence_digests: Mapping[str, str]) -> list[dict[str, Any]]:
    """The framework first, then the policy and the journals.

    The digest of the tree stands there under its own name and as ``sha256``, by which signers and those
    who look an attestation up know subjects.
    """
    value = _hex(verdict.tree_digest, "tree digest")
    name = printable(PurePosixPath(verdict.framework_root).name) or "framework"
    commit = {"annotations": {"commit": printable(verdict.commit)}} if verdict.commit else {}
    return [
        {"name": name, "digest": {"sha256": value, TREE: value}, **commit},
        {"name": POLICY, "digest": {"sha256": _hex(verdict.policy_digest, "policy digest")}},
        *(
            {"name": printable(name), "digest": {"sha256": _hex(digest, f"digest of {printable(name)}")}}
            for name, digest in evidence_digests.items()
        ),
    ]


def _predicate(verdict: Verdict) -> dict[str, Any]:
    lists: dict[str, list[str]] = {"passedTests": [], "warnedTests": [], "failedTests": []}
    for row in verdict.criteria:
        lists[kind(row)].append(printable(row.id))
    warned = lists["warnedTests"] or verdict.decision != "allow"
    policy = {
        "name": printable(verdict.profile),
        "digest": {"sha256": _hex(verdict.policy_digest, "policy digest")},
        "annotations": {
            "environment": printable(verdict.environment),
            "stages": [printable(one) for one in verdict.stages],
            "notEnforced": [printable(one) for one in verdict.not_enforced],
            "decision": verdict.decision,
            "problems": len(verdict.problems),
            "decidedAt": printable(verdict.decided_at),
            "ledger": printable(verdict.ledger),
        },
    }
    # What blocks need not be a criterion: a lost shard does, too.
    failed = lists["failedTests"] or verdict.decision == "block"
    result = "FAILED" if failed else "WARNED" if warned else "PASSED"
    return {"result": result, "configuration": [policy], **lists}


def _hex(digest: str, what: str) -> str:
    match = _DIGEST.fullmatch(digest)
    if match is None:
        raise AttestationError(f"the {what} is not sha256:HEX: {printable(digest[:100])}")
    return match[1]


def _bounded(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    size = len(text.encode())
    if size > LIMIT:
        raise AttestationError(f"it would have {size:,} bytes, and {LIMIT:,} are taken")
    return text
