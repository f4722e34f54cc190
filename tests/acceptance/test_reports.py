"""The reports that a run leaves: in every format, also of a run that never came to its end."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import junitparser
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project

REPORTS = ("--gate-junit=out/junit.xml", "--gate-sarif=out/gates.sarif", "--gate-html=out/gates.html")


@pytest.fixture
def broken(project: Project) -> Project:
    """A framework with a broken link."""
    project.write("docs/a.md", "# A\n\n[x](gone.md)\n")
    return project


def failures(path: Path) -> list[tuple[str, int, str]]:
    """File, line and type of what a JUnit consumer shows as failed."""
    cases = [case for suite in junitparser.JUnitXml.fromfile(str(path)) for case in suite]
    return [
        (case._elem.get("file"), int(case._elem.get("line") or 0), result.type)
        for case in cases
        for result in case.result
        if isinstance(result, junitparser.Failure | junitparser.Error)
    ]


def test_reports_of_a_run(broken: Project, workers: str) -> None:
    """All of them point at the line, and so do those that are made later from the verdict."""
    done = broken.run(*REPORTS, workers)
    assert done.status == 10, done.text
    out = broken.root / "out"
    assert failures(out / "junit.xml") == [("docs/a.md", 3, "fwgates.Blocked")]
    (result,) = json.loads((out / "gates.sarif").read_text())["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("docs/a.md", 3)
    page = re.sub(r"<[^>]*>", "", (out / "gates.html").read_text())
    assert "[x](gone.md)" in page
    for name, written in (("junit", "junit.xml"), ("sarif", "gates.sarif"), ("html", "gates.html")):
        again = broken.cli("report", f"--format={name}", "--output=again")
        assert again.status == 0, again.text
        assert (broken.root / "again").read_bytes() == (out / written).read_bytes()
        (broken.root / "again").unlink()


def test_paths_count_from_the_repository(broken: Project) -> None:
    """GitHub knows files by their path from there, wherever the framework lies."""
    broken.pytester.run("git", "init", "-q", str(broken.root.parent))
    done = broken.run("--gate-junit=junit.xml", "--framework-root=.")
    assert done.criterion("zero_broken_links")["findings"][0]["path"] == "docs/a.md"
    assert failures(broken.root / "junit.xml") == [("project/docs/a.md", 3, "fwgates.Blocked")]


def test_text_is_what_the_run_showed(broken: Project) -> None:
    """The same words, later."""
    done = broken.run()
    again = broken.cli("report")
    assert again.status == 0
    assert again.text.strip() in done.text


@pytest.mark.parametrize("name", ["junit", "sarif", "html"])
def test_a_run_that_dies_has_proven_nothing(broken: Project, name: str) -> None:
    """What the reports say from the start is that nothing was run, and that blocks."""
    broken.write("docs/a.md", "# A\n")
    broken.gates("import os\ndef test_x(): pass\n@gate(mandatory)\ndef test_rule(): os._exit(0)")
    broken.run("--gate-junit=out/junit.xml", "--gate-sarif=out/gates.sarif", "--gate-html=out/gates.html")
    out = broken.root / "out"
    if name == "junit":
        types = {kind for _, _, kind in failures(out / "junit.xml")}
        assert "fwgates.NotRun" in types
        assert "zero_broken_links" in (out / "junit.xml").read_text()
    elif name == "sarif":
        run = json.loads((out / "gates.sarif").read_text())["runs"][0]
        assert run["invocations"][0]["executionSuccessful"] is False
        assert any("zero_broken_links" in one["ruleId"] for one in run["results"])
    else:
        assert "the run has not come to its end" in (out / "gates.html").read_text()


def test_other_files_are_not_overwritten(broken: Project) -> None:
    """Nor may two reports have one place; both are told before anything runs."""
    done = broken.run("--gate-junit=README.md")
    assert (done.status, "README.md exists and is no junit report" in done.text) == (4, True), done.text
    done = broken.run("--gate-junit=out.x", "--gate-html=out.x")
    assert (done.status, "--gate-html and --gate-junit name the same file" in done.text) == (4, True)
    done = broken.cli("report", "--format=html", "--output=README.md")
    assert (done.status, (broken.root / "README.md").read_text()[:3]) == (4, "# A")
    done = broken.cli("report", "--format=pdf")
    assert (done.status, "--format pdf: there is text, json, junit" in done.text) == (4, True)


def test_a_report_that_cannot_be_written_is_no_pass(project: Project) -> None:
    """The gates allow, but whoever waits for the report would see an old one or none."""
    project.gates(
        """
        import pathlib
        @gate(mandatory)
        def test_rule():
            folder = pathlib.Path("out")
            for one in folder.iterdir(): one.unlink()
            folder.rmdir()
            folder.write_text("in the way")
        """
    )
    done = project.run("--gate-junit=out/junit.xml")
    assert done.status == 10, done.text
    assert "out/junit.xml: cannot be written" in done.text


def test_pytests_own_junit_carries_the_decision(broken: Project, workers: str) -> None:
    """As properties of its suite, beside everything that pytest writes there."""
    broken.run("--junitxml=own.xml", workers)
    (suite,) = junitparser.JUnitXml.fromfile(str(broken.root / "own.xml"))
    found = {one.name: one.value for one in suite.properties()}
    assert (found["fwgates.decision"], found["fwgates.exit"]) == ("block", "10")
    assert found["fwgates.environment"] == "production"
    assert suite.tests > 5


def test_github_shows_it_by_itself(broken: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a step: an annotation at the line, and a summary that says what blocks; by the second judge, too."""
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    done = broken.run()
    assert "::error file=docs/a.md,line=3" in done.text
    assert summary.read_text().count("BLOCK") == 1
    again = broken.cli("verdict", ".fwgates/evidence.jsonl", "--env=production")
    assert "::error file=docs/a.md,line=3" in again.text
    assert summary.read_text().count("BLOCK") == 2
    canonical = broken.cli("verdict", ".fwgates/evidence.jsonl", "--env=production", "--canonical")
    assert "::error" not in canonical.text


@pytest.mark.scanners
def test_stage_jobs_are_judged_together(project: Project) -> None:
    """A pipeline with a job for each stage: the second judge joins what they leave."""
    stages = ("source_control", "framework_validation")
    for stage in stages:
        done = project.run(f"--gate-stage={stage}", f"--gate-evidence={stage}.jsonl")
        assert done.status == 0, done.text
        for journal in project.root.glob("*.jsonl"):
            journal.rename(project.root.parent / journal.name)
    journals = [str(project.root.parent / f"{stage}.jsonl") for stage in stages]
    both = project.cli("verdict", *journals, "--env=production", f"--stages={','.join(stages)}")
    assert both.status == 0, both.text
    for one in journals:
        alone = project.cli("verdict", one, "--env=production", f"--stages={','.join(stages)}")
        assert alone.status == 10, alone.text
    whole = project.cli("verdict", *journals, "--env=production")
    assert (whole.status, "does not cover stage code_quality" in whole.text) == (10, True)


def test_a_person_at_a_terminal(broken: Project) -> None:
    """Sees colours and a layout that fits; NO_COLOR takes the colours away."""
    for no_colour in (False, True):
        text = at_a_terminal(broken, no_colour=no_colour)
        assert "blocked" in text
        assert ("\x1b[31mblocked" in text) is not no_colour
        assert "fwgates: production: BLOCK, exit 10" in text


def at_a_terminal(project: Project, *, no_colour: bool) -> str:
    """What pytest writes to a terminal of its own."""
    reader, writer = pty.openpty()
    environment = {
        name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "PY_COLORS", "CI"}
    }
    environment |= {"TERM": "xterm", "COLUMNS": "100"} | ({"NO_COLOR": "1"} if no_colour else {})
    command = [sys.executable, "-m", "pytest", "-p", "fwgates", "--env=production"]
    with subprocess.Popen(command, cwd=project.root, env=environment, stdout=writer, stderr=writer):
        os.close(writer)
        seen = b"".join(iter(lambda: _read(reader), b""))
    os.close(reader)
    return seen.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says so when the other side is closed
        return b""
