"""The whole screen that a run ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.decision import decide
from pytest_fwgates.model import Finding, Narrowing
from pytest_fwgates.reports import terminal
from tests.unit.strategies import NOW, criterion, evidence, profile, result, verdicts

if TYPE_CHECKING:
    from pytest_fwgates.model import Decision, Outcome, Verdict

LINKS = criterion("zero_broken_links", "framework_integrity")
MODULES = criterion("verify_all_modules_exist", "framework_integrity")
LATENCY = criterion("p95_response_time", "performance")
LINTING = criterion("markdown_linting", "documentation", level="advisory")
HOUSE = criterion("house_rule")


def judge(*results: object, policy: object = None, problems: tuple[str, ...] = ()) -> Verdict:
    """A run of all five criteria, those without a result of their own passed."""
    given_results = {one.criterion: one for one in results}
    everything = [LINKS, MODULES, LATENCY, LINTING, HOUSE]
    whole = [
        given_results.get(one.id, result(one.id, "passed", examined=7, duration_s=0.25)) for one in everything
    ]
    listed = profile(
        mandatory=["framework_integrity"],
        advisory=["documentation"],
        disabled=["performance"],
        bypass_allowed=True,
    )
    return decide(evidence(everything, whole, *problems), policy or listed, NOW)


def screen(verdict: Verdict, *, verbose: bool = False) -> str:
    """The section as it is printed, without markup."""
    return "".join(f"{line}\n" for line, _ in terminal.body(verdict, int(verbose)))


def test_allow() -> None:
    """A run that passed shows what it rests on, with its numbers, and what nobody enforced."""
    measured = result(
        "p95_response_time", "passed", examined=100, value=0.123456, threshold="< 200ms", duration_s=12
    )
    assert (
        screen(judge(measured))
        == """\
ALLOW: production (environments/production.yml)
  stage framework_validation: 13.0 s, target 120 s
  NOT ENFORCED (disabled in environments/production.yml): performance

(no gate): 1 passed
  passed         house_rule: 7 examined, 0.25 s

documentation: 1 passed
  passed         markdown_linting (advisory): 7 examined, 0.25 s

framework_integrity: 2 passed
  passed         verify_all_modules_exist: 7 examined, 0.25 s
  passed         zero_broken_links: 7 examined, 0.25 s

performance: 1 passed
  passed         p95_response_time (not enforced here): 123.5 ms against < 200ms, 100 examined, 12.00 s
"""
    )


def test_block() -> None:
    """A run that is blocked shows why, where, and what to do, what blocks first."""
    findings = (
        Finding("link to gone.md is broken", "guide.md", 7, 3, criterion="zero_broken_links"),
        Finding("the manifest is missing", "plugin.json", criterion="zero_broken_links"),
        Finding("nothing is in order", criterion="zero_broken_links"),
    )
    verdict = judge(
        result("markdown_linting", "inconclusive", reason="it examined nothing"),
        result("zero_broken_links", "failed", examined=7, findings=findings, reason="3 findings", value=3),
        result("verify_all_modules_exist", "not_applicable", reason="the framework has no command"),
        result("p95_response_time", "failed", reason="0.3 does not hold < 200ms"),
        problems=("collection error: gate_tests/test_x.py",),
    )
    assert (
        screen(verdict)
        == """\
BLOCK: production (environments/production.yml)
  collection error: gate_tests/test_x.py
  zero_broken_links failed: 3 findings (mandatory: framework_integrity, environments/production.yml:4)
  markdown_linting inconclusive: it examined nothing (advisory: documentation, environments/production.yml:5)
  stage framework_validation: 0.2 s, target 120 s
  NOT ENFORCED (disabled in environments/production.yml): performance

(no gate): 1 passed
  passed         house_rule: 7 examined, 0.25 s

documentation: 1 needs approval
  needs approval markdown_linting: inconclusive, 0 examined, 0.00 s

framework_integrity: 1 blocked, 1 not applicable
  blocked        zero_broken_links: failed, 3 against no limit, 7 examined, 0.00 s
  not applicable verify_all_modules_exist: 0 examined, 0.00 s

performance: 1 not enforced
  not enforced   p95_response_time: failed, 0 examined, 0.00 s

findings (3)
  guide.md:7: link to gone.md is broken [zero_broken_links]
  plugin.json: the manifest is missing [zero_broken_links]
  nothing is in order [zero_broken_links]

to unblock
  make markdown_linting conclusive: it examined nothing, or have it approved
  mend what zero_broken_links found
  settle: collection error: gate_tests/test_x.py
"""
    )


def test_narrowed() -> None:
    """What left criteria out, and what a person should know, stands under the reasons."""
    verdict = msgspec.structs.replace(
        judge(),
        reasons=("the run was narrowed",),
        narrowing=(Narrowing("--lf", "", "configuration"), Narrowing("-k", "links", "command line")),
        notices=("new is not in the lock yet",),
    )
    assert screen(verdict).splitlines()[1:5] == [
        "  the run was narrowed",
        "  left out by --lf (configuration)",
        "  left out by -k links (command line)",
        "  note: new is not in the lock yet",
    ]


@pytest.mark.parametrize(
    ("identifier", "outcome", "expected"),
    [
        pytest.param("house_rule", "failed", "mend what house_rule found", id="of what blocks"),
        pytest.param(
            "markdown_linting",
            "failed",
            "mend what markdown_linting found, or have it approved",
            id="of what needs approval",
        ),
        pytest.param("p95_response_time", "failed", "", id="of what is not enforced: none"),
        pytest.param("house_rule", "passed", "", id="of what passed: none"),
        pytest.param("house_rule", "not_applicable", "", id="of what does not apply: none"),
    ],
)
def test_way_out(identifier: str, outcome: Outcome, expected: str) -> None:
    """Only what stands in the way has a way out."""
    (row,) = [one for one in judge(result(identifier, outcome)).criteria if one.id == identifier]
    assert terminal.way_out(row) == expected


def test_require_approval() -> None:
    """A run that needs approval says what would make the approval needless."""
    verdict = judge(result("markdown_linting", "failed", examined=7, reason="1 finding"))
    assert screen(verdict).endswith(
        "\nto go on without an approval\n  mend what markdown_linting found, or have it approved\n"
    )


@pytest.mark.parametrize(
    ("outcome", "way_out"),
    [
        pytest.param("failed", "mend what house_rule found", id="failed"),
        pytest.param("error", "repair the gate test {}: why", id="error"),
        pytest.param("skipped", "remove the skip or xfail from {}: why", id="skipped"),
        pytest.param("not_run", "run house_rule ({}); it was not run", id="not run"),
        pytest.param("inconclusive", "make house_rule conclusive: why", id="inconclusive"),
        pytest.param("flaky", "make house_rule pass the first time", id="flaky"),
    ],
)
def test_ways_out(outcome: Outcome, way_out: str) -> None:
    """For every outcome that blocks there is something to do."""
    verdict = judge(result("house_rule", outcome, reason="why"))
    assert screen(verdict).endswith(f"\nto unblock\n  {way_out.format(HOUSE.nodeid)}\n")


def test_text_is_no_template() -> None:
    """Braces in a reason are printed as they are."""
    verdict = judge(result("house_rule", "error", reason="KeyError: '{id}'"))
    assert "repair the gate test gate_tests/test_it.py::test_house_rule: KeyError: '{id}'" in screen(verdict)


@pytest.mark.parametrize(
    ("count", "verbose", "shown", "more"),
    [
        pytest.param(20, False, 20, False, id="as many as fit"),
        pytest.param(21, False, 20, True, id="more than fit"),
        pytest.param(21, True, 21, False, id="all that there are"),
    ],
)
def test_many_findings(count: int, verbose: bool, shown: int, more: bool) -> None:
    """One screen holds twenty findings and says how to see the others."""
    found = tuple(Finding("broken", "a.md", line, criterion="house_rule") for line in range(1, count + 1))
    printed = screen(judge(result("house_rule", "failed", findings=found)), verbose=verbose)
    assert f"\nfindings ({count})\n" in printed
    assert printed.count("[house_rule]") == shown
    rest = "  ... and 1 more of house_rule\n  -v shows all findings, --gate-verdict PATH writes them\n"
    assert (rest in printed) is more


def test_many_criteria_with_findings() -> None:
    """No criterion fills the screen so that another's findings are not seen."""
    many = {"house_rule": 30, "zero_broken_links": 12, "verify_all_modules_exist": 3}
    results = [
        result(
            one, "failed", findings=tuple(Finding("broken", "a.md", n, criterion=one) for n in range(count))
        )
        for one, count in many.items()
    ]
    printed = screen(judge(*results))
    assert {one: printed.count(f"[{one}]") for one in many} == {
        "house_rule": 6,
        "zero_broken_links": 6,
        "verify_all_modules_exist": 3,
    }
    assert "  ... and 24 more of house_rule\n" in printed


def test_findings_that_count_come_first() -> None:
    """What blocks is shown before what needs approval, and that before what is not enforced."""
    results = [
        result(one, "failed", findings=(Finding("broken", criterion=one),))
        for one in ("markdown_linting", "p95_response_time", "zero_broken_links")
    ]
    listed = screen(judge(*results)).partition("findings (3)\n")[2].splitlines()[:3]
    assert listed == [
        "  broken [zero_broken_links]",
        "  broken [markdown_linting]",
        "  broken [p95_response_time]",
    ]


@pytest.mark.parametrize(
    ("decision", "colour"),
    [
        pytest.param("allow", "green", id="allow is green"),
        pytest.param("require_approval", "yellow", id="an approval is yellow"),
        pytest.param("block", "red", id="block is red"),
    ],
)
def test_colours(decision: Decision, colour: str) -> None:
    """The first line has the colour of the decision."""
    verdict = msgspec.structs.replace(judge(), decision=decision)
    assert terminal.body(verdict)[0][1] == {colour: True, "bold": True}


@pytest.mark.parametrize(
    ("identifier", "outcome", "word", "colour"),
    [
        ("zero_broken_links", "passed", "passed", "green"),
        ("zero_broken_links", "not_applicable", "not applicable", "green"),
        ("zero_broken_links", "failed", "blocked", "red"),
        ("zero_broken_links", "inconclusive", "inconclusive", "red"),
        ("markdown_linting", "failed", "needs approval", "yellow"),
        ("p95_response_time", "failed", "not enforced", "yellow"),
    ],
)
def test_colours_of_rows(identifier: str, outcome: Outcome, word: str, colour: str) -> None:
    """A row is as red as it is grave."""
    lines = terminal.body(judge(result(identifier, outcome)))
    assert [found for line, found in lines if line.startswith(f"  {word:<14} {identifier}")] == [
        {colour: True}
    ]


def test_header() -> None:
    """The start of the run says what is judged and by which policy."""
    assert terminal.header(profile(), ("framework_validation", "code_quality"), "/framework") == (
        "gates: production (environments/production.yml); "
        "stages: framework_validation, code_quality; framework: /framework"
    )


@pytest.mark.parametrize(
    ("decision", "selected", "partial", "line"),
    [
        pytest.param("allow", "allow", False, "fwgates: production: ALLOW, exit 0", id="allow"),
        pytest.param("block", "allow", False, "fwgates: production: BLOCK, exit 0", id="block"),
        pytest.param(
            "require_approval",
            "allow",
            False,
            "fwgates: production: REQUIRES APPROVAL, exit 0",
            id="an approval",
        ),
        pytest.param(
            "block",
            "allow",
            True,
            "fwgates: production: BLOCK PARTIAL (what ran: ALLOW), exit 0",
            id="a partial run that passed",
        ),
        pytest.param(
            "block",
            "block",
            True,
            "fwgates: production: BLOCK PARTIAL (what ran: BLOCK), exit 0",
            id="a partial run that failed",
        ),
    ],
)
def test_last_line(decision: Decision, selected: Decision, partial: bool, line: str) -> None:
    """The last line is the decision, and a partial run is never shown as the whole."""
    verdict = msgspec.structs.replace(judge(), decision=decision, selected_decision=selected, partial=partial)
    assert terminal.last_line(verdict, 0) == line


def test_not_judged() -> None:
    """A run that only collected is not shown as a decision."""
    assert terminal.not_judged(profile(), 10) == "fwgates: production: NOT JUDGED, only collected, exit 10"


@given(verdict=verdicts(), verbose=st.booleans())
@settings(deadline=None)
def test_every_verdict_has_a_screen(verdict: Verdict, verbose: bool) -> None:
    """Every criterion and every reason is on the screen, and whatever is not allowed has a way out."""
    printed = screen(verdict, verbose=verbose)
    assert all(f" {row.id}" in printed for row in verdict.criteria)
    assert all(f"  {reason}" in printed for reason in verdict.reasons)
    head, _, ways = printed.rpartition(
        "\nto unblock\n" if verdict.decision == "block" else "\nto go on without an approval\n"
    )
    assert bool(head) is (verdict.decision != "allow")
    assert ways if verdict.decision != "allow" else True


@pytest.mark.parametrize(("verbose", "shown"), [(False, terminal.PASSED), (True, terminal.PASSED + 5)])
def test_many_passed_criteria_fit_a_screen(*, verbose: bool, shown: int) -> None:
    """Of thousands that passed a screen holds some; what did not pass is always there."""
    many = [criterion(f"c{number:02}") for number in range(terminal.PASSED + 6)]
    results = [result(one.id, "passed", examined=1) for one in many[:-1]]
    failed = result(many[-1].id, "failed", examined=1)
    verdict = decide(evidence(many, [*results, failed]), profile(), NOW)
    lines = screen(verdict, verbose=verbose).splitlines()
    assert sum(line.startswith("  passed ") for line in lines) == shown
    assert any(line.startswith("  blocked        c35") for line in lines)
    assert ("  ... and 5 more passed; -v shows them" in lines) is not verbose


def test_quiet() -> None:
    """With -q the decision and the way out; with -qq not even that, the last line says it."""
    verdict = judge(result("zero_broken_links", "failed", findings=(Finding("broken", "a.md", 1),)))
    quiet = [line for line, _ in terminal.body(verdict, -1)]
    assert quiet[0] == "BLOCK: production (environments/production.yml)"
    assert quiet[-1] == "  mend what zero_broken_links found"
    assert not any("a.md" in line for line in quiet)
    assert terminal.body(verdict, -2) == []
