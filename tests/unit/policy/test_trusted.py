"""The policy of a commit, from real repositories: what is written, what a change touches, what is refused."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.policy import trusted
from pytest_fwgates.policy.places import PolicyError

if TYPE_CHECKING:
    from pathlib import Path

IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
POLICY = {
    "conftest.py": "",
    "environments/production.yml": "production: {}\n",
    "environments/exemptions.yml": "exemptions: []\n",
    "environments/allowed_signers": "a ssh-ed25519 AAAA\n",
    "gate_tests/test_a.py": "def test_a(): pass\n",
    "gate_tests/criteria.lock": "{}\n",
    "pyproject.toml": "[tool.pytest]\n",
    "deep/below/conftest.py": "",
}
OTHERS = {
    "README.md": "# A\n",
    "environments/approvals/one.json": "{}\n",
    "gate_tests/__pycache__/test_a.pyc": "",
    "deep/below/environments/production.yml": "",
    "deep/below/pyproject.toml": "",
    "src/gate_tests.py": "",
}


class Repository:
    """A git repository with a first commit of policy and other files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "--quiet", "--initial-branch=main")
        for path, text in {**POLICY, **OTHERS}.items():
            self.write(path, text)
        self.commit()

    def git(self, *args: str) -> str:
        done = subprocess.run(["git", *IDENTITY, *args], cwd=self.root, check=True, capture_output=True, text=True)  # fmt: skip  # noqa: E501
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(text.encode())

    def commit(self) -> str:
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message=x")
        return self.git("rev-parse", "HEAD")

    def changed(self, ref: str = "main", start: str = ".") -> tuple[str, ...]:
        return trusted.changed(trusted.scope(self.root / start), self.git("rev-parse", ref))


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    root = tmp_path / "repo"
    root.mkdir()
    return Repository(root)


def test_policy_of_the_commit_is_written_and_nothing_else(repo: Repository, tmp_path: Path) -> None:
    commit = repo.git("rev-parse", "HEAD")
    for path in POLICY:
        repo.write(path, "tampered with")
    snapshot = trusted.materialise(trusted.scope(repo.root), "main", tmp_path / "into")
    assert (snapshot.commit, snapshot.files) == (commit, tuple(sorted(POLICY)))
    found = {
        path.relative_to(snapshot.root).as_posix(): path.read_text()
        for path in snapshot.root.rglob("*")
        if path.is_file()
    }
    assert found == POLICY


def test_policy_is_looked_for_from_where_the_person_stands_up_to_the_top(
    repo: Repository, tmp_path: Path
) -> None:
    snapshot = trusted.materialise(trusted.scope(repo.root / "deep/below"), "main", tmp_path / "into")
    own = {"deep/below/environments/production.yml", "deep/below/pyproject.toml"}
    assert set(snapshot.files) == {*POLICY, *own}


def test_named_folder_of_profiles_is_policy(repo: Repository, tmp_path: Path) -> None:
    repo.write("ci/profiles/production.yml", "production: {}\n")
    repo.commit()
    snapshot = trusted.materialise(trusted.scope(repo.root, "ci/profiles"), "main", tmp_path / "into")
    assert set(snapshot.files) - set(POLICY) == {"ci/profiles/production.yml"}


def test_what_is_run_there_is_no_program_of_the_repository(repo: Repository, tmp_path: Path) -> None:
    """Neither filters nor hooks nor a file system monitor."""
    ran = tmp_path / "ran"
    repo.write(".gitattributes", "* filter=evil diff=evil text\n")
    repo.commit()
    for key in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor"):
        repo.git("config", key, f"touch {ran}; cat")
    ran.unlink(missing_ok=True)
    trusted.materialise(trusted.scope(repo.root), "main", tmp_path / "into")
    trusted.changed(trusted.scope(repo.root), subprocess.run(["git", "rev-parse", "HEAD"], cwd=repo.root, check=True, capture_output=True, text=True).stdout.strip())  # fmt: skip  # noqa: E501
    assert not ran.exists()


@pytest.mark.parametrize("ref", ["nope", "", "--all", "-h", "main:README.md", "a\nb", "HEAD^{tree}"])
def test_name_of_no_commit_is_refused_in_one_line(repo: Repository, tmp_path: Path, ref: str) -> None:
    with pytest.raises(PolicyError) as error:
        trusted.materialise(trusted.scope(repo.root), ref, tmp_path / "into")
    assert str(error.value).startswith("--policy-ref ")
    assert "\n" not in str(error.value)


def test_name_of_two_commits_is_refused(repo: Repository, tmp_path: Path) -> None:
    """A tag called like a branch comes first for git, and others may push tags."""
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    trusted.materialise(trusted.scope(repo.root), "origin/main", tmp_path / "one")
    repo.git("tag", "origin/main")
    with pytest.raises(PolicyError, match="git knows several; write it whole, as refs/remotes/origin/main"):
        trusted.materialise(trusted.scope(repo.root), "origin/main", tmp_path / "two")


@pytest.mark.parametrize("path", ["gate_tests/test_b.py", "environments/other.yml", "fwgates.toml"])
def test_link_is_no_policy(repo: Repository, tmp_path: Path, path: str) -> None:
    (repo.root / path).symlink_to("/etc/passwd")
    repo.commit()
    with pytest.raises(PolicyError, match=f"{path} is a symbolic link"):
        trusted.materialise(trusted.scope(repo.root), "main", tmp_path / "into")


def test_submodule_is_no_policy(repo: Repository, tmp_path: Path) -> None:
    commit = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},gate_tests/sub")
    repo.git("commit", "--quiet", "--message=x")
    with pytest.raises(PolicyError, match="gate_tests/sub is a submodule"):
        trusted.materialise(trusted.scope(repo.root), "main", tmp_path / "into")


@pytest.mark.parametrize("path", ["../evil", "gate_tests/../../evil", ".git/hooks/x", "gate_tests/.GIT/x"])
def test_path_that_escapes_is_not_sound(path: str) -> None:
    assert not trusted._is_sound(path)


def test_outside_of_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="is not in a git work tree"):
        trusted.scope(tmp_path)


def test_variables_of_a_hook_do_not_lead_to_another_repository(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert trusted.materialise(trusted.scope(repo.root), "main", tmp_path / "into").files


def test_untouched_policy_is_no_change(repo: Repository) -> None:
    for path in OTHERS:
        repo.write(path, "otherwise")
    repo.write("environments/approvals/two.json", "{}")
    repo.write("src/pyproject.toml", "")
    assert repo.changed() == ()


def test_edited_added_and_deleted_policy_is_a_change(repo: Repository) -> None:
    """Committed, tracked, or not known to git at all."""
    main = repo.git("rev-parse", "HEAD")
    repo.git("switch", "--quiet", "--create", "topic")
    repo.write("environments/production.yml", "production: {weak: true}\n")
    (repo.root / "gate_tests/test_a.py").unlink()
    repo.commit()
    repo.write("new/conftest.py", "")
    (repo.root / "pyproject.toml").unlink()
    expected = ("environments/production.yml", "gate_tests/test_a.py", "new/conftest.py", "pyproject.toml")
    assert repo.changed(main) == expected


def test_what_git_was_told_to_overlook_is_seen(repo: Repository) -> None:
    repo.git("update-index", "--assume-unchanged", "conftest.py")
    repo.write("conftest.py", "evil = True\n")
    assert repo.changed() == ("conftest.py",)


def test_tracked_file_that_is_ignored_is_seen(repo: Repository) -> None:
    main = repo.git("rev-parse", "HEAD")
    repo.write(".gitignore", "gate_tests/\n")
    repo.write("gate_tests/conftest.py", "evil = True\n")
    repo.commit()
    assert repo.changed(main) == ("gate_tests/conftest.py",)


def test_link_in_place_of_a_file_or_folder_is_a_change(repo: Repository) -> None:
    """Even where it leads to the same content."""
    (repo.root / "environments").rename(repo.root / "moved")
    (repo.root / "environments").symlink_to("moved")
    (repo.root / "gate_tests/test_a.py").rename(repo.root / "same.py")
    (repo.root / "gate_tests/test_a.py").symlink_to("../same.py")
    assert {"environments/production.yml", "gate_tests/test_a.py"} < set(repo.changed())


def test_line_ends_of_a_checkout_are_no_change(repo: Repository) -> None:
    repo.write("environments/production.yml", POLICY["environments/production.yml"].replace("\n", "\r\n"))
    assert repo.changed() == ()


def test_policy_that_moved_on_without_the_branch_is_not_its_change(repo: Repository) -> None:
    """A branch that is behind touches nothing; what it does touch still counts."""
    repo.git("branch", "topic")
    repo.write("environments/production.yml", "production: {stricter: true}\n")
    repo.write("gate_tests/test_new.py", "def test_new(): pass\n")
    repo.commit()
    repo.git("switch", "--quiet", "topic")
    assert repo.changed() == ()
    repo.write("environments/production.yml", "production: {weak: true}\n")
    assert repo.changed() == ("environments/production.yml",)


def test_merge_that_goes_back_to_older_policy_is_a_change(repo: Repository) -> None:
    repo.git("branch", "topic")
    repo.write("environments/production.yml", "production: {stricter: true}\n")
    repo.commit()
    repo.git("switch", "--quiet", "topic")
    repo.git("merge", "--quiet", "--strategy=ours", "--no-edit", "--no-ff", "main")
    assert repo.changed() == ("environments/production.yml",)


def test_without_common_history_every_difference_is_a_change(repo: Repository) -> None:
    main = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "--quiet", "--orphan", "other")
    repo.write("conftest.py", "evil = True\n")
    repo.commit()
    assert repo.changed(main) == ("conftest.py",)


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_name_that_is_no_text_is_told_as_text(repo: Repository) -> None:
    (repo.root / os.fsdecode(b"gate_tests/\xff.py")).write_text("")
    assert repo.changed() == ("gate_tests/\\xff.py",)


def test_each_change_is_a_finding_of_the_built_in_criterion() -> None:
    found = trusted.findings(("a/conftest.py", "pytest.ini"), "0123456789abcdef")
    assert [(one.path, one.criterion) for one in found] == [
        ("a/conftest.py", "policy_unchanged"),
        ("pytest.ini", "policy_unchanged"),
    ]
    assert "0123456789ab," in found[0].message


def test_what_is_handed_over_is_taken_over(tmp_path: Path) -> None:
    about = trusted.Trusted("main", "abc", "/policy", "/caf\udce9", ("conftest.py",))
    trusted.hand_over(about, tmp_path / "trusted.json")
    assert trusted.take_over(tmp_path / "trusted.json") == about


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"ref": 1}', "é"])
def test_something_else_is_not_taken_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "trusted.json").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match="not what --policy-ref hands over"):
        trusted.take_over(tmp_path / "trusted.json")
