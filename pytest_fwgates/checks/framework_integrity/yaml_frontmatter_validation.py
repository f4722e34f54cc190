"""The frontmatter of every module parses, is a mapping, and names what its format demands."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates import yamldoc
from pytest_fwgates.framework.mending import Mended, mend, runs_into_text
from pytest_fwgates.framework.references import is_template
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.frontmatter import Frontmatter
    from pytest_fwgates.framework.index import Document, Framework

_MODULES: Final = frozenset({"command", "agent", "skill"})
MAX_FINDINGS_PER_FILE: Final = 20


def invalid_frontmatter(framework: Framework) -> list[Finding]:
    """The frontmatter of every module parses, is a mapping, and names what its format demands.

    Why: a module whose frontmatter does not parse loses its name, its description and its permissions;
    some tools then leave it out altogether.

    Rule: between `---` on line 1 and the next `---` stands one YAML mapping (https://yaml.org/spec/1.2.2/)
    without repeated keys. A command, agent or skill that opens frontmatter also closes it. A SKILL.md has
    `name` and `description` (https://agentskills.io/specification), an agent in `.claude/agents` too
    (https://docs.claude.com/en/docs/claude-code/sub-agents), one of a plugin at least a `description`.

    Mend: mostly by quoting a value; the message shows the line as it should read.
    """
    findings = [
        Finding(
            f"could not be examined: {item.reason}", path=item.path, line=item.line, subject="unexaminable"
        )
        for item in framework.unreadable_documents
    ]
    for document in framework.documents:
        if _is_searched(document.path):
            findings += _of_document(framework, document)
    return findings


def examined(framework: Framework) -> int:
    """How many documents `invalid_frontmatter` searches for frontmatter."""
    searched = [document for document in framework.documents if _is_searched(document.path)]
    return len(searched) + len(framework.unreadable_documents)


def _of_document(framework: Framework, document: Document) -> Iterator[Finding]:
    front = document.facts.frontmatter
    required = _required(framework, document)
    if front is None or not _is_frontmatter(front, document):
        if document.facts.is_frontmatter_misplaced and document.kind in _MODULES:
            yield Finding("keys at the top are no frontmatter: line 1 must be ---", document.path, 1, 1)
        elif required:
            names = " and ".join(required)
            yield Finding(
                f"no frontmatter on line 1; this {document.kind} needs {names}", document.path, 1, 1
            )
    elif not front.closed:
        yield Finding("frontmatter is opened by --- and never closed", document.path, 1, 1)
    else:
        yield from _of_block(document.path, front, required)


def _is_searched(path: str) -> bool:
    """A template is not YAML until it is filled in; GitHub reads those for issues as they are."""
    return not is_template(path) or "/.github/" in f"/{path}"


def _is_frontmatter(front: Frontmatter, document: Document) -> bool:
    """A `---` on line 1 may be a thematic break, unless keys follow or the module's kind asks for them."""
    if document.kind in _MODULES:
        return front.plausible or (front.closed and document.kind != "command")
    return front.plausible and front.closed


def _required(framework: Framework, document: Document) -> tuple[str, ...]:
    if document.kind == "skill":
        return ("name", "description")
    if document.kind != "agent":
        return ()
    if "/.claude/agents/" in f"/{document.path}":
        return ("name", "description")
    folders = (posixpath.join(plugin, "agents", "") for plugin in framework.layout.plugins)
    return ("description",) if document.path.startswith(tuple(folders)) else ()


def _of_block(path: str, front: Frontmatter, required: tuple[str, ...]) -> Iterator[Finding]:
    text = front.text
    for _ in range(MAX_FINDINGS_PER_FILE):
        try:
            loaded = yamldoc.load(text)
        except yamldoc.YamlError as error:
            mended = None if _is_runaway(text, error) else mend(text, error)
            yield _syntax_finding(path, front.text, error, mended)
            if mended is None:
                return
            text = mended.text
        else:
            yield from _of_value(path, loaded, required)
            return


def _syntax_finding(path: str, text: str, error: yamldoc.YamlError, mended: Mended | None) -> Finding:
    # The block begins on the file's second line.
    line, column = error.line + 1, error.column
    if mended is not None:
        message = f"{mended.key} {mended.reason}; write: {mended.line}"
        return Finding(message, path, line, column, subject=f"yaml {mended.key} {mended.reason}")
    if _is_runaway(text, error):
        message = "frontmatter is opened by --- and not closed before the text begins"
        return Finding(message, path, 1, 1, subject="frontmatter unclosed")
    faulty = text.split("\n")[error.line - 1 : error.line]
    has_tab = any("\t" in line[: error.column] for line in faulty)
    reason = "a tab cannot indent; use spaces" if has_tab else error.message
    return Finding(f"not valid YAML: {reason}", path, line, column, subject=f"yaml {reason}")


def _is_runaway(text: str, error: yamldoc.YamlError) -> bool:
    """Whether the parser stopped in what is no longer frontmatter, but the text below it."""
    line = runs_into_text(text)
    return line is not None and line <= error.line


def _of_value(path: str, loaded: yamldoc.Loaded, required: tuple[str, ...]) -> Iterator[Finding]:
    for duplicate in loaded.duplicates:
        message = f"key {duplicate.key} is repeated; only one of the values counts"
        yield Finding(message, path, duplicate.line + 1, duplicate.column)
    value: Any = loaded.value
    if value is None:
        value = {}
    if not isinstance(value, dict):
        yield Finding(f"frontmatter is a {_kind_of(value)}, not a mapping of keys to values", path, 2, 1)
        return
    for key in required:
        if value.get(key) in (None, ""):
            yield Finding(f"frontmatter has no {key}", path, 1, 1)


def _kind_of(value: Any) -> str:
    return "list" if isinstance(value, list) else "single value"
