"""Which files a framework has: asked of git where git knows, walked otherwise.

Nothing that is found is ever executed, no link is followed out of the root, and whatever cannot be
read becomes data (`Problem`), never an exception.
"""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.framework.globs import matcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SKIPPED_DIRECTORIES: Final = frozenset(
    {
        ".git",
        ".fwgates",
        ".benchmarks",
        ".hypothesis",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        "__pycache__",
        "node_modules",
    }
)
GIT_SECONDS: Final = 60


class Problem(msgspec.Struct, frozen=True):
    """Something in the tree that cannot be used: a dangling link, a directory without permission."""

    path: str
    message: str


class Discovery(msgspec.Struct, frozen=True):
    """What a tree holds, as relative paths with forward slashes.

    Attributes:
        files: Regular files and links to files inside the root, sorted.
        ignored: Files that exist but are not part of the framework (`ignore`); valid as targets.
        links: Symbolic link to the path inside the root that it leads to, files and directories.
        opaque: Directories whose content is unknown: submodules, skipped directories.
        problems: Links and directories that lead nowhere.
    """

    files: tuple[str, ...]
    ignored: tuple[str, ...]
    links: dict[str, str]
    opaque: tuple[str, ...]
    problems: tuple[Problem, ...]


def discover(root: Path, ignore: Sequence[str] = ()) -> Discovery:
    """Find the files below `root`."""
    problems: list[Problem] = []
    if not root.is_dir():
        return Discovery((), (), {}, (), (Problem(".", "is not a directory"),))
    listed = _listed_by_git(root, "--cached", "--others", "--exclude-standard")
    candidates = set(listed) if listed else set(_walked(root, problems))
    marks = {path for path in candidates if path.endswith("/pyvenv.cfg")}
    if listed and marks:  # nobody commits an environment; a committed mark would only hide its folder
        marks -= set(_listed_by_git(root, "--cached"))
    kept, opaque = _without_skipped(_with_sound_names(candidates, problems), marks)
    files: list[str] = []
    links: dict[str, str] = {}
    for path in sorted(kept):
        try:
            mode = os.lstat(f"{root}/{path}").st_mode  # joining paths would take longer than asking
        except (OSError, ValueError):
            continue  # tracked by git, deleted on disk
        if stat.S_ISLNK(mode):
            _place_link(root, path, files, links, problems)
        elif stat.S_ISREG(mode):
            files.append(path)
        elif stat.S_ISDIR(mode):
            opaque.add(path.rstrip("/"))
    is_ignored = matcher(ignore)
    return Discovery(
        files=tuple(file for file in files if not is_ignored(file)),
        ignored=tuple(file for file in files if is_ignored(file)),
        links=links,
        opaque=tuple(sorted(opaque)),
        problems=tuple(p for p in problems if not is_ignored(p.path)),
    )


def _listed_by_git(root: Path, *options: str) -> list[str]:
    """What ``git ls-files`` lists with `options`; empty where git cannot say."""
    # A hook sets GIT_DIR and its kin for its own repository; the root decides which one is meant here.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "-z"]
    try:
        done = subprocess.run(
            [*command, *options],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def _walked(root: Path, problems: list[Problem]) -> Iterator[str]:
    """Every file and link below `root`, without following any link; skipped directories by their name."""
    pending = [""]
    while pending:
        directory = pending.pop()
        try:
            with os.scandir(root / directory) as scan:
                entries = list(scan)
        except OSError as error:
            problems.append(Problem(directory or ".", f"cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            path = f"{directory}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if entry.name in SKIPPED_DIRECTORIES:
                    yield f"{path}/skipped"
                else:
                    pending.append(f"{path}/")
            else:
                yield path


def _with_sound_names(candidates: set[str], problems: list[Problem]) -> set[str]:
    """Leave out names that no report could print: on Linux a file name is any bytes."""
    unsound = {path for path in candidates if not _is_sound(path)}
    for path in sorted(unsound):
        shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        problems.append(Problem(shown, "file name is not valid UTF-8"))
    return candidates - unsound


def _is_sound(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _without_skipped(candidates: set[str], marks: set[str]) -> tuple[list[str], set[str]]:
    """Leave out tool caches and the virtual environments that `marks` mark; say which were left out."""
    environments = {str(PurePosixPath(path).parent) for path in marks}
    kept: list[str] = []
    skipped: set[str] = set()
    known: dict[str, str | None] = {}
    for path in candidates:
        folder = path[: path.rfind("/") + 1]
        if folder not in known:
            known[folder] = _skipped_directory(folder, environments)
        directory = known[folder]
        if directory is None:
            kept.append(path)
        else:
            skipped.add(directory)
    return kept, skipped


def _skipped_directory(path: str, environments: set[str]) -> str | None:
    """The first folder of a path that is skipped, where all of its folders end with a slash."""
    end = path.find("/")
    start = 0
    while end != -1:
        directory = path[:end]
        if path[start:end] in SKIPPED_DIRECTORIES or directory in environments:
            return directory
        start = end + 1
        end = path.find("/", start)
    return None


def _place_link(
    root: Path, path: str, files: list[str], links: dict[str, str], problems: list[Problem]
) -> None:
    """Sort one symbolic link: to a file, to a directory, or a problem."""
    real_root = Path(os.path.realpath(root))
    try:
        real = Path(os.path.realpath(root / path, strict=True))
        mode = real.stat().st_mode
    except (OSError, ValueError):
        problems.append(
            Problem(path, f"symbolic link to {_link_text(root / path)}, which does not exist or loops")
        )
        return
    if not real.is_relative_to(real_root):
        problems.append(
            Problem(path, f"symbolic link to {_link_text(root / path)}, outside of the framework root")
        )
        return
    links[path] = real.relative_to(real_root).as_posix()
    if stat.S_ISREG(mode):
        files.append(path)


def _link_text(path: Path) -> str:
    try:
        return ascii(path.readlink().as_posix())[1:-1]
    except OSError:
        return "?"
