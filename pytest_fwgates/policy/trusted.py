"""Policy as it stands at a commit: written to a folder of its own, and held against the work tree.

Git only lists and prints objects here: no filter, hook or attribute of the repository takes part.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from pytest_fwgates.fingerprints import identify
from pytest_fwgates.model import Finding
from pytest_fwgates.policy.digest import CONFIGURATION
from pytest_fwgates.policy.places import APPROVALS, PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

UNCHANGED: Final = "policy_unchanged"
"""The built-in mandatory criterion: the work tree has the policy that it is judged by."""
VARIABLE: Final = "FWGATES_POLICY_OF"
"""Tells the process that judges by a policy ref what its policy is of."""

MAX_BYTES: Final = 50_000_000
SECONDS: Final = 60
_FILE_MODES: Final = frozenset({"100644", "100755"})


class Origin(msgspec.Struct, frozen=True):
    """What a policy is of.

    Attributes:
        ref: As the person named it.
        commit: What it stood for.
        changed: The policy files that are otherwise in the work tree, from its root.
        work_tree: The root of the work tree.
    """

    ref: str
    commit: str
    changed: tuple[str, ...]
    work_tree: str


class Snapshot(NamedTuple):
    """The policy files of a commit, by path from the root."""

    commit: str
    files: dict[str, bytes]


def origin(environ: Mapping[str, str]) -> Origin | None:
    """What the policy of this process is of; None where it is the work tree's own.

    Raises:
        PolicyError: the variable holds something else.
    """
    if not environ.get(VARIABLE):
        return None
    try:
        return msgspec.json.decode(environ[VARIABLE], type=Origin)
    except msgspec.MsgspecError as error:
        raise PolicyError(f"{VARIABLE}: {error}") from None


def snapshot(root: Path, ref: str, inside: str) -> Snapshot:
    """The policy files at `ref`.

    Args:
        root: The work tree.
        ref: Whatever git takes for a commit.
        inside: The folder that the person stands in, from `root`; policy is looked for from there upwards.

    Raises:
        PolicyError: there is no such commit, or a policy file of it is no plain file.
    """
    try:
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    except PolicyError:
        raise PolicyError(f"--policy-ref {ref}: no such commit; fetch it first") from None
    commit = found.decode().strip()
    files: dict[str, bytes] = {}
    size = 0
    for row in _git(root, "ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        about, _, name = row.partition(b"\t")
        path = os.fsdecode(name)
        if not path or not is_policy(path, inside):
            continue
        mode, _, blob = about.decode().split(" ")
        if mode not in _FILE_MODES or ".." in path.split("/"):
            raise PolicyError(f"--policy-ref {ref}: {path} is no plain file there")
        files[path] = _git(root, "cat-file", "blob", blob)
        size += len(files[path])
        if size > MAX_BYTES:
            raise PolicyError(f"--policy-ref {ref}: its policy is larger than {MAX_BYTES} bytes")
    return Snapshot(commit, files)


def is_policy(path: str, inside: str) -> bool:
    """Whether a file takes part in judging somebody who stands in the folder `inside`."""
    parts = [part for part in inside.split("/") if part not in {"", "."}]
    for depth in range(len(parts) + 1):
        folder = "".join(f"{part}/" for part in parts[:depth])
        rest = path.removeprefix(folder)
        if not path.startswith(folder) or (depth == 0 and path.startswith(f"{APPROVALS}/")):
            continue
        if rest in CONFIGURATION or rest.startswith(("environments/", "gate_tests/")):
            return True
    return False


def changed(root: Path, at_ref: Mapping[str, bytes], inside: str) -> tuple[str, ...]:
    """The policy files that are added, gone or otherwise in the work tree; line ends do not count."""
    options = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--full-name")
    listed = {os.fsdecode(name) for name in _git(root, *options).split(b"\0") if name}
    here = {path for path in listed if is_policy(path, inside)}
    return tuple(
        sorted(path for path in here | at_ref.keys() if _content(root, path) != _plain(at_ref.get(path)))
    )


def _content(root: Path, path: str) -> bytes | None:
    try:
        if (root / path).is_symlink():
            return b"\0a link"  # never what a plain file holds
        with (root / path).open("rb") as stream:
            return _plain(stream.read(MAX_BYTES))
    except OSError:
        return None


def _plain(content: bytes | None) -> bytes | None:
    return None if content is None else content.replace(b"\r\n", b"\n")


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a snapshot below `folder`."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def findings(paths: Iterable[str], commit: str) -> tuple[Finding, ...]:
    """A finding for each policy file that the work tree has otherwise."""
    text = f"is not what the policy at {commit[:12]} has, which is what judges"
    return identify(
        UNCHANGED, [Finding(text, path, severity="high", subject="changed policy") for path in paths]
    )


def _git(root: Path, *options: str) -> bytes:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", "-c", "core.fsmonitor=false", *options],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PolicyError(f"git cannot be asked: {error}") from None
    if done.returncode != 0:
        raise PolicyError(f"git: {done.stderr.decode('utf-8', 'replace').strip()[:200]}")
    return done.stdout
