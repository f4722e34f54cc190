"""The workflow that publishes what a run of the gates found, against a GitHub that is a script."""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from pytest_fwgates.reports import verdict_json
from tests.acceptance.actions import Runner
from tests.unit.reports import verdicts

if TYPE_CHECKING:
    from pytest_fwgates.model import Verdict

TEMPLATE = Path(__file__).parents[2] / "pytest_fwgates/cli/templates/publish-gates.yml.txt"
SHA = "c0ffee" + "0" * 34
GH = """#!{python}
import json, os, pathlib, subprocess, sys
here = pathlib.Path(os.environ["FAKE"])
words = sys.argv[1:]
assert words[0] == "api" and os.environ["GH_TOKEN"] == "token"
path = next(word for word in words[1:] if word.startswith("repos/octo/framework/"))
pairs = [words[i + 1].partition("=") for i, word in enumerate(words) if word in ("-f", "-F")]
read = lambda value: pathlib.Path(value[1:]).read_text() if value[:1] == "@" else value
fields = {{name: read(value) for name, _, value in pairs}}
with (here / "calls").open("a") as stream:
    stream.write(json.dumps([path.removeprefix("repos/octo/framework/"), fields]) + "\\n")
if path.endswith("/zip"):
    sys.stdout.buffer.write((here / "artifact.zip").read_bytes())
elif "--jq" in words:
    content = (here / ("pulls.json" if path.endswith("/pulls") else "artifacts.json")).read_bytes()
    sys.exit(subprocess.run(["jq", "-r", words[words.index("--jq") + 1]], input=content).returncode)
"""


@dataclass
class Published:
    """What a run of the workflow told the script."""

    result: str
    text: str
    check: dict[str, str]
    calls: list[tuple[str, dict[str, str]]]
    uploaded: list[dict[str, str]]
    summary: str


class GitHub:
    """Has artefacts and pull requests, and takes checks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.event, self.branch = "pull_request", "change"
        self.artifacts: list[dict[str, Any]] = [{"id": 7, "size_in_bytes": 1000, "expired": False}]
        self.pulls: list[dict[str, Any]] = [
            {"number": 4, "head": {"sha": "b" * 40}},
            {"number": 5, "head": {"sha": SHA}},
        ]
        self.runs = 0

    def publish(self, artifact: bytes) -> Published:
        """Run the workflow on a run that left this artefact."""
        self.runs += 1
        fake = self.folder / f"fake-{self.runs}"
        fake.mkdir()
        (fake / "gh").write_text(GH.format(python=sys.executable))
        (fake / "gh").chmod(0o755)
        (fake / "artifact.zip").write_bytes(artifact)
        (fake / "artifacts.json").write_text(json.dumps({"artifacts": self.artifacts}))
        (fake / "pulls.json").write_text(json.dumps(self.pulls))
        path = f"{fake}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        event = "github.event.workflow_run"
        values = {
            "github.token": "token",
            f"{event}.id": "42",
            f"{event}.head_sha": SHA,
            f"{event}.html_url": "https://github.com/octo/framework/actions/runs/42",
            f"{event}.event": self.event,
            f"{event}.head_branch": self.branch,
            f"{event}.head_repository.owner.login": "mallory",
        }
        run = self.folder / f"run-{self.runs}"
        runner = Runner(TEMPLATE.read_text(), self.folder, run, values, {"PATH": path, "FAKE": str(fake)})
        job = runner.run()["publish"]
        calls = [json.loads(line) for line in (fake / "calls").read_text().splitlines()]
        (check,) = (fields for path, fields in calls if path == "check-runs")
        assert check["status"] == "completed"
        summary = runner.folder / "summary"
        text = summary.read_text() if summary.exists() else ""
        return Published(job.result, job.text, check, calls, runner.uploaded, text)


@pytest.fixture
def github(tmp_path: Path) -> GitHub:
    """With one run of a pull request from a fork."""
    return GitHub(tmp_path)


def of_this_commit(verdict: Verdict) -> bytes:
    return verdict_json.render(msgspec.structs.replace(verdict, commit=SHA))


def zipped(**files: bytes) -> bytes:
    """An artefact; the first double underscore of a name is a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def test_verdict_of_a_fork_becomes_a_check_and_alerts_of_its_pull_request(github: GitHub) -> None:
    """Under the commit that was judged."""
    done = github.publish(zipped(verdict__json=of_this_commit(verdicts.every_standing())))
    assert done.result == "success", done.text
    assert (done.check["head_sha"], done.check["conclusion"]) == (SHA, "failure")
    assert done.check["output[title]"] == "Block"
    assert "zero_broken_links" in done.check["output[summary]"]
    assert "zero_broken_links" in done.summary
    (upload,) = done.uploaded
    assert (upload["ref"], upload["sha"], upload["category"]) == ("refs/pull/5/head", SHA, "fwgates")
    (run,) = json.loads(upload["content"])["runs"]
    assert any(result["ruleId"] == "zero_broken_links" for result in run["results"])
    assert ["pulls", {"state": "open", "head": "mallory:change"}] in done.calls


def test_push_belongs_to_its_branch(github: GitHub) -> None:
    """No pull request is looked for."""
    github.event, github.branch = "push", "main"
    done = github.publish(zipped(verdict__json=of_this_commit(verdicts.every_standing())))
    assert [upload["ref"] for upload in done.uploaded] == ["refs/heads/main"]


def test_nothing_of_a_closed_pull_request_goes_to_code_scanning(github: GitHub) -> None:
    """The check is shown all the same."""
    github.pulls = github.pulls[:1]
    done = github.publish(zipped(verdict__json=of_this_commit(verdicts.every_standing())))
    assert (done.result, done.uploaded, done.check["output[title]"]) == ("success", [], "Block")


@pytest.mark.parametrize(
    ("rows", "conclusion", "title"),
    [
        ((verdicts.row("a", "passed"),), "neutral", "Allow"),
        (
            (verdicts.row("a", "failed", enforcement="require_approval", decision="require_approval"),),
            "action_required",
            "Requires approval",
        ),
    ],
    ids=["allow", "require approval"],
)
def test_check_is_never_a_success(github: GitHub, rows: Any, conclusion: str, title: str) -> None:
    """A fork may have forged it."""
    done = github.publish(zipped(verdict__json=of_this_commit(verdicts.verdict(*rows))))
    assert (done.check["conclusion"], done.check["output[title]"]) == (conclusion, title)


FORGED = {
    "an empty artefact": zipped(),
    "no archive": b"hello",
    "another file": zipped(other__json=b"{}"),
    "a file elsewhere": zipped(**{"../verdict__json": of_this_commit(verdicts.every_standing())}),
    "no JSON": zipped(verdict__json=b"hello"),
    "a list": zipped(verdict__json=b"[]"),
    "a deep one": zipped(verdict__json=b"[" * 1_000_000),
    "of another commit": zipped(verdict__json=verdict_json.render(verdicts.verdict(commit="b" * 40))),
    "no verdict": zipped(verdict__json=json.dumps({"commit": SHA, "decision": "allow"}).encode()),
}


def test_what_is_no_verdict_of_the_commit_is_a_failed_check(github: GitHub) -> None:
    """Nothing of it goes anywhere."""
    bomb = b'{"commit": "' + SHA.encode() + b'", "x": "' + b"a" * 110_000_000 + b'"}'
    for name, artifact in {**FORGED, "a bomb": zipped(verdict__json=bomb)}.items():
        done = github.publish(artifact)
        assert (done.check["conclusion"], done.check["output[title]"]) == ("failure", "No verdict"), name
        assert done.check["output[summary]"] == "The run left no verdict of this commit.\n", name
        assert done.uploaded == [], name
    assert (
        sorted(path.name for path in github.folder.iterdir() if not path.name.startswith(("run", "fake")))
        == []
    )


@pytest.mark.parametrize(
    "artifacts",
    [
        [],
        [{"id": 7, "size_in_bytes": 20_000_000, "expired": False}],
        [{"id": 7, "size_in_bytes": 1000, "expired": True}],
    ],
    ids=["none", "too large", "expired"],
)
def test_artefact_that_is_not_taken(github: GitHub, artifacts: Any) -> None:
    """It is not even fetched."""
    github.artifacts = artifacts
    done = github.publish(zipped(verdict__json=of_this_commit(verdicts.every_standing())))
    assert done.check["output[title]"] == "No verdict"
    assert not [path for path, _ in done.calls if path.endswith("/zip")]


def test_hostile_texts_stay_texts(github: GitHub) -> None:
    """In a check that GitHub takes, and in no command."""
    planted = verdicts.finding(
        "zero_broken_links", "$(touch planted) `touch planted` '; touch planted; '", "a.md", 1
    )
    hostile = verdicts.hostile(20)
    rows = (*hostile.criteria[1:], verdicts.row("zero_broken_links", "failed", findings=(planted,) * 4000))
    done = github.publish(
        zipped(verdict__json=of_this_commit(verdicts.verdict(*rows, notices=hostile.notices)))
    )
    assert done.result == "success", done.text
    assert len(done.summary) > 60_000
    assert len(done.check["output[summary]"]) <= 65_535
    assert done.check["output[summary]"].endswith('in the summary of the workflow "publish gates".\n')
    assert not list(github.folder.rglob("planted"))
    assert not [line for line in done.text.splitlines() if line.lstrip().startswith(("::", "##["))]
