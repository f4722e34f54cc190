"""Locust as the engine where one process does not keep the rate: a master and workers, each a process.

Locust's own numbers begin when a request is really sent, and its users wait for answers, so that a stall
counts once (a closed loop). The users here keep to their pace instead, and count from when they should have
sent.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec

from pytest_fwgates.measure.load.record import Load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pytest_fwgates.measure.load.scenario import Scenario

SCENARIO: Final = "FWGATES_SCENARIO"
RESULT: Final = "FWGATES_RESULT"
_FILE: Final = Path(__file__).with_name("locustfile.py")
_GRACE_S: Final = 60
_LOCAL: Final = "127.0.0.1"


class LocustError(Exception):
    """Locust did not do what it was asked; the text says why."""


def run(scenario: Scenario, watch: Callable[[], AbstractContextManager[object]]) -> Load:
    """Generate the load by a master and `scenario.workers` workers on this machine.

    `watch` is entered when all users are there.

    Raises:
        LocustError: it is not installed, a process failed, or none wrote what came of it.
    """
    if importlib.util.find_spec("locust") is None:
        raise LocustError('locust is not installed: pip install "pytest-fwgates[performance]"')
    if not scenario.users:
        raise LocustError("'engine: locust' needs users")
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "load.json")
        said = Path(folder, "said.txt")
        environment = {**os.environ, SCENARIO: msgspec.json.encode(scenario).decode(), RESULT: str(result)}
        with said.open("wb") as log, _processes(scenario, environment, log, folder) as master:
            _await(result.with_suffix(".begun"), master)
            try:
                with watch():
                    status = master.wait(scenario.warmup + scenario.duration + scenario.timeout + _GRACE_S)
            except subprocess.TimeoutExpired:
                raise LocustError("Locust did not come to its end and was stopped") from None
        if not result.is_file():
            last = (said.read_text("utf-8", "replace").strip().splitlines() or ["it says nothing"])[-1]
            raise LocustError(f"Locust ended with {status} and no result: {last[:300]}")
        return msgspec.json.decode(result.read_bytes(), type=Load)


@contextlib.contextmanager
def _processes(
    scenario: Scenario, environment: dict[str, str], log: BinaryIO, folder: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The master, and workers that are gone afterwards; they talk on loopback."""
    port = str(_free_port())
    command = [sys.executable, "-P", "-m", "locust", "-f", str(_FILE), "--headless", "--skip-log-setup"]
    leads = [
        "--master", f"--master-bind-host={_LOCAL}", f"--master-bind-port={port}",
        f"--expect-workers={scenario.workers}", "--expect-workers-max-wait=30",
        f"--users={scenario.users}", f"--spawn-rate={scenario.users}",
        f"--run-time={scenario.warmup + scenario.duration + scenario.timeout + 3:.0f}s", "--only-summary",
    ]  # fmt: skip
    follows = ["--worker", f"--master-host={_LOCAL}", f"--master-port={port}"]
    started: list[subprocess.Popen[bytes]] = []

    def start(words: list[str]) -> None:
        whole = [*command, *words]
        nothing = subprocess.DEVNULL
        started.append(
            subprocess.Popen(whole, env=environment, stdin=nothing, stdout=log, stderr=log, cwd=folder)
        )

    try:
        start(leads)
        for _ in range(scenario.workers):
            start(follows)
        yield started[0]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


def _await(begun: Path, master: subprocess.Popen[bytes]) -> None:
    """Wait until the users are there, or the master has ended without them."""
    until = time.monotonic() + _GRACE_S
    while not begun.exists() and master.poll() is None and time.monotonic() < until:
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOCAL, 0))
        return int(probe.getsockname()[1])
