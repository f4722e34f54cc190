"""Secrets in what a repository once held: whoever clones it has them all."""

from __future__ import annotations

import subprocess
import time
import warnings
from typing import TYPE_CHECKING, Final

from pytest_fwgates.model import Finding
from pytest_fwgates.tools import candidates, kingfisher
from pytest_fwgates.tools.adapter import INSTALL, Scan, Unproven

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kingfisher_sdk import GitInput

SECONDS: Final = 300.0
"""Altogether, with the walk over the commits."""
ADVICE: Final = "revoke it: taking it out of the files, or even of the history, does not take it back"


def scan_history(root: Path, seconds: float = SECONDS) -> Scan:
    """Search every version of every file, and every message, of the commits that any reference reaches.

    `root` may be a folder of a repository: its own history is meant then. A secret is told once for a path,
    with the oldest commit that has it there; whether the path still exists does not matter.

    Raises:
        Unproven: Kingfisher is missing, there is no history to be had, or not all of it in this time.
    """
    until = time.monotonic() + seconds
    prefix = _prefix(root)
    search = kingfisher.Search(seconds)
    found: dict[tuple[str, str, str], tuple[int, str, kingfisher.Hit]] = {}
    examined, seen = 0, set[str]()
    for version in _versions(root, until):
        for commit in version.origins:
            if commit.id not in seen:
                seen.add(commit.id)
                _note(found, search.hits(commit.message.encode(), ""), "", commit.author.timestamp, commit.id)
        if version.data is None or not version.path.startswith(prefix) or not version.origins:
            continue
        examined += 1
        hits = search.hits(kingfisher.as_text(version.data), version.path)
        first = min(version.origins, key=lambda commit: (commit.author.timestamp, commit.id))
        _note(found, hits, version.path.removeprefix(prefix), first.author.timestamp, first.id)
    return Scan(tuple(_finding(path, *told) for (path, _, _), told in sorted(found.items())), examined)


def _versions(root: Path, until: float) -> Iterator[GitInput]:
    try:
        from kingfisher_sdk import GitInputWarning, GitScope, git_inputs  # noqa: PLC0415 - an extra
    except ImportError:
        raise Unproven(f"kingfisher is not installed: {INSTALL}") from None
    left = until - time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("error", GitInputWarning)  # a version that was left out
        try:
            scope = GitScope(refs=None)
            yield from git_inputs(root, scope=scope, timeout=max(left, 0.1), max_blob_size=kingfisher.LARGEST)
        except TimeoutError:
            raise Unproven("the history was not searched within the time that it may take") from None
        except GitInputWarning:
            large = kingfisher.LARGEST // 1_000_000
            raise Unproven(f"a file in the history is larger than {large} MB or missing") from None
        except (RuntimeError, ValueError, OSError) as error:
            raise Unproven(f"the history cannot be read: {type(error).__name__}") from None


def _prefix(root: Path) -> str:
    """Where in its repository the root lies, as `folder/`; a history that was cut off proves nothing.

    Raises:
        Unproven: there is no repository, or only the end of its history.
    """
    command = ["git", "rev-parse", "--is-shallow-repository", "--show-prefix"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        raise Unproven("git cannot be asked for the history") from None
    if done.returncode:
        raise Unproven("there is no git repository whose history could be searched")
    shallow, _, prefix = done.stdout.decode("utf-8", "surrogateescape").partition("\n")
    if shallow.strip() != "false":
        raise Unproven("the clone is shallow: fetch the whole history (fetch-depth: 0) to have it searched")
    return prefix.rstrip("\n")


def _note(
    found: dict[tuple[str, str, str], tuple[int, str, kingfisher.Hit]],
    hits: list[kingfisher.Hit],
    path: str,
    when: int,
    commit: str,
) -> None:
    for hit in hits:
        key = (path, hit.title, kingfisher.fingerprint(hit.title, hit.value))
        if key not in found or (when, commit) < found[key][:2]:
            found[key] = (when, commit, hit)


def _finding(path: str, when: int, commit: str, hit: kingfisher.Hit) -> Finding:
    del when
    mark = kingfisher.fingerprint(hit.title, hit.value)
    place = "" if path else "the message of "
    return Finding(
        f"{hit.title} in clear (mark {mark}) in {place}commit {commit[:12]}; {ADVICE}",
        path or None,
        severity=candidates.severity(hit.rule),
        subject=f"secret in history {hit.title} {mark}",
    )
