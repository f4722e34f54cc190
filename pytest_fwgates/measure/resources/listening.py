"""Which processes of this machine serve a TCP port."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_fwgates.measure.resources.proc import PROC
from pytest_fwgates.measure.resources.usage import Unmeasurable

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTEN: Final = "0A"
"""TCP_LISTEN, as /proc/net/tcp writes it (include/net/tcp_states.h)."""


def listening_on(host: str, port: int) -> tuple[int, ...]:
    """The processes that hold the listening socket; none where nobody may see them.

    Raises:
        Unmeasurable: the host is not this machine, or the system has no /proc.
    """
    if not (PROC / "net" / "tcp").exists():
        raise Unmeasurable("what processes use can be measured on Linux only")
    if not _is_here(host):
        raise Unmeasurable(f"{host} is not this machine; measure where the service runs")
    inodes = {f"socket:[{inode}]" for inode in _inodes(port)}
    return tuple(sorted(pid for pid in _pids() if inodes and _holds(pid, inodes)))


def _is_here(host: str) -> bool:
    """Whether a socket can be bound to one of its addresses."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except OSError:
        return False
    for family, kind, protocol, _, address in found:
        with socket.socket(family, kind, protocol) as probe:
            try:
                probe.bind(address)
            except OSError:
                continue
            return True
    return False


def _inodes(port: int) -> Iterator[str]:
    for name in ("tcp", "tcp6"):
        try:
            lines = Path(PROC, "net", name).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir(PROC) if name.isdigit())  # noqa: PTH208 - of the system


def _holds(pid: int, inodes: set[str]) -> bool:
    folder = f"{PROC}/{pid}/fd"
    try:
        return any(os.readlink(f"{folder}/{name}") in inodes for name in os.listdir(folder))  # noqa: PTH115, PTH208
    except OSError:
        return False
