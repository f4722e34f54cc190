"""What a verdict leaves in the ledger: the decision, and every override that it rests on. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from pytest_fwgates.ledger.chain import Event, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_fwgates.model import Bypass, JudgedCriterion, Run, Verdict

FOLLOW_UP: Final = dt.timedelta(days=7)
"""When somebody has to come back to what was bypassed."""

UNUSED: Final = "unused_exemptions"
"""The detail of a decision that names the exemptions which matched nothing."""

_KINDS: Final[dict[str, Kind]] = {"approved": "approval", "bypassed": "bypass", "exempted": "exemption"}
_LONGEST: Final = 2_000


def of_request(bypasses: Iterable[Bypass], run: Run, now: dt.datetime) -> Iterator[Event]:
    """That a bypass was asked for, before it is known whether it is needed."""
    for one in bypasses:
        due = (now + FOLLOW_UP).date().isoformat()
        details = {"state": "requested", "reason": one.reason[:_LONGEST], "follow_up": due}
        yield Event(
            "bypass",
            _moment(now),
            run.environment,
            one.criterion,
            one.actor,
            run.tree_digest,
            run.policy_digest,
            {**details},
        )


def of_verdict(verdict: Verdict, actor: str, now: dt.datetime) -> Iterator[Event]:
    """The decision, then what each overridden failure would have done."""
    about = (verdict.tree_digest, verdict.policy_digest)
    details: dict[str, str | int | bool | None] = {
        "profile": verdict.profile,
        "commit": verdict.commit,
        "partial": verdict.partial,
        "reasons": len(verdict.reasons),
        "run_ids": ",".join(verdict.run_ids)[:_LONGEST],
    }
    overlooked = sum(len(row.suppressed) for row in verdict.criteria)
    if overlooked:
        details["overlooked"] = overlooked
    unused = [one.id for one in verdict.exemptions if one.unused]
    if unused:
        details[UNUSED] = ",".join(unused)[:_LONGEST]
    at = _moment(now)
    yield Event("decision", at, verdict.environment, verdict.decision, actor, *about, {**details})
    for row in verdict.criteria:
        kind = _KINDS.get(row.disposition)
        if kind:
            yield Event(kind, at, verdict.environment, row.id, actor, *about, {**_override(row)})


def unused_runs(events: Iterable[Event], environment: str, run_ids: Iterable[str]) -> dict[str, int]:
    """In how many of the last decisions in a row each exemption matched nothing; `run_ids` do not count."""
    own = set(run_ids)
    runs: dict[str, int] = {}
    for event in events:
        if event.kind != "decision" or event.environment != environment:
            continue
        if own.isdisjoint(str(event.details.get("run_ids", "")).split(",")):
            names = str(event.details.get(UNUSED) or "").split(",")
            runs = {name: runs.get(name, 0) + 1 for name in names if name}
    return runs


def _override(row: JudgedCriterion) -> dict[str, str | int | bool | None]:
    return {
        "state": "used",
        "outcome": row.outcome,
        "would": row.enforcement,
        "findings": len(row.findings),
        "why": "; ".join(row.disposed)[:_LONGEST],
    }


def _moment(now: dt.datetime) -> str:
    return now.isoformat(timespec="seconds")
