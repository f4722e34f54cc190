"""A repository of several frameworks: each is judged by itself, one verdict covers all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Done, Project

ROOTS = ("--framework-root=one", "--framework-root=two")


@pytest.fixture
def two(project: Project) -> Project:
    """Two frameworks with a document each, and a broken link outside of both."""
    project.write("README.md", "[outside](gone.md)\n")
    project.write("one/a.md", "# A\n\n[b](b.md)\n")
    project.write("one/b.md", "[a](a.md#a)\n")
    project.write("two/a.md", "[b](b.md)\n")
    project.write("two/b.md", "[a](a.md)\n")
    return project


def places(done: Done) -> list[str | None]:
    """The files that have a broken link."""
    return [finding["path"] for finding in done.criterion("zero_broken_links")["findings"]]


def test_sound_frameworks_are_allowed(two: Project, workers: str) -> None:
    """What lies outside of them is not theirs; all of their documents are examined."""
    done = two.run(*ROOTS, workers)
    assert (done.status, done.decision) == (0, "allow"), done.text
    assert done.criterion("zero_broken_links")["examined"] == 4


def test_finding_is_where_the_repository_has_it(two: Project, workers: str) -> None:
    """Paths start at the repository, so that a report can point at them."""
    two.write("two/a.md", "[b](b.md), [x](gone.md)\n")
    done = two.run(*ROOTS, workers)
    assert (done.status, done.decision) == (10, "block")
    assert places(done) == ["two/a.md"]
    assert "two/a.md:1" in done.text


def test_link_into_the_other_framework_leads_outside(two: Project) -> None:
    """Each of them must hold without the other."""
    two.write("one/b.md", "[a](../two/a.md)\n")
    done = two.run(*ROOTS)
    assert places(done) == ["one/b.md"]


@pytest.mark.scanners
def test_second_process_comes_to_the_same_verdict(two: Project) -> None:
    """From the evidence, for the same frameworks only."""
    assert two.run(*ROOTS).status == 0
    verdict = ("verdict", ".fwgates/evidence.jsonl", "--env=production")
    assert two.cli(*verdict, *reversed(ROOTS)).status == 0
    assert two.cli(*verdict, ROOTS[0]).status == 10
    two.write("two/b.md", "changed\n")
    assert two.cli(*verdict, *ROOTS).status == 10


def test_part_of_the_frameworks_is_not_the_criterion(two: Project) -> None:
    """Selecting one of them leaves the other one out."""
    done = two.run(*ROOTS, "-k", "one")
    assert (done.status, done.decision) == (10, "block")
    assert done.verdict
    assert done.verdict["partial"]


@pytest.mark.parametrize(
    ("roots", "message"),
    [
        (["one", "gone"], "--framework-root gone: no such folder"),
        (["one", "."], "--framework-root one lies in --framework-root .; give one of them"),
    ],
    ids=["a missing folder", "one in the other"],
)
def test_impossible_roots_are_a_usage_error(two: Project, roots: list[str], message: str) -> None:
    """In one line, wherever it is asked for."""
    options = [f"--framework-root={root}" for root in roots]
    done = two.run(*options)
    assert done.status == 4
    assert message in done.text
    shown = two.cli("framework", *options)
    assert shown.status == 4
    assert message in shown.text


def test_ignored_files_are_counted_in_the_verdict(two: Project) -> None:
    """What configuration keeps from the criteria is said in every verdict."""
    two.write("fwgates.toml", 'ignore = ["b.md"]\n')
    done = two.run(*ROOTS)
    assert done.verdict
    assert "1 file of one ignored by configuration: b.md" in done.verdict["notices"]
    assert "1 file of two ignored by configuration: b.md" in done.verdict["notices"]
