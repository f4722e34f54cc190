"""The lock says what must run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates._bundled import GATE_TESTS

if TYPE_CHECKING:
    from conftest import Project


BUNDLED = len(json.loads((GATE_TESTS / "criteria.lock").read_text())["criteria"])
RULE = "@gate(mandatory, 'house')\ndef test_rule(): pass"


@pytest.fixture
def locked(project: Project) -> Project:
    """A repository with one gate of its own, locked."""
    project.gates(RULE)
    done = project.cli("lock")
    assert done.status == 0, done.text
    assert f"locked {BUNDLED + 1} criteria" in done.text
    return project


def test_locked_and_complete_allows(locked: Project, workers: str) -> None:
    """What is locked and runs is fine, and nothing is noted."""
    done = locked.run(workers)
    assert (done.status, done.decision) == (0, "allow")
    assert done.verdict is not None
    assert done.verdict["notices"] == []


WEAKER = {
    "a renamed function": ("@gate(mandatory, 'house')\ndef check_rule(): pass", "not collected"),
    "a deleted test": ("", "not collected"),
    "a lost mark": ("def test_rule(): pass", "not collected"),
    "a lower level": (
        "@gate(advisory, 'house')\ndef test_rule(): pass",
        "is locked as mandatory and now advisory",
    ),
    "a left gate": ("@gate(mandatory, 'garden')\ndef test_rule(): pass", "is locked in the gates house"),
    "another stage": (
        "@gate(mandatory, 'house', stage='post_deployment')\ndef test_rule(): pass",
        "is locked in stage framework_validation and now in post_deployment",
    ),
}


@pytest.mark.parametrize(("code", "message"), WEAKER.values(), ids=WEAKER)
def test_weakened_criterion_blocks(locked: Project, workers: str, code: str, message: str) -> None:
    """What the lock knows cannot vanish or weaken without a new lock."""
    locked.gates(code)
    done = locked.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert message in done.text


def test_new_local_criterion_counts_and_is_reported(locked: Project) -> None:
    """A criterion that is not locked yet is enforced all the same."""
    locked.gates("@gate(mandatory)\ndef test_new(): assert 0", "test_new.py")
    done = locked.run()
    assert done.status == 10
    assert "new is not in the lock yet" in done.text


def test_new_bundled_criterion_is_reported_but_not_enforced(locked: Project) -> None:
    """After an upgrade new bundled criteria wait for `fwgates lock`."""
    path = locked.root / "gate_tests/criteria.lock"
    document = path.read_text()
    start = document.index('    {\n      "id": "zero_broken_links"')
    path.write_text(document[:start].rstrip().rstrip(",") + "\n  ]\n}\n")
    locked.write("a.md", "[x](gone.md)\n")
    done = locked.run()
    assert (done.status, done.decision) == (0, "allow")
    assert done.criterion("zero_broken_links")["enforcement"] == "none"
    assert "zero_broken_links is new in the bundle" in done.text
    assert locked.cli("lock").status == 0
    assert locked.run().status == 10


def test_removed_bundled_criterion_blocks(locked: Project) -> None:
    """A bundled criterion that the lock knows and the package lost is missed."""
    path = locked.root / "gate_tests/criteria.lock"
    path.write_text(path.read_text().replace('"zero_broken_links"', '"older_check"'))
    done = locked.run()
    assert done.status == 10
    assert done.criterion("older_check")["outcome"] == "not_run"


UNREADABLE = {
    "empty": "",
    "a list": "[]",
    "of another version": '{"version": 9, "criteria": []}',
    "cut off": "{",
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_lock_is_a_usage_error(locked: Project, content: str) -> None:
    """A lock that cannot be read is not no lock."""
    locked.write("gate_tests/criteria.lock", content)
    done = locked.run()
    assert done.status == 4
    assert "gate_tests/criteria.lock: " in done.text
    assert "Traceback" not in done.text


def test_bundled_suite_ships_a_fresh_lock(project: Project) -> None:
    """The lock in the package is what `fwgates lock` would write."""
    target = project.root / "fresh.lock"
    project.run("--collect-only", f"--gate-lock={target}")
    assert target.read_bytes() == (GATE_TESTS / "criteria.lock").read_bytes()


def test_lock_is_not_written_from_a_broken_suite(project: Project) -> None:
    """A suite that cannot be collected cannot be locked."""
    project.write("gate_tests/test_broken.py", "import not_there\n")
    done = project.cli("lock")
    assert done.status == 10
    assert "no lock was written: collection error: gate_tests/test_broken.py" in done.text
    assert not (project.root / "gate_tests/criteria.lock").exists()
