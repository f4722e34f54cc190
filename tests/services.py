"""Services with known response times, each in a process of its own on loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER = Path(__file__).with_name("service.py")


class Service(NamedTuple):
    """Where it listens, and its process."""

    url: str
    port: int
    pid: int


@contextlib.contextmanager
def service(kind: str, *, seed: int = 1) -> Iterator[Service]:
    """One that answers as `tests/service.py` says of the kind; ended with the block."""
    command = [sys.executable, str(_SERVER), kind, str(seed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield Service(f"http://127.0.0.1:{port}/", port, process.pid)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # its children too
        process.wait()
