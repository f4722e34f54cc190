"""A rerun does not make a criterion sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project


FLAKY = """
    counter = []

    @gate(mandatory)
    def test_rule():
        counter.append(1)
        assert len(counter) > 1
    """


def test_pass_on_a_rerun_is_flaky_and_blocks(project: Project, workers: str) -> None:
    """What passes only when it is run again is flaky."""
    project.gates(FLAKY)
    done = project.run(workers, "--reruns=2", plugins=("rerunfailures",))
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "flaky"


def test_profile_may_allow_flaky(project: Project, workers: str) -> None:
    """A profile that allows flaky criteria says so in its own words."""
    project.profile("flaky: allow")
    project.gates(FLAKY)
    done = project.run(workers, "--reruns=2", plugins=("rerunfailures",))
    assert (done.status, done.decision) == (0, "allow")
    assert done.criterion("rule")["outcome"] == "flaky"


def test_failing_every_time_is_failed(project: Project, workers: str) -> None:
    """Reruns that all fail are a failure."""
    project.gates("@gate(mandatory)\ndef test_rule(): assert 0")
    done = project.run(workers, "--reruns=2", plugins=("rerunfailures",))
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "failed"
