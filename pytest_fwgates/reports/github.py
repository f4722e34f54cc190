"""The verdict as workflow commands, which GitHub Actions shows as annotations of a change.

What blocks is an error, what needs approval a warning. A step shows ten annotations of a kind; what does not
fit is counted in the tenth.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from pytest_fwgates.reports import selection, standing
from pytest_fwgates.reports.selection import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_fwgates.model import Finding, JudgedCriterion, Verdict

SHOWN: Final = 10
"""Annotations of one kind that a step shows."""
LONGEST: Final = 4_096
"""Characters of an annotation."""

_MESSAGE_LIMIT: Final = 700
_TITLE_LIMIT: Final = 100
_PATH_LIMIT: Final = 1_000
# An escaped character takes three; a line of all of these stays below LONGEST.
_NAMED: Final = 5

_Kind: TypeAlias = Literal["error", "warning", "notice"]


class _Group(NamedTuple):
    """The annotations of one criterion, so that no criterion hides another."""

    name: str
    total: int
    commands: Iterator[str]


def render(verdict: Verdict) -> str:
    """One command a line, what blocks first; where something does not fit, the last line says how much."""
    rows = selection.counting(verdict)
    blocking = [_criterion("error", row) for row in rows if row.decision == "block"]
    asking = [_criterion("warning", row) for row in rows if row.decision != "block"]
    errors, no_errors = _that_fit("error", "block", [_problems(verdict), *blocking])
    warnings, no_warnings = _that_fit("warning", "need approval or take too long", [*asking, *_slow(verdict)])
    lines = [*errors, *warnings, _decision(verdict)]
    untold = no_errors + no_warnings
    if untold:
        lines.append(
            f"fwgates: {untold} more have no annotation: GitHub shows {SHOWN} of a kind; the verdict has all"
        )
    return "".join(f"{line}\n" for line in lines)


def _that_fit(kind: _Kind, what: str, groups: Sequence[_Group]) -> tuple[list[str], int]:
    """The annotations of one kind, and how many of them have no room."""
    counts = [one.total for one in groups]
    if sum(counts) <= SHOWN:
        return list(chain.from_iterable(one.commands for one in groups)), 0
    given = selection.shares(counts, SHOWN - 1)
    shown = [islice(one.commands, count) for one, count in zip(groups, given, strict=True)]
    left = [
        (one.name, one.total - count) for one, count in zip(groups, given, strict=True) if one.total > count
    ]
    named = ", ".join(f"{shortened(name, _TITLE_LIMIT)} {count}" for name, count in left[:_NAMED])
    others = f" and {len(left) - _NAMED} more criteria" if len(left) > _NAMED else ""
    untold = sum(counts) - sum(given)
    rest = _command(kind, f"{untold} more that {what}: {named}{others}", "fwgates")
    return [*chain.from_iterable(shown), rest], untold


def _problems(verdict: Verdict) -> _Group:
    """What blocks and is no criterion's fault."""
    commands = (_command("error", one, "fwgates: blocked") for one in verdict.problems)
    return _Group("problems", len(verdict.problems), commands)


def _criterion(kind: _Kind, row: JudgedCriterion) -> _Group:
    own = int(selection.has_more_than_findings(row))
    return _Group(row.id, own + len(row.findings), _of_row(kind, row))


def _of_row(kind: _Kind, row: JudgedCriterion) -> Iterator[str]:
    """The criterion itself, where its findings do not say everything, and its findings, the worst first."""
    title = f"{row.id[:_TITLE_LIMIT]}: {standing.standing(row)}"
    if selection.has_more_than_findings(row):
        yield _command(kind, selection.what_happened(row), title)
    for finding in selection.worst_first(row.findings):
        yield _command(kind, finding.message or row.id, title, finding)


def _slow(verdict: Verdict) -> Iterator[_Group]:
    for stage in standing.stages(verdict):
        if stage.is_over:
            text = (
                f"the stage {stage.name} took {stage.duration_s:.1f} s, and its target is {stage.target_s} s"
            )
            yield _Group(stage.name, 1, iter([_command("warning", text, "fwgates: slow stage")]))


def _decision(verdict: Verdict) -> str:
    """The one notice: what everything comes to, what is excused too."""
    counts = ", ".join(f"{count} {word}" for word, count in standing.counts(verdict).items())
    word = standing.DECISIONS[verdict.decision]
    partial = " (a partial run)" if verdict.partial else ""
    return _command(
        "notice", f"{verdict.environment}: {counts or 'no criteria'}", f"fwgates: {word}{partial}"
    )


def _command(kind: _Kind, message: str, title: str, finding: Finding | None = None) -> str:
    properties = dict(_place(finding)) if finding else {}
    if finding and finding.path and not properties:
        message = f"{finding.path[:_TITLE_LIMIT]}: {message}"
    properties["title"] = _property(shortened(title, 2 * _TITLE_LIMIT))
    listed = ",".join(f"{name}={value}" for name, value in properties.items())
    return f"::{kind} {listed}::{_data(shortened(message, _MESSAGE_LIMIT))}"


def _place(finding: Finding) -> Iterable[tuple[str, str]]:
    """The file, and where in it; nothing where no file of the repository can be meant."""
    path = finding.path or ""
    if not selection.is_plain(path) or len(name := _property(shortened(path, _PATH_LIMIT))) > _PATH_LIMIT:
        return
    yield "file", name
    if finding.line and finding.line > 0:
        yield "line", str(finding.line)
        if finding.column and finding.column > 0:
            yield "col", str(finding.column)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
