"""The controller's memory of a run: phases as they come, written to the journal criterion by criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pytest_fwgates import evidence as journals
from pytest_fwgates.session import gather, wire
from pytest_fwgates.session.manifests import collected
from pytest_fwgates.session.outcome import is_finished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_fwgates.model import Evidence, Result
    from pytest_fwgates.session.manifests import Manifest
    from pytest_fwgates.session.outcome import Phase
    from pytest_fwgates.session.plan import Plan


class Recorder:
    """Keeps every phase of every gate test and journals each criterion when its last test is done."""

    def __init__(self, plan: Plan, journal: journals.Journal | None) -> None:
        self.plan = plan
        self.journal = journal
        self.phases: dict[str, tuple[Phase, ...]] = {}  # no lists: garbage collection walks those
        self._criterion: dict[str, str] = {}
        self._nodeids: dict[str, tuple[str, ...]] = {}
        self._unfinished: set[str] = set()
        self._left: dict[str, int] = {}
        self._selected: frozenset[str] = frozenset()
        self._written: dict[str, Result] = {}
        self._outdated: list[Result] = []
        self._settled: dict[tuple[str, ...], Result] = {}

    def begin(self, start: journals.Start) -> None:
        """Write down what the run is about, before anything runs."""
        if self.journal is not None:
            self.journal.write(start)

    def manifest(self, manifest: Manifest) -> None:
        """Learn which tests make up which criterion; the first process to say so is enough."""
        if self._criterion or self.journal is None:
            return
        known = collected([manifest], self.plan)
        self._nodeids = known.nodeids
        self._selected = manifest.selected
        for identifier, nodeids in known.nodeids.items():
            if known.criteria[identifier].stage in self.plan.stages:
                self._criterion.update(dict.fromkeys(nodeids, identifier))
                self._unfinished.update(nodeids)
                self._left[identifier] = len(nodeids)

    def phase(self, nodeid: str, phase: Phase) -> None:
        """Keep one phase; the criterion of a finished node may be complete."""
        seen = self.phases[nodeid] = (*self.phases.get(nodeid, ()), phase)
        if phase.outcome == "passed" and phase.when != "teardown" and nodeid in self._unfinished:
            return  # two of three reports, and there may be thousands
        finished = is_finished(seen)
        identifier = self._criterion.get(nodeid)
        if identifier is None or (not finished and nodeid in self._unfinished):
            return
        nodeids = self._nodeids[identifier]
        self._settled.pop(nodeids, None)
        if finished and nodeid in self._unfinished:
            self._unfinished.remove(nodeid)
            self._left[identifier] -= 1
        if finished and not self._left[identifier]:
            result = gather.result_of(identifier, nodeids, self._selected, self.seen())
            self._settled[nodeids] = result
            self._write(result)

    def finish(self, evidence: Evidence) -> Evidence:
        """Write what is left and the end; return all that the journal says.

        A result that changed after it was written, as when a worker dies in a late teardown, stands
        there twice, and the decision sees that the two disagree.
        """
        written = journals.of_results([*self._outdated, *self._written.values()])
        whole = journals.merge([_encodable(evidence), written])
        if self.journal is None:
            unwritten = (*whole.notices, "no evidence was written; give --gate-evidence PATH")
            return msgspec.structs.replace(whole, notices=unwritten)
        self.journal.write(journals.Expected(whole.expected, whole.gates, whole.notices))
        for result in whole.results:
            self._write(result)
        for problem in whole.problems:
            self.journal.write(journals.Problem(problem))
        self.journal.close()
        return whole

    def seen(
        self,
        manifests: Sequence[Manifest] = (),
        problems: Sequence[str] = (),
        *,
        stopped: bool = False,
    ) -> gather.Gathered:
        """All that this process saw."""
        return gather.Gathered(manifests, self.phases, problems, stopped, self._settled)

    def _write(self, result: Result) -> None:
        written = self._written.get(result.criterion)
        if self.journal is None or result == written or result in self._outdated:
            return
        if written is not None:
            self._outdated.append(written)
        self._written[result.criterion] = result
        self.journal.write(journals.Observed(result))


def _encodable(evidence: Evidence) -> Evidence:
    """What names a file or an argument may hold bytes that are no text, and a journal holds text."""
    return msgspec.structs.replace(
        evidence,
        problems=tuple(map(wire.text, evidence.problems)),
        notices=tuple(map(wire.text, evidence.notices)),
    )
