"""Where tests run: finds the gate tests, applies the due stages, and puts what they saw on their reports."""

from __future__ import annotations

import gc
import inspect
import unittest
import warnings
from typing import TYPE_CHECKING, Final

import pytest

from pytest_fwgates import catalogue, fixtures, marks, sla
from pytest_fwgates.model import Criterion
from pytest_fwgates.session import alone, judge, manifests, suite, wire
from pytest_fwgates.session.manifests import Manifest, Row
from pytest_fwgates.session.plan import SUITE, other_shards

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_fwgates.session.plan import Plan

GATE: Final = pytest.StashKey[Criterion]()
"""The criterion that a gate test item declares; an item without it is an ordinary test."""


class Worker:
    """One process's view of the run; its manifest is all that the controller learns of collection."""

    def __init__(self, config: pytest.Config, plan: Plan) -> None:
        self.config = config
        self.plan = plan
        self.gates: list[pytest.Item] = []
        self.problems: list[str] = []
        self.selected: frozenset[str] = frozenset()
        self.alone: frozenset[str] = frozenset()
        self._limited: set[str] = set()
        self._running: frozenset[str] = frozenset()
        self._observed: dict[str, judge.Observation] = {}

    def manifest(self) -> Manifest:
        """Every collected gate test with its criterion, what was selected, and what went wrong."""
        return Manifest(
            tuple(Row(wire.text(item.nodeid), item.stash[GATE]) for item in self.gates),
            self.selected,
            tuple(map(wire.text, self.problems)),
            self.alone,
        )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Spare garbage collection what lives to the end anyway: it would walk it again and again."""
        enabled = gc.isenabled()
        gc.disable()
        try:
            return (yield)
        finally:
            gc.freeze()
            if enabled:
                gc.enable()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add the bundled suite to what the session collects."""
        report = yield
        if isinstance(collector, pytest.Session):
            suite.add_to(report, collector)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Know a gate test from an ordinary one, before anything can deselect it."""
        if item.nodeid.startswith(f"{SUITE}/"):
            suite.set_location(item)
        mark = marks.closest(item)
        if mark is None:
            return
        wrong = self._unusable(item)
        if wrong:
            self.problems.append(f"{item.nodeid}: {wrong}")
            return
        item.stash[GATE] = self._criterion(item, marks.read(mark))
        self.gates.append(item)

    @staticmethod
    def _unusable(item: pytest.Item) -> str | None:
        """Why its marks cannot be used, where collection did not say so: on parameters, in unittest."""
        if is_never_awaited(item):
            return "unittest never runs a coroutine or generator here; use IsolatedAsyncioTestCase"
        callspec = getattr(item, "callspec", None)
        unseen = callspec.marks if callspec else not isinstance(item.parent, pytest.Module)
        return marks.conflict(item) if unseen else None

    def _criterion(self, item: pytest.Item, declared: marks.Declaration) -> Criterion:
        name = getattr(item, "originalname", None) or item.name
        nodeid = item.nodeid
        identifier = wire.text(catalogue.load().criterion_id(name))
        if declared.threshold is not None or identifier in self.plan.profile.limits:
            self._limited.add(identifier)
        return Criterion(
            id=identifier,
            gates=declared.gates,
            stage=declared.stage,
            level=declared.level,
            requires=declared.requires,
            nodeid=wire.text(nodeid.removesuffix(item.name) + name),
            source=wire.text(source_of(item, nodeid)),
            bundled=nodeid.startswith(f"{SUITE}/"),
        )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, object, object]:
        """Leave out stages that are not due, and let ``-m`` see levels, gates and stages.

        The names are marks only while others select by them: a gate called like another plugin's mark
        must not switch that plugin on.
        """
        replaced = self._replaced()
        due = {
            id(item)
            for item in self.gates
            if (declared := item.stash[GATE]).stage in self.plan.stages
            and not (declared.bundled and declared.id in replaced)
        }
        items[:] = [item for item in items if GATE not in item.stash or id(item) in due]
        self._deselect(items, [item for item in items if suite.left_out(item, self.plan.suite_ids)])
        others = self._of_other_shards(due)
        self._deselect(
            items, [item for item in items if GATE in item.stash and item.stash[GATE].id in others]
        )
        named = [item for item in self.gates if id(item) in due]
        added = self._name_marks(named)
        try:
            result = yield
        finally:
            for item in named:
                item.own_markers[:] = [mark for mark in item.own_markers if id(mark) not in added]
        self._part(items)
        return result

    def _part(self, items: list[pytest.Item]) -> None:
        """Leave what runs alone to the process that is for it, and there, everything else to others."""
        is_child = bool(self.config.getoption("gate_alone"))
        if not is_child and not hasattr(self.config, "workerinput"):
            return
        gates = [item for item in items if GATE in item.stash]
        lone = {id(item): item for item in gates if alone.runs_alone(item, item.stash[GATE], self.plan)}
        items[:] = [item for item in items if (id(item) in lone) == is_child]
        if not is_child:
            self.alone = frozenset(wire.text(item.nodeid) for item in lone.values())

    def _name_marks(self, items: list[pytest.Item]) -> set[int]:
        """Give every item its level, gates and stage as marks; the identities of those marks."""
        by_names: dict[tuple[str, ...], list[pytest.Mark]] = {}
        for item in items:
            names = self._names(item.stash[GATE])
            if names not in by_names:
                for name in names:
                    self.config.addinivalue_line(
                        "markers", f"{name}: a level, gate or stage of pytest-fwgates"
                    )
                by_names[names] = [getattr(pytest.mark, name).mark for name in names]
            item.own_markers.extend(by_names[names])
        return {id(mark) for added in by_names.values() for mark in added}

    def _deselect(self, items: list[pytest.Item], dropped: list[pytest.Item]) -> None:
        if dropped:
            gone = {id(item) for item in dropped}
            items[:] = [item for item in items if id(item) not in gone]
            self.config.hook.pytest_deselected(items=dropped)

    def _of_other_shards(self, due: set[int]) -> set[str]:
        """The criteria of other shards: the due ones are dealt out in the order of their ids."""
        return other_shards((item.stash[GATE].id for item in self.gates if id(item) in due), self.plan.shard)

    def _replaced(self) -> set[str]:
        """The criteria whose bundled test gives way to a local one, as the profile knows."""
        named = {catalogue.load().canonical(name) for name in self.plan.profile.quality_gates.replaced}
        if not named:
            return named
        return named & {item.stash[GATE].id for item in self.gates if not item.stash[GATE].bundled}

    @staticmethod
    def _names(criterion: Criterion) -> tuple[str, ...]:
        return tuple(dict.fromkeys((criterion.level, *criterion.gates, criterion.stage)))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """See what is left after everybody's selection."""
        self._miss_late_marks(session.items)
        self._running = frozenset(item.nodeid for item in session.items if GATE in item.stash)
        self.selected = frozenset(map(wire.text, self._running)) | self.alone

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """A test that became a gate after collection may have been left out since."""
        self._miss_late_marks(items)

    def _miss_late_marks(self, items: list[pytest.Item]) -> None:
        """A gate mark that was added after collection is on a test that nobody expects."""
        for item in items:
            if GATE not in item.stash and "gate" in item.keywords and marks.closest(item) is not None:
                self.problems.append(f"{item.nodeid}: its gate mark was added after it was collected")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Refuse a fixture of somebody else under a name of ours."""
        if GATE in item.stash:
            foreign = foreign_fixture(item)
            if foreign:
                pytest.fail(foreign, pytrace=False)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """See whether a gate test that passed has really asserted or measured something."""
        if GATE not in item.stash:
            return (yield)
        try:
            with warnings.catch_warnings():
                # a gate that returns False instead of asserting would pass
                warnings.simplefilter("error", pytest.PytestReturnNotNoneWarning)
                try:
                    result = yield
                except BaseException:
                    judge.seal(item, raised=True)
                    raise
                judge.seal(item)
            judge.conclude(item)
            limited = item.stash[GATE].id in self._limited  # looking a limit up for every test would be dear
            reason = judge.unmeasured(item) if limited or getattr(item, "funcargs", None) else None
            if reason:
                judge.fail_unmeasured(item, reason)
        finally:
            if judge.OBSERVATION in item.stash:
                self._observed[item.nodeid] = item.stash[judge.OBSERVATION]
        return result

    def attach(self, report: pytest.TestReport) -> None:
        """Put what the gate test saw on its report, as builtins."""
        if report.nodeid not in self._running:
            return
        seen = self._observed.get(report.nodeid) if report.when == "call" else None
        report.fwgates = judge.to_wire(seen) if seen else True  # type: ignore[attr-defined]


class Sender:
    """In a worker of xdist: hands what the worker saw to the controller."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.introduced = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Complete a report before xdist sends it; the first carries the manifest.

        So the controller can keep the journal as the run goes.
        """
        self.worker.attach(report)
        if hasattr(report, "fwgates") and not self.introduced:
            self.introduced = True
            report.fwgates_manifest = manifests.to_wire(self.worker.manifest())  # type: ignore[attr-defined]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Hand over the manifest once more: a worker that leaves none has lost tests."""
        manifest = manifests.to_wire(self.worker.manifest())
        self.worker.config.workeroutput["fwgates"] = manifest  # type: ignore[attr-defined]


def is_never_awaited(item: pytest.Item) -> bool:
    """Whether it is a unittest method whose body only a caller that awaits or iterates would run."""
    owner = getattr(item.parent, "obj", None)
    if not (isinstance(owner, type) and issubclass(owner, unittest.TestCase)):
        return False
    function = getattr(item, "function", None)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return True
    return inspect.iscoroutinefunction(function) and not issubclass(owner, unittest.IsolatedAsyncioTestCase)


def source_of(item: pytest.Item, nodeid: str) -> str:
    """``file:line`` of the test; `item.location` is dear, and only a function of another file needs it."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    if code and code.co_filename == str(item.path):
        return f"{nodeid.partition('::')[0]}:{code.co_firstlineno}"
    return f"{item.location[0]}:{code.co_firstlineno if code else (item.location[1] or 0) + 1}"


def foreign_fixture(item: pytest.Item) -> str | None:
    """Why a fixture that the gate test uses is not ours, or None."""
    info = getattr(item, "_fixtureinfo", None)
    for name in fixtures.NAMES.intersection(getattr(item, "fixturenames", ())):
        definitions = info.name2fixturedefs.get(name, ()) if info else ()
        ours = {
            fixtures.load_framework,
            fixtures.collect_findings,
            fixtures.profile_in_force,
            sla.provide_sla,
            sla.provide_load,
        }
        function = definitions[-1].func if definitions else None
        if function not in ours:
            code = getattr(function, "__code__", None)
            where = f"{code.co_filename}:{code.co_firstlineno}" if code else "a parameter of the test"
            return (
                f"the fixture {name!r} of this gate test is not pytest-fwgates' own; rename that of {where}"
            )
    return None
