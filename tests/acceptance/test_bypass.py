"""`--gate-bypass`: only where the profile allows it, with a reason, in the verdict and in the ledger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

BYPASS = ("--gate-bypass=zero_broken_links", "--gate-bypass-reason=the page comes tomorrow")


@pytest.fixture
def broken(project: Project) -> Project:
    """A framework with a broken link."""
    project.write("a.md", "[x](gone.md)\n")
    return project


def events(project: Project) -> list[dict[str, object]]:
    """What the ledger tells."""
    lines = (project.root / ".fwgates/ledger.jsonl").read_text().splitlines()
    return [json.loads(line)["event"] for line in lines]


def test_bypass_allows_and_is_told(broken: Project, workers: str) -> None:
    """The outcome stays what it is; verdict, screen and ledger say who goes ahead, and why."""
    done = broken.run(*BYPASS, workers, env="development")
    assert (done.status, done.decision) == (0, "allow"), done.text
    row = done.criterion("zero_broken_links")
    assert (row["outcome"], row["disposition"], row["enforcement"]) == ("failed", "bypassed", "block")
    assert row["disposed"][0].endswith(": the page comes tomorrow")
    assert "BYPASSED: zero_broken_links failed and would block; by " in done.text
    kinds = [(one["kind"], one["subject"], one["details"].get("state")) for one in events(broken)]  # type: ignore[attr-defined]
    assert kinds == [
        ("bypass", "zero_broken_links", "requested"),
        ("decision", "allow", None),
        ("bypass", "zero_broken_links", "used"),
    ]
    assert events(broken)[0]["details"]["follow_up"]  # type: ignore[index]
    assert done.verdict
    head = done.verdict["ledger"]
    assert f"ledger: {head}" in done.text
    assert broken.cli("ledger", "verify", "--head", head).status == 0


@pytest.mark.scanners
def test_second_process_knows_the_bypass(broken: Project) -> None:
    """From the evidence; by a profile that does not allow it, it blocks."""
    broken.run(*BYPASS, env="development")
    verdict = ("verdict", ".fwgates/evidence.jsonl", "--env=development")
    assert broken.cli(*verdict).status == 0
    broken.profile("bypass_allowed: false", name="development")
    done = broken.cli(*verdict)
    assert done.status == 10
    assert "does not allow the bypass of zero_broken_links" in done.text


def test_other_failures_still_block(broken: Project) -> None:
    """A bypass is of one criterion."""
    broken.gates("@gate(mandatory)\ndef test_other(): assert 0")
    done = broken.run(*BYPASS, env="development")
    assert (done.status, done.decision) == (10, "block")


@pytest.mark.parametrize(
    ("options", "env", "message"),
    [
        (BYPASS, "production", "does not have bypass_allowed: true"),
        (BYPASS[:1], "development", "--gate-bypass needs --gate-bypass-reason TEXT"),
        (BYPASS[1:], "development", "with the name of a criterion"),
        (("--gate-bypass=zero_broken_links", "--gate-bypass-reason= "), "development", "needs"),
    ],
    ids=["where it is not allowed", "without a reason", "a reason alone", "a blank reason"],
)
def test_wrong_bypass_is_a_usage_error(
    broken: Project, options: tuple[str, ...], env: str, message: str
) -> None:
    """In one line, before anything runs."""
    done = broken.run(*options, env=env)
    assert done.status == 4
    assert message in done.text
    assert done.verdict is None


def test_bypass_from_configuration_is_refused(broken: Project) -> None:
    """A person types it each time."""
    broken.write("pytest.ini", "[pytest]\naddopts = --gate-bypass=zero_broken_links --gate-bypass-reason=x\n")
    done = broken.run(env="development")
    assert done.status == 4
    assert "--gate-bypass is for the command line only" in done.text


def test_misspelled_bypass_blocks(broken: Project) -> None:
    """Even where it is allowed."""
    done = broken.run("--gate-bypass=zero_links", BYPASS[1], env="development")
    assert done.status == 10
    assert "--gate-bypass zero_links: no such criterion is due" in done.text


def test_bypass_without_a_ledger_is_refused(broken: Project) -> None:
    """One that nobody could read of later does not begin."""
    broken.write("target", "")
    (broken.root / "ledger").symlink_to(broken.root / "target")
    done = broken.run(*BYPASS, "--gate-ledger=ledger", env="development")
    assert done.status == 4
    assert "--gate-bypass cannot be recorded" in done.text


def test_damaged_ledger_is_said(project: Project) -> None:
    """A run without a bypass goes on without it, and says so."""
    assert project.run().status == 0
    path = project.root / ".fwgates/ledger.jsonl"
    path.write_bytes(path.read_bytes()[:-30] + b"damaged\n")
    done = project.run()
    assert done.status == 0
    assert "note: not in the ledger: " in done.text
