"""All approvals there are for what was judged, from every provider, and who can give none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pytest_fwgates.policy import approval_files, github, people
from pytest_fwgates.policy.approvals import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pytest_fwgates.policy.approvals import Judged


class Source(Protocol):
    """A provider of approvals. It never raises for what it finds: that is a problem."""

    name: str

    def approvals(self, judged: Judged) -> Answer:
        """All that may be approvals of `judged`; which of them count is for `approvals.counting` to say."""
        ...


class SignedFiles:
    """The signed files of a repository."""

    name = "signed files"

    def __init__(self, root: Path, signers: bytes | None = None) -> None:
        """Read below `root`; `signers` is the content of `allowed_signers`, None for the file there."""
        self._root = root
        self._signers = signers

    def approvals(self, judged: Judged) -> Answer:
        """Every file whose signature holds at the time of the judgement."""
        found = approval_files.read(self._root, self._signers, judged.now)
        return Answer(found.approvals, found.problems)


def sources(root: Path, environ: Mapping[str, str], signers: bytes | None = None) -> tuple[Source, ...]:
    """The signed files below the policy root, and GitHub where the environment has a token for it."""
    where = github.context(environ)
    files = SignedFiles(root, signers)
    return (files,) if where is None else (files, github.GitHub(where))


def gather(
    judged: Judged, providers: Iterable[Source], root: Path, base: str | None, environ: Mapping[str, str]
) -> Answer:
    """Ask every provider, and git for who made the change.

    Where git cannot say, there are no approvals: self-approval could not be told.

    Args:
        judged: What was judged.
        providers: See `sources`.
        root: The work tree.
        base: What the change goes into, where that is known; see `people.of_change`.
        environ: The environment, for the CI identity.
    """
    try:
        excluded = people.of_change(root, base) | people.of_ci(environ)
    except people.PeopleError as error:
        return Answer((), (f"no approval counts: {error}",), people.of_ci(environ))
    answers = [provider.approvals(judged) for provider in providers]
    return Answer(
        tuple(approval for answer in answers for approval in answer.approvals),
        tuple(problem for answer in answers for problem in answer.problems),
        excluded.union(*(answer.excluded for answer in answers)),
    )
