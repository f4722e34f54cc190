"""Approvals from GitHub: reviews of a run's environment, and reviews of a pull request.

GitHub knows commits, not digests. So its approvals count for the commit that was judged, and only while the
work tree is that commit; what the tree and policy were at that commit then follows from the commit, and the
findings from both. It also does not vouch for who may approve (an administrator can pass an environment
without a review, anybody can review a public pull request): without `roles` in the profile none counts.

What GitHub does not tell is taken the strict way. The review history of a run has no time and no attempt:
its reviews are taken to be as old as the run, and count in its first attempt only, for in a later one an
old review cannot be told from a new one, nor from an administrator who waited for none.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from pytest_fwgates.policy.approvals import Answer, Approval, is_bot, normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_fwgates.policy.approvals import Judged
    from pytest_fwgates.policy.github_http import Client

_REPOSITORY: Final = re.compile(r"(?!\.{1,2}/)[A-Za-z0-9._-]{1,100}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_PULL: Final = re.compile(r"refs/pull/([0-9]{1,18})/(?:merge|head)")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_MAX_COMMITS: Final = 250
"""How many commits of a pull request GitHub lists."""
_DECIDING: Final = {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}
_BYPASS: Final = "bypass"


class GitHubError(ValueError):
    """GitHub gave no usable answer; the text is one line and never holds the token."""


class User(msgspec.Struct, frozen=True):
    """An account; `type` is ``User``, ``Bot``, ``Organization``..."""

    login: str = ""
    type: str = ""


class Environment(msgspec.Struct, frozen=True):
    """An environment that a review names."""

    name: str = ""


class EnvironmentReview(msgspec.Struct, frozen=True):
    """An entry of a run's review history."""

    state: str
    user: User
    environments: tuple[Environment, ...]
    comment: str | None = ""


class WorkflowRun(msgspec.Struct, frozen=True):
    """A run of a workflow."""

    id: int
    head_sha: str
    run_attempt: int = 0
    run_started_at: dt.datetime | None = None
    actor: User | None = None
    triggering_actor: User | None = None


class PullReview(msgspec.Struct, frozen=True):
    """A review of a pull request."""

    state: str
    user: User | None
    commit_id: str | None
    submitted_at: dt.datetime | None = None


class Commit(msgspec.Struct, frozen=True):
    """A commit, with the accounts that GitHub knows for its author and committer."""

    sha: str
    author: User | None = None
    committer: User | None = None


class Pull(msgspec.Struct, frozen=True):
    """A pull request."""

    user: User | None


class Context(NamedTuple):
    """Where to ask. `run` is of the workflow that judges; `pull` is the pull request that it is for."""

    api: str
    token: str
    repository: str
    run: str
    attempt: str
    pull: str


def context(environ: Mapping[str, str]) -> Context | None:
    """What a workflow's environment says; None where there is no token or nothing to ask about."""
    get = environ.get
    token, repository = get("GITHUB_TOKEN", "").strip(), get("GITHUB_REPOSITORY", "").strip()
    if not token or not repository:
        return None
    pull = _PULL.fullmatch(get("GITHUB_REF", ""))
    api = get("GITHUB_API_URL", "").strip() or "https://api.github.com"
    run, attempt = get("GITHUB_RUN_ID", "").strip(), get("GITHUB_RUN_ATTEMPT", "").strip()
    return Context(api, token, repository, run, attempt, pull[1] if pull else "")


class GitHub:
    """The provider; one request at a time, when it is asked."""

    name = "GitHub"

    def __init__(self, where: Context, client: Client | None = None) -> None:
        self._where = where
        self._client = client

    def approvals(self, judged: Judged) -> Answer:
        """The reviews for the judged commit; any doubt about one source makes it count for nothing."""
        from pytest_fwgates.policy import github_http  # noqa: PLC0415 - heavy, and seldom needed

        if judged.commit is None or not judged.clean:
            return Answer((), ("GitHub approves commits, and what was judged is none: commit it first",))
        try:
            where = _checked(self._where)
            client = self._client or github_http.Client(where.api, where.token)
            asked = _Asked(client, where, judged, judged.commit)
            barred = frozenset(asked.authors())
        except GitHubError as error:
            return Answer((), (f"GitHub: {error}",))
        approvals: list[Approval] = []
        problems: list[str] = []
        for ask, number in ((asked.environment_reviews, where.run), (asked.pull_reviews, where.pull)):
            try:
                if number:
                    found, accounts = ask()
                    approvals += found
                    barred |= accounts
            except GitHubError as error:
                problems.append(f"GitHub: {error}")
            except _UnfitError as error:
                problems.append(str(error))
        return Answer(tuple(approvals), tuple(problems), barred)


class _UnfitError(ValueError):
    """GitHub answered, and the answer is about something else."""


class _Asked(NamedTuple):
    client: Client
    where: Context
    judged: Judged
    commit: str

    @property
    def _repository(self) -> str:
        return f"/repos/{self.where.repository}"

    def authors(self) -> Iterator[str]:
        """The accounts that GitHub knows: who opened the pull request, the authors, the committers."""
        if self.where.pull:
            path = f"{self._repository}/pulls/{self.where.pull}"
            opened_by = self.client.get(path, Pull).user
            commits = self.client.get_all(f"{path}/commits", Commit)
            if len(commits) >= _MAX_COMMITS:
                raise GitHubError(f"{path}/commits: GitHub lists no more than {_MAX_COMMITS} commits")
        else:
            opened_by = None
            commits = [self.client.get(f"{self._repository}/commits/{self.commit}", Commit)]
        for user in (opened_by, *(user for one in commits for user in (one.author, one.committer))):
            if user is not None and user.login:
                yield user.login

    def environment_reviews(self) -> tuple[list[Approval], frozenset[str]]:
        """Those of the run; and the accounts that started it."""
        path = f"{self._repository}/actions/runs/{self.where.run}"
        run = self.client.get(path, WorkflowRun)
        shown = f"GitHub run {run.id}"
        if run.id != int(self.where.run) or run.head_sha != self.commit:
            raise _UnfitError(
                f"{shown} is of commit {run.head_sha}, not of {self.commit}: its reviews do not count"
            )
        if str(run.run_attempt) != self.where.attempt or run.run_attempt != 1:
            raise _UnfitError(
                f"{shown} is in attempt {run.run_attempt}: GitHub does not tell which attempt was "
                "reviewed, so its reviews do not count; start a new run"
            )
        if run.run_started_at is None or run.run_started_at.tzinfo is None:
            raise _UnfitError(f"{shown} has no start, so its reviews do not count")
        reviews = self.client.get_all(f"{path}/approvals", EnvironmentReview)
        starters = frozenset(one.login for one in (run.actor, run.triggering_actor) if one is not None)
        logins = _environment_approvers(reviews, self.judged.environment)
        return [
            self._approval(login, run.run_started_at, f"{shown}, review by {login}") for login in logins
        ], starters

    def pull_reviews(self) -> tuple[list[Approval], frozenset[str]]:
        """Those of the pull request that are of the judged commit."""
        reviews = self.client.get_all(f"{self._repository}/pulls/{self.where.pull}/reviews", PullReview)
        found = [
            self._approval(login, submitted, f"GitHub pull request {self.where.pull}, review by {login}")
            for login, submitted in _pull_approvers(reviews, self.commit)
        ]
        return found, frozenset()

    def _approval(self, login: str, since: dt.datetime, shown: str) -> Approval:
        return Approval("GitHub", login, self.judged.bindings, since, None, shown, listed=False)


def _environment_approvers(reviews: Iterable[EnvironmentReview], environment: str) -> list[str]:
    """Who approved `environment` and never rejected it.

    A passage without a review leaves no entry with the state ``approved``; one whose comment or state speaks
    of a bypass is taken for such a passage.
    """
    mine = [
        one for one in reviews if any(normal(place.name) == normal(environment) for place in one.environments)
    ]
    against = {
        normal(one.user.login)
        for one in mine
        if one.state not in {"approved", "pending"} or _BYPASS in (one.comment or "").casefold()
    }
    people = {
        normal(one.user.login): one.user.login
        for one in mine
        if one.state == "approved" and _is_person(one.user)
    }
    return [login for name, login in people.items() if name not in against]


def _pull_approvers(reviews: Iterable[PullReview], commit: str) -> Iterator[tuple[str, dt.datetime]]:
    """Whose last word is an approval of just this commit. Comments and drafts are no words."""
    latest: dict[str, PullReview] = {}
    for review in sorted(reviews, key=_submitted):
        if review.user is not None and review.state in _DECIDING:
            latest[normal(review.user.login)] = review
    for review in latest.values():
        approves = review.state == "APPROVED" and review.commit_id == commit
        if approves and _is_person(review.user) and _has_zone(review.submitted_at):
            assert review.user is not None and review.submitted_at is not None  # noqa: PT018, S101 - for types
            yield review.user.login, review.submitted_at


def _submitted(review: PullReview) -> dt.datetime:
    """When; one without a time comes last, so that it decides, and it approves nothing."""
    moment = review.submitted_at
    return (
        moment if moment is not None and moment.tzinfo is not None else dt.datetime.max.replace(tzinfo=dt.UTC)
    )


def _has_zone(moment: dt.datetime | None) -> bool:
    return moment is not None and moment.tzinfo is not None


def _is_person(user: User | None) -> bool:
    return user is not None and user.type == "User" and not is_bot(user.login)


def _checked(where: Context) -> Context:
    if not _REPOSITORY.fullmatch(where.repository):
        raise GitHubError("GITHUB_REPOSITORY is not owner/name")
    if any(number and not _NUMBER.fullmatch(number) for number in (where.run, where.attempt, where.pull)):
        raise GitHubError("the number of a run or pull request is none")
    return where
