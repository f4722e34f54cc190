"""Runs the jobs of a workflow as GitHub does, as far as our own need it; what it does not know it refuses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_EXPRESSION: Final = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_COMPARED: Final = re.compile(r"(steps\.\w+\.outputs\.\w+) (==|!=) '(.*)'")
_SHELLS: Final = {
    None: ["bash", "-e"],
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
}
_KEPT: Final = ("HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_START")


@dataclass
class Job:
    """What became of a job, and all that its steps printed."""

    result: str = "success"
    text: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


class Runner:
    """One run of a workflow on a commit of a repository."""

    def __init__(
        self,
        workflow: str,
        origin: Path,
        folder: Path,
        values: Mapping[str, str],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.document: dict[Any, Any] = yaml.safe_load(workflow)
        self.origin = origin
        self.folder = folder
        self.values = dict(values)
        self.environ = dict(environ or {})
        self.artifacts = folder / "artifacts"
        self.artifacts.mkdir(parents=True)
        self.jobs: dict[str, Job] = {}
        self.uploaded: list[dict[str, str]] = []

    def run(self, before: Mapping[str, Callable[[], object]] | None = None) -> dict[str, Job]:
        """Every job in its order; `before` does something before a job."""
        for name, job in self.document["jobs"].items():
            (before or {}).get(name, lambda: None)()
            self.jobs[name] = self._job(name, job)
        return self.jobs

    def _job(self, name: str, job: Mapping[str, Any]) -> Job:
        needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        results = [self.jobs[one].result for one in needs]
        if any(one != "success" for one in results) and job.get("if") != "${{ always() }}":
            return Job("skipped")
        self.values["join(needs.*.result, ' ')"] = " ".join(results)
        workspace = self.folder / name
        workspace.mkdir()
        done = Job()
        env = {**self._env(self.document.get("env", {}), {}, done)}
        env |= self._env(job.get("env", {}), env, done)
        self.steps(job["steps"], workspace, env, done)
        return done

    def steps(
        self, steps: list[Mapping[str, Any]], workspace: Path, env: Mapping[str, str], done: Job
    ) -> None:
        """The steps of a job or of a composite action."""
        for step in steps:
            if self._is_due(step.get("if"), done) and not self._step(step, workspace, env, done):
                done.result = "failure"

    def _is_due(self, condition: str | None, done: Job) -> bool:
        if condition == "${{ always() }}":
            return True
        if done.result != "success":
            return False
        if condition is None:
            return True
        match = _COMPARED.fullmatch(condition.removeprefix("${{ ").removesuffix(" }}"))
        assert match, condition
        return (self._value(match[1], {}, done) == match[3]) == (match[2] == "==")

    def _step(self, step: Mapping[str, Any], workspace: Path, env: Mapping[str, str], done: Job) -> bool:
        if "run" in step:
            return self._script(step, workspace, env, done)
        action = step["uses"].partition("@")[0]
        given = self._env(step.get("with", {}), env, done)
        if action == "actions/checkout":
            self._checkout(workspace / given.get("path", "."), given.get("ref", "HEAD"))
        elif action == "actions/upload-artifact":
            return self._upload(workspace, given)
        elif action == "actions/download-artifact":
            assert given["merge-multiple"] == "True"
            for one in sorted(self.artifacts.glob(given["pattern"])):
                shutil.copytree(one, workspace / given["path"], dirs_exist_ok=True)
        elif action == "github/codeql-action/upload-sarif":
            content = (workspace / given["sarif_file"]).read_text(encoding="utf-8")
            self.uploaded.append({**given, "content": content})
        else:
            assert action == "actions/setup-python", action
        return True

    def _script(self, step: Mapping[str, Any], workspace: Path, env: Mapping[str, str], done: Job) -> bool:
        script: str = step["run"]
        assert "${{" not in script, "an expression in a script is code of whoever can write its value"
        if re.match(r"(python -m )?pip install ", script):
            return True  # of what is installed here
        output, summary = self.folder / "output", self.folder / "summary"
        output.write_text("")
        own = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "octo/framework",
            "GITHUB_RUN_ID": "42",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            **self.environ,
        }
        finished = subprocess.run(
            [*_SHELLS[step.get("shell")], "-c", script],
            cwd=workspace,
            env=own | env | self._env(step.get("env", {}), env, done),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        done.text += finished.stdout
        if "id" in step:
            pairs = (line.partition("=") for line in output.read_text().splitlines())
            done.outputs |= {f"steps.{step['id']}.outputs.{name}": value for name, _, value in pairs}
        return finished.returncode == 0

    def _checkout(self, target: Path, ref: str) -> None:
        target.mkdir(exist_ok=True)
        for command in (["init", "-q"], ["remote", "add", "origin", str(self.origin)],
                        ["fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*"],
                        ["checkout", "-q", "--detach", ref if ref != "HEAD" else "origin/main"]):  # fmt: skip
            subprocess.run(["git", *command], cwd=target, check=True, capture_output=True)

    def _upload(self, workspace: Path, given: Mapping[str, str]) -> bool:
        """One file, or the files of one folder, or those of several paths that are there."""
        assert given["if-no-files-found"] == "error"
        target = self.artifacts / given["name"]
        shutil.rmtree(target, ignore_errors=True)
        for path in (workspace / one for one in given["path"].split()):
            if path.is_dir():
                shutil.copytree(path, target, dirs_exist_ok=True)
            elif path.is_file():
                target.mkdir(exist_ok=True)
                shutil.copy(path, target)
        return target.is_dir()

    def _env(self, given: Mapping[str, Any], env: Mapping[str, str], done: Job) -> dict[str, str]:
        return {name: self._filled(str(value), env, done) for name, value in given.items()}

    def _filled(self, text: str, env: Mapping[str, str], done: Job) -> str:
        return _EXPRESSION.sub(lambda match: self._value(match[1], env, done), text)

    def _value(self, expression: str, env: Mapping[str, str], done: Job) -> str:
        if expression.startswith("env."):
            return env[expression.removeprefix("env.")]
        if expression.startswith("steps."):
            return done.outputs.get(expression, "")
        return self.values[expression]
