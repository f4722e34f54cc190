"""Files of commits, read from git's objects; no hook, filter or program of the repository runs."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.policy.places import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SECONDS: Final = 120
MAX_BYTES: Final = 100_000_000

_OPTIONS: Final = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.warnAmbiguousRefs=true"),
)


class Entry(NamedTuple):
    """One file of a commit: its mode, as git writes it, and the name of its content."""

    mode: str
    name: str


def commit(top: Path, ref: str) -> str:
    """The full name of the commit that `ref` means.

    A name that git could read in two ways is refused: whoever may push a tag called ``origin/main`` must not
    choose what is trusted.

    Raises:
        PolicyError: there is none, or there are several.
    """
    if not ref or ref.startswith("-") or not ref.isprintable():
        raise PolicyError(f"--policy-ref {ref!r} is not the name of a commit")
    done = _run(top, ("rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}"))
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode != 0:
        known = _run(top, ("rev-parse", "--git-dir"))
        why = "no such commit here; fetch it first (fetch-depth: 0)" if not known.returncode else _first(said)
        raise PolicyError(f"--policy-ref {ref}: {why}")
    if "ambiguous" in said:
        raise PolicyError(f"--policy-ref {ref}: git knows several; write it whole, as refs/remotes/{ref}")
    return done.stdout.decode().strip()


def merge_base(top: Path, one: str) -> str | None:
    """The last commit that `one` and HEAD have in common, None where git knows none."""
    done = _run(top, ("merge-base", one, "HEAD"))
    return done.stdout.decode().strip() or None if done.returncode == 0 else None


def entries(top: Path, of: str) -> dict[str, Entry]:
    """Every file of a commit by its path from the top."""
    found = {}
    for line in _git(top, "ls-tree", "-r", "-z", "--full-tree", of).split(b"\0"):
        if line:
            about, _, path = line.partition(b"\t")
            mode, _, name = about.decode("ascii").split(" ")
            found[os.fsdecode(path)] = Entry(mode, name)
    return found


def contents(top: Path, names: Iterable[str]) -> dict[str, bytes]:
    """The content of each of the objects, exactly as it was committed."""
    asked = sorted(set(names))
    answer = _git(top, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in asked).encode())
    return dict(_blobs(answer, asked))


def _blobs(answer: bytes, asked: list[str]) -> Iterator[tuple[str, bytes]]:
    position = 0
    for name in asked:
        end = answer.find(b"\n", position)
        head = answer[position:end].decode("ascii", "replace").split(" ")
        if end == -1 or head[:2] != [name, "blob"]:
            raise PolicyError(f"git cat-file: {name} is not here; fetch all of the commit")
        start = end + 1
        position = start + int(head[2]) + 1
        yield name, answer[start : position - 1]


def present(top: Path) -> list[str]:
    """The files of the work tree: those that git tracks, and others that are not ignored."""
    listed = _git(top, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return sorted({os.fsdecode(name).rstrip("/") for name in listed.split(b"\0") if name})


def _git(top: Path, *options: str, stdin: bytes = b"") -> bytes:
    done = _run(top, options, stdin)
    if done.returncode != 0:
        raise PolicyError(f"git {options[0]}: {_first(done.stderr.decode('utf-8', 'replace'))}")
    if len(done.stdout) > MAX_BYTES:
        raise PolicyError(f"git {options[0]}: more than {MAX_BYTES} bytes")
    return done.stdout


def _first(said: str) -> str:
    return next((line for line in said.splitlines() if line.strip()), "no reason given")


def _run(top: Path, options: tuple[str, ...], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    # A hook sets GIT_DIR and its kin for its own repository; `top` decides which one is meant here.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    command = ["git", *_OPTIONS, *options]
    try:
        return subprocess.run(
            command, cwd=top, env=environment, input=stdin, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise PolicyError(f"git {options[0]}: {error}") from None
