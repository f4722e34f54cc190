"""Real processes that use one thing too much, and none other."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.measure.resources.usage import Unmeasurable, Usage
from pytest_fwgates.measure.resources.watch import MAX_COST, watching

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.alone

HEAD = """
import os, socket, subprocess, sys, threading, time
until = time.monotonic() + 2.2
print("begun", flush=True)
"""
TAIL = '\nprint("done", flush=True)\nsys.stdin.read()\n'
DEEDS = {
    "quiet": "time.sleep(2.2)",
    "hog": "while time.monotonic() < until: pass",
    "leak": "kept = []\nwhile time.monotonic() < until: kept.append(b'x' * 30_000_000); time.sleep(0.2)",
    "writer": """
with open(sys.argv[1] + "/file", "wb") as file:
    while time.monotonic() < until:
        file.seek(0)
        file.write(b"x" * 20_000_000)
        os.fsync(file.fileno())
        time.sleep(0.1)
""",
    "chatty": """
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
reader, _ = server.accept()
threading.Thread(target=lambda: [None for _ in iter(lambda: reader.recv(1 << 20), b"")], daemon=True).start()
while time.monotonic() < until:
    client.sendall(b"x" * 1_000_000)
    time.sleep(0.05)
""",
    "parent": """
while time.monotonic() < until:
    subprocess.run([sys.executable, "-S", "-c", "sum(range(1_000_000))"])
""",
}
LIMITS = {"cpu": 0.25, "memory": 150e6, "disk": 50e6, "network": 80e6}
"""A quarter of the machine, 150 MB, 50 MB/s and 80 Mbps."""
EXPECTED = {
    "quiet": set(),
    "hog": {"cpu"},
    "leak": {"memory"},
    "writer": {"disk"},
    "chatty": {"network"},
    "parent": {"cpu"},
}


@contextlib.contextmanager
def process(deed: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has begun its deed."""
    with subprocess.Popen(
        [sys.executable, "-c", HEAD + DEEDS[deed] + TAIL, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "begun\n"
            yield running
        finally:
            running.kill()


def watched(deed: str, folder: Path) -> Usage:
    """What it used until it was done."""
    with process(deed, folder) as running:
        with watching([running.pid]) as watch:
            assert running.stdout is not None
            assert running.stdout.readline() == "done\n"
        return watch.usage()


@pytest.fixture
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder on a disk: what is written to memory reaches none."""
    folder = tmp_path_factory.mktemp("disk")
    kind = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=True)
    if kind.stdout.strip() == "tmpfs":
        folder = tmp_path_factory.getbasetemp().parents[-2] / "var/tmp/fwgates-disk"
        folder.mkdir(exist_ok=True)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("deed", list(DEEDS))
def test_each_is_caught_by_its_own_measure(deed: str, disk: Path) -> None:
    """A leak, a hog, a writer, a chatty one, children that are gone at once: and a quiet one not at all."""
    usage = watched(deed, disk)
    measured = {
        "cpu": usage.cpu_mean,
        "memory": usage.memory_peak,
        "disk": usage.disk_peak,
        "network": usage.network_peak,
    }
    assert {name for name, value in measured.items() if value >= LIMITS[name]} == EXPECTED[deed], measured
    assert usage.cost < 2 * MAX_COST


def test_process_that_ends(disk: Path) -> None:
    """Of processes that end during the load nothing is concluded."""
    with process("quiet", disk) as running, watching([running.pid]) as watch:
        running.kill()
        running.wait()
        watch.ended.wait(10)
    with pytest.raises(Unmeasurable, match="ended during the load"):
        watch.usage()


def test_nobody_is_there() -> None:
    """A process that is gone already cannot be watched."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    with pytest.raises(Unmeasurable, match="have ended"), watching([gone.pid]):
        pass
