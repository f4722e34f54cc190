"""Who cannot approve a change: its authors and committers, and whoever the CI runs as. Asked of git."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, Final

from pytest_fwgates.policy.places import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

SECONDS: Final = 60
MAX_BYTES: Final = 50_000_000

_GIT: Final = ("-c", "core.fsmonitor=", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false")
_OTHERS: Final = (":(top)", ":(exclude,top)environments/approvals", ":(exclude,top).fwgates")
_FORMAT: Final = "--format=tformat:%an%x00%ae%x00%cn%x00%ce%x00%B%x00"
_FIELDS: Final = 5
_NO_REPLY: Final = re.compile(r"(?:\d{1,20}\+)?([A-Za-z0-9-]{1,100}(?:\[bot\])?)@users\.noreply\.github\.com")
_CO_AUTHOR: Final = "co-authored-by:"


class PeopleError(PolicyError):
    """Git cannot say who made the change, so nobody can be known not to have made it."""


def of_ci(environ: Mapping[str, str]) -> frozenset[str]:
    """The accounts that the CI run acts for."""
    return frozenset(
        filter(None, (environ.get(name, "").strip() for name in ("GITHUB_ACTOR", "GITHUB_TRIGGERING_ACTOR")))
    )


def of_change(root: Path, base: str | None) -> frozenset[str]:
    """The names, addresses and GitHub logins of everybody who wrote or committed the change.

    The change is what lies between the merge base with `base` and HEAD. Without a base, and where nothing
    lies between them, it is the merge that HEAD is, else the last commit. A commit that touches approvals
    alone, and a merge that adds nothing of its own, make nobody an author. While the work tree differs from
    HEAD, the person whom git knows here counts too.

    Args:
        root: The work tree.
        base: What the change is going into: a branch, a tag or a commit.

    Raises:
        PeopleError: git cannot say; a shallow clone does not know.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != b"false":
        raise PeopleError(
            "a shallow clone does not say who made the change; fetch all of it (fetch-depth: 0)"
        )
    names = set(_of_range(root, f"{_merge_base(root, base)}..HEAD")) if base else set()
    if not names and len(_git(root, "rev-list", "--parents", "-1", "HEAD").split()) > 2:  # noqa: PLR2004
        names = set(_of_range(root, "HEAD^1..HEAD"))
    names = names or set(_authors(_git(root, "log", "-1", "--no-merges", _FORMAT, "HEAD", "--", *_OTHERS)))
    if not is_clean(root):
        names |= set(_here(root))
    if not names:
        raise PeopleError("git knows no author of the change")
    return frozenset(names)


def is_clean(root: Path) -> bool:
    """Whether the work tree is what HEAD says, apart from approvals and what a run leaves behind.

    Raises:
        PeopleError: git cannot say.
    """
    return not _git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--", *_OTHERS)


def _merge_base(root: Path, base: str) -> str:
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    return _git(root, "merge-base", found.decode().strip(), "HEAD").decode().strip()


def _of_range(root: Path, commits: str) -> Iterator[str]:
    yield from _authors(_git(root, "log", "--no-merges", "--full-history", _FORMAT, commits, "--", *_OTHERS))
    for merge in _git(root, "rev-list", "--merges", commits).decode().split():
        # Only what differs from every parent is the merge's own.
        if _git(root, "diff-tree", "-c", "-r", "--no-commit-id", "--name-only", merge, "--", *_OTHERS):
            yield from _authors(_git(root, "log", "-1", "--no-walk", _FORMAT, merge))


def _authors(log: bytes) -> Iterator[str]:
    fields = log.decode("utf-8", "replace").split("\0")
    for start in range(0, len(fields) - _FIELDS + 1, _FIELDS):
        *people, message = fields[start : start + _FIELDS]
        yield from _known_as(people)
        for line in message.split("\n"):
            if line.strip().casefold().startswith(_CO_AUTHOR):
                name, _, address = line.strip()[len(_CO_AUTHOR) :].partition("<")
                yield from _known_as((name, address.partition(">")[0]))


def _here(root: Path) -> Iterator[str]:
    """Who would commit what lies here."""
    for variable in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        try:
            ident = _git(root, "var", variable, keep=("GIT_AUTHOR_", "GIT_COMMITTER_"))
        except PeopleError:  # nobody has told git
            continue
        name, _, rest = ident.decode("utf-8", "replace").partition("<")
        yield from _known_as((name, rest.partition(">")[0]))


def _known_as(names: Iterable[str]) -> Iterator[str]:
    for name in filter(None, (one.strip() for one in names)):
        yield name
        login = _NO_REPLY.fullmatch(name.casefold())
        if login:
            yield login[1]


def _git(root: Path, *options: str, keep: tuple[str, ...] = ()) -> bytes:
    """What git prints; it runs no hook, no pager and no program of the repository."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key.startswith(keep)
    }
    environment |= {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "--no-pager", *_GIT, "-c", "i18n.logOutputEncoding=UTF-8", *options]
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeopleError(f"git {options[0]}: {error}") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0] or f"exit {done.returncode}"
        raise PeopleError(f"git {options[0]} cannot say who made the change: {said}")
    if len(done.stdout) > MAX_BYTES:
        raise PeopleError(f"git {options[0]}: more than {MAX_BYTES} bytes")
    return done.stdout
