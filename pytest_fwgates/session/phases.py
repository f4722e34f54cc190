"""From a pytest report to a phase: the plain facts that an outcome is made of."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_fwgates.framework.redaction import redact
from pytest_fwgates.session import wire
from pytest_fwgates.session.outcome import Phase
from pytest_fwgates.session.plan import SUITE

if TYPE_CHECKING:
    import pytest

    from pytest_fwgates.session.plan import Plan


def of_report(report: pytest.TestReport, plan: Plan, config: pytest.Config) -> Phase:
    """The phase that `report` is of."""
    seen: Any = getattr(report, "fwgates", None)
    observation = wire.unpack(seen) if isinstance(seen, str) else None
    excused = hasattr(report, "wasxfail")
    if report.outcome == "passed" and not excused:
        return Phase(
            report.when,
            "passed",
            subtest=_is_subtest(report),
            duration=report.duration,
            observation=observation,
        )
    reason = redact((observation or {}).get("reason") or reason_of(report))
    file, line = _place(report, plan, config) if report.failed else (None, None)
    return Phase(
        when=report.when,
        outcome=report.outcome,
        excused=excused,
        subtest=_is_subtest(report),
        reason=wire.text(reason),
        duration=report.duration,
        file=file,
        line=line,
        observation=observation,
    )


def _is_subtest(report: pytest.TestReport) -> bool:
    return hasattr(report, "context")  # pytest.SubtestReport, also after a worker's JSON


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """One line: the reason of a skip or xfail, or the message of the exception."""
    if hasattr(report, "wasxfail"):
        return f"xfail: {report.wasxfail or 'no reason given'}"
    longrepr: Any = report.longrepr
    if isinstance(longrepr, tuple):
        return str(longrepr[2])
    crash = getattr(longrepr, "reprcrash", None)
    lines = str(crash.message if crash else longrepr or "no reason given").strip().splitlines()
    return lines[0] if lines else "no reason given"


def _place(report: pytest.TestReport, plan: Plan, config: pytest.Config) -> tuple[str, int]:
    """File and 1-based line of what failed: in the test's own file, else where the test begins."""
    file, line, _ = report.location
    shown = wire.text(file)
    crash: Any = getattr(report.longrepr, "reprcrash", None)
    test_file = report.nodeid.partition("::")[0]
    if crash and Path(crash.path).name == Path(test_file).name:
        line = crash.lineno - 1
    if not report.nodeid.startswith(f"{SUITE}/"):
        inside = os.path.relpath(config.rootpath / file, plan.framework_root)
        shown = wire.text(Path(inside).as_posix())
    return shown, (line or 0) + 1
