"""A process that ends before its time leaves no proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


ENDS = {
    "pytest.exit with 0": "pytest.exit('done', returncode=0)",
    "SystemExit": "raise SystemExit(0)",
    "os._exit": "import os; os._exit(0)",
    "a segmentation fault": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
}
SERIAL = {
    "pytest.exit with 0": 10,
    "SystemExit": 10,
    "os._exit": 0,
    "a segmentation fault": -11,
    "KeyboardInterrupt": 2,
}
PARALLEL = {
    "pytest.exit with 0": 3,
    "SystemExit": 10,
    "os._exit": 10,
    "a segmentation fault": 10,
    "KeyboardInterrupt": 10,
}


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("place", ["in a gate", "in another test"])
def test_end_in_a_test(project: Project, workers: str, name: str, place: str) -> None:
    """No way to end the process makes the run count; a dead serial run is caught from its evidence."""
    mark = "@gate(mandatory)\n" if place == "in a gate" else ""
    project.gates(f"{mark}def test_a_end():\n    {ENDS[name]}\n\n@gate(mandatory)\ndef test_b_later(): pass")
    done = project.run(workers)
    expected = (SERIAL if workers == "-n0" else PARALLEL)[name]
    if name == "SystemExit" and place == "in another test":
        expected = 1  # an ordinary failure beside gates that allow
        assert done.decision == "allow"
    else:
        assert done.decision in {None, "block"}
        assert project.cli("verdict", ".fwgates/evidence.jsonl", "--env=production").status == 10
    assert done.status == expected


@pytest.mark.parametrize("name", ["os._exit", "a segmentation fault", "pytest.exit with 0"])
def test_end_during_collection(project: Project, workers: str, name: str) -> None:
    """Dying while collecting is no different."""
    project.gates(f"{ENDS[name]}\n\n@gate(mandatory)\ndef test_b_later(): pass")
    done = project.run(workers)
    assert done.decision in {None, "block"}
    assert done.status != 0 or (name == "os._exit" and workers == "-n0")
    assert project.cli("verdict", ".fwgates/evidence.jsonl", "--env=production").status == 10


def test_verdict_of_an_earlier_run_does_not_survive_a_dead_one(project: Project) -> None:
    """os._exit leaves neither verdict nor whole evidence, whatever lay there."""
    assert project.run("--junitxml=junit.xml").decision == "allow"
    project.gates("import os\n\n@gate(mandatory)\ndef test_rule(): os._exit(0)")
    done = project.run("--junitxml=junit.xml")
    assert done.status == 0
    assert done.verdict is None
    assert not (project.root / "junit.xml").exists()
    verdict = project.cli("verdict", ".fwgates/evidence.jsonl", "--env=production")
    assert verdict.status == 10
    assert "the journal has no end" in verdict.text


def test_lost_worker_that_is_not_replaced_blocks(project: Project) -> None:
    """With --max-worker-restart=0 the tests of a dead worker are lost."""
    project.gates("""
        import os

        @gate(mandatory)
        @pytest.mark.parametrize("n", range(6))
        def test_rule(n):
            if n == 0:
                os._exit(1)
        """)
    done = project.run("-n2", "--max-worker-restart=0")
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "error"


def test_crash_is_not_repaired_by_a_rerun(project: Project) -> None:
    """A test that passes after its worker died has not passed."""
    project.gates("""
        import os, pathlib

        @gate(mandatory)
        def test_rule():
            mark = pathlib.Path(os.environ["MARK"])
            if not mark.exists():
                mark.touch()
                os._exit(1)
        """)
    project.pytester._monkeypatch.setenv("MARK", str(project.root.parent / "mark"))
    done = project.run("-n2", "--reruns=2", plugins=("rerunfailures",))
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "error"
