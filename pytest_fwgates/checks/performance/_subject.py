"""The framework in a process of its own, so that what it takes can be measured from outside.

`python -m ... load SUBJECT` resolves entry points under the load that standard input asks for, and
`memory SUBJECT` loads everything and prints the bytes that took.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.framework import expansion, index
from pytest_fwgates.framework.configuration import Settings
from pytest_fwgates.framework.kinds import Kind  # noqa: TC001 - msgspec evaluates it
from pytest_fwgates.measure.load import inprocess
from pytest_fwgates.measure.load.record import READY
from pytest_fwgates.measure.load.scenario import Scenario

if TYPE_CHECKING:
    from pytest_fwgates.framework.expansion import Entries

MODULE: Final = "pytest_fwgates.checks.performance._subject"
_KIB: Final = 1024


class Subject(msgspec.Struct, frozen=True):
    """Which framework, and how it is read."""

    root: str
    ignore: tuple[str, ...] = ()
    kinds: dict[Kind, tuple[str, ...]] = {}
    entry_points: tuple[str, ...] = ()

    def load(self) -> index.Framework:
        """The framework, without a cache."""
        return index.load(Path(self.root), Settings(self.ignore, self.kinds, self.entry_points))


def main() -> None:
    """Do what the command line says."""
    mode, said = sys.argv[1:]
    subject = msgspec.json.decode(said, type=Subject)
    if mode == "memory":
        sys.stdout.write(f"{_peak(subject)}\n")
        return
    entries = expansion.entries(subject.load())
    scenario = msgspec.json.decode(sys.stdin.buffer.read(), type=Scenario)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    load = inprocess.run(_Sessions(entries).call, scenario)
    sys.stdout.buffer.write(msgspec.json.encode(load))


class _Sessions:
    """Each session calls all entry points in turn, from another one on."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._calls = Counter[int]()

    def call(self, user: int) -> None:
        names = self._entries.names
        self._calls[user] += 1
        self._entries.resolve(names[(user + self._calls[user]) % len(names)])


def _peak(subject: Subject) -> int:
    """Bytes that loading everything takes at most, in one process: helpers would hide their share.

    Raises:
        SystemExit: nothing is there.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    framework = subject.load()
    if not framework.modules:
        raise SystemExit(f"{subject.root}: no modules")
    framework.documents  # noqa: B018 - parsed when first asked for
    framework.manifests  # noqa: B018 - as above
    expansion.entries(framework)
    return _highest() * _KIB


def _highest() -> int:
    """The peak resident set in KiB.

    Linux hands `ru_maxrss` on from whoever started a process, so that there the process's own mark is read
    (VmHWM in proc_pid_status(5)).
    """
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text("utf-8", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
