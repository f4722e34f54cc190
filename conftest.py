"""Configuration of the project's own test run."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

pytest_plugins = ["pytester"]

# Frameworks under test are data: some have test files of their own, which are never run.
collect_ignore = ["tests/examples"]


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark."""
    config.addinivalue_line("markers", "alone: it measures, so that no other test may run beside it")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Under xdist, hold off all others while a test measures: they share a lock that it has to itself."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return (yield)
    exclusive = item.get_closest_marker("alone") is not None
    folder = Path(tempfile.gettempdir())
    # Who measures keeps the turn until it has the lock, so that others do not go ahead for ever.
    with (
        _locked(folder / f"fwgates-{run}.turn", exclusive=exclusive) as turn,
        _locked(folder / f"fwgates-{run}.lock", exclusive=exclusive),
    ):
        fcntl.flock(turn, fcntl.LOCK_UN)
        return (yield)


@contextlib.contextmanager
def _locked(path: Path, *, exclusive: bool) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield descriptor
    finally:
        os.close(descriptor)


def pytest_sessionfinish() -> None:
    """Remove the locks."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    for name in ("turn", "lock"):
        if run and os.environ.get("PYTEST_XDIST_WORKER") == "gw0":
            Path(tempfile.gettempdir(), f"fwgates-{run}.{name}").unlink(missing_ok=True)
