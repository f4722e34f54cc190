"""The fixtures of a gate test: the framework under test and the place for what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from pytest_fwgates.session import plan as plans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding, Severity
    from pytest_fwgates.profile import Profile
    from pytest_fwgates.thresholds import Value

NAMES: Final = frozenset({"framework", "findings", "gate_profile", "sla", "gate_load"})
"""Fixture names that are ours; a gate test that gets another's under one of them is an error."""

FOUND: Final = pytest.StashKey["Findings"]()
JUDGED: Final = pytest.StashKey[bool]()
_FRAMEWORKS: Final = pytest.StashKey[dict[str, "Framework"]]()


class Findings:
    """What a gate test found, how much it searched and, where it measures, what it measured.

    The plugin, not the test, decides pass or fail from it.
    """

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.examined = 0
        self.value: Value | None = None
        self.samples: tuple[float, ...] = ()
        self.per_second: tuple[int, ...] = ()
        self.unproven: list[str] = []
        self.tools: list[str] = []
        self.sealed = False

    def seal(self) -> None:
        """Take nothing more: the call is over, and it has been judged."""
        self.sealed = True

    def extend(self, found: Iterable[Finding], *, examined: int) -> None:
        """Hand over what a check found in `examined` subjects (modules, workflows, lock files ...)."""
        self._count(examined)
        self.found.extend(found)

    def add(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        severity: Severity = "medium",
    ) -> None:
        """Hand over one finding; the subject it was found in counts as examined."""
        from pytest_fwgates.model import Finding  # noqa: PLC0415 - a run without gates must not load it

        self._count(1)
        self.found.append(Finding(message, path, line, column, severity))

    def measure(
        self,
        value: Value,
        *,
        examined: int = 1,
        samples: Iterable[float] = (),
        per_second: Iterable[int] = (),
    ) -> None:
        """Hand over the measured value, in the base unit of its threshold (seconds, bytes, a ratio ...).

        `samples` are what it was computed from, in the same unit and in the order of measuring, for reports
        to show; `per_second` says how many of them each second of a load has.
        """
        self._count(examined)
        self.value = value
        self.samples = tuple(float(one) for one in samples)
        self.per_second = tuple(per_second)

    def leave_unproven(self, reason: str) -> None:
        """Say why something could not be examined: where nothing is found, the test is inconclusive."""
        self._count(0)
        self.unproven.append(reason)

    def used(self, tool: str, version: str) -> None:
        """Name a scanner that was asked, for the evidence."""
        self._count(0)
        self.tools.append(f"{tool} {version}")

    def _count(self, examined: int) -> None:
        if self.sealed:
            raise RuntimeError("findings were handed over after the test's call, where nothing judges them")
        if not isinstance(examined, int) or isinstance(examined, bool) or examined < 0:
            raise TypeError(f"examined is the number of subjects searched, not {examined!r}")
        self.examined += examined


def load_framework(request: pytest.FixtureRequest) -> Framework:
    """The framework under test: its modules and everything parsed from them."""
    loaded = frameworks(request.config)
    return loaded[getattr(request, "param", None) or next(iter(loaded))]


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Have a test that uses our `framework` run once for each of them."""
    definitions = getattr(metafunc, "_arg2fixturedefs", {}).get("framework", ())
    if definitions and definitions[-1].func is load_framework:
        _, roots, _ = plans.framework_under_test(metafunc.config)
        metafunc.parametrize("framework", roots, indirect=True, scope="session")


def frameworks(config: pytest.Config) -> dict[str, Framework]:
    """The frameworks under test by their path from the folder that paths are relative to."""
    if _FRAMEWORKS not in config.stash:
        from pytest_fwgates.framework import cache, index  # noqa: PLC0415 - a run without gates must not
        from pytest_fwgates.session import progress  # noqa: PLC0415 - as above

        base, roots, settings = plans.framework_under_test(config)
        kept = None if config.getoption("no_gate_cache") else cache.default_path()
        watch = progress.watch_of(config)
        config.stash[_FRAMEWORKS] = {
            root: index.load(base / root, settings, cache=kept, watch=watch) for root in roots
        }
    return config.stash[_FRAMEWORKS]


def share_documents(config: pytest.Config) -> None:
    """Parse what the processes of a distributed run would each parse for themselves, into the cache."""
    if not config.getoption("no_gate_cache"):
        for one in frameworks(config).values():
            one.warm()


def collect_findings(request: pytest.FixtureRequest) -> Iterator[Findings]:
    """The place for what this gate test finds."""
    from pytest_fwgates.session.judge import ensure_judge  # noqa: PLC0415 - as above

    ensure_judge(request.config)
    found = request.node.stash[FOUND] = Findings()
    yield found
    late = "findings" not in request.node.fixturenames  # asked for when the call had begun
    if late and JUDGED not in request.node.stash:
        pytest.fail("findings must be an argument of the test to be judged", pytrace=False)


def profile_in_force(request: pytest.FixtureRequest) -> Profile | None:
    """The profile that the run is judged by, with its `framework_config` and `infrastructure`, if any."""
    plan = request.config.stash.get(plans.PLAN, None)
    return plan.profile if plan else None


def policy_root(config: pytest.Config) -> Path:
    """The folder that the policy of this run lies in; a commit's, where `--policy-ref` names one."""
    return plans.places_of(config).root


def state_folder(config: pytest.Config) -> Path | None:
    """The folder for what a run leaves behind; None in a run that is not judged, or without that folder."""
    from pytest_fwgates.policy.places import STATE  # noqa: PLC0415 - a run without gates must not load it

    if plans.PLAN not in config.stash:
        return None
    state = plans.work_tree(config) / STATE
    return state if state.is_dir() and not state.is_symlink() else None


framework = pytest.fixture(scope="session", name="framework")(load_framework)
findings = pytest.fixture(name="findings")(collect_findings)
gate_profile = pytest.fixture(scope="session", name="gate_profile")(profile_in_force)
