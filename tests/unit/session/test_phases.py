"""From the reports of real tests to phases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from pytest_fwgates.session import phases, wire
from pytest_fwgates.session.outcome import Phase
from pytest_fwgates.session.plan import Plan
from tests.unit.strategies import RUN, profile

if TYPE_CHECKING:
    from collections.abc import Sequence


def reports_of(pytester: pytest.Pytester, source: str) -> list[pytest.TestReport]:
    """What the tests in `source` report, run without the plugin."""
    path = pytester.makepyfile(test_it=f"import pytest\n{source}")
    ran = pytester.inline_run("-p", "no:fwgates", "-p", "no:cacheprovider", path)
    return list(ran.getreports("pytest_runtest_logreport"))


def phases_of(
    pytester: pytest.Pytester, reports: Sequence[pytest.TestReport], root: Path | None = None
) -> list[Phase]:
    """Their phases, without the durations, on a framework at `root`."""
    plan = Plan(profile(), root or pytester.path, (".",), (), RUN.stages, (), (), (), ())
    config = pytester.parseconfig()
    seen = (phases.of_report(one, plan, config) for one in reports)
    return [msgspec.structs.replace(phase, duration=0.0) for phase in seen]


SETUP, TEARDOWN = Phase("setup", "passed"), Phase("teardown", "passed")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "def test_it(): pass\n", [SETUP, Phase("call", "passed"), TEARDOWN], id="a test that passed"
        ),
        pytest.param(
            "def test_it():\n    assert 1 == 2, 'why'\n",
            [
                SETUP,
                Phase("call", "failed", reason="AssertionError: why", file="test_it.py", line=3),
                TEARDOWN,
            ],
            id="a plain assert, at its own line",
        ),
        pytest.param(
            "def test_it():\n    raise ValueError('one\\ntwo')\n",
            [SETUP, Phase("call", "failed", reason="ValueError: one", file="test_it.py", line=3), TEARDOWN],
            id="an exception of two lines",
        ),
        pytest.param(
            "def test_it():\n    import json\n    json.loads('{')\n",
            [
                SETUP,
                Phase(
                    "call",
                    "failed",
                    reason="json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: "
                    "line 1 column 2 (char 1)",
                    file="test_it.py",
                    line=2,
                ),
                TEARDOWN,
            ],
            id="an exception in another file, at the test",
        ),
        pytest.param(
            "def test_it():\n    pytest.fail('', pytrace=False)\n",
            [SETUP, Phase("call", "failed", reason="Failed", file="test_it.py", line=3), TEARDOWN],
            id="a failure without a word",
        ),
        pytest.param(
            "def test_it(): pytest.skip('why')\n",
            [SETUP, Phase("call", "skipped", reason="Skipped: why"), TEARDOWN],
            id="a skip in the test",
        ),
        pytest.param(
            "@pytest.mark.skip(reason='why')\ndef test_it(): pass\n",
            [Phase("setup", "skipped", reason="Skipped: why"), TEARDOWN],
            id="a skip mark",
        ),
        pytest.param(
            "@pytest.mark.xfail(reason='why')\ndef test_it(): assert False\n",
            [SETUP, Phase("call", "skipped", excused=True, reason="xfail: why"), TEARDOWN],
            id="an expected failure",
        ),
        pytest.param(
            "@pytest.mark.xfail\ndef test_it(): assert False\n",
            [SETUP, Phase("call", "skipped", excused=True, reason="xfail: no reason given"), TEARDOWN],
            id="an expected failure without a word",
        ),
        pytest.param(
            "@pytest.mark.xfail(reason='why', strict=False)\ndef test_it(): pass\n",
            [SETUP, Phase("call", "passed", excused=True, reason="xfail: why"), TEARDOWN],
            id="an unexpected pass",
        ),
        pytest.param(
            "@pytest.fixture\ndef broken():\n    raise OSError('why')\ndef test_it(broken): pass\n",
            [Phase("setup", "failed", reason="OSError: why", file="test_it.py", line=4), TEARDOWN],
            id="a setup that failed",
        ),
        pytest.param(
            "def test_it(subtests):\n"
            "    with subtests.test('a'): pass\n    with subtests.test('b'): assert 0\n",
            [
                SETUP,
                Phase("call", "passed", subtest=True),
                Phase("call", "failed", subtest=True, reason="assert 0", file="test_it.py", line=4),
                Phase("call", "failed", reason="contains 1 failed subtest", file="test_it.py", line=2),
                TEARDOWN,
            ],
            id="subtests",
        ),
    ],
)
def test_of_report(pytester: pytest.Pytester, source: str, expected: list[Phase]) -> None:
    """A phase says what its report said, and where, in one line."""
    assert phases_of(pytester, reports_of(pytester, source)) == expected


def test_observation(pytester: pytest.Pytester) -> None:
    """What the gate test saw comes along, and its reason goes before pytest's."""
    _, call, _ = reports_of(pytester, "def test_it():\n    assert False\n")
    seen: dict[str, Any] = {"outcome": "failed", "reason": "2 findings", "examined": 7, "findings": []}
    call.fwgates = wire.pack(seen)  # type: ignore[attr-defined]
    (phase,) = phases_of(pytester, [call])
    assert (phase.observation, phase.reason) == (seen, "2 findings")


def test_framework_elsewhere(pytester: pytest.Pytester) -> None:
    """A test is shown from the root of the framework, also one that lies outside of it."""
    reports = reports_of(pytester, "def test_it():\n    assert False\n")[1:2]
    (inside,) = phases_of(pytester, reports, pytester.path.parent)
    (outside,) = phases_of(pytester, reports, pytester.path / "framework")
    assert (inside.file, inside.line) == (f"{pytester.path.name}/test_it.py", 3)
    assert (outside.file, outside.line) == ("../test_it.py", 3)


def test_bundled(pytester: pytest.Pytester) -> None:
    """A bundled test is shown under its node id, wherever it is installed."""
    (call,) = reports_of(pytester, "def test_it():\n    assert False\n")[1:2]
    call.nodeid = "fwgates/framework_integrity/test_it.py::test_it"
    call.location = ("fwgates/framework_integrity/test_it.py", 1, "test_it")
    (phase,) = phases_of(pytester, [call], Path("/framework"))
    assert (phase.file, phase.line) == ("fwgates/framework_integrity/test_it.py", 3)


def test_reason_that_is_not_utf8(pytester: pytest.Pytester) -> None:
    """A reason is text that every encoder takes."""
    reports = reports_of(pytester, "def test_it():\n    raise ValueError('caf\\udce9')\n")
    assert phases_of(pytester, reports)[1].reason == "ValueError: caf?"


def test_reason_without_a_report() -> None:
    """A worker that died leaves a report that may say nothing."""
    report = pytest.TestReport("a.py::b", ("a.py", 0, "b"), {}, "failed", None, "call")
    assert phases.reason_of(report) == "no reason given"
