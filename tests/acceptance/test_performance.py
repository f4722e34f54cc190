"""Gate tests that measure: alone, for as long as it takes, and never in silence."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from tests.services import service

if TYPE_CHECKING:
    from conftest import Done, Project

pytestmark = pytest.mark.alone

PLUGINS = ("xdist", "benchmark")
ALL = (
    *("concurrent_users", "cpu_utilization", "disk_io_rate", "memory_usage", "network_bandwidth"),
    *("p95_response_time", "p99_response_time", "throughput", "timeout_rate"),
)
COMMAND = "---\ndescription: Deploy it\nallowed-tools: Bash\n---\n\nDeploy it.\n"


def run(project: Project, *args: str) -> Done:
    """A run that can measure."""
    return project.run(*args, plugins=PLUGINS)


def profile(project: Project, performance: str = "", criteria: str = "") -> None:
    """Enforce the gate performance, by stages that do nothing else."""
    project.write(
        "environments/production.yml",
        "production:\n"
        "  quality_gates:\n"
        f"    mandatory_gates: [performance]\n    criteria: {{{criteria}}}\n"
        "  stages: [functional_testing, performance_gates]\n"
        f"  performance: {{{performance}}}\n",
    )


CALLS = """
import sys, time

@gate(mandatory, "performance", stage="performance_gates", threshold="< 50ms")
def test_quick(sla):
    sla.percentile(95, sum, range(1000))

@gate(mandatory, "performance", stage="performance_gates", threshold="< 5ms")
def test_slow(sla):
    sla.percentile(95, time.sleep, 0.01)

@gate(mandatory, "performance", stage="performance_gates", threshold="< 50ms")
def test_tail(sla):
    calls = iter(range(10**9))
    sla.percentile(95, lambda: time.sleep(0.02 if next(calls) % 40 == 0 else 0), also=[(99, 0.01)])

@gate(mandatory, "performance", stage="performance_gates", threshold="< 5s")
def test_program(sla):
    sla.percentile(95, sla.command([sys.executable, "-S", "-c", ""]))

@gate(mandatory, "performance", stage="performance_gates", threshold="< 5s")
def test_broken_program(sla):
    sla.percentile(95, sla.command([sys.executable, "-S", "-c", "raise SystemExit(3)"]))

@gate(mandatory, "performance", stage="performance_gates")
def test_limitless(sla):
    sla.percentile(95, sum, range(1000))
"""


def test_calls(project: Project, workers: str) -> None:
    """What is quick passes with its percentile and what it was computed from; what is slow does not."""
    project.gates(CALLS)
    profile(project)
    done = run(project, workers)
    rows = {name: done.criterion(name) for name in ("quick", "slow", "tail", "program", "broken_program")}
    assert {name: row["outcome"] for name, row in rows.items()} == {
        "quick": "passed",
        "slow": "failed",
        "tail": "failed",
        "program": "passed",
        "broken_program": "failed",
    }
    assert rows["quick"]["value"] < 0.05
    assert len(rows["quick"]["samples"]) == rows["quick"]["examined"] >= 118
    assert rows["slow"]["value"] > 0.01
    assert "p99 is" in rows["tail"]["reason"]
    assert "returned non-zero exit status 3" in done.criterion("broken_program")["reason"]
    assert "threshold" in done.criterion("limitless")["reason"]
    assert done.status == 10


def test_benchmarks_that_are_disabled(project: Project, workers: str) -> None:
    """Nothing is measured, and nothing passes."""
    project.gates(CALLS)
    profile(project)
    done = run(project, workers, "--benchmark-disable")
    assert done.criterion("quick")["outcome"] == "inconclusive"
    assert "disabled" in done.criterion("quick")["reason"]
    assert done.status == 10


def test_percentiles_of_pytest_benchmark(project: Project) -> None:
    """They stand in its JSON, and in a table below its own; not of averages."""
    project.gates(CALLS)
    project.gates("def test_averaged(benchmark):\n    benchmark(sum, range(10))\n", "test_averaged.py")
    profile(project)
    done = run(project, "--benchmark-json=bench.json", "-k", "quick or averaged")
    stats = {
        one["name"]: one["stats"]
        for one in json.loads((project.root / "bench.json").read_text())["benchmarks"]
    }
    quick = stats["test_quick"]
    assert quick["min"] <= quick["median"] <= quick["p95"] <= quick["p99"] <= quick["max"]
    assert quick["p95"] == done.criterion("quick")["value"]
    assert "p95" not in stats["test_averaged"]
    assert "- percentiles -" in done.text


BESIDE = """
import pathlib, time

def note(kind):
    with open(pathlib.Path(__file__).parents[1] / "spans.txt", "a") as file:
        begun = time.monotonic()
        time.sleep(0.05)
        file.write(f"{kind} {begun} {time.monotonic()}\\n")

@pytest.mark.parametrize("number", range(12))
def test_ordinary(number):
    note("ordinary")

@gate(mandatory, "performance", stage="performance_gates", threshold="< 1s")
def test_first(findings):
    note("alone")
    findings.measure(0.1)

@gate(mandatory, "performance", stage="performance_gates", threshold="< 1s")
def test_second(findings):
    note("alone")
    findings.measure(0.2)
"""


@pytest.mark.parametrize("count", [0, 2, 4])
def test_never_beside_another(project: Project, count: int) -> None:
    """Nothing else runs while something is measured, whatever the number of workers; the verdict is one."""
    project.gates(BESIDE)
    profile(project)
    done = run(project, f"-n{count}")
    assert done.status == 0, done.text
    assert [done.criterion(name)["value"] for name in ("first", "second")] == [0.1, 0.2]
    lines = [line.split() for line in (project.root / "spans.txt").read_text().splitlines()]
    spans = [(kind, float(begun), float(ended)) for kind, begun, ended in lines]
    assert sorted(kind for kind, *_ in spans) == ["alone"] * 2 + ["ordinary"] * 12
    for one, other in combinations(spans, 2):
        if "alone" in {one[0], other[0]}:
            assert one[2] <= other[1] or other[2] <= one[1]


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        pytest.param("os._exit(0)", "performance criteria were not run to the end (exit 0)", id="ends"),
        pytest.param("os.kill(os.getpid(), 9)", "were not run to the end (exit -9)", id="killed"),
    ],
)
def test_child_that_ends_early(project: Project, deed: str, said: str) -> None:
    """What it did not come to is no pass, whatever its exit status."""
    project.gates(
        f"""
        import os

        @gate(mandatory, "performance", stage="performance_gates", threshold="< 1s")
        def test_first(findings):
            findings.measure(0.1)

        @gate(mandatory, "performance", stage="performance_gates", threshold="< 1s")
        def test_second(findings):
            {deed}
        """
    )
    profile(project)
    done = run(project, "-n2")
    assert done.status == 10
    assert said in done.text
    assert done.criterion("first")["outcome"] == "passed"
    assert done.criterion("second")["outcome"] == "not_run"


@pytest.mark.parametrize("words", ["-k quick", "-x", "--deselect gate_tests/test_local.py::test_slow"])
def test_narrowed_runs(project: Project, words: str) -> None:
    """What was not selected does not run in the child either."""
    project.gates(CALLS)
    profile(project)
    serial, distributed = (run(project, count, *words.split()) for count in ("-n0", "-n2"))
    assert serial.verdict
    assert distributed.verdict
    ran = [
        {row["id"] for row in one.verdict["criteria"] if row["outcome"] not in {"not_run", "error"}}
        for one in (serial, distributed)
        if one.verdict
    ]
    assert "quick" in ran[0]
    assert words == "-x" or ran[0] == ran[1]
    assert (serial.status, distributed.status) == (10, 10)


@pytest.mark.parametrize("where", ["addopts", "PYTEST_ADDOPTS"])
def test_nobody_becomes_the_child(project: Project, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """The option of the child does nothing in configuration, where it would leave a run unjudged."""
    profile(project)
    if where == "addopts":
        project.write("pytest.ini", "[pytest]\naddopts = --gate-alone=.\n")
    else:
        monkeypatch.setenv("PYTEST_ADDOPTS", "--gate-alone=.")
    done = run(project)
    assert done.status == 4
    assert "--gate-alone is not for configuration" in done.text


def test_framework_without_a_service(project: Project, workers: str) -> None:
    """Its entry points are resolved: every criterion passes but the one that needs a service."""
    project.write(".claude/commands/deploy.md", COMMAND)
    profile(project)
    done = run(project, workers)
    assert done.verdict
    outcomes = {row["id"]: row["outcome"] for row in done.verdict["criteria"]}
    assert outcomes.pop("network_bandwidth") == "not_applicable"
    assert set(outcomes.values()) == {"passed"}, outcomes
    assert len(outcomes) == 12
    assert done.criterion("concurrent_session_handling")["value"] == 120
    assert done.status == 0


def test_repository_without_commands(project: Project, workers: str) -> None:
    """There is nothing to measure, and no child for it."""
    profile(project)
    done = run(project, workers)
    assert done.verdict
    assert {row["outcome"] for row in done.verdict["criteria"]} == {"not_applicable"}
    assert "run by themselves" not in done.text


@pytest.mark.parametrize(
    ("kind", "failing"),
    [
        pytest.param("fast", set(), id="quick and quiet"),
        pytest.param("bimodal", {"p95_response_time"}, id="slow for 7 of 100"),
        pytest.param("hog", {"cpu_utilization"}, id="takes every core"),
        pytest.param("chatty", {"network_bandwidth"}, id="sends 100 kB each time"),
        pytest.param("writer", {"disk_io_rate"}, id="writes all the time"),
        pytest.param("leak", {"memory_usage"}, id="keeps something of each"),
    ],
)
def test_service(project: Project, kind: str, failing: set[str]) -> None:
    """A service that breaks one limit is blocked for that one; one that breaks none is allowed."""
    with service(kind) as one:
        brief = f"target: '{one.url}', rate: 850, users: 120, duration: 5, warmup: 0.5"
        profile(project, brief, "memory_usage: '< 500MB', throughput: '>= 100req/s'")
        done = run(project, "-k", " or ".join(ALL))
    found = {name: done.criterion(name) for name in ALL}
    wrong = {name for name, row in found.items() if row["outcome"] != "passed"}
    caused = {"p95_response_time", "p99_response_time", "concurrent_users", "timeout_rate", "throughput"}
    beside = caused if kind in {"hog", "chatty", "writer"} else set()
    assert failing <= wrong <= failing | beside, {name: row["reason"] for name, row in found.items()}
    for name in failing:
        assert found[name]["outcome"] == "failed", found[name]["reason"]


def test_nobody_listens(project: Project) -> None:
    """A target that is not there fails, and nothing about it passes."""
    with service("fast") as one:
        pass
    profile(project, f"target: '{one.url}', rate: 850, duration: 5, warmup: 0.1")
    done = run(project, "-k", " or ".join(ALL))
    assert {name for name in ALL if done.criterion(name)["outcome"] == "passed"} == set()
    assert done.criterion("timeout_rate")["outcome"] == "failed"


def test_target_that_is_no_url(project: Project) -> None:
    """It is told in one line, and blocks."""
    profile(project, "target: 'localhost 8080'")
    done = run(project, "-k", "p95_response_time")
    assert "is no http or https URL" in done.criterion("p95_response_time")["reason"]
    assert done.status == 10


def test_verdicts_agree(project: Project) -> None:
    """With two workers, with four and without: one verdict, but for what was measured."""
    project.write(".claude/commands/deploy.md", COMMAND)
    profile(project, "duration: 5, rate: 850, warmup: 0.2")
    said = []
    for count in (0, 2, 4):
        assert run(project, f"-n{count}").status == 0
        judged = project.cli("verdict", ".fwgates/evidence.jsonl", "--env=production", "--canonical")
        said.append(judged.text)
    assert said[0] == said[1] == said[2]
    assert '"p95_response_time"' in said[0]


def test_what_a_run_leaves(project: Project) -> None:
    """Plots of what was measured, how it was measured, and none of an earlier run."""
    project.write(".claude/commands/deploy.md", COMMAND)
    old = project.write(".fwgates/plots/gone.svg", "<!-- a plot of fwgates -->\n<svg/>")
    kept = project.write(".fwgates/plots/mine.svg", "<svg/>")
    profile(project, "duration: 5, rate: 850, warmup: 0.2")
    done = run(project, "--benchmark-autosave", "--gate-html=gates.html")
    plots = {path.stem for path in (project.root / ".fwgates/plots").iterdir()}
    assert {"p95_response_time", "p99_response_time", "cpu_utilization", "mine"} <= plots
    assert not old.exists()
    assert kept.exists()
    assert "Course of p99_response_time" in (project.root / "gates.html").read_text()
    assert done.criterion("throughput")["tools"][0].startswith("load open loop by threads, 5 s, ")
    assert " of a core" in done.criterion("cpu_utilization")["tools"][0]
    (stored,) = (project.root / ".benchmarks").rglob("*.json")
    stats = [one["stats"] for one in json.loads(stored.read_text())["benchmarks"]]
    assert len(stats) == 3
    assert all(one["p95"] <= one["p99"] for one in stats)
