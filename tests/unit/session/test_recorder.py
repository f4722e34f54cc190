"""The journal that is kept while a run goes on says the same as the evidence at its end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates import evidence as journals
from pytest_fwgates.decision import decide
from pytest_fwgates.policy.lock import Lock
from pytest_fwgates.session import gather
from pytest_fwgates.session.outcome import CRASHED, Phase
from pytest_fwgates.session.plan import Plan
from pytest_fwgates.session.recorder import Recorder
from tests.unit.session.test_gather import FAILING, NODE, PASSING, called, manifest, row
from tests.unit.strategies import NOW, RUN, SOURCE, profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_fwgates.model import Evidence
    from pytest_fwgates.session.manifests import Manifest

laws = settings(deadline=None)

PLAN = Plan(profile(), Path("/framework"), (".",), (), RUN.stages, (), (), (), ())
START = journals.Start(journals.VERSION, "2026-03-01T12:00:00+00:00", RUN, (SOURCE,), ())
OTHER = "gate_tests/test_it.py::test_other"
LATER = "gate_tests/test_it.py::test_later"
ROWS = (
    row(f"{NODE}[a]"),
    row(f"{NODE}[b]"),
    row(OTHER),
    row(LATER, stage="post_deployment"),
)
RERUN = (PASSING[0], Phase("call", "rerun", reason="it failed once"))
CRASH = Phase(CRASHED, "failed", reason="worker 'gw0' crashed while running it")


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for one journal after another."""
    return tmp_path_factory.mktemp("recorder") / "evidence.jsonl"


def record(
    path: Path | None,
    reports: Iterable[tuple[str, Phase]],
    *problems: str,
    known: Manifest | None = None,
    stopped: bool = False,
) -> Evidence:
    """Everything that a recorder says of a run with these reports."""
    collected = known or manifest(*ROWS)
    recorder = Recorder(PLAN, None if path is None else journals.Journal(path))
    recorder.begin(START)
    recorder.manifest(collected)
    for nodeid, phase in reports:
        recorder.phase(nodeid, phase)
    seen = recorder.seen([collected], problems, stopped=stopped)
    about = gather.About(RUN, SOURCE, None, Lock(1, ()), hides_files=False)
    found = gather.evidence(seen, PLAN, about)
    assert found == gather.evidence(seen._replace(settled={}), PLAN, about), "a result is out of date"
    return recorder.finish(found)


def lines(path: Path) -> list[bytes]:
    """The kinds of the records in a journal."""
    return [line.split(b'"')[3] for line in path.read_bytes().splitlines()]


def of(nodeid: str, phases: Sequence[Phase]) -> list[tuple[str, Phase]]:
    """The reports of one node."""
    return [(nodeid, phase) for phase in phases]


attempts = st.sampled_from([PASSING, FAILING, called("skipped"), PASSING[:2], PASSING[:1], ()])
nodes = st.builds(lambda reruns, last: (*reruns, *last), st.sampled_from([(), RERUN, RERUN * 2]), attempts)


@st.composite
def runs(draw: st.DrawFn) -> dict[str, tuple[Phase, ...]]:
    """What every test of a run reports, some of it again after a rerun, some of it lost."""
    return {one.nodeid: (*draw(nodes), *draw(st.sampled_from([(), (), (), (CRASH,)]))) for one in ROWS[:3]}


@st.composite
def interleaved(draw: st.DrawFn, run: Mapping[str, Sequence[Phase]]) -> list[tuple[str, Phase]]:
    """The reports of a run as several workers may send them: only those of one test keep their order."""
    turns = [nodeid for nodeid, phases in run.items() for _ in phases]
    rest = {nodeid: iter(phases) for nodeid, phases in run.items()}
    return [(nodeid, next(rest[nodeid])) for nodeid in draw(st.permutations(turns))]


@given(run=runs(), stopped=st.booleans(), data=st.data())
@laws
def test_the_journal_says_the_same(
    path: Path, run: dict[str, tuple[Phase, ...]], stopped: bool, data: st.DataObject
) -> None:
    """Whatever the order of reports, what the run is judged by is what its journal says."""
    reports = data.draw(interleaved(run))
    assert record(path, reports, "a problem", stopped=stopped) == journals.read(path.read_bytes())


@given(run=runs(), data=st.data())
@laws
def test_order_of_reports_does_not_matter(
    path: Path, run: dict[str, tuple[Phase, ...]], data: st.DataObject
) -> None:
    """In whatever order the tests report, the run comes to the same decision."""
    in_order = [one for nodeid, phases in run.items() for one in of(nodeid, phases)]
    shuffled = data.draw(interleaved(run))
    first, second = (decide(record(path, one), profile(), NOW) for one in (in_order, shuffled))
    assert (first.decision, first.selected_decision) == (second.decision, second.selected_decision)


def test_a_criterion_is_written_when_it_is_done(path: Path) -> None:
    """The result of a criterion stands in the journal as soon as the last of its tests has ended."""
    recorder = Recorder(PLAN, journals.Journal(path))
    recorder.begin(START)
    recorder.manifest(manifest(*ROWS))
    seen = []
    for nodeid, phase in (*of(f"{NODE}[a]", PASSING), *of(OTHER, PASSING), *of(f"{NODE}[b]", PASSING)):
        recorder.phase(nodeid, phase)
        seen.append(lines(path).count(b"result"))
    assert seen == [0, 0, 0, 0, 0, 1, 1, 1, 2]


def test_a_rerun_is_not_the_end(path: Path) -> None:
    """A test that will run again is not written after its first attempt."""
    recorder = Recorder(PLAN, journals.Journal(path))
    recorder.begin(START)
    recorder.manifest(manifest(row()))
    for phase in (*RERUN, PASSING[2]):
        recorder.phase(NODE, phase)
    assert lines(path) == [b"start"]


def test_order_of_records(path: Path) -> None:
    """The journal ends with what was expected, what is left and what went wrong."""
    record(path, of(OTHER, PASSING), "a problem")
    assert lines(path) == [b"start", b"result", b"expected", b"result", b"problem", b"end"]


def test_stage_that_is_not_due(path: Path) -> None:
    """A test of another stage that reports all the same leaves no result behind."""
    found = record(path, of(LATER, PASSING))
    assert [one.criterion for one in found.results] == ["it", "other"]


def test_late_crash(path: Path) -> None:
    """A worker that dies after a test was done takes its pass back."""
    found = record(path, [*of(OTHER, PASSING), (OTHER, CRASH)], known=manifest(row(OTHER)))
    assert [one.outcome for one in found.results] == ["error", "passed"]
    verdict = decide(found, profile(), NOW)
    assert verdict.decision == "block"
    assert verdict.criteria[0].reason == "2 results that disagree"


def test_reports_before_the_manifest(path: Path) -> None:
    """A test of which nobody has said yet to what it belongs is written at the end."""
    recorder = Recorder(PLAN, journals.Journal(path))
    recorder.begin(START)
    for phase in PASSING:
        recorder.phase(NODE, phase)
    assert lines(path) == [b"start"]
    seen = recorder.seen([manifest(row())])
    about = gather.About(RUN, SOURCE, None, Lock(1, ()), hides_files=False)
    found = recorder.finish(gather.evidence(seen, PLAN, about))
    assert found == journals.read(path.read_bytes())
    assert [one.outcome for one in found.results] == ["passed"]


def test_no_journal() -> None:
    """A run whose journal cannot be written is judged all the same and says so."""
    found = record(None, of(OTHER, PASSING))
    assert [one.outcome for one in found.results] == ["not_run", "passed"]
    assert found.notices == ("no evidence was written; give --gate-evidence PATH",)


def test_text_that_is_not_utf8(path: Path) -> None:
    """A problem that names a file whose name is not UTF-8 does not end the journal."""
    found = record(path, (), "caf\udce9: no such file")
    assert found.problems == ("caf?: no such file",)
    assert found == journals.read(path.read_bytes())
