"""Criteria as SARIF rules: what each means, as its page says. The pages are part of the package."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates import catalogue
from pytest_fwgates._bundled import PAGES
from pytest_fwgates.reports.selection import SEVERITIES, shortened

if TYPE_CHECKING:
    from pytest_fwgates.model import JudgedCriterion

SECURITY_GATES: Final = frozenset({"security", "basic_security"})
"""The gates whose findings GitHub shows as security alerts."""
TAGS: Final = 10
"""As many as GitHub shows of a rule."""

_NAME_LIMIT: Final = 255
_TEXT_LIMIT: Final = 1_000
_LEVELS: Final = {"block": "error", "require_approval": "warning", "none": "note"}
_PROBLEMS: Final = {"block": "error", "require_approval": "warning", "none": "recommendation"}
_SCORES: Final = dict(zip(SEVERITIES, ("9.5", "8.0", "5.5", "2.0"), strict=True))
"""In the middle of what GitHub calls critical, high, medium and low."""


def rule_id(row: JudgedCriterion) -> str:
    """The id that a rule and its results have in common."""
    return shortened(row.id, _NAME_LIMIT - 50)


def rule(row: JudgedCriterion) -> dict[str, Any]:
    """The criterion as a reporting descriptor."""
    identifier = rule_id(row)
    texts = _texts(row.id)
    short, full, page = texts or _of_own_test(row)
    name = "".join(part[:1].upper() + part[1:] for part in identifier.split("_"))
    return {
        "id": identifier,
        # The standard wants a name that differs from the id, or none.
        **({"name": name} if name not in {"", identifier} else {}),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": page, **({"markdown": page} if texts else {})},
        "defaultConfiguration": {"level": _LEVELS[row.enforcement]},
        "properties": _properties(row),
    }


def _properties(row: JudgedCriterion) -> dict[str, Any]:
    tags = [shortened(one, 100) for one in (*row.gates, row.stage, row.level)]
    shown: dict[str, Any] = {"precision": "high", "problem.severity": _PROBLEMS[row.enforcement]}
    if SECURITY_GATES & set(row.gates):
        tags.insert(0, "security")
        worst = min((SEVERITIES.index(one.severity) for one in row.findings), default=2)
        shown["security-severity"] = _SCORES[SEVERITIES[worst]]
    return {"tags": list(dict.fromkeys(tags))[:TAGS], **shown}


@cache
def _texts(identifier: str) -> tuple[str, str, str] | None:
    """The first sentence of its page, what it means, and the page; None where none is known."""
    entry = catalogue.load().entries.get(identifier)
    if entry is None:
        return None
    path = PAGES / f"{identifier}.md"
    if not path.is_file():
        return entry.means[:_TEXT_LIMIT], entry.means[:_TEXT_LIMIT], entry.means
    page = path.read_text(encoding="utf-8")
    return page.split("\n\n")[1].replace("\n", " ")[:_TEXT_LIMIT], entry.means[:_TEXT_LIMIT], page


def _of_own_test(row: JudgedCriterion) -> tuple[str, str, str]:
    """What is known of a criterion that the document has not."""
    short = f"The criterion {shortened(row.id, 200)} holds."
    full = f"{short} Its gate test is {shortened(row.nodeid, 500)}."
    return short, full, full
