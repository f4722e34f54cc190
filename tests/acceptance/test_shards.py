"""A run split over several machines counts when every part of it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Done, Project

GATES = """
    @gate(mandatory)
    def test_a(): pass

    @gate(mandatory)
    @pytest.mark.parametrize("n", range(3))
    def test_b(n): pass

    @gate(advisory)
    def test_c(findings): findings.extend([], examined=2)
    """


@pytest.fixture
def sharded(project: Project) -> Project:
    """A repository whose run was split in three."""
    project.gates(GATES)
    for number in (1, 2, 3):
        done = project.run(f"--gate-shard={number}/3", f"--gate-evidence=.fwgates/{number}.jsonl")
        assert done.status == 0, done.text
        assert done.decision == "block"
        assert "PARTIAL" in done.text.splitlines()[-1]
    return project


def merge(project: Project, *numbers: int) -> Done:
    """Join the journals of these shards."""
    return project.cli(
        "merge", *(f".fwgates/{number}.jsonl" for number in numbers), "-o", ".fwgates/all.jsonl"
    )


def verdict(project: Project, *names: str) -> Done:
    """Judge these journals."""
    return project.cli(
        "verdict", *(f".fwgates/{name}.jsonl" for name in names), "--env=production", "--canonical"
    )


@pytest.mark.scanners
def test_all_shards_together_are_the_whole_run(sharded: Project) -> None:
    """Merged in any order, or judged together, they give the verdict of one run."""
    assert merge(sharded, 3, 1, 2).status == 0
    merged = verdict(sharded, "all")
    assert merged.status == 0
    together = verdict(sharded, "2", "3", "1")
    sharded.run("--gate-evidence=.fwgates/whole.jsonl")
    whole = verdict(sharded, "whole")
    assert merged.text == together.text == whole.text


@pytest.mark.parametrize("numbers", [(1, 2), (2, 3), (3,)], ids=str)
def test_lost_shard_blocks(sharded: Project, numbers: tuple[int, ...]) -> None:
    """A shard without evidence is not a shard that passed."""
    done = merge(sharded, *numbers)
    assert done.status == 10
    missing = ({1, 2, 3} - set(numbers)).pop()
    assert f"the evidence of shard {missing}/3 is missing" in done.text
    assert verdict(sharded, "all").status == 10


def test_shard_of_other_files_blocks(sharded: Project) -> None:
    """All shards are of the same files."""
    sharded.write("README.md", "# Changed\n")
    sharded.run("--gate-shard=3/3", "--gate-evidence=.fwgates/3.jsonl")
    done = merge(sharded, 1, 2, 3)
    assert done.status == 10
    assert "evidence of different runs: tree_digest differ" in done.text


def test_shard_of_another_ci_run_blocks(sharded: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """All shards are of the same run of the CI system."""
    monkeypatch.setenv("GITHUB_RUN_ID", "7")
    sharded.run("--gate-shard=3/3", "--gate-evidence=.fwgates/3.jsonl")
    done = merge(sharded, 1, 2, 3)
    assert done.status == 10
    assert "evidence of different CI runs" in done.text


def test_shards_that_disagree_block(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A criterion that two parts judged differently is an error."""
    project.gates("import os\n\n@gate(mandatory)\ndef test_a(): assert os.environ.get('SOUND')")
    project.run("--gate-evidence=.fwgates/1.jsonl")
    monkeypatch.setenv("SOUND", "yes")
    project.run("--gate-evidence=.fwgates/2.jsonl")
    done = merge(project, 1, 2)
    assert done.status == 10
    assert "a: 2 results that disagree" in done.text


@pytest.mark.scanners
def test_run_split_by_paths_can_be_joined(project: Project) -> None:
    """Any split will do, if the lock says what belongs to the whole."""
    project.gates("@gate(mandatory)\ndef test_a(): pass", "test_one.py")
    project.gates("@gate(mandatory)\ndef test_b(): pass", "test_two.py")
    assert project.cli("lock").status == 0
    for number, name in ((1, "one"), (2, "two")):
        project.run(f"gate_tests/test_{name}.py", f"--gate-evidence=.fwgates/{number}.jsonl")
    assert merge(project, 1, 2).status == 0
    assert verdict(project, "all").status == 0
    assert merge(project, 1).status == 10


@pytest.mark.parametrize("text", ["4/2", "0/2", "a/b", "2", "1/2/3", "1/1000000000"])
def test_impossible_shard_is_a_usage_error(project: Project, text: str) -> None:
    """A shard is NUMBER/COUNT."""
    done = project.run(f"--gate-shard={text}")
    assert done.status == 4
    assert "write NUMBER/COUNT, for example 2/4" in done.text


def test_shard_without_a_criterion_says_so(project: Project) -> None:
    """More shards than criteria leave some with nothing to show."""
    assert project.run("--gate-shard=99/99").status == 10


def test_sharded_run_with_workers(project: Project) -> None:
    """Shards and xdist workers go together."""
    project.gates(GATES)
    for number in (1, 2):
        project.run(f"--gate-shard={number}/2", f"--gate-evidence=.fwgates/{number}.jsonl", "-n2")
    assert merge(project, 1, 2).status == 0
