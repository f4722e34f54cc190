"""The framework as a graph: which file pulls in, or hands over to, which other one.

Three kinds of edge: what module systems include, what Claude Code imports into its memory, and delegation.
Links and mentions pull nothing in and so are no edges; nor is anything in an example.
"""

from __future__ import annotations

import posixpath
from collections import deque
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from pytest_fwgates.framework.references import is_template
from pytest_fwgates.framework.registry import called
from pytest_fwgates.framework.resolution import included, is_local_path, is_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_fwgates.framework.delegations import Delegation
    from pytest_fwgates.framework.index import Document, Framework

MAX_NAMESAKES: Final = 50
_CALLED: Final = ("agent", "command", "skill")


class Edge(msgspec.Struct, frozen=True):
    """A reference that was followed to a file of the framework."""

    source: str
    target: str
    kind: Literal["include", "import", "delegation"]
    line: int
    column: int


class Imports(msgspec.Struct, frozen=True):
    """What Claude Code reads into its memory, if it followed imports forever.

    Attributes:
        edges: Every import on the way.
        hops: How far each file is from the nearest file that Claude Code reads by itself.
    """

    edges: tuple[Edge, ...]
    hops: Mapping[str, int]


def includes(framework: Framework) -> list[Edge]:
    """Every include that leads to a document."""
    return [
        Edge(document.path, found.path, "include", include.line, include.column)
        for document in _sources(framework)
        for include in document.facts.includes
        if include.form == "include"
        and (found := included(framework, document, include.target.partition("#")[0])) is not None
        and found.state == "file"
    ]


def imports(framework: Framework) -> Imports:
    """Follow `@path` from CLAUDE.md, its kin and rules, as Claude Code does: relative to the importing file.

    In all other documents that nothing imports, an `@path` is a mention.
    """
    hops = {document.path: 0 for document in _sources(framework) if is_memory(document)}
    waiting = deque(hops)
    edges: list[Edge] = []
    while waiting:
        source = waiting.popleft()
        for edge in _imports_of(framework, source):
            edges.append(edge)
            if edge.target not in hops:
                hops[edge.target] = hops[source] + 1
                waiting.append(edge.target)
    return Imports(tuple(edges), hops)


def delegations(framework: Framework) -> list[Edge]:
    """Every delegation to a document: by its path, or by the name of an agent, a command or a skill."""
    sources = [document for document in _sources(framework) if document.facts.delegations]
    if not sources:
        return []
    names = _Names(framework)
    edges: list[Edge] = []
    for document in sources:
        for delegation in document.facts.delegations:
            if delegation.form == "subagent" and document.kind not in {"command", "agent", "skill"}:
                continue
            target = _delegate(framework, document, names, delegation)
            # An agent that says how it is called does not call itself.
            if target and not (target == document.path and delegation.form == "subagent"):
                edges.append(Edge(document.path, target, "delegation", delegation.line, delegation.column))
    return edges


def _sources(framework: Framework) -> Iterator[Document]:
    return (document for document in framework.documents if not is_template(document.path))


def _imports_of(framework: Framework, source: str) -> Iterator[Edge]:
    facts = framework.facts.get(source)
    for item in facts.includes if facts else ():
        path = item.target.partition("#")[0]
        if item.form == "import" and is_local_path(path):
            found = framework.tree.find(posixpath.join(posixpath.dirname(source), path))
            if found.state == "file":
                yield Edge(source, found.path, "import", item.line, item.column)


def _delegate(framework: Framework, document: Document, names: _Names, delegation: Delegation) -> str | None:
    if delegation.form == "subagent":
        return names.find(delegation.target, document.path, ("agent",))
    if is_local_path(delegation.target):
        found = included(framework, document, delegation.target)
        return found.path if found and found.state == "file" else None
    return names.find(delegation.target, document.path, _CALLED)


class _Names:
    """Agents, commands and skills by the names that they are called by."""

    def __init__(self, framework: Framework) -> None:
        self._paths: dict[tuple[str, str], list[str]] = {}
        for one in called(framework):
            for name in dict.fromkeys(one.names):
                self._paths.setdefault((one.kind, name), []).append(one.path)

    def find(self, name: str, source: str, kinds: tuple[str, ...]) -> str | None:
        """The one module of that name that lies nearest; None where two are equally near."""
        name = name.removeprefix("/").removeprefix("@")
        bare = name.rpartition(":")[2]
        for kind in kinds:
            paths = self._paths.get((kind, name)) or self._paths.get((kind, bare), [])
            paths = paths[:MAX_NAMESAKES]
            nearness = [len(PurePosixPath(posixpath.commonpath([path, source])).parts) for path in paths]
            best = [path for path, near in zip(paths, nearness, strict=True) if near == max(nearness)]
            if len(best) == 1:
                return best[0]
        return None
