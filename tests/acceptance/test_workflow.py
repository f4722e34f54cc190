"""The workflow that `fwgates init` writes, run step by step in a repository."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.actions import Runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Project
    from tests.acceptance.actions import Job

pytestmark = pytest.mark.scanners

SOURCE, WHOLE = "evidence-source-validation", "evidence-continuous-integration"


class Repository:
    """A repository with what `fwgates init` writes, and runs of its workflow."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.git("init", "-q", "-b", "main")
        assert project.cli("init").status == 0
        self.main = self.commit("a framework")
        self.runs = 0

    def git(self, *words: str) -> str:
        person = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        command = ["git", *person, *words]
        done = subprocess.run(command, cwd=self.project.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        return self.git("rev-parse", "HEAD")

    def runner(self, *, head: str | None = None, pull_request: bool = False) -> Runner:
        """A run of the workflow that the judged commit has."""
        head = head or self.git("rev-parse", "HEAD")
        self.runs += 1
        branch = "(github.ref == 'refs/heads/main' && 'production' || 'staging')"
        return Runner(
            self.git("show", f"{head}:.github/workflows/gates.yml"),
            self.project.root,
            self.project.root.parent / f"run-{self.runs}",
            {
                "github.event.pull_request.head.sha || github.sha": head,
                "github.event.pull_request.base.sha || github.sha": self.main if pull_request else head,
                f"inputs.environment || {branch}": "staging" if pull_request else "production",
                "github.token": "",
            },
        )


@pytest.fixture
def repository(project: Project, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """As a user has it, with all installed plugins."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    return Repository(project)


def results(jobs: dict[str, Job]) -> list[str]:
    """In the order of the jobs."""
    assert list(jobs) == ["source-validation", "continuous-integration", "verdict"]
    return [job.result for job in jobs.values()]


def test_sound_framework_is_allowed(repository: Repository) -> None:
    """Three green jobs, by the policy of production; the verdict is kept."""
    runner = repository.runner()
    jobs = runner.run()
    assert results(jobs) == ["success"] * 3, jobs["verdict"].text
    assert "fwgates: production: ALLOW, exit 0" in jobs["verdict"].text
    kept = {path.name for path in (runner.artifacts / "verdict").iterdir()}
    assert kept == {"verdict.json"}


def test_broken_link_blocks(repository: Repository) -> None:
    """Found by continuous integration, told by the verdict."""
    repository.project.write("guide.md", "# Guide\n\n[gone](gone.md)\n")
    repository.commit("a broken link")
    jobs = repository.runner().run()
    assert results(jobs) == ["success", "failure", "failure"]
    assert "guide.md:3: broken link: gone.md" in jobs["verdict"].text
    assert "fwgates: production: BLOCK, exit 10" in jobs["verdict"].text


def test_what_source_validation_finds_stops_the_rest(repository: Repository) -> None:
    """Continuous integration is skipped, so its evidence is missing, so the verdict blocks."""
    repository.project.write("commands/a.md", b"# A\n\xff\n")
    repository.commit("a module that cannot be parsed")
    jobs = repository.runner().run()
    assert results(jobs) == ["failure", "skipped", "failure"]
    assert "commands/a.md:2: cannot be parsed: not valid UTF-8" in jobs["source-validation"].text
    assert "continuous-integration.jsonl: cannot be read: No such file" in jobs["verdict"].text


def tampered(path: Path) -> None:
    """One outcome is no longer what it was."""
    content = path.read_bytes()
    assert b'"outcome":"passed"' in content
    path.write_bytes(content.replace(b'"outcome":"passed"', b'"outcome":"failed"', 1))


DAMAGE: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "the journal of one job is missing": (SOURCE, lambda path: path.unlink(), "cannot be read: No such file"),
    "that of the other": (WHOLE, lambda path: path.unlink(), "cannot be read: No such file"),
    "a journal was changed": (WHOLE, tampered, "the records are not those that the end was written for"),
    "a journal is cut": (
        SOURCE,
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        "not a record",
    ),
}


def test_missing_or_damaged_evidence_blocks(repository: Repository) -> None:
    """Though both jobs are green."""
    whole = repository.runner()
    assert results(whole.run()) == ["success"] * 3
    for name, (artifact, damage, message) in DAMAGE.items():
        runner = repository.runner()
        (path,) = (whole.artifacts / artifact).iterdir()
        for one in (SOURCE, WHOLE):
            (runner.artifacts / one).mkdir()
            (source,) = (whole.artifacts / one).iterdir()
            (runner.artifacts / one / source.name).write_bytes(source.read_bytes())
        damage(runner.artifacts / artifact / path.name)
        verdict = only_the_verdict(runner)
        assert verdict.result == "failure", name
        assert message in verdict.text, name
        assert "fwgates: production: BLOCK, exit 10" in verdict.text, name


def only_the_verdict(runner: Runner) -> Job:
    """Of a run whose other jobs were green and left what lies there."""
    job = runner.document["jobs"]["verdict"]
    runner.document["jobs"] = {"verdict": {**job, "needs": []}}
    for step in job["steps"]:
        if step.get("name") == "Every job came to its end":
            step["env"]["RESULTS"] = "success success"
    return runner.run()["verdict"]


def test_evidence_of_another_commit_blocks(repository: Repository) -> None:
    """An artefact of an earlier run proves nothing of this one."""
    earlier = repository.runner()
    assert results(earlier.run()) == ["success"] * 3
    repository.project.write("new.md", "# New\n")
    repository.commit("another file")
    later = repository.runner()
    stale = [
        path.read_bytes() for one in (SOURCE, WHOLE) for path in sorted((earlier.artifacts / one).iterdir())
    ]

    def replace() -> None:
        for artifact, content in zip((SOURCE, WHOLE), stale, strict=True):
            (path,) = (later.artifacts / artifact).iterdir()
            path.write_bytes(content)

    jobs = later.run({"verdict": replace})
    assert results(jobs) == ["success", "success", "failure"]
    assert "the evidence is of commit" in jobs["verdict"].text


def test_job_that_was_cut_off_blocks(repository: Repository) -> None:
    """Whatever evidence it left: it was not the end."""
    runner = repository.runner()
    steps = runner.document["jobs"]["continuous-integration"]["steps"]
    steps.append({"run": "exit 1"})
    jobs = runner.run()
    assert results(jobs) == ["success", "failure", "failure"]
    assert "fwgates: production: ALLOW, exit 0" in jobs["verdict"].text


def test_pull_request_cannot_loosen_what_judges_it(repository: Repository) -> None:
    """It is judged by the policy of its base, by staging; a change of policy blocks by itself."""
    repository.git("switch", "-qc", "change")
    repository.project.write("environments/staging.yml", "staging: {quality_gates: {mandatory_gates: []}}\n")
    repository.project.write("guide.md", "# Guide\n\n[gone](gone.md)\n")
    repository.commit("a broken link, and a policy that does not mind")
    jobs = repository.runner(pull_request=True).run()
    assert results(jobs) == ["failure", "skipped", "failure"]
    assert "policy_unchanged failed" in jobs["source-validation"].text
    assert "fwgates: staging: BLOCK, exit 10" in jobs["verdict"].text


def test_pull_request_that_is_sound_is_allowed(repository: Repository) -> None:
    """Its head is judged, by the policy of its base."""
    repository.git("switch", "-qc", "change")
    repository.project.write("guide.md", "# Guide\n\n[home](README.md)\n")
    repository.commit("a guide")
    jobs = repository.runner(pull_request=True).run()
    assert results(jobs) == ["success"] * 3, jobs["verdict"].text
    assert "fwgates: staging: ALLOW, exit 0" in jobs["verdict"].text


def test_what_requires_approval_waits_for_the_verdict(repository: Repository) -> None:
    """It neither stops the jobs that gather evidence, nor is it allowed."""
    repository.project.gates(
        '@gate(advisory, "house", stage="source_control")\ndef test_rule(): assert 0', "test_house.py"
    )
    repository.commit("an advisory gate that fails")
    jobs = repository.runner().run()
    assert results(jobs) == ["success", "success", "failure"]
    assert "fwgates: production: REQUIRES APPROVAL, exit 11" in jobs["verdict"].text
