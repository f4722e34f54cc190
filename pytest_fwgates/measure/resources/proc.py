"""What Linux counts of processes, from /proc (https://docs.kernel.org/filesystems/proc.html)."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_KIB: Final = 1024
_AFTER_NAME: Final = 3
"""Which field of /proc/PID/stat is the first behind the name, counted from 1 as in its manual."""


class Process(NamedTuple):
    """A process as it stands now.

    Attributes:
        began: Ticks since the machine started, which tells it from a later one of the same number.
        cpu: Seconds of processor time, of itself and of children that it has waited for.
    """

    pid: int
    parent: int
    began: int
    cpu: float


def processes() -> dict[int, Process]:
    """Every process that may be seen."""
    found = (_process(Path(PROC, name)) for name in os.listdir(PROC) if name.isdigit())  # noqa: PTH208
    return {one.pid: one for one in found if one is not None}


def parse(stat: str) -> Process:
    """The line of /proc/PID/stat; the name in it may hold anything, parentheses too."""
    fields = stat[stat.rindex(")") + 1 :].split()
    user, system, children_user, children_system = (int(fields[n - _AFTER_NAME]) for n in (14, 15, 16, 17))
    ticks = user + system + children_user + children_system
    return Process(
        int(stat[: stat.index(" ")]), int(fields[1]), int(fields[22 - _AFTER_NAME]), ticks / _TICKS
    )


def _process(folder: Path) -> Process | None:
    try:
        return parse((folder / "stat").read_text("utf-8", "replace"))
    except (OSError, ValueError, IndexError):
        return None  # it has ended since


def tree(alive: Mapping[int, Process], roots: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of `roots`, by number and beginning, that live, and all that descend from them."""
    children: dict[int, list[int]] = defaultdict(list)
    for one in alive.values():
        children[one.parent].append(one.pid)
    waiting = [pid for pid, began in roots if pid in alive and alive[pid].began == began]
    found: set[int] = set()
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children[pid]
    return {(pid, alive[pid].began) for pid in found}


def memory(pid: int) -> int:
    """The proportional set size in bytes: pages that processes share are divided among them."""
    for line in _lines(pid, "smaps_rollup"):
        if line.startswith("Pss:"):
            return int(line.split()[1]) * _KIB
    return 0


def disk(pid: int) -> int:
    """Bytes that were read from storage and written to it, by children that it has waited for too."""
    counted = dict(line.split(": ") for line in _lines(pid, "io") if ": " in line)
    return int(counted.get("read_bytes", 0)) + int(counted.get("write_bytes", 0))


def network(pid: int) -> int:
    """Bytes on all interfaces that the process sees; of the loopback each byte once."""
    total = 0
    for line in _lines(pid, "net/dev"):
        name, colon, counts = line.partition(":")
        if colon:
            numbers = counts.split()
            received, sent = int(numbers[0]), int(numbers[8])
            total += sent if name.strip() == "lo" else received + sent
    return total


def may_be_seen(pid: int) -> bool:
    """Whether its memory and its disk traffic may be read at all."""
    return bool(_lines(pid, "io")) and bool(_lines(pid, "smaps_rollup"))


def _lines(pid: int, name: str) -> list[str]:
    try:
        return Path(PROC, str(pid), name).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
