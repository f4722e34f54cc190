"""Exemptions, the baseline and grace periods in whole runs, with real keys."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Done, Project

TODAY = dt.datetime.now(dt.UTC).date()
ENTRY = """\
exemptions:
  - id: EX-1
    criterion: zero_broken_links
    scope:
      paths: [old.md]
    environments: [production]
    reason: planned_fix
    text: The page is rewritten next week.
    owner: alice@example.com
    approver: bob@example.com
    ticket: DOC-7
    created: {created}
    expires: {expires}
"""
ALLOWED = "exemptions_allowed: true"


def entry(*, days: int = 10, age: int = 1) -> str:
    """An exemption that began `age` days ago and ends in `days`."""
    created, expires = TODAY - dt.timedelta(days=age), TODAY + dt.timedelta(days=days)
    return ENTRY.format(created=created, expires=expires)


@pytest.fixture
def old(project: Project, tmp_path: Path) -> Project:
    """A repository with one broken link, and bob who may sign."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "bob")], check=True)
    public = (tmp_path / "bob.pub").read_text()
    project.write("environments/allowed_signers", f"bob@example.com {public}")
    project.write("README.md", "# Framework\n\n[old](old.md)\n")
    project.write("old.md", "# Old\n\n[gone](gone.md)\n")
    return project


def commit(project: Project) -> None:
    """Make a repository whose branch main has what lies there."""
    project.write(".gitignore", ".fwgates/\n__pycache__/\n")
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], [*identity, "commit", "-q", "-m", "base"]):
        subprocess.run(["git", *command], cwd=project.root, check=True)


def sign(project: Project, tmp_path: Path) -> Done:
    """Sign as bob."""
    return project.cli("policy", "sign", "EX-1", f"--key={tmp_path / 'bob'}")


def test_signed_exemption_counts_until_it_is_edited(old: Project, tmp_path: Path) -> None:
    """Unsigned it blocks; signed it lets go; one changed word takes the signature's worth away."""
    old.profile(ALLOWED)
    old.write("environments/exemptions.yml", entry())
    unsigned = old.run()
    assert unsigned.status == 10
    assert "neither signed nor at the policy ref" in unsigned.text
    signed = sign(old, tmp_path)
    assert signed.status == 0, signed.text
    counted = old.run()
    assert counted.status == 0, counted.text
    links = counted.criterion("zero_broken_links")
    assert (links["outcome"], links["disposition"]) == ("failed", "exempted")
    assert "EXEMPTED: zero_broken_links failed and would block; exemption EX-1" in counted.text
    assert counted.criterion("policy_files_valid")["outcome"] == "passed"
    old.write("environments/exemptions.yml", entry(days=11))
    edited = old.run("-n2")
    assert edited.status == 10
    assert "environments/exemptions/EX-1.sig: does not count" in edited.text


def test_new_finding_beside_an_exempted_one_blocks(old: Project, tmp_path: Path) -> None:
    """What is exempted hides nothing else of the criterion."""
    old.profile(ALLOWED)
    old.write("environments/exemptions.yml", entry())
    assert sign(old, tmp_path).status == 0
    old.write("README.md", "# Framework\n\n[old](old.md) [new](new.md)\n")
    done = old.run()
    assert done.status == 10
    assert done.criterion("zero_broken_links")["disposition"] == "none"
    assert "1 of 2 findings count" in done.text


@pytest.mark.parametrize(
    ("flag", "days", "age", "message"),
    [
        ("exemptions_allowed: false", 10, 1, "does not have exemptions_allowed: true"),
        (ALLOWED, -1, 20, "expired at the end of"),
        (ALLOWED, 60, 1, "the profile allows 30 days"),
    ],
    ids=["not allowed", "expired", "too long"],
)
def test_exemption_that_does_not_count_is_a_failure(
    old: Project, tmp_path: Path, flag: str, days: int, age: int, message: str
) -> None:
    """Of the policy files, at its line, besides what it was meant to cover."""
    old.profile(flag)
    old.write("environments/exemptions.yml", entry(days=days, age=age))
    assert sign(old, tmp_path).status == 0
    done = old.run()
    assert done.status == 10
    assert "environments/exemptions.yml:2: exemption 'EX-1' " in done.text
    assert message in done.text
    assert done.criterion("policy_files_valid")["outcome"] == "failed"


def test_unused_exemption_is_a_failure_in_the_third_run(old: Project, tmp_path: Path) -> None:
    """The ledger knows how often it matched nothing; a second judge of a run does not count it twice."""
    old.profile(ALLOWED)
    old.write("environments/exemptions.yml", entry())
    assert sign(old, tmp_path).status == 0
    old.write("old.md", "# Old\n")
    assert [old.run().status for _ in range(2)] == [0, 0]
    assert old.cli("verdict", ".fwgates/evidence.jsonl", "--env=production").status == 0
    third = old.run()
    assert third.status == 10
    assert "has matched no finding in 3 runs or more; remove it" in third.text


def test_baseline_lets_old_findings_go_and_no_new_ones(old: Project) -> None:
    """Adopted today: what is there does not count, what comes does."""
    old.profile()
    assert old.run().status == 10
    assert old.cli("baseline").status == 0
    adopted = old.run()
    assert adopted.status == 0, adopted.text
    assert adopted.criterion("zero_broken_links")["disposition"] == "baselined"
    old.write("old.md", "# Old\n\n\n\n[gone](gone.md)\n\n[another](another.md)\n")
    worse = old.run()
    assert worse.status == 10
    assert "1 of 2 findings count" in worse.text


def test_grace_ends_on_its_day(old: Project) -> None:
    """`enforce_from` excuses a criterion before that day; as of the day itself it blocks."""
    day = TODAY + dt.timedelta(days=5)
    old.profile()
    text = (old.root / "environments/production.yml").read_text()
    old.write(
        "environments/production.yml",
        f"{text}  baseline:\n    enforce_from: {{zero_broken_links: {day}}}\n",
    )
    assert old.run().status == 0
    assert old.cli("verdict", ".fwgates/evidence.jsonl", "--env=production", f"--as-of={day}").status == 10


def test_exemption_at_the_policy_ref_counts_unsigned(old: Project) -> None:
    """What the trusted commit says needs no signature; what the work tree says does not count at all."""
    old.profile(ALLOWED)
    old.write("environments/exemptions.yml", entry())
    commit(old)
    done = old.run("--policy-ref=main")
    assert (done.status, done.criterion("zero_broken_links")["disposition"]) == (0, "exempted"), done.text
    again = ("verdict", ".fwgates/evidence.jsonl", "--env=production")
    assert old.cli(*again, "--policy-ref=main").status == 0
    unsigned = old.cli(*again)
    assert unsigned.status == 10
    assert "neither signed nor at the policy ref" in unsigned.text
    old.write("environments/exemptions.yml", entry(days=11))
    edited = old.run("--policy-ref=main")
    assert edited.status == 10
    assert edited.criterion("zero_broken_links")["disposition"] == "exempted"
    changes = edited.criterion("policy_unchanged")["findings"]
    assert [finding["path"] for finding in changes] == ["environments/exemptions.yml"]


def test_change_may_only_take_from_the_baseline(old: Project) -> None:
    """To take out what was mended is no change of policy; to add what the change brought is one."""
    old.profile()
    assert old.run().status == 10
    assert old.cli("baseline").status == 0
    adopted = (old.root / "environments/baseline.json").read_text()
    commit(old)
    old.write("old.md", "# Old\n")
    assert old.run().status == 0
    assert old.cli("baseline").status == 0
    assert (old.root / "environments/baseline.json").read_text() != adopted
    smaller = old.run("--policy-ref=main")
    assert smaller.status == 0, smaller.text
    old.write("environments/baseline.json", adopted.replace('"times": 1', '"times": 2'))
    larger = old.run("--policy-ref=main")
    assert (larger.status, larger.criterion("policy_unchanged")["outcome"]) == (10, "failed")
