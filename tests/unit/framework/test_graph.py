"""Edges between modules, and who refers to whom."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework import graph
from pytest_fwgates.framework.index import Framework, load
from pytest_fwgates.framework.markdown import Facts, parse
from pytest_fwgates.framework.names import MAX_LENGTH, named_files
from pytest_fwgates.framework.plugins import listed
from pytest_fwgates.framework.usage import hinted, referenced

if TYPE_CHECKING:
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


def framework(root: Path, files: dict[str, str]) -> Framework:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return load(root)


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
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

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
