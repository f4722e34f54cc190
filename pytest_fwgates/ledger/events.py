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
    details = {
        "profile": verdict.profile,
        "commit": verdict.commit,
        "partial": verdict.partial,
        "reasons": len(verdict.reasons),
        "run_ids": ",".join(verdict.run_ids)[:_LONGEST],
    }
    at = _moment(now)
    yield Event("decision", at, verdict.environment, verdict.decision, actor, *about, {**details})
    for row in verdict.criteria:
        kind = _KINDS.get(row.disposition)
        if kind:
            yield Event(kind, at, verdict.environment, row.id, actor, *about, {**_override(row)})


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
