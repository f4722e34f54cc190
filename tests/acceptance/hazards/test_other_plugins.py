"""Errors and habits of other plugins do not turn a run green."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


HOOKS = {
    "makereport": "def pytest_runtest_makereport(item, call): raise OSError('no')",
    "logreport": "def pytest_runtest_logreport(report): raise OSError('no')",
    "sessionfinish": "def pytest_sessionfinish(session): raise OSError('no')",
    "collection": "def pytest_collection_modifyitems(items): raise OSError('no')",
    "protocol": "def pytest_runtest_protocol(item, nextitem): return True",
}


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_broken_hook_never_exits_zero(project: Project, workers: str, hook: str) -> None:
    """An exception in a hook, or a hook that swallows the tests, leaves the run without proof."""
    project.write("conftest.py", f"{hook}\n")
    project.gates(
        "@gate(mandatory)\ndef test_rule(): pass"
    )  # a root conftest does not reach the bundled ones
    for _ in range(3 if workers == "-n2" else 1):  # some of these are races under xdist
        done = project.run(workers)
        assert done.status not in {0, 11}
        assert done.decision != "allow" or "sessionfinish" in hook


def test_conftest_that_resets_the_exit_status_is_overruled(project: Project, workers: str) -> None:
    """The exit status is set after everybody else."""
    project.write("a.md", "[x](gone.md)\n")
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.hookimpl(trylast=True)
        def pytest_sessionfinish(session): session.exitstatus = 0
        """,
    )
    assert project.run(workers).status == 10


def test_coverage_below_its_limit_keeps_pytests_status(project: Project, workers: str) -> None:
    """pytest-cov's fail-under stays a failure where the gates allow, and a block stays a block."""
    project.write("module.py", "def used(): return 1\ndef unused():\n    return 2\n")
    project.write("pytest.ini", "[pytest]\npythonpath = .\n")
    project.gates("import module\n\n@gate(mandatory)\ndef test_rule(): module.used()")
    options = ("--cov=module", "--cov-fail-under=100", "--cov-report=")
    done = project.run(workers, *options, plugins=("pytest_cov",))
    assert (done.status, done.decision) == (1, "allow")
    project.write("a.md", "[x](gone.md)\n")
    assert project.run(workers, *options, plugins=("pytest_cov",)).status == 10


def test_too_many_warnings_keep_pytests_status(project: Project, workers: str) -> None:
    """--max-warnings exits 6, whatever the gates say of themselves."""
    project.gates("import warnings\n\n@gate(mandatory)\ndef test_rule(): warnings.warn('w')")
    assert project.run(workers, "--max-warnings=0", scanners=True).status == 6


PROPERTY = {
    "an enum": "import enum; value = enum.Enum('E', 'A').A",
    "a date": "import datetime; value = datetime.date(2026, 1, 1)",
    "a lone surrogate": "value = chr(0xD800)",
    "an object": "value = object()",
    "a subclass of str": "value = type('S', (str,), {})('x')",
}


@pytest.mark.parametrize("statement", PROPERTY.values(), ids=PROPERTY)
def test_values_that_cannot_cross_never_pass_silently(project: Project, workers: str, statement: str) -> None:
    """A value that kills a worker's channel ends in a block or an internal error, not in a pass."""
    project.gates(f"""
        @gate(mandatory)
        def test_rule(record_property):
            {statement}
            record_property("p", value)
        """)
    for _ in range(2):
        done = project.run(workers)
        if done.status == 0:
            assert done.decision == "allow"
            assert done.criterion("rule")["outcome"] == "passed"
        else:
            assert done.status in {3, 10}


def test_surrogates_in_findings_survive(project: Project, workers: str) -> None:
    """Text that no encoder takes reaches the verdict in a readable form."""
    project.gates("""
        @gate(mandatory)
        def test_rule(findings): findings.add("bad " + chr(0xDC80), path="x" + chr(0xD800))
        """)
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["findings"][0]["message"] == "bad ?"


@pytest.mark.parametrize(
    ("body", "name"),
    [("assert x < 0", "a falsified property"), ("hypothesis.assume(False)", "an unsatisfiable one")],
    ids=["falsified", "unsatisfiable"],
)
def test_hypothesis_failures_fail_the_gate(project: Project, workers: str, body: str, name: str) -> None:
    """Property tests are gate tests like others."""
    project.gates(f"""
        import hypothesis
        from hypothesis import given, settings, strategies as st

        @gate(mandatory)
        @settings(database=None, max_examples=20)
        @given(x=st.integers(min_value=0))
        def test_rule(x):
            {body}
        """)
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block"), name
    assert done.criterion("rule")["outcome"] == "failed"


@pytest.mark.parametrize("option", ["--benchmark-skip", "--benchmark-disable"])
def test_benchmark_that_does_not_measure_blocks(project: Project, option: str) -> None:
    """A performance gate without a measurement proves nothing."""
    project.gates("@gate(mandatory)\ndef test_rule(benchmark): benchmark(lambda: None)")
    done = project.run(option, plugins=("benchmark",))
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == ("skipped" if "skip" in option else "inconclusive")


def test_benchmark_is_never_left_to_a_worker(project: Project) -> None:
    """pytest-benchmark measures nothing there, and says nothing; a process of its own does."""
    project.gates("@gate(mandatory)\ndef test_rule(benchmark): benchmark(lambda: None)")
    assert project.run(plugins=("benchmark",)).criterion("rule")["outcome"] == "passed"
    done = project.run("-n2", plugins=("benchmark",))
    assert (done.status, done.criterion("rule")["outcome"]) == (0, "passed")
