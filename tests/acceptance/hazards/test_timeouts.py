"""A gate test that hangs is ended, and has not passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project


HANGS = """
    import threading

    @gate(mandatory)
    @pytest.mark.timeout(1, method="{method}")
    def test_rule(): threading.Event().wait(60)
    """


def test_timeout_by_signal_is_a_failure(project: Project, workers: str) -> None:
    """The signal method fails the test."""
    project.gates(HANGS.format(method="signal"))
    done = project.run(workers, plugins=("timeout",))
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "failed"


def test_timeout_by_thread_ends_the_process(project: Project, workers: str) -> None:
    """The thread method kills the process: no verdict in a serial run, a crash under xdist."""
    project.gates(HANGS.format(method="thread"))
    done = project.run(workers, plugins=("timeout",))
    assert done.status == (1 if workers == "-n0" else 10)
    assert done.decision == (None if workers == "-n0" else "block")
    assert project.cli("verdict", ".fwgates/evidence.jsonl", "--env=production").status == 10
