"""Edges between modules, cycles, depths, and who refers to whom."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework import graph
from pytest_fwgates.framework.cycles import graph_of, knots, shortest_cycle, too_deep
from pytest_fwgates.framework.graph import Edge
from pytest_fwgates.framework.index import Framework, load
from pytest_fwgates.framework.markdown import Facts, parse
from pytest_fwgates.framework.names import MAX_LENGTH, named_files
from pytest_fwgates.framework.plugins import listed
from pytest_fwgates.framework.usage import hinted, referenced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

pieces = st.lists(
    st.sampled_from(
        [
            "<delegate>",
            "</delegate>",
            "<delegate to='a.md'",
            "/>",
            "<delegate_to ",
            "subagent_type",
            ": ",
            "=",
            "`",
            '"',
            "```\n",
            "\n",
            "a.md",
            "../b.md",
            "<component>",
            "</component>",
            "@",
            " ",
            "%20",
            ".md",
            "é",
        ]
    )
    | st.text(max_size=5),
    max_size=40,
).map("".join)
pairs = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=30)


def edges(text: str) -> list[Edge]:
    """`"ab bc"` is an edge from a to b and one from b to c."""
    return [Edge(pair[0], pair[1], "include", 1, 1) for pair in text.split()]


def rank(node: str) -> tuple[int, int, str]:
    return 0, 0, node


def framework(root: Path, files: dict[str, str]) -> Framework:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return load(root)


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


def test_edges_of_each_kind(tmp_path: Path) -> None:
    """Includes from anywhere, imports from memory on, delegations by path or by the nearest name."""
    loaded = framework(
        tmp_path,
        {
            "CLAUDE.md": "@docs/a.md",
            "docs/a.md": "@../README.md",
            "README.md": "# R",
            "docs/other.md": "@a.md",
            "one/.claude/agents/x.md": "---\nname: helper\n---\n",
            "two/.claude/agents/y.md": "---\nname: helper\n---\n",
            "one/.claude/commands/c.md": (
                '"subagent_type": "helper"\n<delegate agent="p:x"/>\n<include>../agents/x.md</include>'
            ),
        },
    )

    assert [(edge.source, edge.target) for edge in graph.imports(loaded).edges] == [
        ("CLAUDE.md", "docs/a.md"),
        ("docs/a.md", "README.md"),
    ]
    assert [(edge.target, edge.line, edge.column) for edge in graph.delegations(loaded)] == [
        ("one/.claude/agents/x.md", 1, 2),
        ("one/.claude/agents/x.md", 2, 1),
    ]
    assert [edge.line for edge in graph.includes(loaded)] == [3]


def test_a_name_that_two_have_equally_near_is_nobodys(tmp_path: Path) -> None:
    """A guess would be wrong half of the time."""
    loaded = framework(
        tmp_path,
        {
            ".claude/agents/a/x.md": "---\nname: x\n---\n",
            ".claude/agents/b/x.md": "---\nname: x\n---\n",
            ".claude/commands/c.md": "subagent_type: x",
        },
    )

    assert graph.delegations(loaded) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see a/b.md, `c.markdown` and [x](d.md#e)", {"a/b.md", "c.markdown", "d.md"}),
        ("@x.md <i>../y.md</i> z.mdx w.md-old", {"x.md", "../y.md"}),
        ("[s](a%20b.md) c\\d.md", {"a b.md", "c/d.md"}),
        ("x" * 2 * MAX_LENGTH + ".md", {"x" * MAX_LENGTH + ".md"}),
    ],
)
def test_names_of_files(text: str, expected: set[str]) -> None:
    """Anything that ends like a document, cut out of whatever it stands in."""
    assert named_files(text) == expected


@pytest.mark.parametrize(
    ("text", "refers"),
    [
        ("components/a/x.md", {"components/a/x.md"}),
        ("../b/x.md", {"components/b/x.md"}),
        ("x.md", {"components/a/x.md", "components/b/x.md"}),
        ("elsewhere/x.md", set()),
        ("elsewhere/y.md", {"components/y.md"}),
        ("docs/z.md", set()),
    ],
)
def test_what_a_name_means(tmp_path: Path, text: str, refers: set[str]) -> None:
    """The path, else the file name if no other file has it."""
    subjects = {"components/a/x.md", "components/b/x.md", "components/y.md", "components/z.md"}
    loaded = framework(tmp_path, dict.fromkeys(subjects, "# M") | {"docs/z.md": "# Z", "README.md": text})

    assert referenced(loaded, subjects)["README.md"] == refers


def test_a_link_to_a_module_is_its_other_name(tmp_path: Path) -> None:
    """Naming the symbolic link refers to what it leads to."""
    framework(tmp_path, {"components/a.md": "# A", "README.md": "alias.md"})
    (tmp_path / "alias.md").symlink_to("components/a.md")

    assert referenced(load(tmp_path), {"components/a.md"})["README.md"] == {"components/a.md"}


def test_beyond_the_bound_everything_may_be_referred_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not searched cannot show that something is an orphan."""
    monkeypatch.setattr("pytest_fwgates.framework.usage.MAX_BYTES", 3)
    loaded = framework(tmp_path, {"components/a.md": "# A", "README.md": "# R"})

    assert frozenset({"components/a.md"}) in hinted(loaded, {"components/a.md"}).values()


@pytest.mark.parametrize(
    "text",
    [
        '{"plugins": [{"source": 1}, 2, {"source": "https://x/y"}]}',
        '{"plugins": {"source": "./a"}}',
        '{"x": {"plugins": [1]}, "plugins": [{"source": "./a", "name": 3, "version": null}]}',
        "[]",
        "3",
    ],
)
def test_odd_marketplaces(text: str) -> None:
    """Whatever JSON it is, it is read."""
    found = listed(".claude-plugin/marketplace.json", text, msgspec.json.decode(text))

    assert all(one.name == "" for one in found)


def test_places_in_a_marketplace() -> None:
    """Inside of the right entry, although another one says the same, or a list elsewhere has its name."""
    entries = '{"name": "x", "source": "./x"},\n{"source": "./y", "name": "x"}'
    text = '{"a": {"plugins": []}, "plugins": [\n' + entries + "]}"
    one, other = listed(".claude-plugin/marketplace.json", text, msgspec.json.decode(text))

    assert (one.places["name"], other.places["name"]) == ((2, 2), (3, 19))
    assert other.places["version"] == (3, 1)


@given(pieces)
def test_no_text_makes_it_raise(text: str) -> None:
    """And what is found survives the cache."""
    facts = parse(text)
    lines = text.split("\n")

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=Facts) == facts
    for found in facts.delegations:
        assert found.column <= len(lines[found.line - 1])


@pytest.mark.parametrize(
    "text",
    [
        "<delegate " * 20_000,
        "<delegate>" + " " * 100_000,
        "<delegate to " * 10_000,
        "<component>" + "a" * 100_000,
        "a.md" * 30_000,
        "subagent_type" * 10_000,
        "<delegate" + " to" * 30_000,
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """100 kB of anything in less than a second, with room for a busy machine."""
    start = time.perf_counter()
    parse(text)

    assert time.perf_counter() - start < 5
