"""Headings, links and tables of the documentation are what they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from pytest_fwgates.framework.lint import STYLES
from pytest_fwgates.framework.lintconfig import Configuration
from pytest_fwgates.framework.references import is_template
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.framework.lint import Slip

_SHOWN = 60


def lint_slips(framework: Framework) -> list[Finding]:
    """Headings, links and tables of the documentation are what they look like.

    Why: a link that leads nowhere, a row whose last cells are dropped and a section that cannot be linked
    to are lost on the reader, while the source looks right.

    Rule: markdownlint's MD001 heading-increment, MD011 no-reversed-links, MD024 no-duplicate-heading (among
    siblings), MD042 no-empty-links, MD055 and MD056 table-column-count
    (https://github.com/DavidAnson/markdownlint/blob/main/doc/Rules.md). What `.markdownlint.*` switches off
    is off; what a `markdownlint-disable` comment switches off is marked as such, for the profile to decide. A
    rule that the configuration names holds as markdownlint has it, with its parameters. Templates are not
    judged.

    Mend: as the message says.
    """
    configuration = Configuration(framework)
    findings = [
        Finding(
            f"markdownlint configuration: {problem.reason}",
            problem.path,
            problem.line,
            severity="low",
            subject="configuration",
        )
        for problem in configuration.problems
    ]
    for document in framework.documents:
        if not is_template(document.path):
            findings += [_finding(document.path, *one) for one in configuration.slips(document)]
    return findings


def examined(framework: Framework) -> int:
    """How many documents `lint_slips` searches."""
    return sum(not is_template(document.path) for document in framework.documents)


def _finding(path: str, slip: Slip, suppressed: bool) -> Finding:  # noqa: FBT001 - it comes with the slip
    return Finding(
        f"{slip.rule} {_message(slip)}",
        path,
        slip.line,
        slip.column,
        severity="low",
        subject=f"{slip.rule} {slip.detail}",
        suppressed=suppressed or UNSET,
    )


def _message(slip: Slip) -> str:
    shown = slip.detail if len(slip.detail) <= _SHOWN else f"{slip.detail[:_SHOWN]}…"
    where = "elsewhere" if slip.condition else "in its section"
    messages = {
        "MD001": f"heading {shown!r} jumps to level {slip.found}; write {'#' * slip.expected}",
        "MD011": f"link is written the wrong way round; write {shown}",
        "MD024": f"heading {shown!r} stands {where} already; a link by its name leads to the first",
        "MD042": f"link {shown!r} has no target",
        "MD055": f"text {shown!r} is read as a row of the table above; put a blank line between",
        "MD056": _cells(slip),
    }
    if slip.condition == "style":
        return f"row has its pipes in the style {STYLES[slip.found]}, unlike what is asked for"
    return messages[slip.rule]


def _cells(slip: Slip) -> str:
    cells = f"{slip.found} cell{'' if slip.found == 1 else 's'}"
    if slip.is_header and not slip.found:
        return "rows are no table: below the first a line such as | --- | --- | is missing"
    if slip.is_header:
        return f"rows are no table: the header has {slip.expected} cells, the line below it {cells}"
    hint = r"; the rest is not shown (a | in text is written \|)" if slip.found > slip.expected else ""
    return f"row has {cells}, the table {slip.expected}{hint}"
