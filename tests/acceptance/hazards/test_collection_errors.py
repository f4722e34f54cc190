"""A file that cannot be collected may hold a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


BROKEN = {"an import": "import not_there", "a syntax error": "def (", "an exception": "raise OSError('no')"}


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("option", [(), ("--continue-on-collection-errors",)], ids=["stop", "continue"])
def test_collection_error_blocks(project: Project, workers: str, code: str, option: tuple[str, ...]) -> None:
    """With and without going on after it."""
    project.write("gate_tests/test_broken.py", f"{code}\n")
    done = project.run(workers, *option)
    assert (done.status, done.decision) == (10, "block")
    assert "collection error: gate_tests/test_broken.py" in done.text


def test_workers_that_collect_different_tests_block(project: Project) -> None:
    """What only some workers know is not run."""
    project.gates("""
        import os

        @gate(mandatory)
        @pytest.mark.parametrize("worker", [os.environ.get("PYTEST_XDIST_WORKER", "none")])
        def test_rule(worker): pass
        """)
    done = project.run("-n2")
    assert (done.status, done.decision) == (10, "block")


def test_nothing_collected_blocks(project: Project, workers: str) -> None:
    """No test at all is no proof."""
    project.write("conftest.py", "def pytest_collection_modifyitems(items):\n    items.clear()\n")
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")


def test_ignored_gate_file_is_missed_by_the_lock(project: Project, workers: str) -> None:
    """collect_ignore in a conftest hides a file from pytest, not from the lock."""
    project.gates("@gate(mandatory)\ndef test_rule(): pass")
    assert project.cli("lock").status == 0
    project.write("conftest.py", "collect_ignore = ['gate_tests/test_local.py']\n")
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "not_run"
    assert "it is in the lock, but its gate test was not collected" in done.text
