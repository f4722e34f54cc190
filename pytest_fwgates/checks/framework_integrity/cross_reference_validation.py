"""What is called by name exists: commands, agents and skills of the framework."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pytest_fwgates.framework import builtins, registry
from pytest_fwgates.framework.kinds import MEMORY_FILES
from pytest_fwgates.framework.references import is_placeholder, is_template
from pytest_fwgates.framework.spelling import Names
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.mentions import Mention
    from pytest_fwgates.framework.registry import Called

_MODULES: Final = frozenset({"command", "agent", "skill", "component", "rule"})
_EXAMPLE_FOLDERS: Final = frozenset({"example", "examples", "test", "tests", "archive", "plans", "specs"})
_EXAMPLE_NAME: Final = re.compile(
    r"(?:(?:your|my|some|other|another|example|sample|the)[-_].*|.*[-_](?:name|here)|name|skill|command|agent|plugin"
    r"|foo|bar|baz|x+|latest|main|test|example)",
    re.IGNORECASE,
)
_TOOLS: Final = re.compile(r"\b(?P<tool>Task|Agent|Skill)\((?P<names>[^()]{1,500})\)")
_BARE_NAME: Final = re.compile(r"[A-Za-z][\w-]{0,79}(?::[A-Za-z][\w-]{0,79}){0,3}")
_CALLABLE: Final = ("command", "skill")
_FEW: Final = 2
Judge: TypeAlias = "Callable[[str, str, _Known], str | None]"


def dangling_mentions(framework: Framework) -> list[Finding]:
    """What is called by name exists: commands, agents and skills of the framework.

    Why: an agent that is told to use a skill or to start a subagent which is not there goes on without it,
    or makes up what it might have said.

    Rule: these name something that exists: `plugin:name` and `/plugin:name`, where the plugin is one of this
    repository or the prefix one that its commands give themselves; `subagent_type: name`; `Skill(name)`;
    an agent's `skills`, a skill's `agent` and `agents` in frontmatter, and `Task(name)`, `Agent(name)` and
    `Skill(name)` in the tools that it allows. A `/command` in code that is no command is a finding only where
    it is nearly one. What comes with Claude Code exists
    (https://docs.claude.com/en/docs/claude-code/sub-agents,
    https://docs.claude.com/en/docs/claude-code/slash-commands). Fences are examples.

    Mend: correct the name (the message proposes the nearest), or add what is missing.
    """
    known = _Known(framework)
    return [finding for document in _searched(framework) for finding in _of_document(document, known)]


def examined(framework: Framework) -> int:
    """How many documents there are; one that does not speak of the framework calls nothing of it."""
    return len(framework.documents)


def _searched(framework: Framework) -> Iterator[Document]:
    """Modules, what lies beside skills, memory and READMEs: texts that speak of the framework as it is."""
    for document in framework.documents:
        folder, name = posixpath.split(document.path)
        is_guide = name in MEMORY_FILES or name == "README.md" or "/skills/" in f"/{folder}/"
        if is_template(document.path) or not _EXAMPLE_FOLDERS.isdisjoint(folder.lower().split("/")):
            continue
        if document.kind in _MODULES or is_guide:
            yield document


class _Known:
    """Every name that exists."""

    def __init__(self, framework: Framework) -> None:
        modules = registry.called(framework)
        callables = {name for module in modules if module.kind in _CALLABLE for name in module.names}
        self.agents = Names(name for module in modules if module.kind == "agent" for name in module.names)
        self.callables = Names(callables)
        self.namespaces = {name.partition(":")[0] for name in callables if ":" in name}
        # Other tools, and installers for them, write `space:name` without its colon.
        self.flat = {name.lower().replace(":", mark) for name in callables if ":" in name for mark in "-_."}
        self.folders = {posixpath.basename(folder) for folder in framework.tree.directories}
        # An index.md beside commands may be a page or a command: nobody can tell, so it answers to its name.
        pages = {
            posixpath.splitext(posixpath.basename(document.path))[0]
            for document in framework.documents
            if posixpath.dirname(document.path) in framework.module_folders
        }
        everything = Names({*pages, *(name for module in modules for name in module.names)})
        declared = (module.names[0] for module in modules if module.declared)
        self.spaces = {name.partition(":")[0]: everything for name in declared if ":" in name}
        for plugin, names in _names_by_plugin(framework, modules).items():
            self.spaces[plugin] = Names(names | pages)


def _names_by_plugin(framework: Framework, modules: Iterable[Called]) -> dict[str, set[str]]:
    """What each plugin has; one without a module is built elsewhere, and nothing is known of it."""
    plugins: dict[str, list[str]] = {}
    for plugin, root in registry.plugins(framework).items():
        plugins.setdefault(root, []).append(plugin)
    found: dict[str, set[str]] = {}
    for module in modules:
        folder = module.path
        while folder:
            folder = posixpath.dirname(folder)
            for plugin in plugins.get(folder, ()):
                found.setdefault(plugin, set()).update(module.names)
    return found


def _of_document(document: Document, known: _Known) -> Iterator[Finding]:
    for line, column, name, problem in sorted(
        {*_in_frontmatter(document, known), *_in_text(document, known)}
    ):
        yield Finding(problem, document.path, line, column, subject=f"mention {name}")


Problem: TypeAlias = tuple[int, int, str, str]
"""Line, column, the name and what is wrong with it."""


def _in_text(document: Document, known: _Known) -> Iterator[Problem]:
    is_foreign = _speaks_of_another_program(document, known)
    for mention in document.facts.mentions:
        problem = _problem(mention, known)
        if problem and not (is_foreign and mention.form == "command"):
            yield mention.line, mention.column, mention.name, problem
    if document.kind in _MODULES:
        for delegation in document.facts.delegations:
            problem = _agent_problem("subagent_type", delegation.target, known)
            if problem and delegation.form == "subagent":
                yield delegation.line, delegation.column, delegation.target, problem


def _problem(mention: Mention, known: _Known) -> str | None:
    if mention.form == "namespaced":
        return _space_problem(mention.name, known)
    if mention.form == "skill":
        return _skill_problem("Skill()", mention.name, known)
    return _command_problem(mention.name, known)


def _space_problem(full: str, known: _Known) -> str | None:
    space, _, name = full.partition(":")
    names = known.spaces.get(space)
    if names is None or name in names or full in names or _EXAMPLE_NAME.fullmatch(name):
        return None
    nearest = names.nearest(name)
    hint = f"; did you mean {space}:{nearest}?" if nearest else ""
    return f"{full} is no command, agent or skill of {space}{hint}"


def _command_problem(name: str, known: _Known) -> str | None:
    """Most of what looks like a command is a path or belongs to the project; a slip of the pen is neither."""
    namespace, _, bare = name.rpartition(":")
    if namespace in known.spaces or (namespace and namespace not in known.namespaces):
        return None
    if _is_command(name, known) or bare in known.folders:
        return None
    meant = known.callables.meant_by(bare)
    prefix = f"{namespace}:" if namespace else ""
    return f"/{name} is no command; did you mean /{prefix}{meant}?" if meant else None


def _is_command(name: str, known: _Known) -> bool:
    bare = name.rpartition(":")[2]
    is_there = name in known.callables or bare in known.callables or bare in builtins.COMMANDS
    return is_there or name.lower() in known.flat


def _speaks_of_another_program(document: Document, known: _Known) -> bool:
    """Whether most of the commands in a text are nowhere; one that is nearly ours is then one of those."""
    names = {mention.name for mention in document.facts.mentions if mention.form == "command"}
    strange = [name for name in names if not _is_command(name, known)]
    nowhere = [name for name in strange if not known.callables.meant_by(name.rpartition(":")[2])]
    return len(nowhere) > max(_FEW, len(names) - len(nowhere))


def _agent_problem(what: str, name: str, known: _Known) -> str | None:
    is_there = name in known.agents or name.lower() in builtins.AGENTS
    return None if is_there or _is_vague(name) else _message(what, name, "agent", known.agents)


def _skill_problem(what: str, name: str, known: _Known) -> str | None:
    is_there = name in known.callables or name in builtins.COMMANDS or name.lower() in known.flat
    return None if is_there or _is_vague(name) else _message(what, name, "skill", known.callables)


def _message(what: str, name: str, kind: str, names: Names) -> str | None:
    """Where the framework has none of a kind, those that it names come from elsewhere."""
    nearest = names.nearest(name)
    hint = f"; did you mean {nearest}?" if nearest else ""
    return f"{what} names {name}, which is no {kind} of this framework{hint}" if names else None


def _is_vague(name: str) -> bool:
    """A placeholder; or `plugin:name`, which is judged by itself."""
    return ":" in name or is_placeholder(name) or _EXAMPLE_NAME.fullmatch(name) is not None


def _in_frontmatter(document: Document, known: _Known) -> Iterator[Problem]:
    if document.kind not in registry.FOLDERS:
        return
    values, loaded = registry.frontmatter_values(document.facts.frontmatter)
    for key, place, name, judge in (*_listed(document.kind, values, known), *_allowed(values)):
        problem = _space_problem(name, known) if ":" in name else judge(key, name, known)
        if problem and loaded:
            line, column = loaded.position(*place)
            yield line + 1, column, name, problem


Listed: TypeAlias = tuple[str, tuple[str | int, ...], str, Judge]
"""The key, the place of the name in it, the name, and who judges it."""


def _listed(kind: str, values: dict[Any, Any], known: _Known) -> Iterator[Listed]:
    """The skills of an agent, the agent of a command or skill; `agents` where one of them is known.

    No format knows `agents`, so it may as well say which tools a module is made for.
    """
    judges = {"skills": _skill_problem} if kind == "agent" else {"agent": _agent_problem}
    for key, judge in {**judges, "agents": _agent_problem}.items():
        names = [
            (key, place, name.strip(), judge)
            for place, text in _texts(key, values.get(key))
            for name in text.split(",")
            if _BARE_NAME.fullmatch(name.strip())
        ]
        if key != "agents" or any(name in known.agents for _, _, name, _ in names):
            yield from names


def _allowed(values: dict[Any, Any]) -> Iterator[Listed]:
    """The agents and skills among the tools that are allowed."""
    for key in ("tools", "allowed-tools"):
        for place, text in _texts(key, values.get(key)):
            for match in _TOOLS.finditer(text):
                judge = _skill_problem if match["tool"] == "Skill" else _agent_problem
                for name in match["names"].split(","):
                    if _BARE_NAME.fullmatch(bare := name.strip().removesuffix("*").rstrip(" :")):
                        yield f"{key} with {match['tool']}()", place, bare, judge


def _texts(key: str, value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield (key,), value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, str):
                yield (key, index), item
