"""Stable names for findings, so that the same defect is known again after lines have moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fwgates.model import Finding


def identify(criterion: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give every finding its criterion and fingerprint, in order of path, line and column.

    The fingerprint is SHA-256 over criterion, path, subject (else message) and how many equal ones
    stand above it in the file, cut to 16 hexadecimal digits. The line is not part of it.
    """
    seen: Counter[tuple[str, str]] = Counter()
    named = []
    for finding in sorted(findings, key=_order):
        key = (finding.path or "", _subject(finding))
        digest = hashlib.sha256("\0".join((criterion, *key, str(seen[key]))).encode("utf-8", "surrogatepass"))
        seen[key] += 1
        named.append(
            msgspec.structs.replace(
                finding,
                criterion=criterion,
                fingerprint=digest.hexdigest()[:16],
                subject=UNSET,
            )
        )
    return tuple(named)


def _subject(finding: Finding) -> str:
    return finding.message if finding.subject is UNSET else finding.subject


def _order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    place = (finding.path or "", finding.line or 0, finding.column or 0)
    return (*place, finding.message, _subject(finding), finding.severity)
