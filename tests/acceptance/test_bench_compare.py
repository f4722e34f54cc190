"""`fwgates bench-compare` on a repository of two commits."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

BENCHMARK = """
from work import work

def test_work(benchmark):
    benchmark.pedantic(work, rounds=40, iterations=5)
"""


@pytest.fixture
def repository(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """One whose `base` has a benchmark of some work."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "config", "user.name", "A")
    git(project, "config", "user.email", "a@example.com")
    commit(project, "base", {"work.py": "def work():\n    sum(range(2_000))\n", "test_work.py": BENCHMARK})
    return project


def git(project: Project, *words: str) -> str:
    """What git says."""
    return subprocess.run(
        ["git", *words], cwd=project.root, check=True, capture_output=True, text=True
    ).stdout


def commit(project: Project, tag: str, files: dict[str, str]) -> None:
    """Write files and commit them."""
    for path, text in files.items():
        project.write(path, text)
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--allow-empty", "-m", tag)
    git(project, "tag", tag)


@pytest.mark.alone
def test_slower(repository: Project) -> None:
    """A head that takes twenty times as long has regressed; the repository is as it was."""
    commit(repository, "head", {"work.py": "def work():\n    sum(range(40_000))\n"})
    repository.write("work.py", "raise SystemExit\n")  # not committed, and not what is measured
    before = git(repository, "status", "--porcelain")
    done = repository.cli("bench-compare", "base", "head", "test_work.py", "--output=out.json")
    assert done.status == 10, done.text
    assert "test_work.py::test_work" in done.text
    assert "regressed" in done.text
    (row,) = json.loads((repository.root / "out.json").read_text())["benchmarks"]
    assert (row["change"], len(row["base"]), len(row["head"])) == ("regressed", 5, 5)
    assert row["ratio"] > 5
    assert git(repository, "status", "--porcelain") == f"{before}?? out.json\n"
    assert len(git(repository, "worktree", "list").splitlines()) == 1


@pytest.mark.alone
def test_faster(repository: Project) -> None:
    """A head that takes less is allowed."""
    commit(repository, "head", {"work.py": "def work():\n    sum(range(20))\n"})
    done = repository.cli("bench-compare", "base", "head")
    assert (done.status, "improved" in done.text) == (0, True), done.text


def test_renamed(repository: Project) -> None:
    """A benchmark that only one side has is no pass."""
    commit(repository, "head", {"test_work.py": BENCHMARK.replace("test_work", "test_other")})
    done = repository.cli("bench-compare", "base", "head", "--runs=1")
    assert done.status == 10
    assert "head has no run of it; was it renamed?" in done.text


@pytest.mark.parametrize(
    ("files", "words", "said"),
    [
        pytest.param({"test_work.py": "def test_it(benchmark):\n    assert 0\n"}, ["base", "head"],
                     "fwgates: head (", id="a benchmark fails"),
        pytest.param({"test_work.py": "def test_it():\n    pass\n"}, ["base", "head"],
                     "no benchmarks were run", id="no benchmarks"),
        pytest.param({}, ["base", "nowhere"], "'nowhere' is no commit here", id="unknown commit"),
        pytest.param({}, ["base", "--output"], "requires an argument", id="an option without its value"),
    ],
)  # fmt: skip
def test_errors(repository: Project, files: dict[str, str], words: list[str], said: str) -> None:
    """One line that says what is wrong, exit 4, and no work tree left."""
    commit(repository, "head", files)
    done = repository.cli("bench-compare", *words, *(["--runs=1"] if "--output" not in words else []))
    assert (done.status, len(done.text.strip().splitlines())) == (4, 1), done.text
    assert said in done.text
    assert len(git(repository, "worktree", "list").splitlines()) == 1
