"""The composite action and the pre-commit hook, run as other repositories run them."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.acceptance.actions import Runner

if TYPE_CHECKING:
    from conftest import Project
    from tests.acceptance.actions import Job

OURS = Path(__file__).parents[2]
CHECKOUT = {"uses": "actions/checkout@main"}


class Use:
    """Uses of the action in a repository."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.runs = 0
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> str:
        person = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        command = ["git", *person, *words]
        done = subprocess.run(command, cwd=self.project.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def act(self, **inputs: str) -> tuple[Job, Path]:
        """The job, and the artefact that it left."""
        self.git("add", "-A")
        self.git("commit", "--allow-empty", "-qm", "x")
        action = yaml.safe_load((OURS / "action.yml").read_text())
        given = {name: one.get("default", "") for name, one in action["inputs"].items()} | inputs
        steps = [CHECKOUT, *action["runs"]["steps"]]
        self.runs += 1
        runner = Runner(
            yaml.safe_dump({"jobs": {"gates": {"steps": steps}}}),
            self.project.root,
            self.project.root.parent / f"run-{self.runs}",
            {f"inputs.{name}": value for name, value in given.items()},
        )
        return runner.run()["gates"], runner.artifacts / given["artifact"]


@pytest.fixture
def use(project: Project, monkeypatch: pytest.MonkeyPatch) -> Use:
    """As others have it, with all installed plugins."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    return Use(project)


def verdict(artifact: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((artifact / "verdict.json").read_text())
    return document


def test_action_judges_and_keeps_the_evidence(use: Use) -> None:
    """Whatever it comes to."""
    job, artifact = use.act(environment="production")
    assert job.result == "success", job.text
    assert sorted(path.name for path in artifact.iterdir()) == ["evidence.jsonl", "verdict.json"]
    assert verdict(artifact)["decision"] == "allow"
    use.project.write("guide.md", "[gone](gone.md)\n")
    job, artifact = use.act(environment="staging", artifact="other")
    assert (job.result, verdict(artifact)["decision"]) == ("failure", "block")
    assert "fwgates: staging: BLOCK, exit 10" in job.text


def test_inputs_of_the_action(use: Use) -> None:
    """Stages, the framework's folder, and the policy of a commit."""
    use.project.write("framework/guide.md", "# Guide\n")
    use.project.write("notes.md", "[gone](gone.md)\n")
    use.act(environment="production")
    head = use.git("rev-parse", "HEAD")
    use.project.write("environments/production.yml", "production: {quality_gates: {mandatory_gates: []}}\n")
    inputs = {
        "stages": "source_control, framework_validation",
        "framework-root": "framework",
        "policy-ref": head,
        "args": "-p no:cacheprovider\n--no-gate-cache",
    }
    job, artifact = use.act(environment="production", **inputs)
    found = verdict(artifact)
    assert found["stages"] == ["source_control", "framework_validation"]
    failed = [row["id"] for row in found["criteria"] if row["outcome"] == "failed"]
    assert (job.result, failed) == ("failure", ["policy_unchanged"])
    assert found["profile"] == "bundled environments/production.yml"


def test_inputs_of_the_action_are_words_and_no_commands(use: Use) -> None:
    """Some of them may come from a pull request."""
    planted = "; touch planted; $(touch planted) `touch planted` *"
    for name in ("environment", "stages", "framework-root", "policy-ref", "args"):
        job, _ = use.act(**{"environment": "production", name: planted})
        assert job.result == "failure", name
    assert not list(use.project.root.parent.rglob("planted"))


def test_hook_runs_without_file_names(project: Project) -> None:
    """What pre-commit runs once it has installed the package."""
    (hook,) = yaml.safe_load((OURS / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["pass_filenames"], hook["always_run"]) == ("fwgates", False, True)
    entry, *words = [*shlex.split(hook["entry"]), *hook["args"], "-p", "fwgates"]
    script = Path(sys.executable).with_name(entry)
    assert project.pytester.run(script, *words).ret == 0
    project.write("guide.md", "[gone](gone.md)\n")
    assert project.pytester.run(script, *words).ret == 10
