"""What the property tests draw from: hostile text, findings, policies and the evidence of whole runs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, get_args

import msgspec
from hypothesis import strategies as st

from pytest_fwgates.decision import decide
from pytest_fwgates.model import (
    Criterion,
    Evidence,
    Finding,
    Level,
    Narrowing,
    Outcome,
    Result,
    Run,
    Severity,
    Source,
    Verdict,
)
from pytest_fwgates.profile import FrameworkConfig, Infrastructure, Profile, QualityGates
from pytest_fwgates.session.outcome import worst

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW: Final = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
GATES: Final = ("framework_integrity", "security", "documentation", "house_rules", "naming")
"""Three gates of the pipeline document and two that only a user knows."""

GATE_LISTS: Final = ("mandatory_gates", "advisory_gates", "disabled_gates")
RUN: Final = Run("production", ("framework_validation",), (), "c0ffee", "sha256:d1ce", "sha256:face")
SOURCE: Final = Source("run-1", "", "", "/framework", (), ("pytest 9.2",))

any_text: Final = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "Cf"]))
"""Every string that Python can hold: surrogates, NUL and controls more often than chance has them."""

printable_text: Final = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
numbers: Final = (
    st.integers() | st.floats() | st.booleans() | st.sampled_from([10**400, -(10**400), 10**5000, 2**64])
)


def profile(
    *,
    mandatory: Sequence[str] = (),
    advisory: Sequence[str] = (),
    disabled: Sequence[str] = (),
    **quality_gates: Any,
) -> Profile:
    """A production profile with these lists; each gate stands on a line of its own."""
    listed = (*mandatory, *advisory, *disabled)
    gates = QualityGates(
        mandatory_gates=tuple(mandatory),
        advisory_gates=tuple(advisory),
        disabled_gates=tuple(disabled),
        **quality_gates,
    )
    return Profile(
        environment="production",
        source="environments/production.yml",
        framework_config=FrameworkConfig(),
        infrastructure=Infrastructure(),
        quality_gates=gates,
        stages=RUN.stages,
        gate_lines={gate: number for number, gate in enumerate(listed, start=4)},
        limits={},
    )


def criterion(identifier: str, *gates: str, level: Level = "mandatory") -> Criterion:
    """A criterion of `gates` in the stage that is due."""
    return Criterion(
        id=identifier,
        gates=gates,
        stage="framework_validation",
        level=level,
        requires=(),
        nodeid=f"gate_tests/test_it.py::test_{identifier}",
        source="gate_tests/test_it.py:5",
    )


def result(identifier: str, outcome: Outcome, **changes: Any) -> Result:
    """A result of a criterion all of whose tests were selected."""
    return Result(identifier, outcome, **{"selected_outcome": outcome, **changes})


def narrowed(one: Result) -> Result:
    """`one` as it is where another of its tests was left out; as if none ran, where it was not run."""
    selected = None if one.outcome == "not_run" else one.outcome
    outcome = worst([one.outcome, "not_run"])
    return msgspec.structs.replace(one, outcome=outcome, narrowed=True, selected_outcome=selected)


def evidence(
    expected: Sequence[Criterion], results: Sequence[Result], *problems: str, gates: Sequence[str] = ()
) -> Evidence:
    """A run in which `expected` was due; its gates are known, and `gates` besides them."""
    known = {*gates, *(gate for one in expected for gate in one.gates)}
    return Evidence((RUN,), (SOURCE,), tuple(expected), tuple(results), tuple(sorted(known)), problems)


@st.composite
def findings(draw: st.DrawFn, text: st.SearchStrategy[str] = printable_text) -> Finding:
    """A finding, often in the same few files and with the same few texts as others."""
    return Finding(
        message=draw(st.sampled_from(["broken", "missing"]) | text),
        path=draw(st.sampled_from([None, "a.md", "b/c.md"])),
        line=draw(st.none() | st.integers(1, 9)),
        column=draw(st.none() | st.integers(1, 9)),
        severity=draw(st.sampled_from(get_args(Severity))),
    )


criteria: Final = st.lists(
    st.builds(
        Criterion,
        id=st.sampled_from("abcde") | printable_text,
        gates=st.lists(st.sampled_from(GATES), max_size=3, unique=True).map(tuple),
        stage=st.sampled_from(["framework_validation", "post_deployment"]),
        level=st.sampled_from(LEVELS),
        requires=st.just(()),
        nodeid=st.just("gate_tests/test_it.py::test_it"),
        source=st.just("gate_tests/test_it.py:5"),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
"""What a run may collect: one criterion an id."""


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Each gate in one of the lists or in none."""
    lists: dict[str, list[str]] = {name: [] for name in GATE_LISTS}
    for gate in GATES:
        name = draw(st.sampled_from([*GATE_LISTS, None]))
        if name:
            lists[name].append(gate)
    return profile(
        mandatory=lists["mandatory_gates"],
        advisory=lists["advisory_gates"],
        disabled=lists["disabled_gates"],
        bypass_allowed=draw(st.booleans()),
        flaky=draw(st.sampled_from(["block", "allow"])),
    )


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """A run with at most one result for each of up to five criteria; every other one has nothing wrong."""
    sound = draw(st.booleans())
    gates = st.lists(st.sampled_from(GATES), max_size=2, unique=True)
    expected = [
        criterion(f"c{number}", *draw(gates), level=draw(st.sampled_from(LEVELS)))
        for number in range(draw(st.integers(int(sound), 5)))
    ]
    outcomes = st.just("passed") if sound else st.none() | st.sampled_from([*OUTCOMES, *["passed"] * 8])
    results = [result(one.id, outcome) for one in expected if (outcome := draw(outcomes))]
    if not sound and draw(st.booleans()):
        results = [draw(st.just(one) | st.just(narrowed(one))) for one in results]
    problems = () if sound else draw(st.sampled_from([(), (), ("collection error: test_x.py",)]))
    return evidence(
        expected, results, *problems, gates=GATES if sound else draw(st.sampled_from([(), GATES]))
    )


results: Final = st.builds(
    Result,
    criterion=st.sampled_from("abcde"),
    outcome=st.sampled_from(OUTCOMES),
    examined=st.integers(0, 10**6),
    value=st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | printable_text,
    threshold=st.none() | printable_text,
    duration_s=st.floats(0, 1e6),
    findings=st.lists(findings(), max_size=2).map(tuple),
    reason=printable_text,
    narrowed=st.booleans(),
    selected_outcome=st.none() | st.sampled_from(OUTCOMES),
)
"""Every result that a journal can hold."""

_runs: Final = st.sampled_from([RUN, msgspec.structs.replace(RUN, commit=None, demanded=("code_quality",))])
_sources: Final = st.builds(
    Source,
    run_id=st.sampled_from(["run-1", "run-2"]),
    ci_run=st.sampled_from(["", "42"]),
    shard=st.sampled_from(["", "1/2", "2/2", "1/3"]),
    framework_root=st.just("/framework"),
    narrowing=st.sampled_from([(), (Narrowing("-k", "links", "command line"),)]),
    versions=st.just(()),
)


@st.composite
def journals(draw: st.DrawFn, runs: st.SearchStrategy[Run] = _runs) -> Evidence:
    """The evidence of any one journal, in whatever order, whether or not it makes sense."""
    texts = st.lists(printable_text, max_size=2).map(tuple)
    return Evidence(
        runs=(draw(runs),),
        sources=tuple(draw(st.lists(_sources, min_size=1, max_size=2))),
        expected=tuple(draw(criteria)),
        results=tuple(draw(st.lists(results, max_size=3))),
        gates=tuple(draw(st.lists(st.sampled_from(GATES), max_size=3))),
        problems=draw(texts),
        notices=draw(texts),
    )


@st.composite
def verdicts(draw: st.DrawFn, text: st.SearchStrategy[str] = printable_text) -> Verdict:
    """A verdict as decide() gives it, over results with findings and measured values."""
    run = draw(evidences())
    finite = st.floats(allow_nan=False, allow_infinity=False)
    values = st.none() | st.booleans() | st.integers() | finite | text
    results = [
        result(
            one.criterion,
            one.outcome,
            examined=draw(st.integers(0, 10**6)),
            value=draw(values),
            threshold=draw(st.none() | text),
            duration_s=draw(st.floats(0, 1e6)),
            findings=tuple(draw(st.lists(findings(text), max_size=2))),
            reason=draw(text),
        )
        for one in run.results
    ]
    return decide(msgspec.structs.replace(run, results=tuple(results)), draw(profiles()), NOW)
