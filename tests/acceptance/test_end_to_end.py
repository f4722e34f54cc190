"""`pytest --env=production` on a repository, from files to exit status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from pytest_fwgates.reports import verdict_json

if TYPE_CHECKING:
    from conftest import Project


def test_sound_framework_is_allowed(project: Project, workers: str) -> None:
    """A framework without a defect exits 0 and says so last."""
    done = project.run(workers)
    assert done.status == 0
    assert done.decision == "allow"
    assert done.text.rstrip().endswith("fwgates: production: ALLOW, exit 0")
    assert done.criterion("zero_broken_links")["examined"] == 1


def test_broken_link_blocks_at_its_line(project: Project, workers: str) -> None:
    """A defect exits 10, with path, line and what would unblock."""
    project.write("docs/a.md", "# A\n\nsee [b](b.md)\n")
    done = project.run(workers)
    assert done.status == 10
    finding = done.criterion("zero_broken_links")["findings"][0]
    assert (finding["path"], finding["line"], finding["column"]) == ("docs/a.md", 3, 5)
    assert "docs/a.md:3: " in done.text
    assert "to unblock" in done.text


def test_serial_and_parallel_verdicts_are_equal(project: Project) -> None:
    """Two workers come to the same verdict but for times."""
    project.write("docs/a.md", "see [b](b.md) and [c](c.md)\n")
    project.gates("""
        @gate(advisory, "house")
        @pytest.mark.parametrize("n", range(4))
        def test_numbers(n, findings):
            findings.extend([], examined=n)
            if n == 3:
                findings.add("three", path="README.md", line=n)
        """)
    assert project.run("-n0").canonical() == project.run("-n2").canonical()


@pytest.mark.scanners
def test_verdict_fits_its_schema_and_names_its_policy(project: Project) -> None:
    """The verdict file is what `fwgates schema` describes."""
    done = project.run()
    schema = json.loads(project.cli("schema").text)
    assert schema == verdict_json.schema(), "write pytest_fwgates/reports/verdict.schema.json anew"
    jsonschema.validate(done.verdict, schema)
    assert done.verdict is not None
    assert done.verdict["profile"] == "bundled environments/production.yml"
    assert done.verdict["infrastructure"]["deployment"] == "blue_green"
    assert done.verdict["framework_root"] == str(project.root)
    assert done.verdict["commit"] is None
    assert done.verdict["tree_digest"].startswith("sha256:")


def test_commit_is_recorded_inside_git(project: Project) -> None:
    """Inside git the verdict names the commit it judged."""
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        project.pytester.run("git", *command)
    head = project.pytester.run("git", "rev-parse", "HEAD").outlines[0]
    verdict = project.run().verdict
    assert verdict is not None
    assert verdict["commit"] == head


@pytest.mark.scanners
def test_header_names_environment_profile_stages_and_root(project: Project) -> None:
    """The run says at its start what it is going to judge."""
    text = project.run().text
    header = next(line for line in text.splitlines() if line.startswith("gates: "))
    assert "production (bundled environments/production.yml)" in header
    assert "framework_validation" in header
    assert str(project.root) in header


@pytest.mark.scanners
def test_what_is_not_built_is_said_out_loud(project: Project) -> None:
    """Gates of the document that are disabled are printed on every run."""
    text = project.run().text
    assert "NOT ENFORCED (disabled in bundled environments/production.yml): " in text
    assert "compliance, documentation, usability, maintainability" in text


def test_another_framework_root_can_be_judged(project: Project) -> None:
    """The framework may stand elsewhere; policy and gate tests stay here."""
    project.write("inner/README.md", "[x](gone.md)\n")
    done = project.run("--framework-root=inner")
    assert done.status == 10
    assert done.criterion("zero_broken_links")["findings"][0]["path"] == "README.md"


def test_stale_verdict_does_not_survive_a_run_that_cannot_start(project: Project) -> None:
    """A usage error leaves no verdict of an earlier run behind."""
    assert project.run().verdict is not None
    done = project.run("--gate-profiles=nowhere")
    assert done.status == 4
    assert done.verdict is None


def test_verdict_path_never_overwrites_another_file(project: Project) -> None:
    """A file that is not a verdict is kept, and the mistake is a usage error."""
    target = project.write(".fwgates/verdict.json", "my notes\n")
    done = project.run()
    assert done.status == 4
    assert "is not a verdict" in done.text
    assert target.read_text() == "my notes\n"
