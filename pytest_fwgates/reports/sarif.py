"""The verdict as SARIF 2.1.0, within the limits of GitHub's code scanning.

GitHub knows no suppressed results, so findings that count are results, and what is excused is only counted.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec

from pytest_fwgates.reports import selection, standing
from pytest_fwgates.reports.rules import rule, rule_id
from pytest_fwgates.reports.selection import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_fwgates.model import JudgedCriterion, Verdict

RESULTS: Final = 5_000
"""GitHub takes 25,000 results and keeps 5,000."""
RESULT_BYTES: Final = 5_000_000
"""What all results have in common; with indentation and rules, less than the 10 MB that GitHub takes."""
NOTIFICATIONS: Final = 100
"""How many of one kind are told."""
PROBLEM: Final = "fwgates.problem"
"""The rule of what blocks and is no criterion's fault."""

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_MESSAGE_LIMIT: Final = 1_000


def render(verdict: Verdict) -> str:
    """The document, with a final newline."""
    content = msgspec.json.encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(verdict)]})
    return msgspec.json.format(content, indent=2).decode() + "\n"


def _run(verdict: Verdict) -> dict[str, Any]:
    rows = [row for row in standing.in_order(verdict.criteria) if row.findings or _counts(row)]
    places = {row.id: number for number, row in enumerate(rows)}
    results, left_out = _results(verdict, places)
    rules = [*(rule(row) for row in rows), *([_problem_rule()] if verdict.problems else [])]
    return {
        "tool": {"driver": {"name": "fwgates", "semanticVersion": _version(), "rules": rules}},
        "automationDetails": {"id": f"fwgates/{shortened(verdict.environment, 100)}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the framework."}}},
        "invocations": [_invocation(verdict, places, left_out)],
        "results": results,
        "properties": _properties(verdict, left_out),
    }


@cache
def _version() -> str:
    return metadata.version("pytest-fwgates")


def _counts(row: JudgedCriterion) -> bool:
    return row.decision != "allow"


def _results(verdict: Verdict, places: Mapping[str, int]) -> tuple[list[dict[str, Any]], int]:
    """What blocks first, as much of it as is taken, and how much is not."""
    rows = selection.counting(verdict)
    wanted = [len(row.findings) + selection.has_more_than_findings(row) for row in rows]
    total = len(verdict.problems) + sum(wanted)
    problems = verdict.problems[: RESULTS // 2]
    given = selection.shares(wanted, RESULTS - len(problems))
    candidates = [_of_problem(one, verdict, len(places)) for one in problems]
    for row, count in zip(rows, given, strict=True):
        candidates += _of_row(row, verdict, places[row.id], count)
    shown = list(_that_fit(candidates))
    return shown, total - len(shown)


def _that_fit(results: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    size = 0
    for one in results:
        size += len(msgspec.json.encode(one))
        if size > RESULT_BYTES:
            return
        yield one


def _of_problem(problem: str, verdict: Verdict, index: int) -> dict[str, Any]:
    location = _location(selection.profile_file(verdict), None, None)
    return _result(PROBLEM, index, "error", problem, location, _hash(PROBLEM, problem))


def _of_row(row: JudgedCriterion, verdict: Verdict, index: int, count: int) -> Iterator[dict[str, Any]]:
    """The criterion itself, where its findings do not say everything, and the worst of its findings."""
    level = "error" if row.decision == "block" else "warning"
    own = _location(selection.gate_test_file(row), None, None) or _location(
        selection.profile_file(verdict), None, None
    )
    more = selection.has_more_than_findings(row)
    if more and count:
        message = selection.what_happened(row)
        yield _result(rule_id(row), index, level, message, own, _hash(row.id, row.outcome), _about(row))
    for finding in selection.worst_first(row.findings)[: max(0, count - more)]:
        location = _location(finding.path, finding.line, finding.column)
        place = "" if location or finding.path is None else f"{finding.path[:200]}: "
        fingerprint = finding.fingerprint or _hash(row.id, finding.path or "", finding.message)
        message = f"{place}{finding.message or row.id}"
        about = {**_about(row), "severity": finding.severity}
        yield _result(rule_id(row), index, level, message, location or own, fingerprint, about)


def _result(  # noqa: PLR0913, PLR0917 - each is a part of a result
    rule: str,
    index: int,
    level: str,
    message: str,
    location: Mapping[str, Any],
    fingerprint: str,
    about: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "ruleId": rule,
        "ruleIndex": index,
        "level": level,
        "message": {"text": _message(message)},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:1"},
        "properties": about or {"standing": "blocked"},
    }


def _about(row: JudgedCriterion) -> dict[str, str]:
    return {"standing": standing.standing(row)}


def _message(text: str) -> str:
    """`text` without what viewers of SARIF make links of."""
    return shortened(text, _MESSAGE_LIMIT).replace("](", "] (")


def _location(path: str | None, line: int | None, column: int | None) -> dict[str, Any]:
    """Where a file of the framework is to be shown; empty where `path` is none."""
    if not path or not selection.is_plain(path):
        return {}
    try:
        name = path.encode("utf-8", "surrogateescape")  # as the file system has it
    except UnicodeEncodeError:
        name = path.encode("utf-8", "replace")
    region = {"startLine": max(1, line or 1)}
    if line and column and min(line, column) > 0:
        region["startColumn"] = column
    return {"artifactLocation": {"uri": quote(name), "uriBaseId": _ROOT}, "region": region}


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _problem_rule() -> dict[str, Any]:
    text = "What no criterion is to blame for, such as evidence that is missing, blocks."
    return {
        "id": PROBLEM,
        "name": "Problem",
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": f"{text} Mend what the message says."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"precision": "high", "problem.severity": "error"},
    }


def _invocation(verdict: Verdict, places: Mapping[str, int], left_out: int) -> dict[str, Any]:
    """Whether everything ran that had to, and what did not."""
    unrun = [row for row in selection.counting(verdict) if row.outcome in {"error", "not_run"}]
    failures = [
        *(_notification("error", one) for one in verdict.problems[:NOTIFICATIONS]),
        *(
            {
                **_notification("error", selection.what_happened(row)),
                "associatedRule": {"id": rule_id(row), "index": places[row.id]},
            }
            for row in unrun[:NOTIFICATIONS]
        ),
    ]
    warnings = [_notification("warning", one) for one in _warnings(verdict, left_out)]
    notes = [_notification("note", one) for one in verdict.notices[:NOTIFICATIONS]]
    told = len(failures) + len(notes)
    untold = len(verdict.problems) + len(unrun) + len(verdict.notices) - told
    if untold:
        notes.append(_notification("note", f"{untold} more notifications are left out"))
    return {
        "executionSuccessful": not unrun and not verdict.problems,
        "toolExecutionNotifications": [*failures, *warnings, *notes],
    }


def _warnings(verdict: Verdict, left_out: int) -> Iterator[str]:
    if left_out:
        yield f"{left_out} more results are left out: GitHub keeps {RESULTS} of them and takes 10 MB"
    excused = [row for row in verdict.criteria if row.findings and not _counts(row)]
    if excused:
        found = sum(len(row.findings) for row in excused)
        yield f"{found} findings of {len(excused)} criteria do not count here and are no results"
    for stage in standing.stages(verdict):
        if stage.is_over:
            name = shortened(stage.name, 100)
            yield f"the stage {name} took {stage.duration_s:.1f} s, and its target is {stage.target_s} s"


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _message(text)}}


def _properties(verdict: Verdict, left_out: int) -> dict[str, Any]:
    """What the decision is and what it rests on."""
    return {
        "decision": verdict.decision,
        "partial": verdict.partial,
        "standings": standing.counts(verdict),
        "findingsThatDoNotCount": _uncounted(verdict.criteria),
        "overlooked": sum(len(row.suppressed) for row in verdict.criteria),
        "resultsLeftOut": left_out,
        "notEnforced": [shortened(one, 100) for one in verdict.not_enforced],
        "decidedAt": shortened(verdict.decided_at, 100),
        "commit": shortened(verdict.commit or "", 100),
        "treeDigest": shortened(verdict.tree_digest, 100),
        "policyDigest": shortened(verdict.policy_digest, 100),
        "ledger": shortened(verdict.ledger, 200),
    }


def _uncounted(rows: Sequence[JudgedCriterion]) -> dict[str, int]:
    """How many findings stand where they do nothing."""
    found: dict[str, int] = {}
    for row in rows:
        if row.findings and not _counts(row):
            word = standing.standing(row)
            found[word] = found.get(word, 0) + len(row.findings)
    return found
