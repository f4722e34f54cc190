"""Performance criteria run by themselves: workers of xdist leave them to one serial child, which comes last.

Beside another test a response time says little of what is tested, and pytest-benchmark disables itself on a
worker. The child is a worker too: it has the controller's plan, judges nothing, and hands over its reports.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_fwgates import fixtures
from pytest_fwgates.reports.text import printable
from pytest_fwgates.session import plan as plans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.model import Criterion
    from pytest_fwgates.session.manifests import Manifest
    from pytest_fwgates.session.worker import Worker

OPTION: Final = "--gate-alone"
_PLAN: Final = "plan.json"
_REPORTS: Final = "reports.jsonl"
_FIXTURES: Final = frozenset({"benchmark", "gate_load", "sla"})
_START: Final = """
import json, sys
sys.path[:] = json.loads(sys.argv.pop(1))
import pytest
sys.exit(pytest.console_main())
"""


class ChildError(Exception):
    """The child did not come to its end; the text says how it ended."""


def runs_alone(item: pytest.Item, criterion: Criterion, plan: plans.Plan) -> bool:
    """Whether nothing may run beside a gate test; what is not applicable measures nothing."""
    measures = "performance" in criterion.gates or not _FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
    if not measures or not criterion.bundled or plan.profile.performance.target or not criterion.requires:
        return measures
    kinds = (one.kinds for one in fixtures.frameworks(item.config).values())
    return any(not found.isdisjoint(criterion.requires) for found in kinds)


def run(config: pytest.Config, plan: plans.Plan) -> Iterator[pytest.TestReport]:
    """Run what the workers left, as their command line says, and give the reports as if it ran here.

    Raises:
        ChildError: the child ended early; what it had handed over by then was given.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / _PLAN).write_text(json.dumps(plans.to_wire(plan)), encoding="utf-8")
        said = folder / "said.txt"
        command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path), *_words(config, folder)]
        with said.open("wb") as output:
            status = subprocess.run(
                command, cwd=config.invocation_params.dir, stdout=output, stderr=output, check=False
            ).returncode
        reports, ended = handed_over(folder / _REPORTS)
        for data in reports:
            yield _report(config, data)
        if not ended:
            last = (said.read_text("utf-8", "replace").strip().splitlines() or ["it says nothing"])[-1]
            raise ChildError(
                printable(f"performance criteria were not run to the end (exit {status}): {last}")
            )


def handed_over(path: Path) -> tuple[list[dict[str, Any]], bool]:
    """The reports in a file, and whether its last line says that these are all; a cut one is none."""
    found: list[dict[str, Any]] = []
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            data = json.loads(line)
        except ValueError:
            return found, False
        if data == {"reports": len(found)}:
            return found, True
        found.append(data)
    return found, False


def _words(config: pytest.Config, folder: Path) -> list[str]:
    """The command line again; what distributes tests or would write over another's files is taken back."""
    words = [str(word) for word in config.invocation_params.args]
    added = ["-n0", "--dist=no", f"{OPTION}={folder}"]
    if config.pluginmanager.has_plugin("_cov"):
        added.append("--no-cov")
    if config.getoption("xmlpath", default=None):
        added.append(f"--junitxml={folder / 'junit.xml'}")
    paths = words.index("--") if "--" in words else len(words)
    return [*words[:paths], *added, *words[paths:]]


def _report(config: pytest.Config, data: dict[str, Any]) -> pytest.TestReport:
    """The report; JSON has no tuples."""
    report = config.hook.pytest_report_from_serializable(config=config, data=data)
    report.location = tuple(report.location)
    report.user_properties = [tuple(one) for one in report.user_properties]
    if isinstance(report.longrepr, list):
        report.longrepr = tuple(report.longrepr)
    assert isinstance(report, pytest.TestReport)  # noqa: S101 - for the type checker
    return report


def plan_of(config: pytest.Config) -> tuple[plans.Plan, Path] | None:
    """The plan that a child was given, and where its reports go; None in any other process.

    Raises:
        pytest.UsageError: something else than the command line says so.
    """
    given = config.getoption("gate_alone")
    if given is None:
        return None
    if not plans.typed(config, OPTION):
        raise pytest.UsageError(f"{OPTION} is not for configuration")
    try:
        wire = json.loads(Path(given, _PLAN).read_text(encoding="utf-8"))
        return plans.from_wire(wire), Path(given, _REPORTS)
    except (OSError, ValueError, KeyError) as error:
        raise pytest.UsageError(f"{OPTION} {given}: no plan is there: {error}") from None


class Sender:
    """In the child: hands over every report as it comes, and a last line that counts them."""

    def __init__(self, config: pytest.Config, worker: Worker, path: Path) -> None:
        self.config = config
        self.worker = worker
        self.stream = path.open("w", encoding="utf-8")
        self.count = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Complete the report as on any worker, and write it down."""
        self.worker.attach(report)
        data = self.config.hook.pytest_report_to_serializable(config=self.config, report=report)
        self._write(data)
        self.count += 1

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Only a child that came here has run everything."""
        self._write({"reports": self.count})
        self.stream.close()

    def _write(self, data: dict[str, Any]) -> None:
        self.stream.write(json.dumps(data, default=str) + "\n")
        self.stream.flush()


def left_alone(known: list[Manifest]) -> frozenset[str]:
    """The node ids that workers leave to the child."""
    return frozenset(nodeid for manifest in known for nodeid in manifest.alone)
