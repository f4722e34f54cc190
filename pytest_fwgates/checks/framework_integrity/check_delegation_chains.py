"""Includes, imports and delegations lead to an end, and not too far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.cycles import graph_of, knots, shortest_cycle, too_deep
from pytest_fwgates.framework.graph import delegations, imports, includes
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_fwgates.framework.graph import Edge, Imports
    from pytest_fwgates.framework.index import Framework

MAX_DEPTH: Final = 10
MAX_HOPS: Final = 5
"""As deep as Claude Code follows imports."""

_SHOWN: Final = 12
_ORDER: Final = ("document", "command", "skill", "agent", "component", "rule")
_SHARED: Final = frozenset({"component", "rule"})
_VERBS: Final = {"include": "includes", "import": "imports", "delegation": "delegates to"}


def endless_chains(framework: Framework) -> list[Finding]:
    """Includes, imports and delegations lead to an end, and not too far.

    Why: a module that includes itself by a detour never expands, or is cut off somewhere; agents that hand
    a task over in a circle never finish it; and what Claude Code finds too deep it leaves out in silence.

    Rule: no module reaches itself by its includes and delegations, nor a memory file or rule by its imports.
    Chains of includes and of delegations have at most 10 links, those of imports 5 (as documented at
    https://docs.claude.com/en/docs/claude-code/memory). Examples in fences, links and mentions are no
    references; a delegation is a `<delegate>` tag or a `subagent_type`.

    Mend: drop one reference of the cycle, best the one that is reported; let a deep chain begin further down.
    """
    imported = imports(framework)
    pulled, handed = includes(framework), delegations(framework)
    return [
        *_cycles([*pulled, *handed], _rank(framework, graph_of([*pulled, *handed]))),
        *_cycles(imported.edges, lambda node: (0, imported.hops[node], node)),
        *_deep(pulled),
        *_deep(handed),
        *_beyond(imported),
    ]


def examined(framework: Framework) -> int:
    """How many documents `endless_chains` searches for references."""
    return len(framework.documents)


def _cycles(edges: Sequence[Edge], rank: Callable[[str], tuple[int, int, str]]) -> Iterator[Finding]:
    graph = graph_of(edges)
    for knot in knots(graph):
        cycle = shortest_cycle(graph, knot, rank)
        kinds = {edge.kind for edge in cycle}
        verb = _VERBS["delegation" if "delegation" in kinds else cycle[0].kind]
        members = " ".join(sorted(edge.source for edge in cycle[:_SHOWN]))
        yield _finding(cycle, f"{verb} itself: {_shown(cycle)}", f"cycle {members}")


def _rank(framework: Framework, graph: Mapping[str, Sequence[Edge]]) -> Callable[[str], tuple[int, int, str]]:
    """Where to begin a cycle: at what is used from outside, and of shared modules at the one used first.

    So that the reference that closes it is the one which leads back, and not the one everybody expects.
    """
    kinds = {document.path: document.kind for document in framework.documents}
    hops = {node: 0 for node in graph if kinds.get(node) not in _SHARED}
    waiting = list(hops)
    for node in waiting:  # it grows
        for edge in graph[node]:
            if edge.target not in hops:
                hops[edge.target] = hops[node] + 1
                waiting.append(edge.target)

    def rank(node: str) -> tuple[int, int, str]:
        kind = kinds.get(node, "document")
        return _ORDER.index(kind) if kind in _ORDER else 0, hops.get(node, len(graph)), node

    return rank


def _deep(edges: Sequence[Edge]) -> Iterator[Finding]:
    for chain in too_deep(graph_of(edges), MAX_DEPTH):
        verb = _VERBS[chain[-1].kind]
        message = f"{verb} {chain[-1].target} as number {len(chain)} of a chain; the limit is {MAX_DEPTH}"
        yield _finding(chain, f"{message}: {_shown(chain)}", f"deep {chain[-1].target}")


def _beyond(imported: Imports) -> Iterator[Finding]:
    """Imports that Claude Code does not follow any more, one for each file that it never reads."""
    seen: set[str] = set()
    for edge in imported.edges:
        if imported.hops[edge.target] == MAX_HOPS + 1 and edge.target not in seen:
            seen.add(edge.target)
            message = f"imports {edge.target} {MAX_HOPS + 1} hops deep; Claude Code follows {MAX_HOPS}"
            yield _finding([edge], f"{message} and leaves it out", f"deep {edge.target}")


def _finding(chain: Sequence[Edge], message: str, subject: str) -> Finding:
    last = chain[-1]
    return Finding(message, last.source, last.line, last.column, severity="high", subject=subject)


def _shown(chain: Sequence[Edge]) -> str:
    """`a.md -> b.md -> a.md`; of a long one its two ends."""
    names = [chain[0].source, *(edge.target for edge in chain)]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 3], "...", *names[-2:]]
    return " -> ".join(names)
