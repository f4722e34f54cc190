"""`fwgates attest`: a statement about what was judged, or none."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project

EVIDENCE = "--evidence=.fwgates/evidence.jsonl"


def test_statement_names_tree_policy_and_evidence(project: Project) -> None:
    """As the verdict has them, and the journal's bytes."""
    run = project.run()
    assert run.status == 0
    assert run.verdict is not None
    done = project.cli("attest", EVIDENCE, "-o", "statement.json")
    assert (done.status, done.text) == (0, "")
    statement = json.loads((project.root / "statement.json").read_text())
    tree, policy_subject, journal = statement["subject"]
    content = (project.root / ".fwgates/evidence.jsonl").read_bytes()
    readme = hashlib.sha256((project.root / "README.md").read_bytes()).hexdigest()
    listing = f"README.md\0{readme}\n"  # as docs/attestation.md says
    assert tree["digest"]["fwgatesTree"] == hashlib.sha256(listing.encode()).hexdigest()
    assert f"sha256:{tree['digest']['sha256']}" == run.verdict["tree_digest"]
    assert journal["digest"]["sha256"] == hashlib.sha256(content).hexdigest()
    (policy,) = statement["predicate"]["configuration"]
    assert f"sha256:{policy['digest']['sha256']}" == run.verdict["policy_digest"]
    assert policy_subject == {"name": "policy", "digest": policy["digest"]}
    assert statement["predicate"]["failedTests"] == []
    parts = [project.cli("attest", "--predicate-only"), project.cli("attest", EVIDENCE, "--checksums")]
    assert json.loads(parts[0].text) == statement["predicate"]
    assert parts[1].text.splitlines()[2] == f"{journal['digest']['sha256']}  evidence.jsonl"


def test_mandatory_criterion_that_did_not_run_fails_it(project: Project) -> None:
    """Whatever the exit status of a partial run was."""
    assert project.run("-k", "not broken_links", env="development").status == 0
    predicate = json.loads(project.cli("attest", "--predicate-only").text)
    assert predicate["result"] == "FAILED"
    assert "zero_broken_links" in predicate["failedTests"]


REFUSED = {
    "no verdict": (["gone.json"], "gone.json: cannot be read"),
    "something else": (["README.md"], "README.md: not a verdict"),
    "a deep one": (["deep.json"], "deep.json: not a verdict"),
    "another version": (["version.json"], "version.json: not a verdict of version 1: 2"),
    "no journal": (["--evidence=gone.jsonl"], "gone.jsonl: cannot be read"),
    "a damaged journal": (["--evidence=README.md"], "README.md: line 1: not a record"),
    "a journal of another run": (["--evidence=.fwgates/other.jsonl"], "the evidence of other runs"),
    "one journal twice": ([EVIDENCE, EVIDENCE], "another journal has that name"),
    "two parts at once": (["--predicate-only", "--checksums"], "write them to a file each"),
    "over another file": (["-o", "README.md"], "README.md exists and is no attestation"),
    "over the verdict": (["-o", ".fwgates/verdict.json"], "verdict.json exists and is no attestation"),
}


def test_refusals(project: Project) -> None:
    """Exit 4 and one line for each."""
    project.run("--gate-evidence=.fwgates/other.jsonl")
    run = project.run()
    project.write("deep.json", '{"decision":' + "[" * 100_000)
    project.write("version.json", json.dumps({**(run.verdict or {}), "schema_version": "2"}))
    before = (project.root / ".fwgates/verdict.json").read_bytes()
    for name, (arguments, message) in REFUSED.items():
        done = project.cli("attest", *arguments)
        assert done.status == 4, name
        assert message in done.text, name
        assert len(done.text.splitlines()) == 1, name
    assert (project.root / ".fwgates/verdict.json").read_bytes() == before


def test_output_may_replace_an_earlier_one(project: Project) -> None:
    """Whichever part it holds."""
    project.run()
    for part in ([], ["--predicate-only"], ["--checksums"], []):
        assert project.cli("attest", *part, "-o", "out").status == 0
    assert json.loads((project.root / "out").read_text())["_type"] == "https://in-toto.io/Statement/v1"
