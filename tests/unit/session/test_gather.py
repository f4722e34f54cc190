"""From manifests and phases to evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.evidence import merge
from pytest_fwgates.model import Criterion, Evidence, Finding, Outcome, Result
from pytest_fwgates.policy.lock import Lock, Locked
from pytest_fwgates.session import gather
from pytest_fwgates.session.manifests import Manifest, Row
from pytest_fwgates.session.outcome import CRASHED, Phase
from pytest_fwgates.session.plan import Plan
from pytest_fwgates.thresholds import parse
from tests.unit.strategies import RUN, SOURCE, profile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_fwgates.profile import Profile

laws = settings(deadline=None)

PASSING = (Phase("setup", "passed"), Phase("call", "passed", duration=0.5), Phase("teardown", "passed"))
NODE = "gate_tests/test_it.py::test_it"


def row(nodeid: str = NODE, **changes: Any) -> Row:
    """A gate test of a manifest; its criterion is named as its function."""
    test = nodeid.partition("[")[0]
    declared = {
        "id": test.rpartition("::test_")[2],
        "gates": ("house_rules",),
        "stage": "framework_validation",
        "level": "mandatory",
        "requires": (),
        "nodeid": test,
        "source": "gate_tests/test_it.py:5",
        "bundled": False,
        **changes,
    }
    return Row(nodeid, msgspec.convert(declared, Criterion))


def but(row: Row, **changes: Any) -> Row:
    """The gate test with another declaration."""
    return Row(row.nodeid, msgspec.structs.replace(row.criterion, **changes))


def manifest(*rows: Row, selected: Sequence[str] | None = None, problems: Sequence[str] = ()) -> Manifest:
    """What a process sends that collected `rows` and selected all of them."""
    nodeids = [one.nodeid for one in rows] if selected is None else selected
    return Manifest(rows, frozenset(nodeids), tuple(problems))


def gathered(
    manifests: Sequence[Manifest],
    phases: Mapping[str, Sequence[Phase]],
    *problems: str,
    policy: Profile | None = None,
    stopped: bool = False,
    stages: tuple[str, ...] = RUN.stages,
    demanded: tuple[str, ...] = (),
    local: Lock | None = None,
    hides_files: bool = False,
) -> Evidence:
    """The evidence of a run whose bundled suite is empty."""
    plan = Plan(policy or profile(), Path("/framework"), (".",), (), stages, demanded, (), (), ())
    about = gather.About(RUN, SOURCE, local, Lock(1, ()), hides_files)
    return gather.evidence(gather.Gathered(manifests, phases, problems, stopped), plan, about)


def called(outcome: str, reason: str = "", **observed: Any) -> tuple[Phase, ...]:
    """A node whose call came to `outcome`, with what the `findings` fixture saw."""
    seen = {"outcome": outcome, "examined": 1, "findings": [], "value": None, "threshold": None, **observed}
    return (
        Phase("setup", "passed", duration=1),
        Phase("call", outcome, reason=reason, duration=2, observation=seen if observed else None),
        Phase("teardown", "passed", duration=4),
    )


def test_passed() -> None:
    """A gate test that ran and passed is expected, and its result says so."""
    assert gathered([manifest(row())], {NODE: PASSING}) == Evidence(
        runs=(RUN,),
        sources=(SOURCE,),
        expected=(
            Criterion(
                id="it",
                gates=("house_rules",),
                stage="framework_validation",
                level="mandatory",
                requires=(),
                nodeid=NODE,
                source="gate_tests/test_it.py:5",
            ),
        ),
        results=(Result("it", "passed", examined=1, duration_s=0.5, selected_outcome="passed"),),
        gates=("house_rules",),
        problems=(),
    )


def test_measured() -> None:
    """What a gate test searched, measured and found arrives in its result."""
    finding = Finding("broken", "a.md", 3, criterion="it", fingerprint="0123456789abcdef")
    phases = called(
        "failed",
        "1 finding",
        examined=7,
        value=0.25,
        threshold="< 200ms",
        findings=[msgspec.to_builtins(finding)],
    )
    (result,) = gathered([manifest(row())], {NODE: phases}).results
    assert result == Result(
        "it",
        "failed",
        examined=7,
        value=0.25,
        threshold="< 200ms",
        duration_s=7,
        findings=(finding,),
        reason="1 finding",
        selected_outcome="failed",
    )


@pytest.mark.parametrize(
    ("phase", "found"),
    [
        pytest.param(
            Phase("call", "failed", reason="assert 1 == 2", file="test_it.py", line=9), True, id="an assert"
        ),
        pytest.param(
            Phase(
                "call",
                "failed",
                reason="assert 1 == 2",
                file="test_it.py",
                line=9,
                observation={"outcome": "passed", "examined": 1, "findings": []},
            ),
            True,
            id="an assert beside findings that pass",
        ),
        pytest.param(
            Phase("call", "failed", observation={"outcome": "failed", "examined": 1, "findings": []}),
            False,
            id="findings alone",
        ),
        pytest.param(
            Phase("setup", "failed", reason="boom", file="test_it.py", line=9), False, id="an error"
        ),
    ],
)
def test_assert_is_a_finding(phase: Phase, found: bool) -> None:
    """A plain assert that failed becomes one finding at its own line."""
    (result,) = gathered([manifest(row())], {NODE: [phase, PASSING[2]]}).results
    places = [(one.message, one.path, one.line, one.criterion) for one in result.findings]
    assert places == ([("assert 1 == 2", "test_it.py", 9, "it")] if found else [])
    assert all(one.fingerprint for one in result.findings)


@pytest.mark.parametrize(
    ("phases", "outcome"),
    [
        pytest.param({}, "not_run", id="neither reported"),
        pytest.param({f"{NODE}[a]": PASSING}, "not_run", id="one lost"),
        pytest.param({f"{NODE}[a]": PASSING, f"{NODE}[b]": called("failed")}, "failed", id="one failed"),
        pytest.param({f"{NODE}[a]": PASSING, f"{NODE}[b]": PASSING}, "passed", id="both passed"),
    ],
)
def test_parameters(phases: dict[str, Sequence[Phase]], outcome: Outcome) -> None:
    """All parameters of a test are one criterion, and the worst counts."""
    evidence = gathered([manifest(row(f"{NODE}[a]"), row(f"{NODE}[b]"))], phases)
    assert [one.id for one in evidence.expected] == ["it"]
    (result,) = evidence.results
    assert (result.outcome, result.selected_outcome, result.narrowed) == (outcome, outcome, False)


def test_examined_is_a_sum() -> None:
    """Every parameter that was called adds what it searched; without `findings` it is one subject."""
    rows = [row(f"{NODE}[{name}]") for name in "abc"]
    phases = {
        f"{NODE}[a]": called("passed", examined=7),
        f"{NODE}[b]": PASSING,
        f"{NODE}[c]": [Phase("setup", "failed"), Phase("teardown", "passed")],
    }
    (result,) = gathered([manifest(*rows)], phases).results
    assert result.examined == 8


def test_rerun_counts_once() -> None:
    """Only the last call of a test that was run again says what it searched."""
    phases = [
        PASSING[0],
        Phase("call", "rerun", observation={"outcome": "failed", "examined": 7, "findings": []}),
        *called("passed", examined=7),
    ]
    (result,) = gathered([manifest(row())], {NODE: phases}).results
    assert (result.outcome, result.examined) == ("flaky", 7)


FOUND = {
    "outcome": "failed",
    "examined": 1,
    "value": None,
    "threshold": None,
    "findings": [msgspec.to_builtins(Finding("broken", "a.md", 1, criterion="it", fingerprint="0123"))],
}
FAILING = (PASSING[0], Phase("call", "failed", observation=FOUND), PASSING[2])


@pytest.mark.parametrize(
    ("rows", "phases", "outcome"),
    [
        pytest.param(
            [row(f"{NODE}[a]"), row(f"{NODE}[b]")],
            {f"{NODE}[{name}]": FAILING for name in "ab"},
            "failed",
            id="by two parameters",
        ),
        pytest.param(
            [row()],
            {NODE: [PASSING[0], Phase("call", "rerun", observation=FOUND), *FAILING]},
            "failed",
            id="again when run again",
        ),
        pytest.param(
            [row()],
            {NODE: [PASSING[0], Phase("call", "rerun", observation=FOUND), *PASSING]},
            "flaky",
            id="only at the first attempt",
        ),
    ],
)
def test_finding_counts_once(rows: list[Row], phases: dict[str, Sequence[Phase]], outcome: Outcome) -> None:
    """The same defect is one finding, however often it was found."""
    (result,) = gathered([manifest(*rows)], phases).results
    assert result.outcome == outcome
    assert [one.fingerprint for one in result.findings] == ["0123"]


@pytest.mark.parametrize("levels", [("mandatory", "advisory"), ("advisory", "mandatory")])
def test_workers_disagree_on_the_level(levels: tuple[str, str]) -> None:
    """Which worker was heard last does not decide how strict a criterion is."""
    manifests = [manifest(row(level=level)) for level in levels]
    assert gathered(manifests, {NODE: PASSING}).problems == ("workers collected different gate tests",)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        pytest.param({"stage": "post_deployment"}, "stage", id="in their stage"),
        pytest.param({"requires": ["hook"]}, "requires", id="in the kinds that they require"),
    ],
)
@pytest.mark.parametrize("order", [1, -1], ids=["in order", "in reverse"])
def test_parameters_that_disagree(changes: dict[str, Any], key: str, order: int) -> None:
    """A criterion has one stage and one list of kinds; parameters that differ block, in any order."""
    rows = [row(f"{NODE}[a]"), row(f"{NODE}[b]", **changes)][::order]
    phases = {one.nodeid: PASSING for one in rows}
    assert gathered([manifest(*rows)], phases).problems == (
        f"gate_tests/test_it.py:5: parameters of 'it' declare different values for {key}",
    )


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_report_of_an_unknown_test(outcome: str) -> None:
    """A report of a gate test that nobody collected blocks."""
    stray = "gate_tests/test_x.py::test_x"
    assert gathered([manifest(row())], {NODE: PASSING, stray: called(outcome)}).problems == (
        f"reports of the gate test {stray}, which nobody collected",
    )


def test_crash_of_an_ordinary_test() -> None:
    """A worker may crash in a test that is no gate test; what it lost is told apart."""
    crash = [Phase(CRASHED, "failed", reason="worker 'gw0' crashed")]
    assert gathered([manifest(row())], {NODE: PASSING, "test_x.py::test_x": crash}).problems == ()


@pytest.mark.parametrize(
    ("selected", "stopped", "phases", "expected"),
    [
        pytest.param(
            [f"{NODE}[a]"],
            False,
            {f"{NODE}[a]": PASSING},
            ("not_run", "passed", True),
            id="one was deselected",
        ),
        pytest.param([], False, {}, ("not_run", None, True), id="both were deselected"),
        pytest.param(
            [f"{NODE}[a]"],
            False,
            {f"{NODE}[a]": called("failed")},
            ("failed", "failed", True),
            id="the other failed",
        ),
        pytest.param(
            [f"{NODE}[a]", f"{NODE}[b]"],
            True,
            {f"{NODE}[a]": called("failed")},
            ("failed", "failed", True),
            id="the run stopped before one",
        ),
        pytest.param(
            [f"{NODE}[a]", f"{NODE}[b]"],
            False,
            {f"{NODE}[a]": PASSING},
            ("not_run", "not_run", False),
            id="the report of one was lost",
        ),
        pytest.param(
            [f"{NODE}[a]", f"{NODE}[b]"],
            True,
            {f"{NODE}[a]": PASSING, f"{NODE}[b]": PASSING[:1]},
            ("not_run", "not_run", False),
            id="the run stopped amid one",
        ),
        pytest.param(
            [],
            False,
            {f"{NODE}[a]": PASSING, f"{NODE}[b]": called("failed")},
            ("failed", "failed", False),
            id="both ran though nobody selected them",
        ),
    ],
)
def test_narrowing(
    selected: list[str],
    stopped: bool,
    phases: dict[str, Sequence[Phase]],
    expected: tuple[Outcome, Outcome | None, bool],
) -> None:
    """What options left out is told from what was lost, and neither passes."""
    collected = manifest(row(f"{NODE}[a]"), row(f"{NODE}[b]"), selected=selected)
    (result,) = gathered([collected], phases, stopped=stopped).results
    assert (result.outcome, result.selected_outcome, result.narrowed) == expected


def test_lost_report_has_a_reason() -> None:
    """A test that was to run and of which nothing was heard says so."""
    (result,) = gathered([manifest(row())], {}).results
    assert result.reason == "no report of it arrived"


def test_deselected_has_a_reason() -> None:
    """A test that options left out says so."""
    (result,) = gathered([manifest(row(), selected=[])], {}).results
    assert result.reason == "options left it out"


def test_stage_that_is_not_due() -> None:
    """A criterion of another stage is not expected, but its gate is known."""
    other = "gate_tests/test_it.py::test_other"
    rows = row(), row(other, stage="post_deployment", gates=("compliance",))
    evidence = gathered([manifest(*rows, selected=[NODE])], {NODE: PASSING})
    assert [one.id for one in evidence.expected] == ["it"]
    assert evidence.gates == ("compliance", "house_rules")
    assert evidence.problems == ()


def test_marks_of_parameters() -> None:
    """Where parameters carry marks of their own, all gates count, and the stricter level."""
    rows = (
        row(f"{NODE}[a]", level="advisory", gates=("naming",)),
        row(f"{NODE}[b]", level="mandatory", gates=("naming", "security")),
    )
    (criterion,) = gathered([manifest(*rows)], {}).expected
    assert (criterion.level, criterion.gates, criterion.nodeid) == ("mandatory", ("naming", "security"), NODE)


BUNDLED = row(
    "fwgates/framework_integrity/test_zero_broken_links.py::test_zero_broken_links",
    gates=("framework_integrity",),
    source="fwgates/test_zero_broken_links.py:12",
    bundled=True,
)
LOCAL = row("gate_tests/test_links.py::test_zero_broken_links", gates=("framework_integrity",))
OTHER = row("gate_tests/test_more.py::test_zero_broken_links", gates=("framework_integrity",))
REPLACEMENT = "gate_tests/test_it.py:5: the replacement of 'zero_broken_links'"
NOT_REPLACED = (
    "environments/production.yml: replaced names 'zero_broken_links', which no local gate test replaces"
)
TWICE = (
    "criterion 'zero_broken_links' is defined more than once: "
    "fwgates/test_zero_broken_links.py:12 and gate_tests/test_it.py:5"
)


@pytest.mark.parametrize(
    ("rows", "replaced", "problems", "nodeids"),
    [
        pytest.param([BUNDLED, LOCAL], [], (TWICE,), 2, id="not said to be replaced"),
        pytest.param([BUNDLED, LOCAL], ["zero_broken_links"], (), 1, id="replaced by its id"),
        pytest.param([LOCAL, BUNDLED], ["no_broken_links"], (), 1, id="replaced by another of its names"),
        pytest.param(
            [BUNDLED, but(LOCAL, level="advisory")],
            ["zero_broken_links"],
            (f"{REPLACEMENT} lowers its level",),
            1,
            id="replaced by a milder test",
        ),
        pytest.param(
            [BUNDLED, but(LOCAL, gates=("naming",))],
            ["zero_broken_links"],
            (f"{REPLACEMENT} leaves the gates framework_integrity",),
            1,
            id="replaced by a test of another gate",
        ),
        pytest.param(
            [BUNDLED, LOCAL, OTHER],
            ["zero_broken_links"],
            (f"{TWICE} and gate_tests/test_it.py:5",),
            3,
            id="replaced by two tests",
        ),
        pytest.param(
            [BUNDLED],
            ["zero_broken_links"],
            (NOT_REPLACED,),
            1,
            id="said to be replaced by nothing",
        ),
        pytest.param(
            [LOCAL, OTHER],
            ["zero_broken_links"],
            (f"{TWICE.partition('fwgates/')[0]}gate_tests/test_it.py:5 and gate_tests/test_it.py:5",),
            2,
            id="defined twice in the same repository",
        ),
    ],
)
def test_replacement(rows: list[Row], replaced: list[str], problems: tuple[str, ...], nodeids: int) -> None:
    """Only a local test that the profile names replaces a bundled one, and it is never milder."""
    phases = {one.nodeid: PASSING for one in rows}
    evidence = gathered([manifest(*rows)], phases, policy=profile(replaced=tuple(replaced)))
    assert evidence.problems == problems
    assert evidence.results[0].examined == nodeids


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param(
            {"policy": msgspec.structs.replace(profile(), limits={"speed": parse("< 1s")})},
            "environments/production.yml: criteria names 'speed', which no gate test has",
            id="a threshold of nothing",
        ),
        pytest.param(
            {"policy": profile(replaced=("it_not",))},
            "environments/production.yml: replaced names 'it_not', which no local gate test replaces",
            id="a replacement of nothing",
        ),
        pytest.param(
            {"stages": ("framework_validation", "polishing")},
            "environments/production.yml: stages names 'polishing', which no criterion has",
            id="a stage of nothing in the profile",
        ),
        pytest.param(
            {"stages": ("post_deployment",), "demanded": ("post_deployment",)},
            "--gate-stage post_deployment: no criterion belongs to this stage",
            id="a stage of nothing on the command line",
        ),
    ],
)
def test_unknown_names(changes: dict[str, Any], problem: str) -> None:
    """A name that nothing bears is a mistake in the policy, which blocks."""
    assert problem in gathered([manifest(row())], {NODE: PASSING}, **changes).problems


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"policy": msgspec.structs.replace(profile(), limits={"it": parse("< 1s")})}, id="of a gate test"
        ),
        pytest.param(
            {"policy": msgspec.structs.replace(profile(), limits={"p95_response_time": parse("< 1s")})},
            id="of the document",
        ),
        pytest.param({"stages": ("framework_validation", "code_quality")}, id="of a stage of the document"),
        pytest.param({"demanded": ("framework_validation",)}, id="of a demanded stage"),
    ],
)
def test_known_names(changes: dict[str, Any]) -> None:
    """A name of a collected gate test or of the document is fine."""
    assert gathered([manifest(row())], {NODE: PASSING}, **changes).problems == ()


LOCKED = Lock(1, (Locked("gone", ("naming",), "mandatory", "framework_validation", "gate_tests/test_x.py"),))


@pytest.mark.parametrize(
    ("hides_files", "expected"),
    [
        pytest.param(
            False,
            Result(
                "gone",
                "not_run",
                reason="it is in the lock, but its gate test was not collected",
                selected_outcome="not_run",
            ),
            id="though everything was to be collected",
        ),
        pytest.param(
            True,
            Result("gone", "not_run", reason="options left it out", narrowed=True),
            id="because the person asked for less",
        ),
    ],
)
def test_locked_and_gone(hides_files: bool, expected: Result) -> None:
    """A criterion that only the lock knows is expected, its gate is known, and it was not run."""
    local = Lock(1, (*LOCKED.criteria, Locked("it", (), "mandatory", "framework_validation", "x.py")))
    found = gathered([manifest(row())], {NODE: PASSING}, local=local, hides_files=hides_files)
    assert [one.id for one in found.expected] == ["it", "gone"]
    assert found.gates == ("house_rules", "naming")
    assert found.results[1] == expected
    assert found.problems == found.notices == ()


def test_weakened() -> None:
    """What the lock has to object to, and what it does not know, reaches the evidence."""
    lock = Lock(1, (Locked("it", ("naming",), "mandatory", "framework_validation", "x.py"),))
    rows = (row(), row("gate_tests/test_it.py::test_new"))
    found = gathered([manifest(*rows)], {one.nodeid: PASSING for one in rows}, local=lock)
    assert found.problems == ("gate_tests/test_it.py:5: it is locked in the gates naming and has left them",)
    assert found.notices == ("new is not in the lock yet; accept it with 'fwgates lock'",)


def test_locked_for_another_stage() -> None:
    """A locked criterion of a stage that is not due is not missed."""
    lock = Lock(1, (Locked("late", (), "mandatory", "post_deployment", "x.py"),))
    found = gathered([manifest(row())], {NODE: PASSING}, local=lock)
    assert [one.id for one in found.expected] == ["it"]


def test_no_manifest() -> None:
    """A run of which no process tells what it collected proves nothing."""
    assert gathered([], {}).problems == ("nothing was collected",)


def test_workers_disagree() -> None:
    """Workers that collected different gate tests cannot be trusted."""
    manifests = [manifest(row()), manifest(row(), row(f"{NODE}_too"))]
    assert gathered(manifests, {NODE: PASSING}).problems == ("workers collected different gate tests",)


def test_problems_are_told_once() -> None:
    """What several workers say of the same problem stands once in the evidence of the run."""
    manifests = [manifest(row(), problems=["bad mark"]), manifest(row(), problems=["bad mark"])]
    whole = merge([gathered(manifests, {NODE: PASSING}, "collection error")])
    assert whole.problems == ("bad mark", "collection error")


OBSERVED = {"outcome": "failed", "examined": 2, "findings": [], "value": 7, "threshold": "< 3"}
reports = st.sampled_from([
    (),
    PASSING,
    PASSING[:2],
    called("failed"),
    called("skipped"),
    (PASSING[0], Phase("call", "failed", observation=OBSERVED), PASSING[2]),
])  # fmt: skip


@given(data=st.data(), count=st.integers(1, 3), stopped=st.booleans())
@laws
def test_processes_do_not_matter(data: st.DataObject, count: int, stopped: bool) -> None:
    """The same tests and reports give the same evidence, in one process or in several, in any order."""
    rows = [row(f"{NODE}[{name}]") for name in "abc"]
    nodeids = [one.nodeid for one in rows]
    phases = {nodeid: data.draw(reports) for nodeid in nodeids}
    selected = data.draw(st.sets(st.sampled_from(nodeids)))
    alone = gathered([manifest(*rows, selected=sorted(selected))], phases, stopped=stopped)
    shuffled = {nodeid: phases[nodeid] for nodeid in data.draw(st.permutations(nodeids))}
    several = [manifest(*rows, selected=sorted(selected))] * count
    assert gathered(several, shuffled, stopped=stopped) == alone


@given(data=st.data(), stopped=st.booleans())
@laws
def test_a_pass_needs_every_node(data: st.DataObject, stopped: bool) -> None:
    """A criterion passes only where every one of its tests ran and passed."""
    rows = [row(f"{NODE}[{name}]") for name in "abc"]
    nodeids = [one.nodeid for one in rows]
    phases = {nodeid: data.draw(reports | st.just(PASSING)) for nodeid in nodeids}
    selected = sorted(data.draw(st.sets(st.sampled_from(nodeids)) | st.just(set(nodeids))))
    (result,) = gathered([manifest(*rows, selected=selected)], phases, stopped=stopped).results
    assert (result.outcome == "passed") is all(phases[nodeid] == PASSING for nodeid in nodeids)
    assert not (result.narrowed and result.outcome == "passed")
