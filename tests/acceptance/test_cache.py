"""Facts kept between runs change the time that a run takes, and nothing else."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.framework.parsing import WORTH_CACHING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project


@pytest.fixture
def kept(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the facts of a framework that is worth it are kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for number in range(WORTH_CACHING):
        project.write(f"commands/c{number}.md", f"# {number}\n\n[gone](gone{number}.md)\n")
    return tmp_path / "cache" / "pytest-fwgates" / "facts.sqlite3"


def rows(path: Path) -> int:
    """How many facts are kept."""
    with sqlite3.connect(path) as database:
        return int(database.execute("SELECT COUNT(*) FROM facts").fetchone()[0])


def test_warm_run_gives_the_same_verdict(project: Project, kept: Path, workers: str) -> None:
    """Cold, warm and without a cache."""
    cold = project.run(workers)
    assert rows(kept) == WORTH_CACHING + 1, "and the README"
    warm = project.run(workers)
    none = project.run(workers, "--no-gate-cache")
    assert cold.status == warm.status == none.status == 10
    assert cold.canonical()["criteria"] == warm.canonical()["criteria"] == none.canonical()["criteria"]
    assert len(cold.criterion("zero_broken_links")["findings"]) == WORTH_CACHING


def test_no_gate_cache_keeps_nothing(project: Project, kept: Path, workers: str) -> None:
    """The option is taken at its word."""
    project.run(workers, "--no-gate-cache")
    assert not kept.exists()
