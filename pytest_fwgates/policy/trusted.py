"""Policy as a commit has it, whatever the work tree makes of it (`--policy-ref`)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from pytest_fwgates._bundled import GATE_TESTS
from pytest_fwgates.fingerprints import identify
from pytest_fwgates.model import Finding
from pytest_fwgates.policy import gitfiles
from pytest_fwgates.policy.digest import CONFIGURATION
from pytest_fwgates.policy.places import APPROVALS, PolicyError, upwards

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CRITERION: Final = "policy_unchanged"
"""The built-in criterion that fails where a change touches policy."""

_FOLDERS: Final = ("environments", "gate_tests")
_FILE_MODES: Final = {"100644": 0o600, "100664": 0o600, "100755": 0o700}
_ELSE: Final = object()
"""What stands where a file should: a link, a folder, something unreadable."""


class Scope(NamedTuple):
    """Where policy lies in a repository, for somebody who stands in one of its folders.

    Attributes:
        top: The work tree.
        folders: From the top to where the person stands, each "" or ending with a slash.
        profiles: A folder of profiles that the person named, ending with a slash; "" without.
    """

    top: Path
    folders: tuple[str, ...]
    profiles: str = ""

    def holds(self, path: str) -> bool:
        """Whether the file at `path`, from the top, is policy.

        Approvals are not: each is bound to what it approves, and who may sign is policy.
        """
        parts = path.split("/")
        if "__pycache__" in parts or path.startswith(f"{APPROVALS}/"):
            return False
        if parts[-1] == "conftest.py" or (self.profiles and path.startswith(self.profiles)):
            return True
        inside = (path[len(folder) :] for folder in self.folders if path.startswith(folder))
        return any(one in CONFIGURATION or one.partition("/")[0] in _FOLDERS for one in inside)


class Snapshot(NamedTuple):
    """The policy of a commit, written to a folder.

    Attributes:
        commit: Its full name.
        root: The folder, which stands for the top of the work tree.
        files: What was written, from the root.
    """

    commit: str
    root: Path
    files: tuple[str, ...]


class Trusted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run has to know of the policy that it judges by.

    Attributes:
        ref: As the person named it.
        commit: Its full name.
        root: The folder with its policy.
        work_tree: What is judged: the framework, its approvals, and what runs leave behind.
        changes: The policy files that the work tree changes.
    """

    ref: str
    commit: str
    root: str
    work_tree: str
    changes: tuple[str, ...]

    @property
    def notice(self) -> str:
        """One line for the verdict."""
        return f"policy of {self.ref} ({self.commit[:12]})"


def hand_over(trusted: Trusted, path: Path) -> None:
    """Write `trusted` for the process that judges; a path may hold what UTF-8 cannot."""
    path.write_text(json.dumps(msgspec.to_builtins(trusted)), encoding="ascii")


def take_over(path: Path) -> Trusted:
    """What was handed over.

    Raises:
        PolicyError: it cannot be read.
    """
    try:
        return msgspec.convert(json.loads(path.read_text(encoding="ascii")), Trusted)
    except (OSError, ValueError) as error:
        raise PolicyError(f"{path}: not what --policy-ref hands over: {error}") from None


def scope(start: Path, profiles: str | None = None) -> Scope:
    """Where policy lies for somebody in the folder `start`, who may have named a folder of profiles.

    Raises:
        PolicyError: it is not in a git work tree.
    """
    start = Path(os.path.realpath(start))
    top = next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)
    if top is None:
        raise PolicyError(f"--policy-ref: {start} is not in a git work tree")
    own = os.path.relpath(os.path.realpath(start / profiles), top) if profiles else ".."
    named = "" if Path(own).parts[0] == ".." else f"{Path(own).as_posix()}/"
    return Scope(top, tuple(_prefix(folder, top) for folder in upwards(start, top)), named)


def _prefix(folder: Path, top: Path) -> str:
    return "" if folder == top else f"{folder.relative_to(top).as_posix()}/"


def materialise(where: Scope, ref: str, into: Path) -> Snapshot:
    """Write the policy of the commit `ref` below the empty folder `into`.

    Raises:
        PolicyError: there is no such commit, or a file of its policy is not a plain one.
    """
    commit = gitfiles.commit(where.top, ref)
    listed = gitfiles.entries(where.top, commit)
    ours = "gate_tests/" if _is_this_package(where.top) else "\0"
    entries = {path: listed[path] for path in listed if where.holds(path) and not path.startswith(ours)}
    for path, entry in entries.items():
        if entry.mode not in _FILE_MODES:
            kind = "a symbolic link" if entry.mode == "120000" else "a submodule"
            raise PolicyError(f"--policy-ref {ref}: {path} is {kind}, which policy cannot be")
        if not _is_sound(path):
            raise PolicyError(f"--policy-ref {ref}: {path!r} is no path for a file of policy")
    blobs = gitfiles.contents(where.top, (entry.name for entry in entries.values()))
    try:
        for path, entry in entries.items():
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(blobs[entry.name])
            target.chmod(_FILE_MODES[entry.mode])
        for folder in where.folders:
            (into / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PolicyError(f"--policy-ref {ref}: cannot be written to {into}: {error.strerror}") from None
    return Snapshot(commit, into, tuple(sorted(entries)))


def _is_this_package(top: Path) -> bool:
    """Whether the gate tests there are the bundled ones, which run as such and not a second time."""
    return GATE_TESTS.resolve() == top / "gate_tests"


def _is_sound(path: str) -> bool:
    parts = path.split("/")
    drive = os.sep != "/" and any(set(part) & {"\\", ":"} for part in parts)
    return not drive and all(part.lower() not in {"", ".", "..", ".git"} for part in parts)


def changed(where: Scope, commit: str) -> tuple[str, ...]:
    """The policy files that the change touches: added, edited or deleted since it left `commit`.

    A file counts where the work tree has it as neither `commit` nor the last commit in common with it does;
    what only `commit` has since moved on from is not the work of the change.

    Raises:
        PolicyError: git cannot say.
    """
    trusted = _texts(where, gitfiles.entries(where.top, commit))
    base = gitfiles.merge_base(where.top, commit)
    before = trusted if base in {None, commit} else _texts(where, gitfiles.entries(where.top, str(base)))
    here = {path for path in gitfiles.present(where.top) if where.holds(path)}
    found = []
    for path in sorted({*trusted, *before, *here}):
        now = _on_disk(where.top, path)
        if not _same(now, trusted.get(path)) and not _same(now, before.get(path)):
            found.append(path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
    return tuple(found)


def findings(changes: Iterable[str], commit: str) -> tuple[Finding, ...]:
    """What `policy_unchanged` finds: a file each, by its path from the top of the repository."""
    message = f"the change touches policy; what judged it is the policy of {commit[:12]}, without this change"
    found = [Finding(message, path, severity="high", subject="changed policy") for path in changes]
    return identify(CRITERION, found)


def _texts(where: Scope, entries: Mapping[str, gitfiles.Entry]) -> dict[str, bytes]:
    """The policy files among `entries`; a link or submodule is like nothing that may stand in its place."""
    kept = {path: one.name for path, one in entries.items() if where.holds(path) and one.mode in _FILE_MODES}
    blobs = gitfiles.contents(where.top, kept.values())
    return {path: blobs[name] for path, name in kept.items()}


def _on_disk(top: Path, path: str) -> object:
    """The content of a regular file, None where nothing is, `_ELSE` for anything else."""
    target = top / path
    if not os.path.lexists(target):
        return None
    plain = target.is_file() and Path(os.path.realpath(target)) == target
    try:
        return target.read_bytes() if plain and target.stat().st_size <= gitfiles.MAX_BYTES else _ELSE
    except OSError:
        return _ELSE


def _same(now: object, then: bytes | None) -> bool:
    """Whether they are equal, but for the line ends that git may write on checkout."""
    if isinstance(now, bytes) and then is not None:
        return now == then or now.replace(b"\r\n", b"\n") == then
    return now is then
