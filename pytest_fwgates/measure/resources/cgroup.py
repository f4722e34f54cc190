"""Processor time by the control group, where one holds the processes under test and no others.

A control group counts what processes used that nobody waited for, which /proc forgets
(https://docs.kernel.org/admin-guide/cgroup-v2.html).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MOUNT: Final = Path("/sys/fs/cgroup")
PROC: Final = Path("/proc")
_V1: Final = ("cpuacct", "cpu,cpuacct")


def own(pids: Iterable[int], mount: Path = MOUNT, proc: Path = PROC) -> Path | None:
    """The file that counts, of version 2 or else 1; None where none is theirs alone."""
    pids = frozenset(pids)
    for pid in pids:
        for line in _read(proc / str(pid) / "cgroup").splitlines():
            number, _, rest = line.partition(":")
            controllers, _, path = rest.partition(":")
            for folder, counter in _places(number, controllers, mount):
                group = folder / path.lstrip("/")
                if path != "/" and (group / counter).is_file() and _members(group) == pids:
                    return group / counter
        break
    return None


def seconds(counter: Path) -> float:
    """Processor time so far; 0 where the group is gone."""
    text = _read(counter)
    if counter.name == "cpu.stat":
        found = [line.split()[1] for line in text.splitlines() if line.startswith("usage_usec ")]
        return int(found[0]) / 1e6 if found else 0.0
    return int(text) / 1e9 if text.strip().isdigit() else 0.0


def _places(number: str, controllers: str, mount: Path) -> Iterable[tuple[Path, str]]:
    if number == "0":
        yield mount, "cpu.stat"
        yield mount / "unified", "cpu.stat"
    elif "cpuacct" in controllers.split(","):
        for name in _V1:
            yield mount / name, "cpuacct.usage"


def _members(group: Path) -> frozenset[int]:
    """Every process in it or below it."""
    listed = [_read(group / "cgroup.procs"), *map(_read, group.rglob("*/cgroup.procs"))]
    return frozenset(int(word) for text in listed for word in text.split() if word.isdigit())


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
