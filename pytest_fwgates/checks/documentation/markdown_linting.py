"""Headings, links and tables of the documentation are what they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    (https://github.com/DavidAnson/markdownlint/blob/main/doc/Rules.md). What `.markdownlint.*` or a
    `markdownlint-disable` comment switches off is off. Templates are not judged.

    Mend: as the message says.
    """
    configuration = Configuration(framework)
    findings = [
        Finding(
            f"markdownlint configuration cannot be read: {problem.reason}",
            problem.path,
            problem.line,
            severity="low",
            subject="configuration",
        )
        for problem in configuration.problems
    ]
    for document in framework.documents:
        if document.facts.slips and not is_template(document.path):
            findings += [
                _finding(document.path, slip)
                for slip in document.facts.slips
                if configuration.is_on(slip.rule, document.path)
                and not configuration.leaves_out(document.path)
            ]
    return findings


def examined(framework: Framework) -> int:
    """How many documents `lint_slips` searches."""
    return sum(not is_template(document.path) for document in framework.documents)


def _finding(path: str, slip: Slip) -> Finding:
    return Finding(
        f"{slip.rule} {_message(slip)}",
        path,
        slip.line,
        slip.column,
        severity="low",
        subject=f"{slip.rule} {slip.detail}",
    )


def _message(slip: Slip) -> str:
    shown = slip.detail if len(slip.detail) <= _SHOWN else f"{slip.detail[:_SHOWN]}…"
    match slip.rule:
        case "MD001":
            return f"heading {shown!r} jumps to level {slip.found}; write {'#' * slip.expected}"
        case "MD011":
            return f"link is written the wrong way round; write {shown}"
        case "MD024":
            return f"heading {shown!r} stands in its section already; a link by its name leads to the first"
        case "MD042":
            return f"link {shown!r} has no target"
        case "MD055":
            return f"text {shown!r} is read as a row of the table above; put a blank line between"
        case "MD056":
            return _cells(slip)


def _cells(slip: Slip) -> str:
    cells = f"{slip.found} cell{'' if slip.found == 1 else 's'}"
    if slip.is_header and not slip.found:
        return "rows are no table: below the first a line such as | --- | --- | is missing"
    if slip.is_header:
        return f"rows are no table: the header has {slip.expected} cells, the line below it {cells}"
    hint = r"; the rest is not shown (a | in text is written \|)" if slip.found > slip.expected else ""
    return f"row has {cells}, the table {slip.expected}{hint}"
