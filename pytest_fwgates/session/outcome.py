"""From the phases of a gate test's nodes to one outcome; pure.

A criterion passes only where every node has a passed call, a finished teardown, no skip, no xfail or
xpass and no failed subtest. Whatever is unknown counts as the worse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_fwgates.model import Outcome

# From worst to best: the worst node of a criterion counts.
_RANK: Final[tuple[Outcome, ...]] = (
    "error",
    "failed",
    "not_run",
    "skipped",
    "inconclusive",
    "flaky",
    "passed",
    "not_applicable",
)


CRASHED: Final = "???"
"""The phase that xdist reports for a test whose worker died."""


class Phase(NamedTuple):
    """One report of one node.

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
    return min(outcomes, key=_RANK.index, default="not_run")


def fold(phases: Sequence[Phase]) -> NodeOutcome:
    """One outcome for all phases, subtests and reruns of one node, in the order of their reports."""
    crash = next((phase for phase in phases if phase.when == CRASHED), None)
    if crash:
        return NodeOutcome("error", crash.reason or "its worker crashed", crash)
    last_rerun = max((i for i, phase in enumerate(phases) if phase.outcome == "rerun"), default=-1)
    final = phases[last_rerun + 1 :]
    bad = _first_bad(final)
    if bad:
        return bad
    passed = {phase.when for phase in final if phase.outcome == "passed" and not phase.subtest}
    if "call" not in passed:
        return NodeOutcome("not_run", "it was not called")
    if "teardown" not in passed:
        return NodeOutcome("error", "its teardown was not finished")
    if last_rerun >= 0:
        return NodeOutcome("flaky", "it passed only when it was run again", phases[last_rerun])
    return NodeOutcome("passed", "")


def _first_bad(phases: Sequence[Phase]) -> NodeOutcome | None:
    verdicts = [NodeOutcome(_of_phase(phase), phase.reason, phase) for phase in phases]
    bad = [verdict for verdict in verdicts if verdict.outcome != "passed"]
    return min(bad, key=lambda verdict: _RANK.index(verdict.outcome), default=None)


def _of_phase(phase: Phase) -> Outcome:
    said: Outcome | None = phase.observation["outcome"] if phase.observation else None
    if phase.excused:
        return "skipped"
    if phase.outcome == "passed":
        return "passed"
    if phase.outcome == "skipped":
        return "not_applicable" if said == "not_applicable" else "skipped"
    if phase.outcome == "failed" and phase.when == "call":
        return "inconclusive" if said == "inconclusive" and not phase.subtest else "failed"
    return "error"
