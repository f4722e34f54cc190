"""Who made a change, asked of real repositories."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.policy import people

if TYPE_CHECKING:
    from pathlib import Path


class Repository:
    """A git work tree in which anybody can commit."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")

    def git(self, *args: str, who: str = "base", committer: str = "") -> str:
        other = committer or who
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.root.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": who.title(),
            "GIT_AUTHOR_EMAIL": f"{who}@example.com",
            "GIT_COMMITTER_NAME": other.title(),
            "GIT_COMMITTER_EMAIL": f"{other}@example.com",
        }
        done = subprocess.run(["git", *args], cwd=self.root, env=environment, capture_output=True, text=True, check=True)  # fmt: skip  # noqa: E501
        return done.stdout

    def commit(self, path: str, who: str, message: str = "change", committer: str = "") -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        with (self.root / path).open("a") as stream:
            stream.write(f"{who}\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message, who=who, committer=committer)

    def who(self, base: str | None = "main") -> set[str]:
        return {one for one in people.of_change(self.root, base) if "@" in one}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One commit on main, and the branch topic."""
    (tmp_path / "work").mkdir()
    one = Repository(tmp_path / "work")
    one.commit("a.md", "base")
    one.git("checkout", "-q", "-b", "topic")
    return one


APPROVAL = "environments/approvals/a.yml"


def test_authors_and_committers(repository: Repository) -> None:
    """Of every commit of the change, and of no other."""
    repository.commit("b.md", "alice")
    repository.commit("c.md", "bob", committer="carol")
    assert repository.who() == {"alice@example.com", "bob@example.com", "carol@example.com"}
    assert "Alice" in people.of_change(repository.root, "main")
    assert repository.who("HEAD~1") == {"bob@example.com", "carol@example.com"}


def test_co_authors_count(repository: Repository) -> None:
    message = "change\n\nCo-authored-by: Dave <dave@example.com>\nco-Authored-By: Eve <eve@example.com>\n"
    repository.commit("b.md", "alice", message)
    assert repository.who() == {"alice@example.com", "dave@example.com", "eve@example.com"}


def test_an_approval_makes_nobody_an_author(repository: Repository) -> None:
    """Unless the commit touches anything else too."""
    repository.commit("b.md", "alice")
    repository.commit(APPROVAL, "bob")
    assert repository.who() == {"alice@example.com"}
    assert repository.who(None) == {"alice@example.com"}
    repository.commit("environments/approvals/deep/../../production.yml", "carol")
    assert repository.who() == {"alice@example.com", "carol@example.com"}


def test_logins_of_github(repository: Repository) -> None:
    """Its own addresses name the account."""
    message = (
        "change\n\nCo-authored-by: A <12345+Alice-GH@users.noreply.github.com>\n"
        "Co-authored-by: x <dependabot[bot]@users.noreply.github.com>\n"
        "Co-authored-by: y <not+1+x@users.noreply.github.com>\n"
    )
    repository.commit("b.md", "bob", message)
    found = people.of_change(repository.root, "main")
    assert {"alice-gh", "dependabot[bot]"} <= found
    assert "x" in found
    assert not {"1+x", "not"} & found


def test_without_a_base(repository: Repository) -> None:
    """The last commit; of a merge all that it brings in."""
    repository.commit("b.md", "alice")
    repository.commit("c.md", "bob")
    assert repository.who(None) == {"bob@example.com"}
    repository.git("checkout", "-q", "main")
    repository.commit("d.md", "carol")
    repository.git("merge", "-q", "--no-ff", "topic", who="merger")
    assert repository.who(None) == {"alice@example.com", "bob@example.com"}


def test_nothing_after_the_base(repository: Repository) -> None:
    """On the branch itself the last change is judged; its author cannot approve it either."""
    repository.git("checkout", "-q", "main")
    repository.commit("b.md", "alice")
    assert repository.who("main") == {"alice@example.com"}
    repository.commit(APPROVAL, "bob")
    assert repository.who("main") == {"alice@example.com"}


def test_a_clean_merge_makes_nobody_an_author(repository: Repository) -> None:
    """One that adds something of its own does."""
    repository.commit("b.md", "alice")
    repository.git("checkout", "-q", "main")
    repository.commit("c.md", "base")
    repository.git("checkout", "-q", "topic")
    repository.git("merge", "-q", "main", who="merger")
    assert repository.who() == {"alice@example.com"}
    repository.git("checkout", "-q", "main")
    repository.commit("d.md", "base")
    repository.git("checkout", "-q", "topic")
    repository.git("merge", "-q", "--no-commit", "main", who="mallory")
    (repository.root / "b.md").write_text("mine")
    repository.git("commit", "-q", "-a", "-m", "merge", who="mallory")
    assert repository.who() == {"alice@example.com", "mallory@example.com"}


def test_rebase_and_squash(repository: Repository) -> None:
    """Who rebases becomes a committer; a squash has the author that it names and its co-authors."""
    repository.commit("b.md", "alice")
    repository.git("rebase", "-q", "--force-rebase", "main", who="carol")
    assert repository.who() == {"alice@example.com", "carol@example.com"}
    repository.git("checkout", "-q", "-b", "squashed", "main")
    repository.git("merge", "-q", "--squash", "topic")
    message = "squash\n\nCo-authored-by: Alice <alice@example.com>"
    repository.git("commit", "-q", "-m", message, who="bob")
    assert repository.who() == {"alice@example.com", "bob@example.com"}


def test_what_is_not_committed_is_of_whoever_is_here(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Here")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "here@example.com")
    repository.commit("b.md", "alice")
    (repository.root / "environments" / "approvals").mkdir(parents=True)
    (repository.root / APPROVAL).write_text("x")
    (repository.root / ".fwgates").mkdir()
    (repository.root / ".fwgates" / "verdict.json").write_text("{}")
    assert people.is_clean(repository.root)
    assert repository.who() == {"alice@example.com"}
    (repository.root / "new.md").write_text("x")
    assert not people.is_clean(repository.root)
    assert "here@example.com" in repository.who()


def test_the_repository_cannot_rename_anybody(repository: Repository) -> None:
    """Neither a mailmap nor a replacement nor configuration hides who it was, or runs anything."""
    repository.commit("b.md", "alice")
    (repository.root / ".mailmap").write_text("Bob <bob@example.com> <alice@example.com>\n")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "map", who="alice")
    flag = repository.root.parent / "ran"
    for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program"):
        repository.git("config", key, f"touch {flag}; false")
    repository.git("config", "log.mailmap", "true")
    repository.git("config", "log.showSignature", "true")
    repository.git("replace", "HEAD", "main")
    assert repository.who("main") == {"alice@example.com"}
    assert not flag.exists()


@pytest.mark.parametrize("base", ["gone", "--all", "-n1", "HEAD:a.md", "a..b", ""])
def test_a_base_that_git_does_not_know(repository: Repository, base: str) -> None:
    """Nobody can be ruled out then; an empty one is none."""
    repository.commit("b.md", "alice")
    if not base:
        assert repository.who(base) == {"alice@example.com"}
        return
    with pytest.raises(people.PeopleError, match="cannot say who made the change"):
        people.of_change(repository.root, base)


def test_outside_git_nobody_is_known(tmp_path: Path) -> None:
    with pytest.raises(people.PeopleError):
        people.of_change(tmp_path, None)
    Repository(tmp_path)
    with pytest.raises(people.PeopleError):
        people.of_change(tmp_path, None)


def test_a_shallow_clone_does_not_know(repository: Repository, tmp_path: Path) -> None:
    """Its last commit looks as if it held everything, and its author may be a merge."""
    repository.commit("b.md", "alice")
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth=1", f"file://{repository.root}", str(clone))
    for base in (None, "HEAD", "origin/topic"):
        with pytest.raises(people.PeopleError, match="fetch-depth: 0"):
            people.of_change(clone, base)


def test_of_ci() -> None:
    environ = {"GITHUB_ACTOR": "alice", "GITHUB_TRIGGERING_ACTOR": " bob ", "OTHER": "x"}
    assert people.of_ci(environ) == {"alice", "bob"}
    assert people.of_ci({"GITHUB_ACTOR": ""}) == frozenset()
