"""The fixtures `sla` and `gate_load`: response times of calls, of a service, of the framework in process."""

from __future__ import annotations

import importlib.util
import subprocess
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_fwgates.session import plan as plans

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_fwgates.checks.performance._measured import Measured
    from pytest_fwgates.fixtures import Findings
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.measure.load.measurement import Measurement
    from pytest_fwgates.measure.load.scenario import Scenario
    from pytest_fwgates.thresholds import RawThreshold

INSTALL: Final = 'pip install "pytest-fwgates[performance]"'
NOT_INSTALLED: Final = f"what measures performance is not installed: {INSTALL}"
"""The same for each part of it, so that it is told once."""
_NEEDED: Final = ("aiohttp", "hdrh", "pytest_benchmark", "scipy")
_BUDGET_S: Final = 60
"""How long calls are repeated at most; what is not known by then is inconclusive."""
_WARMUP: Final = 5
TIMED: Final = pytest.StashKey[list[Any]]()
"""What `sla` has measured, as pytest-benchmark's metadata."""
_MEASURED: Final = pytest.StashKey[dict[str, "Measurement"]]()


class Sla:
    """Times calls one by one; the gate test's threshold is what they are held against."""

    def __init__(self, request: pytest.FixtureRequest, findings: Findings) -> None:
        self._request = request
        self._findings = findings

    @property
    def limit(self) -> float:
        """The threshold of this test in its base unit: the profile's, or else its mark's.

        Raises:
            ValueError: it has none.
        """
        from pytest_fwgates.session.judge import limit_of  # noqa: PLC0415 - a run without gates must not

        found = limit_of(self._request.node)
        if found is None:
            raise ValueError('the gate test has no threshold; write @gate(..., threshold="< 200ms")')
        return found.limit

    def limit_of(self, criterion: str, default: RawThreshold) -> float:
        """The limit of another criterion: the profile's, or else `default`."""
        from pytest_fwgates import thresholds  # noqa: PLC0415 - as above

        plan = self._request.config.stash.get(plans.PLAN, None)
        found = plan.profile.limits.get(criterion) if plan else None
        return (found or thresholds.parse(default)).limit

    def percentile(
        self,
        percent: float,
        call: Callable[..., object],
        *args: object,
        also: Sequence[tuple[float, float]] = (),
    ) -> None:
        """Time single calls until it is known whether `percent` of a hundred stay below the threshold.

        Args:
            percent: For example 95 or 99; how many calls that takes follows from it.
            call: What is timed; an exception fails the test.
            args: What it is called with.
            also: Further percentiles of the same calls, each with its limit in seconds.
        """
        bench = self._benchmark()
        if bench is None:
            self._findings.leave_unproven(NOT_INSTALLED)
            return
        from pytest_fwgates.measure import rounds  # noqa: PLC0415 - as above

        wanted = ((percent, self.limit), *also)
        data = _timed(bench, wanted, call, args)
        if not data:
            self._findings.leave_unproven("pytest-benchmark measured nothing: it is disabled")
            return
        self._request.config.stash.setdefault(TIMED, []).append(bench.stats)
        self._findings.measure(rounds.at(data, percent), examined=len(data), samples=data)
        for one, limit in wanted:
            judgement = rounds.judged(data, one, limit)
            if judgement.outcome == "inconclusive":
                self._findings.leave_unproven(f"p{one:g}: {judgement.reason}")
            elif judgement.outcome == "fail" and one != percent:
                taken = rounds.at(data, one)
                raise AssertionError(f"p{one:g} is {taken * 1000:.4g} ms; < {limit * 1000:.4g} ms is allowed")

    def command(self, words: Sequence[str], *, timeout: float = 60) -> Callable[[], None]:
        """A call that runs a program to its end; any exit status but 0 fails the test.

        Args:
            words: The program and its arguments; no shell.
            timeout: In seconds, for one run.
        """

        def run() -> None:
            subprocess.run(words, check=True, capture_output=True, timeout=timeout)

        return run

    def _benchmark(self) -> Any:
        """The fixture of pytest-benchmark, for tests that measure by it alone; None without the extra."""
        request = self._request
        if missing() or not request.config.pluginmanager.has_plugin("benchmark"):
            return None
        bench = request.getfixturevalue("benchmark")
        request.node.funcargs["benchmark"] = bench  # so that a benchmark that measured nothing is seen
        return bench


def _timed(
    bench: Any,
    wanted: Sequence[tuple[float, float]],
    call: Callable[..., object],
    args: tuple[object, ...],
) -> tuple[float, ...]:
    """The seconds of single calls, as many as needed or as fit into the budget; none where it is disabled."""
    from pytest_fwgates.measure import rounds  # noqa: PLC0415 - as above

    began = time.perf_counter()
    call(*args)
    once = max(time.perf_counter() - began, 1e-9)
    count = min(max(rounds.needed(percent) for percent, _ in wanted), max(1, int(_BUDGET_S / once)))
    bench.pedantic(call, args=args, rounds=count, warmup_rounds=min(_WARMUP, count), iterations=1)
    if bench.stats is None:
        return ()
    data: list[float] = bench.stats.stats.data
    for _ in range(rounds.LOOKS - 1):
        open_ = any(rounds.judged(data, *one).outcome == "inconclusive" for one in wanted)
        if not open_ or time.perf_counter() - began > _BUDGET_S:
            break
        for _ in range(count):
            start = time.perf_counter()
            call(*args)
            bench.stats.update(time.perf_counter() - start)
    return tuple(data)


class GateLoad:
    """The loads of this run, each measured once: upon the service of the profile, and upon the framework."""

    def __init__(self, config: pytest.Config, findings: Findings, scenario: Scenario) -> None:
        self._config = config
        self._findings = findings
        self.scenario = scenario

    @property
    def has_service(self) -> bool:
        """Whether the profile names a target."""
        return bool(self.scenario.target)

    def service(self, check: Callable[[Measurement], Measured]) -> None:
        """Hand over what a check makes of the load upon the service; nothing where there is none."""
        from pytest_fwgates.checks.performance import _loads  # noqa: PLC0415 - as above

        if self.has_service:
            self._hand_over(check, "", lambda: _loads.of_service(self.scenario))

    def framework(self, framework: Framework, check: Callable[[Measurement], Measured]) -> None:
        """The same of the load upon the framework's entry points; nothing where it has none."""
        from pytest_fwgates.checks.performance import _loads  # noqa: PLC0415 - as above
        from pytest_fwgates.framework import expansion  # noqa: PLC0415 - as above

        found = expansion.entries(framework)
        if found.names:
            subject = subject_of(self._config, framework)
            scenario = _loads.in_process(self.scenario, found)
            self._hand_over(check, subject.root, lambda: _loads.of_framework(subject, scenario))

    def subject(self, framework: Framework, check: Callable[[Measurement], Measured]) -> None:
        """The same of the service where the profile names one, else of the framework."""
        if self.has_service:
            self.service(check)
        else:
            self.framework(framework, check)

    def _hand_over(
        self, check: Callable[[Measurement], Measured], key: str, measurement: Callable[[], Measurement]
    ) -> None:
        from pytest_fwgates.measure.load.run import Unmeasured  # noqa: PLC0415 - as above

        if missing():
            self._findings.leave_unproven(NOT_INSTALLED)
            return
        known = self._config.stash.setdefault(_MEASURED, {})
        if key not in known:
            known[key] = measurement()
        try:
            hand_over(self._findings, check(known[key]))
        except Unmeasured as reason:
            self._findings.leave_unproven(str(reason))


def hand_over(findings: Findings, measured: Measured) -> None:
    """Give what a check measured to the judge."""
    findings.measure(
        measured.value,
        examined=measured.examined,
        samples=measured.samples,
        per_second=measured.per_second,
    )
    for by in measured.by:
        findings.used("load" if "loop" in by else "resources", by)
    for reason in measured.unproven:
        findings.leave_unproven(reason)


def subject_of(config: pytest.Config, framework: Framework) -> Any:
    """What a process of its own needs to know to load the same framework."""
    from pytest_fwgates.checks.performance._subject import Subject  # noqa: PLC0415 - as above

    _, _, settings = plans.framework_under_test(config)
    return Subject(str(framework.root), settings.ignore, dict(settings.kinds), settings.entry_points)


def missing() -> bool:
    """Whether a part of the extra is not installed."""
    return any(importlib.util.find_spec(name) is None for name in _NEEDED)


def provide_sla(request: pytest.FixtureRequest, findings: Findings) -> Sla:
    """Response times of calls and commands by pytest-benchmark, held against the gate test's threshold."""
    return Sla(request, findings)


def provide_load(request: pytest.FixtureRequest, findings: Findings) -> GateLoad:
    """The load upon the service that the profile names, or upon the framework in process."""
    from pytest_fwgates.measure.load.scenario import Scenario  # noqa: PLC0415 - as above

    plan = request.config.stash.get(plans.PLAN, None)
    return GateLoad(request.config, findings, plan.profile.performance if plan else Scenario())


sla = pytest.fixture(name="sla")(provide_sla)
gate_load = pytest.fixture(name="gate_load")(provide_load)
