"""Which files there are."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.framework.discover import discover

if TYPE_CHECKING:
    from collections.abc import Iterator


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_walk_skips_caches_and_environments(tmp_path: Path) -> None:
    """What tools leave behind is not the framework."""
    put(
        tmp_path,
        "a.md",
        "b/c.md",
        ".git/x",
        "b/node_modules/y",
        ".pytest_cache/z",
        "env/pyvenv.cfg",
        "env/lib/w.py",
    )

    found = discover(tmp_path)

    assert found.files == ("a.md", "b/c.md")
    assert found.opaque == (".git", ".pytest_cache", "b/node_modules", "env")


def test_git_decides_where_it_knows(tmp_path: Path) -> None:
    """Tracked and untracked files, without the ignored and the deleted."""
    git(tmp_path, "init", "-q")
    put(tmp_path, "kept.md", "deleted.md", "ignored.md", "inner/new.md")
    (tmp_path / ".gitignore").write_text("ignored.md\n")
    git(tmp_path, "add", ".")
    (tmp_path / "deleted.md").unlink()
    put(tmp_path, "untracked.md")

    assert discover(tmp_path).files == (".gitignore", "inner/new.md", "kept.md", "untracked.md")
    assert discover(tmp_path / "inner").files == ("new.md",)


def test_variables_of_a_git_hook_do_not_mislead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside of a hook GIT_DIR points at the hook's own repository."""
    git(tmp_path, "init", "-q")
    put(tmp_path, "a.md")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))

    assert discover(tmp_path).files == ("a.md",)


def test_a_broken_repository_is_walked(tmp_path: Path) -> None:
    """Where git fails, the files are still there."""
    put(tmp_path, "a.md")
    (tmp_path / ".git").write_text("gitdir: nowhere\n")

    assert discover(tmp_path).files == (".git", "a.md")


def test_an_ignored_folder_of_a_repository_is_walked(tmp_path: Path) -> None:
    """Git lists nothing there, but the user asked for that folder."""
    git(tmp_path, "init", "-q")
    put(tmp_path, "build/a.md")
    (tmp_path / ".gitignore").write_text("build/\n")

    assert discover(tmp_path / "build").files == ("a.md",)


def test_nothing_in_a_repository_is_executed(tmp_path: Path) -> None:
    """A file system monitor named by a hostile repository does not run."""
    git(tmp_path, "init", "-q")
    put(tmp_path, "a.md")
    hook = tmp_path / "hook.sh"
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    hook.chmod(0o755)
    git(tmp_path, "config", "core.fsmonitor", str(hook))

    discover(tmp_path)

    assert not (tmp_path / "ran").exists()


def test_symbolic_links(tmp_path: Path) -> None:
    """A link inside counts as what it leads to; all others are problems."""
    root = tmp_path / "root"
    put(tmp_path, "outside.md", "root/a.md", "root/folder/b.md")
    for name, target in {
        "alias.md": "a.md",
        "directory": "folder",
        "gone.md": "nowhere.md",
        "loop": "loop",
        "out.md": "../outside.md",
        "self": ".",
    }.items():
        (root / name).symlink_to(target)

    found = discover(root)

    assert found.files == ("a.md", "alias.md", "folder/b.md")
    assert found.links == {"alias.md": "a.md", "directory": "folder", "self": "."}
    assert [(problem.path, problem.message) for problem in found.problems] == [
        ("gone.md", "symbolic link to nowhere.md, which does not exist or loops"),
        ("loop", "symbolic link to loop, which does not exist or loops"),
        ("out.md", "symbolic link to ../outside.md, outside of the framework root"),
    ]


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    """Opening a FIFO would wait for a writer."""
    put(tmp_path, "a.md")
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket.md"))

    assert discover(tmp_path).files == ("a.md",)


def test_a_name_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    """No report could print it."""
    (tmp_path / os.fsdecode(b"bad\xff.md")).write_text("x")

    found = discover(tmp_path)

    assert found.files == ()
    assert [problem.path for problem in found.problems] == ["bad\\xff.md"]


@contextlib.contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may read everything, so be somebody else for a while."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_directory_without_permission_is_a_problem() -> None:
    """What cannot be read must not count as empty."""
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        folder = Path(name)
        folder.chmod(0o755)
        put(folder, "locked/a.md")
        (folder / "locked").chmod(0)
        with ordinary_user():
            problems = discover(folder).problems
        (folder / "locked").chmod(0o700)
    assert [problem.path for problem in problems] == ["locked/"]


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_root_that_is_no_directory_is_a_problem(tmp_path: Path, name: str) -> None:
    """It holds nothing, and says so."""
    put(tmp_path, "file")

    assert [problem.path for problem in discover(tmp_path / name).problems] == ["."]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("docs/", ["a.md", "b/c.md"]),
        ("*.md", ["b/docs/f.txt"]),
        ("/a.md", ["b/c.md", "b/docs/f.txt", "docs/d.md", "docs/e/a.md"]),
        ("docs/**/a.md", ["a.md", "b/c.md", "b/docs/f.txt", "docs/d.md"]),
        ("b", ["a.md", "docs/d.md", "docs/e/a.md"]),
        ("[ab].md", ["b/c.md", "b/docs/f.txt", "docs/d.md"]),
        ("?.md", ["b/docs/f.txt"]),
    ],
)
def test_ignore_takes_globs_of_a_gitignore(tmp_path: Path, pattern: str, left: list[str]) -> None:
    """What is left out still exists, for links to it."""
    put(tmp_path, "a.md", "b/c.md", "b/docs/f.txt", "docs/d.md", "docs/e/a.md")

    found = discover(tmp_path, [pattern])

    assert list(found.files) == left
    assert len(found.files) + len(found.ignored) == 5


def test_a_later_glob_takes_back(tmp_path: Path) -> None:
    """As in a .gitignore, `!` brings a file back."""
    put(tmp_path, "a.md", "b.md")

    assert discover(tmp_path, ["*.md", "!b.md"]).files == ("b.md",)


def test_a_tracked_environment_mark_hides_nothing(tmp_path: Path) -> None:
    """A framework cannot take a folder out of sight by committing a file called like an environment's."""
    git(tmp_path, "init", "-q")
    put(tmp_path, "docs/pyvenv.cfg", "docs/a.md")
    git(tmp_path, "add", "-A")
    put(tmp_path, "real/pyvenv.cfg", "real/b.md")

    assert discover(tmp_path).files == ("docs/a.md", "docs/pyvenv.cfg")
