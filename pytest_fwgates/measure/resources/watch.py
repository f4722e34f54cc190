"""Sample the processes under test while something else goes on."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import TYPE_CHECKING, Final

from pytest_fwgates.measure.resources import cgroup, proc
from pytest_fwgates.measure.resources.usage import Sample, Unmeasurable, Usage, summarise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_COST: Final = 0.02
"""The share of one core that sampling may take; above it samples become rarer."""
EVERY_S: Final = 0.25


class Watch:
    """What was seen of a process tree; `ended` is set when nobody looks any more."""

    def __init__(self, pids: Sequence[int]) -> None:
        alive = proc.processes()
        self._roots = {(pid, alive[pid].began) for pid in pids if pid in alive}
        self._samples: list[Sample] = []
        self._last_cpu: dict[tuple[int, int], float] = {}
        self._group: Path | None = cgroup.own(pid for pid, _ in proc.tree(alive, self._roots))
        self._cost = 0.0
        self._wrong = ""
        self.ended = threading.Event()
        if not self._roots:
            raise Unmeasurable("the processes under test have ended")
        if not all(proc.may_be_seen(pid) for pid, _ in self._roots):
            raise Unmeasurable("the processes under test belong to somebody else; run as their user")

    def usage(self) -> Usage:
        """What they used.

        Raises:
            Unmeasurable: they ended too soon, or could not be followed.
        """
        if self._wrong:
            raise Unmeasurable(self._wrong)
        source = f"{'cgroup' if self._group else '/proc'}, PSS, {len(self._samples)} samples"
        try:
            return summarise(self._samples, os.cpu_count() or 1, self._cost, source)
        except ValueError as error:
            raise Unmeasurable(f"the processes under test were not seen long enough: {error}") from None

    def follow(self, stop: threading.Event) -> None:
        """Sample until told to stop, or until nobody is left; what goes wrong is for `usage` to say."""
        every = EVERY_S
        began, before = time.monotonic(), time.thread_time()
        try:
            while True:
                if not self._sample():
                    self._wrong = "" if stop.is_set() else "the processes under test ended during the load"
                    return
                self._cost = (time.thread_time() - before) / max(time.monotonic() - began, every)
                if stop.wait(every):
                    self._sample()
                    return
                every = min(1.0, every * 2) if self._cost > MAX_COST else every
        except Exception as error:  # noqa: BLE001 - it must not end in a thread that nobody hears
            self._wrong = f"what the processes under test use could not be read: {error!r}"
        finally:
            self.ended.set()

    def _sample(self) -> bool:
        """Whether any of them lives."""
        at = time.monotonic()
        alive = proc.processes()
        members = proc.tree(alive, {*self._roots, *self._last_cpu})
        if not members:
            return False
        # Of a process that left, what its parent did not wait for is lost; the sum never goes back.
        self._last_cpu = {one: alive[one[0]].cpu for one in members}
        cpu = cgroup.seconds(self._group) if self._group else sum(self._last_cpu.values())
        pids = [pid for pid, _ in members]
        first = min(self._roots & members or members)[0]
        self._samples.append(
            Sample(at, cpu, sum(map(proc.memory, pids)), sum(map(proc.disk, pids)), proc.network(first))
        )
        return True


@contextlib.contextmanager
def watching(pids: Sequence[int]) -> Iterator[Watch]:
    """Sample these processes and their descendants, from the beginning of the block to its end.

    Raises:
        Unmeasurable: there are none, or nobody may look at them.
    """
    if not proc.PROC.joinpath("self", "stat").exists():
        raise Unmeasurable("what processes use can be measured on Linux only")
    watch = Watch(pids)
    stop = threading.Event()
    thread = threading.Thread(target=watch.follow, args=(stop,), daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()
