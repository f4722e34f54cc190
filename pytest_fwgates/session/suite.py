"""Collecting the bundled gate tests in anybody's repository.

A collector of our own under the session, because every path-based way loses gates to the user's
`python_files`, `norecursedirs` or `--ignore-glob`, loads foreign conftests or shows site-packages paths.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest

from pytest_fwgates import fixtures
from pytest_fwgates._bundled import GATE_TESTS
from pytest_fwgates.session.plan import SUITE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


class GateSuite(pytest.Collector):
    """The root of the bundled gate tests; not a Directory, which would load conftests."""

    def collect(self) -> Iterator[GateModule]:
        """Yield a module for each bundled test file."""
        _register_fixtures(self)
        for path in sorted(GATE_TESTS.rglob("test_*.py")):
            nodeid = f"{SUITE}/{path.relative_to(GATE_TESTS).as_posix()}"
            yield GateModule.from_parent(self, path=path, nodeid=nodeid)


class GateModule(pytest.Module):
    """A bundled test file, collected alike whatever the user's ini says."""

    def _getobj(self) -> ModuleType:
        relative = self.path.relative_to(GATE_TESTS).with_suffix("")
        return importlib.import_module(".".join(("pytest_fwgates._bundled.gate_tests", *relative.parts)))

    def funcnamefilter(self, name: str) -> bool:
        """Ignore the user's `python_functions`."""
        return name.startswith("test_")

    def classnamefilter(self, name: str) -> bool:
        """Ignore the user's `python_classes`."""
        return name.startswith("Test")


def add_to(report: pytest.CollectReport, session: pytest.Session) -> None:
    """Append the bundled suite to what the session collected."""
    if report.passed:
        suite = GateSuite.from_parent(session, name=SUITE, nodeid=SUITE)
        report.result = [*(report.result or ()), suite]


def set_location(item: pytest.Item) -> None:
    """Show a bundled item under its node id instead of a path into site-packages."""
    if item.getparent(GateSuite):
        _, line, name = item.location
        item.location = (item.nodeid.partition("::")[0], line, name)  # a cached property


def left_out(item: pytest.Item, wanted: tuple[str, ...]) -> bool:
    """Whether `item` is a bundled one that none of the pasted node ids names."""
    nodeid = item.nodeid
    if not wanted or not nodeid.startswith(f"{SUITE}/"):
        return False
    return not any(nodeid == one or nodeid.startswith((f"{one}/", f"{one}::", f"{one}[")) for one in wanted)


def _register_fixtures(suite: GateSuite) -> None:
    """Give the suite fixtures of its own, so that a root conftest cannot replace them there."""
    register: Any = getattr(pytest, "register_fixture", None)
    where: dict[str, Any] = {"node": suite}
    if register is None:  # pytest 9.0
        register = suite.session._fixturemanager._register_fixture  # noqa: SLF001
        where = {"nodeid": suite.nodeid}
    register(name="framework", func=fixtures.load_framework, scope="session", **where)
    register(name="gate_profile", func=fixtures.profile_in_force, scope="session", **where)
    register(name="findings", func=fixtures.collect_findings, scope="function", **where)
