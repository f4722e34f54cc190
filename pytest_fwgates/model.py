"""The frozen data that everything else passes around; no behaviour lives here.

Every type is plain enough to be written as JSON by msgspec and to cross a process as builtins.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

Level: TypeAlias = Literal["mandatory", "advisory"]
Enforcement: TypeAlias = Literal["block", "require_approval", "none"]
Disposition: TypeAlias = Literal["none", "exempted", "approved", "bypassed", "baselined"]
Outcome: TypeAlias = Literal[
    "passed", "failed", "error", "skipped", "not_run", "not_applicable", "inconclusive", "flaky"
]
Decision: TypeAlias = Literal["allow", "require_approval", "block"]
Severity: TypeAlias = Literal["critical", "high", "medium", "low"]


class Finding(msgspec.Struct, frozen=True):
    """One thing wrong.

    Attributes:
        message: What is wrong and, where it is known, what would mend it. Never a line number of the
            same file: the text must survive moved lines.
        path: Relative to the framework root, with forward slashes; None where no file is to blame.
        line: 1-based; None where the whole file is meant.
        column: 1-based, counted in characters; None where it is unknown.
        severity: How bad it is; the decision looks only at whether the finding exists.
        criterion: Set by the plugin: the id of the criterion that found it.
        fingerprint: Set by the plugin: the same for the same defect after lines have moved.
        subject: What the fingerprint is made from instead of the message, where a message holds
            something that may change while the defect stays (a "did you mean"). Not in documents.
    """

    message: str
    path: str | None = None
    line: int | None = None
    column: int | None = None
    severity: Severity = "medium"
    criterion: str = ""
    fingerprint: str = ""
    subject: str | UnsetType = UNSET
