"""Where the run is judged: gathers what workers saw, asks decide() once, sets the exit status."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from pytest_fwgates import exitstatus
from pytest_fwgates.decision import decide
from pytest_fwgates.framework import index
from pytest_fwgates.model import Run
from pytest_fwgates.reports import terminal, verdict_json
from pytest_fwgates.reports.text import printable
from pytest_fwgates.session import gather, phases, revision
from pytest_fwgates.session import plan as plans
from pytest_fwgates.session.outcome import CRASHED

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_fwgates.model import Verdict
    from pytest_fwgates.session.outcome import Phase
    from pytest_fwgates.session.plan import Plan
    from pytest_fwgates.session.worker import Worker


class Controller:
    """The one process that judges: the only one in a serial run, xdist's controller otherwise."""

    def __init__(self, config: pytest.Config, plan: Plan, local: Worker) -> None:
        self.config = config
        self.plan = plan
        self.local = local
        self.verdict: Verdict | None = None
        self.run: Run | None = None
        self.manifests: list[dict[str, Any]] = []
        self.phases: dict[str, list[Phase]] = {}
        self.problems: list[str] = []
        self.interrupted = False
        self.ordinary_failed = False
        self.failures = 0
        self.benchmarks = config.invocation_params.dir / ".benchmarks"
        self.had_benchmarks = self.benchmarks.exists()

    def pytest_report_header(self) -> str:
        """Say what is judged, by which policy."""
        return printable(terminal.header(self.plan.profile, self.plan.stages, str(self.plan.framework_root)))

    def pytest_sessionstart(self) -> None:
        """Know the framework's content before a test can change it."""
        framework = index.load(self.plan.framework_root, ignore=self.plan.ignore)
        self.run = Run(
            stages=self.plan.stages,
            framework_root=str(self.plan.framework_root),
            commit=revision.commit(self.plan.framework_root),
            tree_digest=index.tree_digest(framework),
        )

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send the plan to an xdist worker."""
        node.workerinput["fwgates"] = plans.to_wire(self.plan)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take the manifest of an xdist worker; one that leaves none has lost tests."""
        manifest = getattr(node, "workeroutput", {}).get("fwgates")
        if manifest is None:
            self.problems.append(
                f"worker {node.gateway.id} ended without a manifest: {error or 'no reason given'}"
            )
        else:
            self.manifests.append(manifest)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep every phase of a gate test, and of a test whose worker crashed."""
        self.failures += report.failed
        if hasattr(report, "fwgates") or str(report.when) == CRASHED:
            self.phases.setdefault(report.nodeid, []).append(phases.of_report(report, self.plan, self.config))
        elif report.failed:
            self.ordinary_failed = True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected may hold a gate test."""
        if report.failed:
            self.failures += 1
            self.problems.append(f"collection error: {printable(report.nodeid or 'session')}")

    def pytest_internalerror(self, excrepr: object) -> None:
        """An error inside pytest or a plugin leaves the run without proof."""
        self.problems.append(f"internal error: {printable(str(excrepr).strip().splitlines()[-1])}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell a person's interrupt from pytest's own ways to stop."""
        self.interrupted = excinfo.type is KeyboardInterrupt

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Set the exit status after everybody else has; the last line says why."""
        result = yield
        if not self.had_benchmarks:  # pytest-benchmark makes it on every run
            with contextlib.suppress(OSError):
                self.benchmarks.rmdir()
        if self.config.getoption("collectonly"):
            session.exitstatus = exitstatus.of_plan(int(session.exitstatus))
            last = terminal.not_judged(self.plan.profile, session.exitstatus)
        else:
            session.exitstatus = self._status(session)
            last = terminal.last_line(self._decide(session), session.exitstatus)
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(printable(last))
        return result

    def _status(self, session: pytest.Session) -> int:
        return exitstatus.of_run(
            int(session.exitstatus),
            self._decide(session),
            bypass_allowed=self.plan.profile.quality_gates.bypass_allowed,
            interrupted=self.interrupted,
            ordinary_failed=self.ordinary_failed or session.testsfailed > self._gate_failures(),
        )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the decision and what it rests on, on one screen."""
        if self.config.getoption("collectonly"):
            return
        session = cast("Any", terminalreporter)._session  # noqa: SLF001 - the hook does not pass it
        verdict = self._decide(session)
        verbose = self.config.get_verbosity() > 0
        terminalreporter.section("quality gates", sep="=")
        for line, markup in terminal.body(verdict, verbose=verbose):
            terminalreporter.write_line(printable(line), **markup)

    def _decide(self, session: pytest.Session) -> Verdict:
        """Ask decide() once, when all reports and manifests are in."""
        if self.verdict is None:
            manifests = self.manifests if self._distributed() else [self.local.manifest()]
            seen = gather.Gathered(manifests, self.phases, self.problems, self._stopped(session))
            assert self.run is not None  # noqa: S101 - set at session start
            evidence = gather.evidence(seen, self.plan, self.run)
            self.verdict = decide(evidence, self.plan.profile, dt.datetime.now(dt.UTC))
            path = self.config.getoption("gate_verdict")
            if path:
                verdict_json.write(Path(self.config.invocation_params.dir, path), self.verdict)
        return self.verdict

    def _distributed(self) -> bool:
        return self.config.pluginmanager.has_plugin("dsession")

    def _stopped(self, session: pytest.Session) -> bool:
        maxfail = self.config.getoption("maxfail") or 0
        return bool(session.shouldstop or session.shouldfail or (maxfail and self.failures >= maxfail))

    def _gate_failures(self) -> int:
        return sum(
            phase.outcome == "failed" and not phase.excused for seen in self.phases.values() for phase in seen
        )
