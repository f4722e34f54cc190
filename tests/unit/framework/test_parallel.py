"""Parsing on all cores: the same facts, whatever becomes of the children."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.framework import parallel
from pytest_fwgates.framework.parallel import WORTH, Parsers, parse

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [f"# {number}\n\n[gone](gone{number}.md)\n" for number in range(WORTH)] + ["> " * 5000 + "x"]


def test_order_and_facts_are_those_of_one_process() -> None:
    """Shares come back in the order of the texts, the one that is too complex as None."""
    with Parsers(3) as parsers:
        assert parsers.parse(TEXTS) == list(map(parse, TEXTS))
        assert parsers.parse(TEXTS[:5]) == list(map(parse, TEXTS[:5])), "a second batch"
    assert parse(TEXTS[-1]) is None


def test_few_texts_start_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child costs more than a few texts."""
    monkeypatch.setattr(parallel, "_start", None)
    with Parsers(3) as parsers:
        assert parsers.parse(TEXTS[: WORTH - 1]) == list(map(parse, TEXTS[: WORTH - 1]))


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("", id="ends at once"),
        pytest.param("print('no answer')", id="answers nonsense"),
        pytest.param("import sys; sys.stdout.buffer.write(bytes(7) + b'\\1\\x90')", id="answers too little"),
        pytest.param("import sys; sys.stdin.read(9); raise SystemExit(1)", id="dies while it works"),
    ],
)
def test_child_that_fails(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """What a child does not parse is parsed here."""

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    monkeypatch.setattr(parallel, "_start", start)
    with Parsers(2) as parsers:
        assert parsers.parse(TEXTS) == list(map(parse, TEXTS))


def test_no_child_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that starts no processes parses on one core."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Parsers(2) as parsers:
        assert parsers.parse(TEXTS) == list(map(parse, TEXTS))


def test_working_directory_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A framework under test may hold a file named like a library."""
    (tmp_path / "markdown_it.py").write_text("open('executed', 'w').close()\n")
    (tmp_path / "msgspec.py").write_text("open('executed', 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    with Parsers(2) as parsers:
        assert parsers.parse(TEXTS) == list(map(parse, TEXTS))
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_as_it_was(enabled: bool) -> None:
    """Whoever switched it off wants it off afterwards."""
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with parallel.without_collection():
            assert not gc.isenabled()
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()
