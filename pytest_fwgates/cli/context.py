"""What the commands have in common: where policy lies, reading evidence, the same errors."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pytest_fwgates import evidence, ledger, profile
from pytest_fwgates.policy import places, trusted
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_fwgates.model import Evidence
    from pytest_fwgates.profile import Profile


class UsageError(Exception):
    """The command cannot do what was asked; one line says why, exit 4."""

    def format_message(self) -> str:
        """The line, under the name that the command line library's own errors have."""
        return str(self)


class Damaged(NamedTuple):
    """Evidence that cannot be used, and why."""

    reasons: tuple[str, ...]


def where() -> places.Places:
    """Where policy lies for the folder that the person stands in."""
    start = Path.cwd()
    repository = next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), start)
    return places.find(start, repository)


def ledger_path() -> Path:
    """The ledger of this repository, whether there is one or not."""
    return where().root / places.STATE / ledger.NAME


@contextlib.contextmanager
def policy_of(ref: str | None) -> Iterator[Path | None]:
    """Have `where` answer for the policy of a commit; the work tree that it is held against.

    Raises:
        UsageError: the commit cannot be had.
    """
    if ref is None:
        yield None
        return
    here = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="fwgates-policy-", ignore_cleanup_errors=True) as folder:
        try:
            scope = trusted.scope(here)
            snapshot = trusted.materialise(scope, ref, Path(os.path.realpath(folder)))
        except places.PolicyError as error:
            raise UsageError(printable(str(error))) from None
        (snapshot.root / ".git").mkdir()  # the top of a repository, as it is in the work tree
        os.chdir(snapshot.root / scope.folders[0])
        try:
            yield scope.top
        finally:
            os.chdir(here)


def frameworks(given: list[str] | None) -> tuple[Path, tuple[str, ...]]:
    """The folder that paths are relative to, and the frameworks in it; by default the repository.

    Raises:
        UsageError: a folder is not there, or lies in another one.
    """
    try:
        return places.frameworks(where(), given or [str(where().root)])
    except places.PolicyError as error:
        raise UsageError(printable(str(error))) from None


def profile_of(environment: str, folder: str | None) -> tuple[Path, Profile]:
    """The profile of `environment`.

    Raises:
        UsageError: there is none, or it cannot be used.
    """
    here = where()
    try:
        path, shown = places.profile(here, here.root, folder, environment)
        return path, profile.read(path, shown)
    except (places.PolicyError, profile.ProfileError) as error:
        raise UsageError(printable(str(error))) from None


def read_evidence(paths: Iterable[Path]) -> Evidence | Damaged:
    """All journals, joined; or what is wrong with them."""
    parts, wrong = [], []
    for path in paths:
        try:
            parts.append(evidence.read(path.read_bytes()))
        except OSError as error:
            wrong.append(f"{path}: cannot be read: {error.strerror}")
        except evidence.EvidenceError as error:
            wrong.append(f"{path}: {error}")
    return Damaged(tuple(wrong)) if wrong else evidence.across_stages(evidence.merge(parts))
