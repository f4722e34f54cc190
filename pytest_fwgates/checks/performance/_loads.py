"""Loads with what the process under test uses meanwhile: of a service, and of the framework in process."""

from __future__ import annotations

import contextlib
import time
import urllib.parse
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.checks.performance import _subject
from pytest_fwgates.framework.expansion import ExpansionError
from pytest_fwgates.measure.load import run
from pytest_fwgates.measure.load.measurement import Measurement, Run
from pytest_fwgates.measure.load.scenario import Scenario
from pytest_fwgates.measure.resources import listening
from pytest_fwgates.measure.resources.usage import Unmeasurable
from pytest_fwgates.measure.resources.watch import watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_fwgates.checks.performance._subject import Subject
    from pytest_fwgates.framework.expansion import Entries
    from pytest_fwgates.measure.load.record import Load
    from pytest_fwgates.measure.resources.usage import Usage
    from pytest_fwgates.measure.resources.watch import Watch

_QUICK_S: Final = 0.0004
"""Per entry point; 700 of these a second are less than a third of a core."""
_PORTS: Final = {"http": 80, "https": 443}


def of_service(scenario: Scenario) -> Measurement:
    """Loads upon the target of the scenario; resources are those of who listens there, on this machine."""
    return Measurement(lambda: _run(lambda watch: run.run(scenario, watch), lambda _: _listeners(scenario)))


def in_process(scenario: Scenario, entries: Entries) -> Scenario:
    """A shorter load with as many requests, where the profile says nothing and entry points are quick."""
    if scenario != Scenario():
        return scenario
    began = time.perf_counter()
    for name in entries.names:
        with contextlib.suppress(ExpansionError):
            entries.resolve(name)
    each = (time.perf_counter() - began) / len(entries.names)
    return msgspec.structs.replace(scenario, rate=700, duration=6, warmup=1) if each < _QUICK_S else scenario


def of_framework(subject: Subject, scenario: Scenario) -> Measurement:
    """Loads upon the entry points of a framework, in a process of its own."""
    words = ("load", msgspec.json.encode(subject).decode())
    return Measurement(
        lambda: _run(lambda watch: run.ask(_subject.MODULE, scenario, words, watch), lambda pid: (pid,))
    )


def _run(generate: Callable[[run.Watch], Load], under_test: Callable[[int], Sequence[int]]) -> Run:
    """One load; that nobody can watch it is no reason not to run it."""
    watches: list[Watch] = []
    unknown: list[str] = []

    @contextlib.contextmanager
    def watch(pid: int) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            try:
                watches.append(stack.enter_context(watching(under_test(pid))))
            except Unmeasurable as reason:
                unknown.append(str(reason))
            yield

    load = generate(watch)
    return Run(load, unknown[0] if unknown else _usage(watches))


def _usage(watches: list[Watch]) -> Usage | str:
    try:
        return watches[0].usage() if watches else "the load did not begin"
    except Unmeasurable as reason:
        return str(reason)


def _listeners(scenario: Scenario) -> Sequence[int]:
    """The processes that serve the target.

    Raises:
        Unmeasurable: they are not on this machine, or nobody may see them.
    """
    parts = urllib.parse.urlsplit(scenario.target)
    found = listening.listening_on(parts.hostname or "", parts.port or _PORTS[parts.scheme])
    if not found:
        raise Unmeasurable("nobody who may be looked at listens on the target's port")
    return found
