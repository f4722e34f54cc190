"""Where the run is judged: gathers what workers saw, asks decide() once, sets the exit status."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from pytest_fwgates import exitstatus, fixtures, ledger
from pytest_fwgates.enforcement import enforcement
from pytest_fwgates.judgement import judge
from pytest_fwgates.ledger import events
from pytest_fwgates.policy import lock
from pytest_fwgates.reports import terminal, workflow
from pytest_fwgates.reports.text import printable
from pytest_fwgates.session import alone, bypasses, gather, manifests, phases, publish
from pytest_fwgates.session import plan as plans
from pytest_fwgates.session.outcome import CRASHED

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_fwgates.model import Evidence, Verdict
    from pytest_fwgates.session.gather import About
    from pytest_fwgates.session.manifests import Manifest
    from pytest_fwgates.session.plan import Plan
    from pytest_fwgates.session.recorder import Recorder
    from pytest_fwgates.session.worker import Worker


class Controller:
    """The one process that judges: the only one in a serial run, xdist's controller otherwise."""

    def __init__(
        self, config: pytest.Config, plan: Plan, local: Worker, about: About, recorder: Recorder
    ) -> None:
        self.config = config
        self.plan = plan
        self.local = local
        self.about = about
        self.recorder = recorder
        self.verdict: Verdict | None = None
        self.evidence: Evidence | None = None
        self.concluded: int | None = None
        self.manifests: list[Manifest] = []
        self.problems: list[str] = []
        self.unwritten: tuple[str, ...] = ()
        self.teardowns: set[str] = set()
        self.shared = False
        self.interrupted = False
        self.ordinary_failed = False
        self.failures = 0
        self.benchmarks = config.invocation_params.dir / ".benchmarks"
        self.had_benchmarks = self.benchmarks.exists()

    def pytest_report_header(self) -> str:
        """Say what is judged, by which policy."""
        return printable(terminal.header(self.plan.profile, self.plan.stages, str(self.plan.framework_root)))

    def pytest_collection_finish(self) -> None:
        """In a serial run everything that will run is known now."""
        if not self._distributed():
            self.recorder.manifest(self.local.manifest())

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send the plan to an xdist worker; what it will need of the framework is parsed once, here."""
        if not self.shared:
            self.shared = True
            fixtures.share_documents(self.config)
        node.workerinput["fwgates"] = plans.to_wire(self.plan)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take the manifest of an xdist worker; one that leaves none has lost tests."""
        manifest = getattr(node, "workeroutput", {}).get("fwgates")
        if manifest is None:
            reason = str(error or "no reason given").strip().splitlines()[-1]
            self.problems.append(printable(f"worker {node.gateway.id} ended without a manifest: {reason}"))
        else:
            self.manifests.append(manifests.from_wire(manifest))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """When all workers have ended, run what must not run beside another test."""
        result = yield
        if self._distributed():
            self._run_alone()
        return result

    def _run_alone(self) -> None:
        left = alone.left_alone(self.manifests)
        if not left:
            return
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(f"{len(left)} performance criteria run by themselves now")
        try:
            for report in alone.run(self.config, self.plan):
                self.config.hook.pytest_runtest_logreport(report=report)
        except alone.ChildError as error:
            self.problems.append(str(error))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep every phase of a gate test, and of a test whose worker crashed."""
        failed = report.outcome == "failed"
        self.failures += failed
        if failed and report.when == "teardown":
            self.teardowns.add(report.nodeid)
        self.local.attach(report)
        if hasattr(report, "fwgates_manifest"):
            self.recorder.manifest(manifests.from_wire(report.fwgates_manifest))
        if hasattr(report, "fwgates") or str(report.when) == CRASHED:
            self.recorder.phase(report.nodeid, phases.of_report(report, self.plan, self.config))
        elif failed:
            self.ordinary_failed = True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected, or a file of gate tests that skips itself, hides criteria."""
        where = printable(report.nodeid or "the session")
        if report.failed:
            self.failures += 1
            self.problems.append(f"collection error: {where}")
        elif report.skipped and "gate_tests" in Path(report.nodeid.partition("::")[0]).parts:
            self.problems.append(f"{where} skipped itself: {phases.reason_of(report)}")

    def pytest_internalerror(self, excrepr: object) -> None:
        """An error inside pytest or a plugin leaves the run without proof."""
        lines = str(excrepr).strip().splitlines() or ["no reason given"]
        self.problems.append(f"internal error: {printable(lines[-1])}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell a person's interrupt from pytest's own ways to stop; either leaves the run unfinished."""
        self.interrupted = excinfo.type is KeyboardInterrupt
        if not issubclass(excinfo.type, pytest.Session.Interrupted):
            self.problems.append(f"the run was ended early: {printable(excinfo.typename)}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Set the exit status after everybody else has; the last line says why."""
        try:
            result = yield
        finally:
            self._remove_empty_benchmarks()
            last = self._conclude(session)
            self.concluded = int(session.exitstatus)
            reporter = self.config.pluginmanager.get_plugin("terminalreporter")
            if reporter is not None:
                for line in last:
                    reporter.write_line(printable(line))
                self._tell_github(reporter)
        return result

    def _tell_github(self, reporter: Any) -> None:
        """Annotations and a summary, where whoever judges is not another job that joins the shards."""
        if self.verdict is not None and not self._is_whole_shard():
            for line in workflow.tell(self.verdict, os.environ):
                reporter.write_line(line)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the decision and what it rests on, on one screen."""
        if self.config.getoption("collectonly"):
            return
        session = cast("Any", terminalreporter)._session  # noqa: SLF001 - the hook does not pass it
        verdict = self._decide(session)
        verbosity = self.config.get_verbosity()
        if verbosity >= -1:
            terminalreporter.section("quality gates", sep="=")
        few = verbosity <= 0 or sum(len(row.findings) for row in verdict.criteria) <= terminal.LAID_OUT
        if terminalreporter.isatty and few:
            _lay_out(verdict, cast("Any", terminalreporter)._tw, verbosity)  # noqa: SLF001 - rich needs it
            return
        for line, markup in terminal.body(verdict, verbosity):
            terminalreporter.write_line(printable(line), **markup)

    def _conclude(self, session: pytest.Session) -> tuple[str, ...]:
        """Set the exit status and say it."""
        native = int(session.exitstatus)
        if self.config.getoption("collectonly"):
            return (self._conclude_collection(session, native),)
        verdict = self._decide(session)
        follows_selection = self.plan.profile.quality_gates.bypass_allowed or self._is_whole_shard()
        session.exitstatus = exitstatus.of_run(
            native,
            verdict,
            follows_selection=follows_selection,
            interrupted=self.interrupted,
            ordinary_failed=self.ordinary_failed or self._other_failures(session) > 0,
        )
        if self.unwritten and session.exitstatus == exitstatus.ALLOW:
            session.exitstatus = exitstatus.BLOCK
        status = int(session.exitstatus)
        publish.add_to_junitxml(self.config, verdict, status)
        return (*self.unwritten, terminal.last_line(verdict, status))

    def _conclude_collection(self, session: pytest.Session, native: int) -> str:
        """A run that only collects proves nothing; it may have been asked for the lock."""
        path = self.config.getoption("gate_lock")
        session.exitstatus = exitstatus.of_plan(native)
        if path:
            known = manifests.collected([self.local.manifest()], self.plan)
            problems = [*self.problems, *self.local.problems, *known.problems]
            if self.about.hides_files:
                problems.append("options hide files from collection")
            if problems:
                return f"fwgates: no lock was written: {'; '.join(problems)}"
            Path(path).write_bytes(lock.render(known.criteria.values()))
            session.exitstatus = exitstatus.ALLOW
            return f"fwgates: locked {len(known.criteria)} criteria in {path}"
        return terminal.not_judged(self.plan.profile, int(session.exitstatus))

    def _decide(self, session: pytest.Session) -> Verdict:
        """Ask decide() once, when all reports and manifests are in."""
        if self.verdict is None:
            seen_by = self.manifests if self._distributed() else [self.local.manifest()]
            seen = self.recorder.seen(seen_by, self.problems, stopped=self._stopped(session))
            gathered = gather.evidence(seen, self.plan, self.about)
            loose = tuple(self._loose_teardowns(gathered))
            if loose:
                seen = seen._replace(problems=(*seen.problems, *loose))
                gathered = gather.evidence(seen, self.plan, self.about)
            self.evidence = self.recorder.finish(gathered)
            now = dt.datetime.now(dt.UTC)
            about = self.about
            verdict = judge(
                self.evidence,
                self.plan.profile,
                now,
                about.policy_root,
                os.environ,
                about.ledger,
                self._work_tree(),
            )
            self.verdict = self._recorded(verdict, now)
            self.unwritten = publish.write(self.config, self.verdict)
        return self.verdict

    def _loose_teardowns(self, gathered: Evidence) -> Iterator[str]:
        """Failed teardowns that landed on a criterion which is not enforced.

        A fixture of the session or of a module is torn down after whatever test comes last, so that what
        broke may be another's, whose tests are not proven then.
        """
        profile = self.plan.profile
        loose = {one.nodeid for one in gathered.expected if enforcement(one, profile) == "none"}
        for nodeid in sorted(self.teardowns):
            if nodeid.partition("[")[0] in loose:
                yield printable(f"the teardown after {nodeid} failed; what it belongs to is not proven")

    def _work_tree(self) -> Path | None:
        """What is judged, where policy lies elsewhere."""
        apart = plans.trusted_policy(self.config)
        return Path(apart.work_tree) if apart else None

    def _recorded(self, verdict: Verdict, now: dt.datetime) -> Verdict:
        """Append the decision to the ledger; a bypass stands there since the run began."""
        if self.about.ledger is None:
            return verdict
        try:
            head = ledger.append(self.about.ledger, events.of_verdict(verdict, bypasses.actor(), now))
        except ledger.LedgerError as error:
            return msgspec.structs.replace(verdict, notices=(*verdict.notices, f"not in the ledger: {error}"))
        return msgspec.structs.replace(verdict, ledger=str(head))

    def _is_whole_shard(self) -> bool:
        """Whether all that was left out belongs to other shards."""
        if not self.plan.shard or self.evidence is None:
            return False
        ids = (criterion.id for criterion in self.evidence.expected if "::" in criterion.nodeid)
        left_out = {result.criterion for result in self.evidence.results if result.narrowed}
        return left_out <= plans.other_shards(ids, self.plan.shard)

    def _distributed(self) -> bool:
        return self.config.pluginmanager.has_plugin("dsession")

    def _stopped(self, session: pytest.Session) -> bool:
        maxfail = self.config.getoption("maxfail") or 0
        asked = maxfail or self.config.getoption("stepwise", default=False)
        return bool(asked and (session.shouldstop or session.shouldfail or self.failures >= (maxfail or 1)))

    def _other_failures(self, session: pytest.Session) -> int:
        if not session.testsfailed:
            return 0
        seen = (phase for phases_of_node in self.recorder.phases.values() for phase in phases_of_node)
        return session.testsfailed - sum(phase.outcome == "failed" and not phase.excused for phase in seen)

    def _remove_empty_benchmarks(self) -> None:
        """pytest-benchmark makes the folder on every run, benchmarks or not."""
        if not self.had_benchmarks:
            with contextlib.suppress(OSError):
                self.benchmarks.rmdir()


def _lay_out(verdict: Verdict, writer: Any, verbosity: int) -> None:
    from pytest_fwgates.reports import screen  # noqa: PLC0415 - only a run that a person watches pays for rich

    screen.show(verdict, writer._file, writer.fullwidth, verbosity, colour=writer.hasmarkup)  # noqa: SLF001 - as above
