"""Exemptions: `environments/exemptions.yml`, and which findings it covers. All but `read` is pure.

An exemption is a dated, owned and approved permission for named findings of one criterion. The criterion
still runs. What is wrong with an entry is a problem of that entry: it covers nothing and hides no other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pytest_fwgates import catalogue
from pytest_fwgates.framework.spelling import Names
from pytest_fwgates.policy.exemption_file import MAX_BYTES, Exemption, Parsed, of_bytes, parse, unreadable
from pytest_fwgates.policy.problem import Problem
from pytest_fwgates.policy.scope import matcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pytest_fwgates.model import Finding
    from pytest_fwgates.profile_schema import ExemptionPolicy

__all__ = [
    "Exemption",
    "Judged",
    "Parsed",
    "digest",
    "judge",
    "of_bytes",
    "parse",
    "read",
]


class Judged(NamedTuple):
    """What the exemptions of an environment come to in one run.

    Attributes:
        covered: The fingerprint of every finding that is exempted, and the id of the exemption.
        problems: In the order of the file; each is a failure of the policy files.
        unused: Ids of sound exemptions whose criterion ran and which matched none of its findings: one run
            more for each in the count that the next run is given.
    """

    covered: dict[str, str]
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]


def read(path: Path, shown: str) -> Parsed:
    """The exemptions in the file at `path`, none where there is no file."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Parsed((), ())
    except OSError as error:
        return unreadable(shown, None, f"cannot be read: {error.strerror}")
    return of_bytes(content, shown)


def digest(exemption: Exemption) -> str:
    """``sha256:...`` over all that an exemption says, wherever it stands: what a signature is for."""
    content = msgspec.structs.replace(exemption, path="", line=0)
    return f"sha256:{hashlib.sha256(msgspec.json.encode(content, order='sorted')).hexdigest()}"


def judge(  # noqa: PLR0913, PLR0917 - each is a fact of the run that the answer depends on
    exemptions: Sequence[Exemption],
    environment: str,
    policy: ExemptionPolicy,
    known_criteria: Mapping[str, Sequence[str]],
    findings_by_criterion: Mapping[str, Sequence[Finding]],
    trusted: frozenset[str],
    now: dt.datetime,
    unused_runs: Mapping[str, int],
    *,
    allowed: bool,
) -> Judged:
    """What the exemptions cover in one run, and what is wrong with them.

    An exemption for other environments is none of this one's business. One that is refused, untrusted,
    unknown, not yet or no longer valid covers nothing. It is valid through the end of its last day in UTC.
    One that matches nothing or nothing new is a problem too, but what it matches stays covered.

    Args:
        exemptions: As `parse` gave them: each id once.
        environment: The environment of the run.
        policy: The section `exemptions` of its profile.
        known_criteria: Every criterion that can exist here, with its gates.
        findings_by_criterion: The findings of each criterion that ran, also where there are none.
        trusted: The ids whose content is signed or stands at the policy ref.
        now: The time of the decision, with its zone.
        unused_runs: How many runs in a row, before this one, each id matched nothing.
        allowed: `quality_gates.exemptions_allowed` of the profile.
    """
    covered: dict[str, str] = {}
    problems: list[Problem] = []
    unused: list[str] = []
    scopes: dict[tuple[str, ...], str] = {}
    names = Names([*known_criteria, *catalogue.load().aliases])
    today = now.astimezone(dt.UTC).date()
    for one in (one for one in exemptions if environment in one.environments):
        faults = [
            *_faults_of_policy(one, policy, known_criteria, names, allowed=allowed),
            *_faults_of_dates(one, policy, today),
        ]
        if one.id not in trusted:
            faults.append(("untrusted", "is neither signed nor at the policy ref, so it does not count yet"))
        problems += [_problem(one, *fault) for fault in faults]
        if faults:
            continue
        matched = _matched(one, findings_by_criterion.get(one.criterion, ()))
        other = _covers_the_same(one, matched, covered, scopes)
        if other:
            problems.append(
                _problem(one, "overlapping", f"covers nothing that {other!r} does not; remove one")
            )
        if one.criterion in findings_by_criterion and not matched:
            unused.append(one.id)
            if unused_runs.get(one.id, 0) + 1 >= policy.unused_runs:
                runs = f"{policy.unused_runs} runs or more" if policy.unused_runs > 1 else "this run"
                problems.append(_problem(one, "unused", f"has matched no finding in {runs}; remove it"))
        for fingerprint in matched:
            covered.setdefault(fingerprint, one.id)
    return Judged(covered, tuple(problems), tuple(unused))


def _problem(one: Exemption, kind: str, what: str) -> Problem:
    return Problem(one.path, one.line, kind, f"exemption {one.id!r} {what}")


def _faults_of_policy(
    one: Exemption,
    policy: ExemptionPolicy,
    known_criteria: Mapping[str, Sequence[str]],
    names: Names,
    *,
    allowed: bool,
) -> Iterator[tuple[str, str]]:
    if not allowed:
        yield "refused", "is for an environment whose profile does not have exemptions_allowed: true"
    if one.criterion not in known_criteria:
        meant = names.nearest(one.criterion)
        hint = f"; did you mean {meant!r}?" if meant else ""
        yield "unknown_criterion", f"names the unknown criterion {one.criterion!r}{hint}"
    refused = sorted(set(known_criteria.get(one.criterion, ())) & set(policy.refused_gates))
    if refused:
        yield "refused", f"is for the gate {', '.join(refused)}, of which the profile refuses exemptions"
    if _person(one.owner) == _person(one.approver):
        yield "same_person", f"is approved by its own owner {one.owner!r}; somebody else has to"


def _faults_of_dates(one: Exemption, policy: ExemptionPolicy, today: dt.date) -> Iterator[tuple[str, str]]:
    if one.created > today:
        yield "future", f"is of {one.created}, which is still to come (days are those of UTC)"
    if one.expires < today:
        yield "expired", f"expired at the end of {one.expires} (UTC); mend the findings or have it renewed"
    latest = one.created.toordinal() + policy.horizon_days
    if one.expires.toordinal() > latest:
        yield (
            "too_long",
            (f"lasts from {one.created} to {one.expires}; the profile allows {policy.horizon_days} days"),
        )


def _person(name: str) -> str:
    """A name as people compare names: without the @ of a login, whatever its letter case."""
    return unicodedata.normalize("NFKC", name).strip().lstrip("@").casefold()


def _matched(one: Exemption, findings: Iterable[Finding]) -> tuple[str, ...]:
    """The fingerprints of what an exemption names; one with paths and fingerprints asks for both."""
    fits = matcher(one.paths)
    wanted = set(one.fingerprints)
    return tuple(
        finding.fingerprint
        for finding in findings
        if finding.fingerprint
        and (not wanted or finding.fingerprint in wanted)
        and (not one.paths or (finding.path is not None and fits(finding.path)))
    )


def _covers_the_same(
    one: Exemption, matched: tuple[str, ...], covered: Mapping[str, str], scopes: dict[tuple[str, ...], str]
) -> str | None:
    """An earlier exemption that covers the same, if this one adds nothing."""
    scope = (one.criterion, *sorted(set(one.paths)), "", *sorted(set(one.fingerprints)))
    same = scopes.setdefault(scope, one.id)
    if same != one.id:
        return same
    return covered[matched[0]] if matched and all(one in covered for one in matched) else None
