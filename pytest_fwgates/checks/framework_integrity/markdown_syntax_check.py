"""Markdown says what its author wrote: nothing is left open, nothing is left undefined."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.references import is_placeholder, is_template
from pytest_fwgates.framework.sites import has_other_definitions
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.syntax import Damage, Kind

_MESSAGES: Final[dict[Kind, str]] = {
    "fence unclosed": "{0} opens a fence that is never closed; close it, or remove {0} if it closes nothing",
    "fence nested": "the fence shows other fences and ends with the first one; open and close it with {0}{1}",
    "fence outside": "the end of this fence stands outside of the list item or quote that it begins in; "
    "indent it like its beginning",
    "comment": "<!-- opens a comment that is never closed; add -->",
    "undefined": "[{0}] is nowhere defined; add a line [{0}]: target",
    "definition": "[{0}]: defines nothing; it needs a blank line above, a target, and quotes around a title",
    "link unclosed": "the link to {0} has no closing )",
    "link with space": "the space in {0} makes this no link; write <{0}>",
    "newlines": "{0}",
}
_NEWLINES: Final = {
    "lone": "a line ends in a carriage return alone, which only some tools take for an end; write line feeds",
    "doubled": "lines end in two carriage returns and a line feed, which is two ends; write line feeds",
}


def damaged_markdown(framework: Framework) -> list[Finding]:
    """Markdown says what its author wrote: nothing is left open, nothing is left undefined.

    Why: markdown has no syntax errors. A fence or comment without an end silently turns the instructions
    below it into code or into nothing; a reference without a definition is shown as brackets.

    Rule: a fence has an end of its own (https://spec.commonmark.org/0.31.2/#fenced-code-blocks), a comment
    has its `-->`, `[text][label]` has its `[label]: target`, a link its `)`; a file ends its lines in LF or
    CRLF. Templates are not judged, code is not looked into; what is not UTF-8 or holds a NUL is
    module_syntax_validation's matter.

    Mend: as the message says; a fence that shows fences opens and closes with more backticks than they.
    """
    findings: list[Finding] = []
    for document in framework.documents:
        if document.facts.damage and not is_template(document.path):
            findings += [
                _finding(document.path, damage)
                for damage in document.facts.damage
                if _is_sure(framework, document, damage)
            ]
    return findings


def examined(framework: Framework) -> int:
    """How many documents `damaged_markdown` searches."""
    return sum(not is_template(document.path) for document in framework.documents)


def _finding(path: str, damage: Damage) -> Finding:
    message = _MESSAGES[damage.kind].format(_NEWLINES.get(damage.detail, damage.detail), damage.detail[:1])
    subject = f"{damage.kind} {damage.detail}".rstrip()
    return Finding(message, path, damage.line, damage.column, subject=subject)


def _is_sure(framework: Framework, document: Document, damage: Damage) -> bool:
    """`[x](see notes.md)` may be prose: a target with a space counts where the file exists."""
    if damage.kind == "undefined" and document.kind == "document":
        return not has_other_definitions(framework.files, document.path)
    if damage.kind != "link with space":
        return True
    if is_placeholder(damage.detail):
        return False
    target = damage.detail.partition("#")[0]
    path = posixpath.join(posixpath.dirname(document.path), target)
    return (
        target.startswith(("./", "../", "https://", "http://")) or framework.tree.find(path).state == "file"
    )
