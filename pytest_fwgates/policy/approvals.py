"""Which approvals count, and whether they are enough. Pure: no clock, no files, no network.

An approval is a person's yes to exactly what was judged: the files, the policy, the environment, the
criterion and what it found. When any of them changes, the approval no longer fits and is asked for again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_fwgates.model import Finding, Outcome, Run, Verdict
    from pytest_fwgates.profile_schema import ApprovalPolicy

MAX_ROLES: Final = 10
"""Of those with a minimum: every group of them is looked at."""

_BOT: Final = "[bot]"


class Binding(msgspec.Struct, frozen=True, order=True):
    """What an approval is for. `findings` is the `findings_digest` of the criterion."""

    tree_digest: str
    policy_digest: str
    environment: str
    criterion: str
    findings: str


class Approval(msgspec.Struct, frozen=True):
    """A person's yes, as a provider vouches for it.

    Attributes:
        provider: Where it comes from, for people.
        approver: The identity that the provider vouches for.
        bindings: All that it covers.
        expires_at: None where the provider knows no end; the policy's `max_age` always counts too.
        source: The place of it, for messages.
        listed: Whether the provider itself says who may approve. Otherwise a role has to.
    """

    provider: str
    approver: str
    bindings: tuple[Binding, ...]
    approved_at: dt.datetime
    expires_at: dt.datetime | None
    source: str
    listed: bool = True


class Judged(NamedTuple):
    """What approvals are asked for.

    Attributes:
        environment: The profile's name.
        commit: The checked-out commit; None outside git.
        clean: Whether the work tree is just that commit, see `people.is_clean`.
        bindings: One for each criterion that requires approval.
        now: The time to judge for, with its time zone.
    """

    environment: str
    commit: str | None
    clean: bool
    bindings: tuple[Binding, ...]
    now: dt.datetime


class Answer(NamedTuple):
    """What a provider found; `excluded` are identities that it knows to be the change's own."""

    approvals: tuple[Approval, ...]
    problems: tuple[str, ...]
    excluded: frozenset[str] = frozenset()


class Rules(NamedTuple):
    """What makes approvals enough; see `ApprovalPolicy`."""

    required: int
    roles: Mapping[str, tuple[str, ...]]
    minimum: Mapping[str, int]
    max_age: dt.timedelta
    identities: Mapping[str, tuple[str, ...]]


class Counted(NamedTuple):
    """What approvals come to for one criterion.

    Attributes:
        approvers: The people whose approval counts, sorted.
        problems: Why each other approval of the criterion does not count, and what is missing.
        until: When the first of those that count lapses; empty where none counts.
    """

    approvers: tuple[str, ...]
    satisfied: bool
    problems: tuple[str, ...]
    until: str = ""


def rules(policy: ApprovalPolicy) -> Rules:
    """The rules that a profile sets."""
    age = dt.timedelta(days=policy.max_age_days)
    return Rules(policy.required, policy.roles, policy.minimum, age, policy.identities)


def findings_digest(outcome: Outcome, findings: Iterable[Finding]) -> str:
    """``sha256:...`` over an outcome and the set of findings behind it, whatever their order and lines."""
    names = sorted(one.fingerprint or f"{one.path or ''}: {one.message}" for one in findings)
    text = "\0".join((outcome, *names))
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def binding_of(
    about: Run | Verdict, criterion: str, outcome: Outcome, findings: Iterable[Finding]
) -> Binding:
    """What an approval of `criterion` has to be for, after a run or in its verdict."""
    digest = findings_digest(outcome, findings)
    return Binding(about.tree_digest, about.policy_digest, about.environment, criterion, digest)


def normal(identity: str) -> str:
    """An identity as it is compared: without surrounding space, whatever the case."""
    return identity.strip().casefold()


def persons(identities: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The person behind each name of `identities`, all in normal form."""
    return {normal(name): normal(one) for one, names in identities.items() for name in (one, *names)}


def is_bot(identity: str) -> bool:
    """Whether GitHub gave the name to an app."""
    return normal(identity).endswith(_BOT)


def counting(
    approvals: Iterable[Approval], binding: Binding, rules: Rules, excluded: frozenset[str], now: dt.datetime
) -> Counted:
    """Count the approvals of one criterion.

    An approval that does not mention the criterion is none of its business and is passed over; every other
    one counts or is explained.

    Args:
        approvals: From all providers.
        binding: What was judged.
        rules: What makes them enough.
        excluded: Identities that never count: author, committers, exemption owner, CI. All names of such a
            person are excluded.
        now: The time to judge for, with its time zone.
    """
    people = persons(rules.identities)
    barred = {people.get(normal(one), normal(one)) for one in excluded}
    roles = {
        role: {people.get(normal(name), normal(name)) for name in names}
        for role, names in rules.roles.items()
    }
    counted: dict[str, str] = {}
    ends = []
    problems = []
    for approval in sorted(approvals, key=lambda one: (normal(one.approver), one.source)):
        if not any(one.criterion == binding.criterion for one in approval.bindings):
            continue
        person = people.get(normal(approval.approver), normal(approval.approver))
        why = (
            _unfit(approval, binding)
            or _untimely(approval, rules, now)
            or _unentitled(approval, person, barred, roles)
        )
        if why:
            problems.append(f"{approval.source}: the approval by {approval.approver} does not count: {why}")
        else:
            counted.setdefault(person, approval.approver)
            ends.append(_end(approval, rules))
    missing = tuple(_missing(frozenset(counted), roles, rules))
    until = _day(min(ends)) if ends else ""
    return Counted(tuple(sorted(counted.values())), not missing, (*problems, *missing), until)


def _unfit(approval: Approval, binding: Binding) -> str:
    """In what the approval differs from what was judged; empty where it is for just that."""
    if binding in approval.bindings:
        return ""
    mine = [one for one in approval.bindings if one.criterion == binding.criterion]
    nearest = max(mine, key=lambda one: sum(getattr(one, name) == getattr(binding, name) for name in _WORDS))
    differ = [word for name, word in _WORDS.items() if getattr(nearest, name) != getattr(binding, name)]
    return f"it is for {', '.join(differ)}; ask again"


_WORDS: Final = {
    "environment": "another environment",
    "tree_digest": "other files",
    "policy_digest": "another policy",
    "findings": "other findings",
}


def _untimely(approval: Approval, rules: Rules, now: dt.datetime) -> str:
    if approval.approved_at > now:
        return f"it is dated {_day(approval.approved_at)}, in the future"
    end = _end(approval, rules)
    return "" if now < end else f"it expired {_day(end)}"


def _end(approval: Approval, rules: Rules) -> dt.datetime:
    end = approval.approved_at + rules.max_age
    return end if approval.expires_at is None else min(end, approval.expires_at)


def _day(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _unentitled(approval: Approval, person: str, barred: set[str], roles: Mapping[str, set[str]]) -> str:
    """Why this person cannot approve this; empty where they can."""
    if not person:
        return "nobody is named"
    if is_bot(approval.approver) or is_bot(person):
        return "a bot cannot approve"
    if person in barred:
        return "the author, a committer, the owner of an exemption or the CI identity cannot approve"
    if roles and not any(person in members for members in roles.values()):
        return f"they have none of the roles {', '.join(roles)}"
    if not roles and not approval.listed:
        return f"anybody can approve by {approval.provider}; list who may under approvals: roles"
    return ""


def _missing(counted: frozenset[str], roles: Mapping[str, set[str]], rules: Rules) -> Iterator[str]:
    """What is still needed."""
    required = max(rules.required, 1)
    if len(counted) < required:
        yield f"{len(counted)} of {required} approvals"
    for group in short_roles({role: members & counted for role, members in roles.items()}, rules.minimum):
        needed = sum(rules.minimum[role] for role in group)
        yield f"not enough approvals for {needed} places in {' and '.join(group)}"
        return


def short_roles(
    members: Mapping[str, Iterable[str]], minimum: Mapping[str, int]
) -> Iterator[tuple[str, ...]]:
    """The groups of roles whose places their members cannot fill, one person a place.

    By Hall's theorem all places can be filled exactly when there is no such group.
    """
    for size in range(1, len(minimum) + 1):
        for group in itertools.combinations(sorted(minimum), size):
            available = {person for role in group for person in members.get(role, ())}
            if len(available) < sum(minimum[role] for role in group):
                yield group


def policy_problem(policy: ApprovalPolicy) -> tuple[tuple[str | int, ...], str] | None:
    """The first thing in a policy that cannot be meant, and the path of keys to it."""
    seen: dict[str, str] = {}
    for person, names in policy.identities.items():
        for index, name in enumerate((person, *names)):
            path: tuple[str | int, ...] = ("identities", person, *([index - 1] if index else []))
            if seen.setdefault(normal(name), person) != person:
                return path, f"{name!r} is {seen[normal(name)]!r} already"
    people = persons(policy.identities)
    members = {
        role: {people.get(normal(name), normal(name)) for name in names}
        for role, names in policy.roles.items()
    }
    if len(policy.minimum) > MAX_ROLES:
        return ("minimum",), f"more than {MAX_ROLES} roles have a minimum"
    for role in policy.minimum:
        if role not in policy.roles:
            known = ", ".join(policy.roles) or "none"
            return ("minimum", role), f"unknown role {role!r}; known under roles: {known}"
    for group in short_roles(members, policy.minimum):
        return ("minimum", group[0]), f"there are not enough people in {' and '.join(group)}"
    if members and len(set().union(*members.values())) < policy.required:
        return ("required",), f"{policy.required} approvals, and fewer people have a role"
    return None
