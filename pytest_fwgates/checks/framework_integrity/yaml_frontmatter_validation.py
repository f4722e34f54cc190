"""The frontmatter of every module parses, is a mapping, and names what its format demands."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates import yamldoc
from pytest_fwgates.framework import schema
from pytest_fwgates.framework.frontmatter import holds_keys
from pytest_fwgates.framework.mending import Mended, mend, runs_into_text
from pytest_fwgates.framework.references import is_template
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_fwgates.framework.frontmatter import Frontmatter
    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.schema import Fault

_MODULES: Final = frozenset({"command", "agent", "skill"})
_READ_FOLDERS: Final = frozenset({"commands", "agents", "skills", "rules", "output-styles"})
_FILLED_IN: Final = re.compile(r"[{<$\[]")
MAX_FINDINGS_PER_FILE: Final = 20


def invalid_frontmatter(framework: Framework) -> list[Finding]:
    """The frontmatter of every module parses, is a mapping, and names what its format demands.

    Why: a module whose frontmatter does not parse loses its name, its description and its permissions;
    some tools then leave it out altogether.

    Rule: between `---` on line 1 and the next `---` stands one YAML mapping (https://yaml.org/spec/1.2.2/)
    without repeated keys. A command, agent or skill that opens frontmatter also closes it. A SKILL.md has
    `name` (as its folder; at most 64 lower-case letters, digits and single hyphens) and `description` (at
    most 1024 characters, https://agentskills.io/specification), an agent in `.claude/agents` too
    (https://code.claude.com/docs/en/sub-agents), one of a plugin at least a `description`. Documented keys of
    commands and skills (https://code.claude.com/docs/en/skills), agents, rules
    (https://code.claude.com/docs/en/memory) and output styles
    (https://code.claude.com/docs/en/output-styles) have values of their type, and one of the documented ones
    where these are few. Unknown keys are left alone.

    Mend: mostly by quoting a value; the message shows the line as it should read. What is not UTF-8 is
    module_syntax_validation's matter.
    """
    findings: list[Finding] = []
    for document in framework.documents:
        if _is_searched(document.path):
            findings += _of_document(framework, document)
    return findings


def examined(framework: Framework) -> int:
    """How many documents `invalid_frontmatter` searches for frontmatter."""
    return sum(_is_searched(document.path) for document in framework.documents)


def _of_document(framework: Framework, document: Document) -> Iterator[Finding]:
    front = document.facts.frontmatter
    required = _required(framework, document)
    if front is None or not _is_frontmatter(front, document):
        if document.facts.is_frontmatter_misplaced and document.kind in _MODULES:
            yield Finding("keys at the top are no frontmatter: line 1 must be ---", document.path, 1, 1)
        elif required and not _is_note(framework, document):
            names = " and ".join(required)
            yield Finding(
                f"no frontmatter on line 1; this {document.kind} needs {names}", document.path, 1, 1
            )
    elif not front.closed:
        yield Finding("frontmatter is opened by --- and never closed", document.path, 1, 1)
    else:
        loaded = yield from _of_block(document.path, front)
        if loaded is not None:
            yield from _of_value(framework, document, loaded)


def _is_searched(path: str) -> bool:
    """A template is not YAML until it is filled in; GitHub reads those for issues as they are."""
    return not is_template(path) or "/.github/" in f"/{path}"


def _is_frontmatter(front: Frontmatter, document: Document) -> bool:
    """A `---` on line 1 may be a thematic break, unless keys follow or the module's kind asks for them."""
    if front.plausible or not front.closed or document.kind not in _MODULES:
        return front.plausible and (front.closed or document.kind in _MODULES)
    return holds_keys(front.text) or (document.kind != "command" and runs_into_text(front.text) is None)


def _required(framework: Framework, document: Document) -> tuple[str, ...]:
    if document.kind == "skill":
        return () if _is_part_of_skill(framework, document.path) else ("name", "description")
    if document.kind != "agent":
        return ()
    if "/.claude/agents/" in f"/{document.path}":
        return ("name", "description")
    folders = (posixpath.join(plugin, "agents", "") for plugin in framework.layout.plugins)
    return ("description",) if document.path.startswith(tuple(folders)) else ()


def _is_part_of_skill(framework: Framework, path: str) -> bool:
    """Whether a SKILL.md lies inside of a skill, where nothing looks for skills any more."""
    folder = posixpath.dirname(posixpath.dirname(path))
    while folder:
        if posixpath.join(folder, "SKILL.md") in framework.tree.files:
            return True
        folder = posixpath.dirname(folder)
    return False


def _is_note(framework: Framework, document: Document) -> bool:
    """Whether a file among agents is text for them or their authors, which is not loaded as an agent."""
    if document.kind != "agent":
        return False
    folder, name = posixpath.split(document.path)
    stem = posixpath.splitext(name)[0]
    if stem.isupper() or stem.startswith(("README", "_")):
        return True
    if _is_in_agents(document.path):
        return False
    beside = (other for other in framework.documents if posixpath.dirname(other.path) == folder)
    return not any(other.facts.frontmatter and other.facts.frontmatter.plausible for other in beside)


def _is_in_agents(path: str) -> bool:
    """Whether a file lies in a folder of agents itself, not in one below it, where notes may lie, too."""
    return posixpath.basename(posixpath.dirname(path)) == "agents"


def _of_block(path: str, front: Frontmatter) -> Generator[Finding, None, yamldoc.Loaded | None]:
    """What keeps the block from being read; what was read if nothing did, or only what quotes would mend."""
    text = front.text
    for _ in range(MAX_FINDINGS_PER_FILE):
        try:
            return yamldoc.load(text)
        except yamldoc.YamlError as error:
            mended = None if _is_runaway(text, error) else mend(text, error)
            yield _syntax_finding(path, front.text, error, mended)
            if mended is None:
                return None
            text = mended.text
    return None


def _syntax_finding(path: str, text: str, error: yamldoc.YamlError, mended: Mended | None) -> Finding:
    # The block begins on the file's second line.
    line, column = error.line + 1, error.column
    if mended is not None:
        message = f"{mended.key} {mended.reason}; write: {mended.line}"
        if mended.row != error.line:
            line, column = mended.row + 1, mended.column
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


def _of_value(framework: Framework, document: Document, loaded: yamldoc.Loaded) -> Iterator[Finding]:
    path = document.path
    for duplicate in loaded.duplicates:
        message = f"key {duplicate.key} is repeated; only one of the values counts"
        yield Finding(message, path, duplicate.line + 1, duplicate.column)
    value: Any = {} if loaded.value is None else loaded.value
    if not isinstance(value, dict):
        kind = "list" if isinstance(value, list) else "single value"
        yield Finding(f"frontmatter is a {kind}, not a mapping of keys to values", path, 2, 1)
        return
    required = _required(framework, document)
    missing = [key for key in required if value.get(key) is None or not str(value[key]).strip()]
    if document.kind != "agent" or missing != list(required) or _is_in_agents(path):
        for key in missing:
            yield Finding(f"frontmatter has no {key}", path, 1, 1)
    for fault in _faults(framework, document, value):
        line, column = loaded.position(*fault.path)
        yield Finding(fault.message, path, line + 1, column, subject=f"{fault.path[0]} {fault.message}")


def _faults(framework: Framework, document: Document, value: dict[Any, Any]) -> Iterator[Fault]:
    written = _format(framework, document)
    if written is None or _is_part_of_skill(framework, document.path):
        return
    is_to_be_filled_in = _FILLED_IN.search(str(value.get("name"))) is not None
    folder = _skill_folder(framework, document)
    for fault in schema.faults(written, value, folder):
        if fault.path != ("name",) or not is_to_be_filled_in:
            yield fault


def _format(framework: Framework, document: Document) -> schema.Format | None:
    """Whose keys count: for a SKILL.md at least those of the open format, else those of Claude Code."""
    path, kind = document.path, document.kind
    folder = _claude_folder(framework, path)
    if kind == "skill":
        return "skill" if folder else "open skill"
    if kind == "command":
        return None if not folder and "/." in f"/{path}" else "command"
    if folder == "output-styles":
        return "output style"
    return kind if folder and kind in {"agent", "rule"} else None


def _claude_folder(framework: Framework, path: str) -> str:
    """The folder of modules in `.claude` or a plugin in which a file lies, if it is one that is read."""
    _, found, inner = f"/{path}".rpartition("/.claude/")
    if not found:
        plugins = (posixpath.join(plugin, "") for plugin in framework.layout.plugins)
        plugin = max((plugin for plugin in plugins if path.startswith(plugin)), key=len, default=None)
        inner = "" if plugin is None else path.removeprefix(plugin)
    folder = inner.partition("/")[0]
    return folder if folder in _READ_FOLDERS else ""


def _skill_folder(framework: Framework, document: Document) -> str:
    """The folder that a skill is installed as; a skill in no folder of skills may get any when it is."""
    if document.kind != "skill" or posixpath.dirname(document.path) in framework.layout.plugins:
        return ""
    *above, folder = document.path.split("/")[:-1] or [""]
    return folder if any(name == "skills" or name.endswith("-skills") for name in above) else ""
