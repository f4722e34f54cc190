"""Cycles and depths of a graph."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework.cycles import graph_of, knots, shortest_cycle, too_deep
from pytest_fwgates.framework.graph import Edge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pairs = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=30)


def edges(text: str) -> list[Edge]:
    """`"ab bc"` is an edge from a to b and one from b to c."""
    return [Edge(pair[0], pair[1], "include", 1, 1) for pair in text.split()]


def rank(node: str) -> tuple[int, int, str]:
    return 0, 0, node


def ways(cycle: Sequence[Edge]) -> str:
    return "".join(edge.source for edge in cycle) + cycle[-1].target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab bc", []),
        ("ab bc ca", [["a", "b", "c"]]),
        ("aa ab", [["a"]]),
        ("ab ba bc cd dc", [["a", "b"], ["c", "d"]]),
        ("ab ac bd cd", []),
        ("ab ab", []),
    ],
)
def test_knots(text: str, expected: list[list[str]]) -> None:
    """Sets of nodes that all lead to each other; a diamond is none, a loop is one."""
    assert knots(graph_of(edges(text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ab bc ca", "abca"), ("ab bc ca cb", "bcb"), ("ab ba aa", "aa"), ("ca ab bc", "abca")],
)
def test_the_shortest_cycle(text: str, expected: str) -> None:
    """The shortest one, beginning at the node of the lowest rank."""
    found = graph_of(edges(text))

    assert ways(shortest_cycle(found, knots(found)[0], rank)) == expected


def test_too_deep() -> None:
    """The longest way counts, and is reported once, at the first reference beyond the limit."""
    chains = too_deep(graph_of(edges("ab bc cd de ad")), 2)

    assert [ways(chain) for chain in chains] == ["abcd"]


def test_a_knot_is_not_deep() -> None:
    """References inside of a cycle do not count."""
    assert too_deep(graph_of(edges("ab bc ca cd")), 1) == []


@given(pairs)
def test_cycles_are_cycles(found: list[tuple[str, str]]) -> None:
    """What is shown as a cycle is one; without any, every node has a depth."""
    network = graph_of([Edge(*pair, "include", 1, 1) for pair in found])
    for knot in knots(network):
        cycle = shortest_cycle(network, knot, rank)
        assert [edge.target for edge in cycle] == [*(edge.source for edge in cycle[1:]), cycle[0].source]
        assert {edge.source for edge in cycle} <= set(knot)
        assert len({edge.source for edge in cycle}) == len(cycle)


@given(pairs, st.randoms())
def test_order_does_not_matter(found: list[tuple[str, str]], random: object) -> None:
    """The same edges in another order give the same answers."""
    one = [Edge(*pair, "include", 1, 1) for pair in found]
    other = list(one)
    random.shuffle(other)  # type: ignore[attr-defined]

    assert answers(one) == answers(other)


def answers(found: list[Edge]) -> tuple[object, object]:
    network: Mapping[str, Sequence[Edge]] = graph_of(found)
    return [shortest_cycle(network, knot, rank) for knot in knots(network)], too_deep(network, 2)


def test_thirty_thousand_in_one_ring() -> None:
    """Neither a recursion nor a quadratic search."""
    count = 30_000
    ring = [Edge(f"{n:05}", f"{(n + 1) % count:05}", "include", 1, 1) for n in range(count)]
    network = graph_of(ring)
    start = time.perf_counter()

    [knot] = knots(network)

    assert len(shortest_cycle(network, knot, rank)) == count
    assert too_deep(network, 10) == []
    assert time.perf_counter() - start < 20
