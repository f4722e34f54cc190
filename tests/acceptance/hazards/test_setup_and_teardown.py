"""A test whose setup or teardown breaks has not passed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


BREAKS = {
    "in the setup": "@pytest.fixture\ndef thing(): raise OSError('no')",
    "in the teardown": "@pytest.fixture\ndef thing():\n    yield\n    raise OSError('no')",
    "in the teardown of the class": """
        @pytest.fixture(scope='class')
        def thing():
            yield
            raise OSError('no')
        """,
    "for want of a fixture": "",
}


@pytest.mark.parametrize("fixture", BREAKS.values(), ids=BREAKS)
def test_broken_phase_is_an_error(project: Project, workers: str, fixture: str) -> None:
    """An error around the test blocks."""
    project.gates(textwrap.dedent(fixture) + "\n\n@gate(mandatory)\ndef test_rule(thing): pass\n")
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "error"


def test_broken_teardown_of_the_session_blocks(project: Project, workers: str) -> None:
    """It lands on whatever test came last; that is not proven then."""
    project.gates("""
        @pytest.fixture(scope="session")
        def thing():
            yield
            raise OSError("no")

        @gate(mandatory)
        def test_rule(thing): pass
        """)
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.verdict is not None
    assert "error" in {row["outcome"] for row in done.verdict["criteria"]}


@pytest.mark.parametrize("option", ["--setup-only", "--setup-plan"])
def test_tests_that_are_only_set_up_are_not_run(project: Project, workers: str, option: str) -> None:
    """Without a call there is no proof."""
    done = project.run(option, workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("zero_broken_links")["outcome"] == "not_run"


def test_collect_only_prints_the_plan_and_no_verdict(project: Project, workers: str) -> None:
    """A run that only collects leaves no verdict and does not exit 0."""
    done = project.run("--collect-only", workers)
    assert done.status == 10
    assert done.verdict is None
    assert "fwgates: production: NOT JUDGED" in done.text
    assert "test_zero_broken_links" in done.text


def test_collect_only_removes_the_verdict_of_an_earlier_run(project: Project) -> None:
    """What an earlier run left is not taken for this one's."""
    assert project.run().verdict is not None
    assert project.run("--collect-only").verdict is None
