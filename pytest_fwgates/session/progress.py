"""A progress bar while documents are parsed, where a person watches and it takes longer than a second."""

from __future__ import annotations

import contextlib
import time
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    import pytest

    from pytest_fwgates.framework.parsing import Watch

PATIENCE: Final = 1.0
"""Seconds that pass before there is a bar."""


def watch_of(config: pytest.Config) -> Watch | None:
    """The bar of this process: none in a worker of xdist, and none where no terminal is written to."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not reporter.isatty or hasattr(config, "workerinput"):
        return None
    capture = config.pluginmanager.get_plugin("capturemanager")
    uncaptured = capture.global_and_fixture_disabled if capture else contextlib.nullcontext
    return lambda total: bar(reporter._tw._file, total, time.monotonic, uncaptured)  # noqa: SLF001 - rich needs it


@contextlib.contextmanager
def bar(
    stream: IO[str],
    total: int,
    clock: Callable[[], float],
    uncaptured: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
) -> Iterator[Callable[[int], None]]:
    """A bar on `stream` that is there from the first count after `PATIENCE` to the end of the context.

    Args:
        stream: The terminal.
        total: How many documents there are.
        clock: Seconds; only their differences count.
        uncaptured: Lets through what is written to `stream` while pytest captures.
    """
    started = clock()
    with contextlib.ExitStack() as until_the_end:
        show: Callable[[int], None] | None = None

        def advance(done: int) -> None:
            nonlocal show
            if show is None and done < total and clock() - started >= PATIENCE:
                show = until_the_end.enter_context(_shown(stream, total, uncaptured))
            if show is not None:
                show(done)

        yield advance


@contextlib.contextmanager
def _shown(
    stream: IO[str], total: int, uncaptured: Callable[[], AbstractContextManager[None]]
) -> Iterator[Callable[[int], None]]:
    from rich.console import Console  # noqa: PLC0415 - only long work pays
    from rich.progress import Progress  # noqa: PLC0415

    with uncaptured():
        stream.write("\n")  # pytest may have begun a line, which the bar would wipe out
        progress = Progress(console=Console(file=stream), auto_refresh=False, transient=True)
        task = progress.add_task("parsing documents", total=total)
        progress.start()

    def show(done: int) -> None:
        with uncaptured():
            progress.update(task, completed=done, refresh=True)

    try:
        yield show
    finally:
        with uncaptured():
            progress.stop()
