"""From the phases of a gate test's nodes to one outcome; pure.

A criterion passes only where every node has a passed call, a finished teardown, no skip, no xfail or
xpass and no failed subtest. Whatever is unknown counts as the worse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_fwgates.model import Outcome

# From worst to best: the worst node of a criterion counts.
_RANK: Final[dict[Outcome, int]] = {
    "error": 0,
    "failed": 1,
    "not_run": 2,
    "skipped": 3,
    "inconclusive": 4,
    "flaky": 5,
    "passed": 6,
    "not_applicable": 7,
}
_ONCE: Final = ["setup", "call", "teardown"]


CRASHED: Final = "???"
"""The phase that xdist reports for a test whose worker died."""


class Phase(msgspec.Struct, frozen=True, gc=False):
    """One report of one node; a run holds three of every test.

    Attributes:
        when: ``setup``, ``call``, ``teardown`` or `CRASHED`.
        outcome: ``passed``, ``failed``, ``skipped`` or ``rerun``.
        excused: Whether the report is of an xfail or an unexpected pass.
        subtest: Whether it is of a subtest.
        reason: One line of why it did not pass.
        line: 1-based line of a plain assert that failed, with its file in `file`.
        observation: What the `findings` fixture saw, from the call phase.
    """

    when: str
    outcome: str
    excused: bool = False
    subtest: bool = False
    reason: str = ""
    duration: float = 0.0
    file: str | None = None
    line: int | None = None
    observation: dict[str, Any] | None = None


class NodeOutcome(NamedTuple):
    """What one node came to, and the phase that says why, if it did not pass."""

    outcome: Outcome
    reason: str
    phase: Phase | None = None


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of `outcomes`; not run where there is none."""
    return min(outcomes, key=_RANK.__getitem__, default="not_run")


def fold(phases: Sequence[Phase]) -> NodeOutcome:
    """One outcome for all phases, subtests and reruns of one node, in the order of their reports."""
    crash = next((phase for phase in phases if phase.when == CRASHED), None)
    if crash:
        return NodeOutcome("error", crash.reason or "its worker crashed", crash)
    reruns = [phase for phase in phases if phase.outcome == "rerun"]
    final = last_attempt(phases)
    seen = [NodeOutcome(_of_phase(phase), phase.reason, phase) for phase in final]
    bad = [one for one in seen if one.outcome not in {"passed", "not_applicable"}]
    if bad:
        return min(bad, key=lambda one: _RANK[one.outcome])
    done = {one.phase.when: one for one in seen if one.phase and not one.phase.subtest}
    if "call" not in done:
        return NodeOutcome("not_run", "it was not called")
    calls = sum(phase.when == "call" and not phase.subtest for phase in final)
    if calls > 1 or not {"setup", "teardown"} <= set(done):
        return NodeOutcome("error", "its setup, call and teardown were not each reported once")
    if reruns:
        return NodeOutcome("flaky", "it passed only when it was run again", reruns[-1])
    return NodeOutcome(done["call"].outcome, done["call"].reason, done["call"].phase)


def last_attempt(phases: Sequence[Phase]) -> Sequence[Phase]:
    """The phases after the last rerun; its own teardown may stand among them."""
    for index in range(len(phases) - 1, -1, -1):
        if phases[index].outcome == "rerun":
            return phases[index + 1 :]
    return phases


def is_finished(phases: Sequence[Phase]) -> bool:
    """Whether no further report of the node is due."""
    if phases[-1].when != "teardown":
        return phases[-1].when == CRASHED
    return any(phase.when == "setup" for phase in last_attempt(phases))


def is_plain_pass(phases: Sequence[Phase]) -> bool:
    """Whether setup, call and teardown passed, each once, and there is nothing more to them."""
    return [phase.when for phase in phases] == _ONCE and not any(
        phase.outcome != "passed" or phase.excused or phase.subtest or phase.observation or phase.reason
        for phase in phases
    )


def _of_phase(phase: Phase) -> Outcome:
    """What one phase says; where report and observation differ, the worse."""
    said: Outcome = phase.observation["outcome"] if phase.observation else "passed"
    if phase.excused:
        return "skipped"
    if phase.outcome == "skipped":
        computed = said == "not_applicable" and phase.when == "call" and not phase.subtest
        return "not_applicable" if computed else "skipped"
    if phase.outcome == "passed":
        return said if said != "not_applicable" else "error"
    if phase.outcome == "failed" and phase.when == "call":
        return "inconclusive" if said == "inconclusive" and not phase.subtest else "failed"
    return "error"
