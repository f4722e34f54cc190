"""Facts kept between runs: the same as fresh ones, and never in the way."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework import cache as caches
from pytest_fwgates.framework import index, markdown, parsing
from pytest_fwgates.framework.cache import Cache

if TYPE_CHECKING:
    from pathlib import Path

COUNT = parsing.WORTH_CACHING
PIECES = [
    "# Title\n",
    "[a](b.md)\n",
    "<include>c.md</include>\n",
    "---\nname: x\n---\n",
    "```\n",
    "@d.md\n",
    "\n",
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A framework with just enough documents for a cache."""
    folder = tmp_path / "framework"
    (folder / "commands").mkdir(parents=True)
    for number in range(COUNT):
        (folder / "commands" / f"c{number:03}.md").write_text(f"# {number}\n\n[gone](gone{number}.md)\n")
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the facts are kept."""
    return tmp_path / "cache" / "facts.sqlite3"


def rows(path: Path) -> int:
    """How many facts a file keeps."""
    with sqlite3.connect(path) as database:
        return int(database.execute("SELECT COUNT(*) FROM facts").fetchone()[0])


def test_warm_is_what_cold_was(root: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run parses nothing and sees the same."""
    fresh = index.load(root).documents
    cold = index.load(root, cache=path).documents
    monkeypatch.setattr(markdown, "parse", None)
    warm = index.load(root, cache=path).documents
    assert fresh == cold == warm
    assert len(warm) == rows(path) == COUNT


def test_edited_document_is_parsed_again(root: Path, path: Path) -> None:
    """Facts belong to the text, not to its path."""
    before = index.load(root, cache=path).facts
    (root / "commands" / "c000.md").write_text("[other](other.md)\n")
    after = index.load(root, cache=path).facts
    assert [link.target for link in after["commands/c000.md"].links] == ["other.md"]
    assert {one for one in before if before[one] != after[one]} == {"commands/c000.md"}


def test_other_code_finds_nothing(root: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts that other code made may mean something else."""
    index.load(root, cache=path).documents  # noqa: B018 - parsed when asked for
    monkeypatch.setattr(caches, "_parser_version", lambda: b"other")
    index.load(root, cache=path).documents  # noqa: B018 - as above
    assert rows(path) == 2 * COUNT


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_damaged_file_costs_only_time(root: Path, path: Path, content: bytes) -> None:
    """A cache is never worth a finding."""
    path.parent.mkdir()
    path.write_bytes(content)
    assert index.load(root, cache=path).documents == index.load(root).documents


def test_damaged_value_is_made_again(root: Path, path: Path) -> None:
    """Each value is checked on its own."""
    fresh = index.load(root, cache=path).documents
    with sqlite3.connect(path) as database:
        database.execute("UPDATE facts SET value = x'c1'")
    assert index.load(root, cache=path).documents == fresh


def test_cannot_be_written(root: Path, tmp_path: Path) -> None:
    """Where no file can be, there is no cache."""
    (tmp_path / "file").write_text("")
    blocked = tmp_path / "file" / "facts.sqlite3"
    assert index.load(root, cache=blocked).documents == index.load(root).documents


def test_cache_in_the_framework_is_not_trusted(root: Path) -> None:
    """Who commits there could commit facts without any defect."""
    inside = root / "facts.sqlite3"
    assert index.load(root, cache=inside).cache is None
    link = root.parent / "link.sqlite3"
    link.symlink_to(inside)
    assert index.load(root, cache=link).cache is None


def test_many_at_a_time(root: Path, path: Path) -> None:
    """Processes that write the same file at once all see everything."""
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: index.load(root, cache=path).documents, range(8)))
    assert all(one == seen[0] for one in seen)
    assert rows(path) == COUNT


def test_size_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not used today goes first; then everything."""
    facts = markdown.parse("# Title\n")
    old, new = (Cache.key_of(data) for data in (b"old", b"new"))
    for day, key in ((1, old), (2, new)):
        cache = Cache(path, day)
        cache.put({key: facts})
        if day == 2:
            monkeypatch.setattr(Cache, "_size", lambda _: caches.MAX_BYTES + (rows(path) > 1))
        cache.close()
    assert Cache(path, 2).get([old, new]) == {new: facts}
    monkeypatch.setattr(Cache, "_size", lambda _: caches.MAX_BYTES + 1)
    Cache(path, 2).close()
    assert rows(path) == 0


def test_use_keeps_an_entry_young(path: Path) -> None:
    """What is used is not old, whenever it was made."""
    key = Cache.key_of(b"text")
    Cache(path, 1).put({key: markdown.parse("text")})
    Cache(path, 9).get([key])
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT day FROM facts").fetchall() == [(9,)]


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text(st.characters(codec="utf-8")))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever the text, what comes back is what was put in."""
    facts = markdown.parse(text)
    cache = Cache(tmp_path_factory.getbasetemp() / "round_trip.sqlite3", 1)
    key = Cache.key_of(text.encode())
    cache.put({key: facts})
    assert cache.get([key]) == {key: facts}
    cache.close()
