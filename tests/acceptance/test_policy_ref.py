"""`--policy-ref`: the policy of a commit judges, whatever the work tree makes of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Done, Project

REF = "--policy-ref=main"
EVIL = "import os\nprint('EVIL', flush=True)\nos._exit(0)\n"


def git(project: Project, *args: str) -> None:
    """Run git as somebody."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *args], cwd=project.root, check=True, capture_output=True)


@pytest.fixture
def repo(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Project:
    """A repository whose main branch has a profile, a conftest and a gate test that holds; it is clean."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("FWGATES_POLICY_REF", raising=False)
    project.profile(mandatory="[framework_integrity, house_rules]")
    project.gates("""
        @gate(mandatory, "house_rules")
        def test_licence(framework, helped):
            assert "LICENSE" in framework.files
        """)
    project.write("conftest.py", "import pytest\n\n@pytest.fixture\ndef helped():\n    return True\n")
    project.write("LICENSE", "free\n")
    project.write(".gitignore", "__pycache__/\n")
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message=x")
    return project


def unchanged(done: Done) -> tuple[str, list[str]]:
    """What the built-in criterion says."""
    row = done.criterion("policy_unchanged")
    return row["outcome"], [finding["path"] for finding in row["findings"]]


def test_unchanged_policy_allows(repo: Project, workers: str, tmp_path: Path) -> None:
    """The verdict names the commit; nothing is left of the folder that the policy lay in."""
    done = repo.run(REF, workers)
    assert (done.status, done.decision) == (0, "allow"), done.text
    assert done.verdict
    assert any(note.startswith("policy of main (") for note in done.verdict["notices"])
    assert done.verdict["framework_root"] == str(repo.root)
    assert unchanged(done) == ("passed", [])
    assert list(tmp_path.glob("fwgates-policy-*")) == []
    assert (repo.root / ".fwgates/ledger.jsonl").exists()
    if workers == "-n0":
        assert repo.cli("verdict", ".fwgates/evidence.jsonl", "--env=production").status == 0
        own = repo.run()
        assert own.verdict
        assert done.verdict["policy_digest"] == own.verdict["policy_digest"]


def test_weakened_policy_does_not_count_and_is_shown(repo: Project, workers: str) -> None:
    """Profile, gate test, configuration and conftest of the work tree are not even read."""
    repo.profile(mandatory="[]", body="disabled_gates: [framework_integrity, house_rules]")
    (repo.root / "gate_tests/test_local.py").unlink()
    (repo.root / "LICENSE").unlink()
    repo.write("conftest.py", EVIL)
    repo.write("gate_tests/test_evil.py", EVIL)
    repo.write("pytest.ini", "[pytest]\naddopts = --collect-only -k nothing\n")
    repo.write("fwgates.toml", 'ignore = ["*"]\n')
    done = repo.run(REF, workers)
    assert (done.status, done.decision) == (10, "block"), done.text
    assert "EVIL" not in done.text
    assert done.criterion("licence")["outcome"] == "failed"
    assert done.criterion("zero_broken_links")["enforcement"] == "block"
    assert unchanged(done) == (
        "failed",
        [
            "conftest.py",
            "environments/production.yml",
            "fwgates.toml",
            "gate_tests/test_evil.py",
            "gate_tests/test_local.py",
            "pytest.ini",
        ],
    )


def test_change_of_policy_alone_blocks(repo: Project) -> None:
    """Even a stricter one: it has its own way to the commit that is trusted."""
    repo.gates("def test_nothing(): pass\n", "test_more.py")
    done = repo.run(REF)
    assert (done.status, done.decision) == (10, "block")
    assert unchanged(done) == ("failed", ["gate_tests/test_more.py"])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--policy-ref=nope",), "--policy-ref nope: no such commit here"),
        (("--policy-ref=",), "--policy-ref '' is not the name of a commit"),
        (("--policy-ref=--all",), "--policy-ref '--all' is not the name of a commit"),
        ((REF, "--rootdir=."), "--rootdir does not go with --policy-ref"),
    ],
    ids=["unknown", "empty", "an option", "another policy"],
)
def test_impossible_policy_is_a_usage_error(repo: Project, args: tuple[str, ...], message: str) -> None:
    """In one line, before anything of the work tree is imported."""
    repo.write("conftest.py", EVIL)
    done = repo.run(*args)
    assert done.status == 4
    assert next(line for line in done.text.splitlines() if line).startswith(f"ERROR: {message}")
    assert "EVIL" not in done.text


@pytest.mark.parametrize("option", ["--policy-ref=main", "--gate-trusted=x.json"])
def test_configuration_of_the_work_tree_cannot_name_the_policy(repo: Project, option: str) -> None:
    """Nor pretend that it had been read from elsewhere."""
    repo.write("pytest.ini", f"[pytest]\naddopts = {option}\n")
    assert repo.run().status == 4


def test_configuration_cannot_take_the_typed_policy_away(repo: Project) -> None:
    """Not by making paths of all that was typed."""
    repo.write("pytest.ini", "[pytest]\naddopts = --\n")
    repo.write("conftest.py", EVIL)
    done = repo.run(REF)
    assert (done.status, done.decision) == (10, "block"), done.text


def test_ci_names_the_policy_by_a_variable(repo: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an environment to judge for there is nothing to be right about."""
    monkeypatch.setenv("FWGATES_POLICY_REF", "main")
    repo.write("conftest.py", EVIL)
    assert unchanged(repo.run()) == ("failed", ["conftest.py"])
    done = repo.run(env=None, plugins=("fwgates",))
    assert done.status == 4
    assert "--policy-ref needs an environment" in done.text


def test_command_reads_nothing_of_the_work_tree(repo: Project) -> None:
    """`fwgates run` does not even load the plugins that its configuration names."""
    repo.write("evil.py", EVIL)
    repo.write("pytest.ini", "[pytest]\naddopts = -p evil\npythonpath = .\n")
    done = repo.cli("run", REF, "--env=production", "-p", "fwgates", "--gate-verdict=v.json")
    assert done.status == 10
    assert "EVIL" not in done.text
    assert "pytest.ini" in done.text
    assert (repo.root / "v.json").exists()
    refused = repo.cli("run", "--policy-ref=nope", "--env=production")
    assert (refused.status, refused.text.strip().count("\n")) == (4, 0)


def test_framework_of_a_subfolder_is_that_of_the_work_tree(repo: Project) -> None:
    """Paths that are typed mean the work tree; the policy is that of the commit."""
    repo.write("sub/framework/README.md", "[gone](gone.md)\n")
    done = repo.run(REF, "--framework-root=sub/framework")
    assert done.verdict
    assert done.verdict["framework_root"] == str(repo.root / "sub/framework")
    assert [one["path"] for one in done.criterion("zero_broken_links")["findings"]] == ["README.md"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_run_and_leaves_nothing(repo: Project, tmp_path: Path, number: int) -> None:
    """It reaches the process that judges, whose exit status is never that of a permission."""
    begun = tmp_path / "begun"
    repo.gates(
        f"""
        @gate(mandatory, "house_rules")
        def test_slow():
            import pathlib, time
            pathlib.Path({str(begun)!r}).touch()
            time.sleep(60)
        """,
        "test_slow.py",
    )
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--message=slow")
    command = [sys.executable, "-m", "pytest", "--env=production", REF, "-p", "fwgates"]
    with subprocess.Popen(command, cwd=repo.root, stdout=subprocess.PIPE, start_new_session=True) as run:
        until = time.monotonic() + 30
        while not begun.exists() and time.monotonic() < until:
            time.sleep(0.05)
        run.send_signal(number)
        run.communicate(timeout=30)
    assert run.returncode == (2 if number == signal.SIGINT else 10)
    assert list(tmp_path.glob("fwgates-policy-*")) == []
