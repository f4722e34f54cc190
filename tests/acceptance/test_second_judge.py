"""`fwgates verdict` judges from evidence alone, in a process that ran nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Done, Project

EVIDENCE = ".fwgates/evidence.jsonl"


def judged(project: Project, *options: str, env: str = "production") -> Done:
    """The second judge's answer."""
    return project.cli("verdict", EVIDENCE, f"--env={env}", *options)


SUITES = {
    "a sound framework": ("", 0),
    "a broken framework": ("[x](gone.md)\n", 10),
}


@pytest.mark.scanners
@pytest.mark.parametrize(("document", "status"), SUITES.values(), ids=SUITES)
def test_second_process_comes_to_the_same_verdict(
    project: Project, workers: str, document: str, status: int
) -> None:
    """The decision is recomputed, not copied."""
    project.write("a.md", document)
    done = project.run(workers)
    second = judged(project, "--output=.fwgates/second.json")
    assert (done.status, second.status) == (status, status)
    verdict = json.loads((project.root / ".fwgates/second.json").read_text())
    own = {"decided_at": "", "ledger": ""}
    assert {**verdict, **own} == {**(done.verdict or {}), **own}


@pytest.mark.scanners
def test_advisory_failure_requires_approval_in_both(project: Project, workers: str) -> None:
    """Exit 11 in the run and from the evidence."""
    project.gates("@gate(advisory)\ndef test_rule(): assert 0")
    assert project.run(workers).status == 11
    assert judged(project).status == 11


def test_canonical_verdict_is_the_same_with_any_number_of_workers(project: Project) -> None:
    """What must be equal everywhere is equal, byte for byte."""
    project.gates("""
        @gate(advisory)
        @pytest.mark.parametrize("n", range(5))
        def test_rule(n, findings):
            findings.extend([], examined=1)
            if n > 2:
                findings.add(f"number {n}", path="README.md", line=n)
        """)
    texts = []
    for workers in ("-n0", "-n2"):
        project.run(workers)
        texts.append(judged(project, "--canonical").text)
    assert texts[0] == texts[1]
    assert '"duration_s"' not in texts[0]


CHANGES = {
    "a changed file": ("README.md", "# Other\n", "the evidence is of other files"),
    "a new file": ("new.md", "# New\n", "the evidence is of other files"),
    "a changed gate test": (
        "gate_tests/test_local.py",
        "from pytest_fwgates import gate\n",
        "the evidence is of another policy",
    ),
    "a new conftest": ("conftest.py", "x = 1\n", "the evidence is of another policy"),
    "another profile": (
        "environments/production.yml",
        "production:\n  quality_gates: {mandatory_gates: [framework_integrity]}\n",
        "the evidence is of another policy",
    ),
}


@pytest.mark.scanners
@pytest.mark.parametrize(("path", "content", "message"), CHANGES.values(), ids=CHANGES)
def test_evidence_of_something_else_blocks(project: Project, path: str, content: str, message: str) -> None:
    """Evidence counts for the files and the policy it was made with."""
    project.gates("@gate(mandatory)\ndef test_rule(): pass")
    assert project.run().status == 0
    assert judged(project).status == 0
    project.write(path, content)
    done = judged(project)
    assert done.status == 10
    assert message in done.text


@pytest.mark.scanners
def test_evidence_of_another_commit_blocks(project: Project) -> None:
    """The commit is part of what was judged, even where no file differs."""
    commit = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "-qm", "x"]
    for command in (["init", "-q"], ["add", "-A"], commit):
        project.pytester.run("git", *command)
    assert project.run().status == 0
    assert judged(project).status == 0
    project.pytester.run("git", *commit)
    done = judged(project)
    assert done.status == 10
    assert "the evidence is of commit" in done.text


def test_evidence_of_another_environment_blocks(project: Project) -> None:
    """What was judged for staging says nothing of production."""
    project.run(env="staging")
    done = judged(project)
    assert done.status == 10
    assert "evidence of the environment staging, not production" in done.text


@pytest.mark.scanners
def test_demanded_stage_without_evidence_blocks(project: Project) -> None:
    """A deployment names the stages it rests on."""
    project.run()
    assert judged(project, "--stages=framework_validation").status == 0
    done = judged(project, "--stages=framework_validation,code_quality")
    assert done.status == 10
    assert "stage code_quality is demanded and has no evidence" in done.text


def test_partial_run_does_not_allow_in_the_second_process(project: Project) -> None:
    """What development lets pass as a partial run is no permission."""
    assert project.run("-k", "broken_links", env="development").status == 0
    assert judged(project, env="development").status == 10


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--as-of=tomorrow"], "--as-of tomorrow: write a date such as 2027-01-31"),
        (["--as-of=2027-01-31", "--output=v.json"], "could be taken for today's"),
    ],
    ids=["no date", "a document of another day"],
)
def test_other_times_are_only_looked_at(project: Project, options: list[str], message: str) -> None:
    """What will be is no permission."""
    project.run()
    done = judged(project, *options)
    assert done.status == 4
    assert message in done.text


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "not a journal"])
def test_damaged_evidence_blocks(project: Project, damage: str) -> None:
    """Evidence that is not whole proves nothing, in one line a reason."""
    project.run()
    path = project.root / EVIDENCE
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "cut": content[:-20], "not a journal": b"hello\n"}[damage])
    done = judged(project)
    assert done.status == 10
    assert "Traceback" not in done.text
    assert done.text.rstrip().endswith("fwgates: production: BLOCK, exit 10")


def test_journal_never_overwrites_another_file(project: Project) -> None:
    """--gate-evidence refuses a file that is something else."""
    notes = project.write("notes.txt", "mine\n")
    done = project.run("--gate-evidence=notes.txt")
    assert done.status == 4
    assert notes.read_text() == "mine\n"


def test_state_folder_that_is_a_link_is_refused(project: Project) -> None:
    """A framework cannot lead the journal out of the repository."""
    outside = project.root.parent / "outside"
    outside.mkdir()
    (project.root / ".fwgates").symlink_to(outside)
    done = project.run("--gate-env=production", env=None)
    assert done.status == 4
    assert "is a symbolic link" in done.text
    assert list(outside.iterdir()) == []


def test_explain_says_meaning_enforcement_and_way_out(project: Project) -> None:
    """A release engineer learns why a deployment is blocked, and where that is written."""
    project.profile()
    project.write("a.md", "[x](gone.md)\n")
    project.run()
    text = project.cli("explain", "no_broken_links").text
    assert "zero_broken_links: mandatory; gates: framework_integrity; stage: framework_validation" in text
    assert "meaning: " in text
    assert "in production: mandatory: framework_integrity, environments/production.yml:3" in text
    assert "last result: failed, 2 examined: 1 finding" in text
    assert "a.md:1: " in text
    assert "to unblock: mend what zero_broken_links found" in text


def test_explain_without_a_run_and_with_a_misspelt_name(project: Project) -> None:
    """It works before the first run, and suggests."""
    assert (
        "last result: none; run pytest --env=production" in project.cli("explain", "zero_broken_links").text
    )
    done = project.cli("explain", "zero_brokn_links")
    assert done.status == 4
    assert "did you mean zero_broken_links" in done.text
