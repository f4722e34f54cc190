"""Benchmarks of two commits in turn, each in a work tree of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LONGEST_S: Final = 3600
"""For one run of all benchmarks."""
_GIT: Final = ("git", "-c", "core.hooksPath=/dev/null")


class BenchmarkError(Exception):
    """The benchmarks of a commit could not be run; the text says which, and why."""


def order(runs: int) -> Iterator[str]:
    """`base` and `head` as often as each other, and each first in every other pair."""
    for number in range(runs):
        yield from ("base", "head") if number % 2 == 0 else ("head", "base")


def medians(document: Mapping[str, object]) -> dict[str, float]:
    """The median in seconds of each benchmark, by its full name, from what pytest-benchmark writes.

    Raises:
        BenchmarkError: there is none, or it is not such a document.
    """
    try:
        found = {str(one["fullname"]): float(one["stats"]["median"]) for one in document["benchmarks"]}  # type: ignore[attr-defined]
    except (KeyError, TypeError, ValueError):
        raise BenchmarkError("pytest-benchmark wrote something else than benchmarks") from None
    if not found:
        raise BenchmarkError("no benchmarks were run")
    return found


def commit(top: Path, ref: str) -> str:
    """The full name of the commit that `ref` means.

    Raises:
        BenchmarkError: there is none.
    """
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    done = subprocess.run([*_GIT, *words], cwd=top, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{ref!r} is no commit here; fetch it first, or check its name")
    return done.stdout.strip()


def run(
    top: Path, commits: Mapping[str, str], runs: int, words: Sequence[str]
) -> dict[str, dict[str, list[float]]]:
    """The medians of each run, in seconds: by `base` or `head`, and by benchmark.

    Args:
        top: The repository; its work tree and index are not touched.
        commits: The full names of the commits of `base` and `head`.
        runs: How many processes of each.
        words: Further arguments for pytest.

    Raises:
        BenchmarkError: a run failed, took too long or had no benchmarks.
    """
    found: dict[str, dict[str, list[float]]] = {side: defaultdict(list) for side in ("base", "head")}
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        trees = {
            side: stack.enter_context(_work_tree(top, commits[side], Path(name, side))) for side in found
        }
        for number, side in enumerate(order(runs)):
            try:
                taken = medians(_benchmarks(trees[side], Path(name, f"{number}.json"), words))
            except BenchmarkError as error:
                raise BenchmarkError(f"{side} ({commits[side][:12]}): {error}") from None
            for benchmark, seconds in taken.items():
                found[side][benchmark].append(seconds)
    return {side: dict(of_side) for side, of_side in found.items()}


@contextlib.contextmanager
def _work_tree(top: Path, name: str, folder: Path) -> Iterator[Path]:
    """The files of a commit, which git forgets again."""
    done = subprocess.run(
        [*_GIT, "worktree", "add", "--detach", "--quiet", str(folder), name],
        cwd=top,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"git worktree: {_last(done.stderr)}")
    try:
        yield folder
    finally:
        subprocess.run(
            [*_GIT, "worktree", "remove", "--force", str(folder)], cwd=top, capture_output=True, check=False
        )


def _benchmarks(tree: Path, written: Path, words: Sequence[str]) -> dict[str, object]:
    """Run the benchmarks of a work tree: its own code, not what may be installed of another one."""
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("--benchmark-only", f"--benchmark-json={written}", *words),
    ]
    left_out = {"FWGATES_ENV", "FWGATES_POLICY_REF", "PYTEST_ADDOPTS", "PYTHONPATH"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    sources = [str(folder) for folder in (tree / "src", tree) if folder.is_dir()]
    environment["PYTHONPATH"] = os.pathsep.join([*sources, *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BenchmarkError(f"its benchmarks took more than {_LONGEST_S} s") from None
    if done.returncode:
        raise BenchmarkError(f"pytest ended with {done.returncode}: {_last(done.stdout + done.stderr)}")
    try:
        document: dict[str, object] = json.loads(written.read_text("utf-8"))
    except (OSError, ValueError):
        raise BenchmarkError("no benchmarks were run") from None
    return document


def middle(taken: Sequence[float]) -> float | None:
    """The median of runs; None where there is none."""
    return median(taken) if taken else None


def _last(said: str) -> str:
    return (said.strip().splitlines() or ["it says nothing"])[-1]
