"""Rules that contradict each other or that nothing can satisfy, found before a run does; pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from pytest_fwgates import catalogue
from pytest_fwgates.framework.spelling import Names
from pytest_fwgates.policy import baseline, exemptions
from pytest_fwgates.policy.approvals import is_bot, normal, persons
from pytest_fwgates.policy.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pytest_fwgates.policy.exemptions import Exemption, Parsed
    from pytest_fwgates.profile_schema import Profile


class Known(NamedTuple):
    """What exists here, for what a profile may name.

    Attributes:
        criteria: Every criterion, with its gates.
        stages: Every stage of the document, and of the locks.
        signers: The principals in `allowed_signers`; one that is a pattern stands for anybody.
    """

    criteria: Mapping[str, Sequence[str]]
    stages: frozenset[str]
    signers: tuple[str, ...]


class Lapse(NamedTuple):
    """Something that stops counting, or starts to, after its day."""

    day: dt.date
    place: str
    what: str


def of_profile(profile: Profile, line_of: Callable[..., int], known: Known) -> Iterator[Problem]:
    """What one profile asks for and cannot get.

    Args:
        profile: Sound by itself.
        line_of: The line of a key or of what it would stand in, for a path below the top-level key.
        known: What exists here.
    """
    for path, kind, message in (*_names(profile, known), *_people(profile, known), *_rules(profile, known)):
        yield Problem(profile.source, line_of(*path), kind, message)


_Fault = tuple[tuple[str | int, ...], str, str]


def _names(profile: Profile, known: Known) -> Iterator[_Fault]:
    """Names of nothing."""
    gates = profile.quality_gates
    canonical = catalogue.load().canonical
    for key, names in (("criteria", tuple(gates.criteria)), ("replaced", gates.replaced)):
        for index, name in enumerate(names):
            if canonical(name) not in known.criteria:
                path = ("quality_gates", key, name if key == "criteria" else index)
                yield path, "unknown", f"{key}: {_unknown('criterion', name, known.criteria)}"
    for name in profile.baseline.enforce_from:
        if name not in known.criteria:
            path = ("baseline", "enforce_from", name)
            yield path, "unknown", f"enforce_from: {_unknown('criterion', name, known.criteria)}"
    for index, stage in enumerate(profile.stages):
        if stage not in known.stages:
            yield ("stages", index), "unknown", f"stages: {_unknown('stage', stage, known.stages)}"
    yield from _gates(profile, known)


def _gates(profile: Profile, known: Known) -> Iterator[_Fault]:
    every = {*catalogue.DOCUMENT_GATES, *profile.gate_lines}.union(*known.criteria.values())
    for section in ("exemptions", "baseline"):
        for index, gate in enumerate(getattr(profile, section).refused_gates):
            if gate not in every:
                path = (section, "refused_gates", index)
                yield path, "unknown", f"{section}: refused_gates: {_unknown('gate', gate, every)}"


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    meant = Names(known).nearest(name)
    return f"unknown {what} {name!r}" + (f"; did you mean {meant!r}?" if meant else "")


def _people(profile: Profile, known: Known) -> Iterator[_Fault]:
    """Whether approvals, where they are asked for, can be given."""
    policy = profile.approvals
    people = persons(policy.identities)
    names = {name for members in policy.roles.values() for name in members} if policy.roles else known.signers
    able = {people.get(normal(name), normal(name)) for name in names if not is_bot(name)}
    configured = policy.roles or policy.required > 1
    if not configured and not names and profile.source.startswith("bundled "):
        return  # of a repository that has not said anything yet; reviews on GitHub count too
    if not (configured or profile.quality_gates.advisory_gates) or any(
        set(name) & set("*?!") for name in able
    ):
        return
    place = ("approvals", "required") if configured else ("quality_gates", "advisory_gates")
    source = "the roles" if policy.roles else "allowed_signers"
    if len(able) < policy.required:
        message = f"{policy.required} people have to approve, and {source} name {len(able)} who can"
        yield place, "nobody", message
    elif len(able) == policy.required:
        message = (
            f"{source} name just the {len(able)} who have to approve; nobody can approve their own change"
        )
        yield place, "nobody", message


def _rules(profile: Profile, known: Known) -> Iterator[_Fault]:
    """Rules that another rule of the same profile leaves without effect."""
    policy = profile.exemptions
    if not profile.quality_gates.exemptions_allowed:
        if policy.refused_gates:
            message = "refused_gates has no effect: exemptions_allowed is false"
            yield ("exemptions", "refused_gates"), "contradiction", message
    elif policy.horizon_days < profile.approvals.max_age_days:
        message = (
            f"an exemption lasts {policy.horizon_days} days at most, less than the "
            f"{profile.approvals.max_age_days} days that an approval counts; it lapses under review"
        )
        yield ("exemptions", "horizon_days"), "contradiction", message
    for name in profile.baseline.enforce_from:
        gates = baseline.refused(profile.baseline, known.criteria.get(name, ()))
        if gates:
            message = f"enforce_from: {name} has no effect: {', '.join(gates)} is under refused_gates"
            yield ("baseline", "enforce_from", name), "contradiction", message


def of_exemptions(
    parsed: Parsed, profiles: Mapping[str, Profile], known: Known, now: dt.datetime
) -> Iterator[Problem]:
    """Exemptions that are malformed or can never apply, in any of their environments."""
    yield from parsed.problems
    told: dict[Problem, list[str]] = {}
    for one in parsed.exemptions:
        for name in one.environments:
            if name not in profiles:
                message = f"exemption {one.id!r}: {_unknown('environment', name, profiles)}"
                yield Problem(one.path, one.line, "unknown", message)
    for name, profile in profiles.items():
        for problem in _judged(parsed.exemptions, name, profile, known, now):
            told.setdefault(problem, []).append(name)
    for problem, names in sorted(told.items()):
        where = f" ({', '.join(names)})" if problem.kind in {"refused", "too_long"} else ""
        yield Problem(problem.path, problem.line, problem.kind, problem.message + where)


def _judged(
    every: Sequence[Exemption], environment: str, profile: Profile, known: Known, now: dt.datetime
) -> tuple[Problem, ...]:
    """What is wrong with the exemptions of an environment, without any run."""
    return exemptions.judge(
        every,
        environment,
        profile.exemptions,
        known.criteria,
        {},
        frozenset(one.id for one in every),
        now,
        {},
        allowed=profile.quality_gates.exemptions_allowed,
    ).problems


def lapses(
    every: Iterable[Exemption],
    profiles: Mapping[str, Profile],
    line_of: Callable[..., int],
    today: dt.date,
    until: dt.date,
) -> list[Lapse]:
    """What counts differently on `until` than on `today`, in the order of the days.

    Args:
        every: The exemptions.
        profiles: By environment.
        line_of: The line of a key of the environment that is its first argument.
        today: In UTC.
        until: A later day; on it an exemption that expires the day before has lapsed.
    """
    found = [
        Lapse(one.expires, f"{one.path}:{one.line}", f"exemption {one.id!r} of {one.owner} ({one.ticket})")
        for one in every
        if today <= one.expires < until
    ]
    for name, profile in profiles.items():
        for criterion, day in profile.baseline.enforce_from.items():
            if today < day <= until:
                place = f"{profile.source}:{line_of(name, 'baseline', 'enforce_from', criterion)}"
                before = day - dt.timedelta(days=1)
                found.append(Lapse(before, place, f"the grace of {criterion} in {name}"))
    return sorted(found)
