"""Cycles and depths of a directed graph: without recursion, in linear time, the same answer every time."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pytest_fwgates.framework.graph import Edge

STEPS: Final = 200_000
"""How many edges the search for a shortest cycle follows at most; real frameworks need some thousands."""


def graph_of(edges: Iterable[Edge]) -> dict[str, list[Edge]]:
    """The edges by their source; every node is a key."""
    graph: dict[str, list[Edge]] = {}
    for edge in sorted(edges, key=lambda edge: (edge.source, edge.target, edge.line, edge.column)):
        graph.setdefault(edge.source, []).append(edge)
        graph.setdefault(edge.target, [])
    return graph


def knots(graph: Mapping[str, Sequence[Edge]]) -> list[list[str]]:
    """The largest sets of nodes that all lead to each other (Kosaraju); a single one only if to itself."""
    backwards: dict[str, list[str]] = {node: [] for node in graph}
    for node, edges in graph.items():
        for edge in edges:
            backwards[edge.target].append(node)
    taken: set[str] = set()
    found: list[list[str]] = []
    for start in reversed(_by_finish(graph)):
        if start in taken:
            continue
        taken.add(start)
        knot = [start]
        for node in knot:  # it grows
            fresh = [other for other in dict.fromkeys(backwards[node]) if other not in taken]
            taken.update(fresh)
            knot += fresh
        if len(knot) > 1 or any(edge.target == start for edge in graph[start]):
            found.append(sorted(knot))
    return sorted(found)


def _by_finish(graph: Mapping[str, Sequence[Edge]]) -> list[str]:
    """Every node, each one after all that are first reached from it."""
    finished: list[str] = []
    seen: set[str] = set()
    for start in graph:
        if start in seen:
            continue
        seen.add(start)
        stack: list[tuple[str, Iterator[Edge]]] = [(start, iter(graph[start]))]
        while stack:
            node, edges = stack[-1]
            fresh = next((edge.target for edge in edges if edge.target not in seen), None)
            if fresh is None:
                finished.append(node)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, iter(graph[fresh])))
    return finished


def shortest_cycle(
    graph: Mapping[str, Sequence[Edge]], knot: Sequence[str], rank: Callable[[str], tuple[int, int, str]]
) -> list[Edge]:
    """The shortest cycle of a knot; of equal ones that of the node with the lowest rank, from there."""
    members = frozenset(knot)
    inside = {node: [edge for edge in graph[node] if edge.target in members] for node in knot}
    best: list[Edge] = []
    steps = STEPS
    for start in sorted(knot, key=rank):
        cycle, used = _back_to(inside, start, len(best))
        best = cycle or best
        steps -= used
        if len(best) == 1 or (best and steps < 0):
            break
    return best


def _back_to(graph: Mapping[str, Sequence[Edge]], start: str, limit: int) -> tuple[list[Edge], int]:
    """The shortest way from a node back to it, if it is shorter than `limit`; and how far was looked."""
    came: dict[str, Edge] = {}
    depth = {start: 0}
    waiting = deque([start])
    steps = 0
    while waiting:
        node = waiting.popleft()
        if limit and depth[node] + 1 >= limit:
            break
        for edge in graph[node]:
            steps += 1
            if edge.target == start:
                return _way(came, start, edge), steps
            if edge.target not in depth:
                depth[edge.target] = depth[node] + 1
                came[edge.target] = edge
                waiting.append(edge.target)
    return [], steps


def _way(came: Mapping[str, Edge], start: str, last: Edge) -> list[Edge]:
    way = [last]
    while way[-1].source != start:
        way.append(came[way[-1].source])
    return way[::-1]


def too_deep(graph: Mapping[str, Sequence[Edge]], limit: int) -> list[list[Edge]]:
    """The longest way to each node that lies one reference deeper than `limit`.

    References inside of a knot do not count: they would never end.
    """
    tied = {node: number for number, knot in enumerate(knots(graph)) for node in knot}
    free = {
        node: [edge for edge in edges if node not in tied or tied[node] != tied.get(edge.target)]
        for node, edges in graph.items()
    }
    open_ends = dict.fromkeys(free, 0)
    for edges in free.values():
        for edge in edges:
            open_ends[edge.target] += 1
    waiting = deque(node for node, count in open_ends.items() if count == 0)
    depth = dict.fromkeys(free, 0)
    came: dict[str, Edge] = {}
    while waiting:
        node = waiting.popleft()
        for edge in free[node]:
            if depth[node] + 1 > depth[edge.target]:
                depth[edge.target] = depth[node] + 1
                came[edge.target] = edge
            open_ends[edge.target] -= 1
            if open_ends[edge.target] == 0:
                waiting.append(edge.target)
    return [_chain(came, node, limit + 1) for node in free if depth[node] == limit + 1]


def _chain(came: Mapping[str, Edge], node: str, length: int) -> list[Edge]:
    chain: list[Edge] = []
    for _ in range(length):
        chain.append(came[node])
        node = came[node].source
    return chain[::-1]
