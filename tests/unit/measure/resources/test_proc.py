"""What Linux says of processes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.measure.resources import cgroup, listening, proc
from pytest_fwgates.measure.resources.proc import Process
from pytest_fwgates.measure.resources.usage import Unmeasurable
from tests.services import service

if TYPE_CHECKING:
    from pathlib import Path

STAT = "42 ({}) S 7 42 42 0 -1 4194560 100 0 0 0 30 20 10 40 20 0 1 0 12345 1000 10 18446744073709551615"


@given(st.text(max_size=15).filter(lambda text: "\0" not in text))
def test_names_may_hold_anything(name: str) -> None:
    """Neither parentheses nor spaces nor line ends in its name hide what a process uses."""
    ticks = os.sysconf("SC_CLK_TCK")
    assert proc.parse(STAT.format(name)) == Process(42, 7, 12345, 100 / ticks)


def test_this_process() -> None:
    """It is there, and may look at itself."""
    own = proc.processes()[os.getpid()]
    assert own.parent == os.getppid()
    assert proc.may_be_seen(os.getpid())
    assert proc.memory(os.getpid()) > 1_000_000


def test_tree() -> None:
    """Descendants belong to it, and orphans that were known; another process of the same number does not."""
    alive = {
        pid: Process(pid, parent, pid * 10, 0.0) for pid, parent in ((1, 0), (2, 1), (3, 2), (4, 1), (5, 4))
    }
    assert proc.tree(alive, [(2, 20)]) == {(2, 20), (3, 30)}
    assert proc.tree(alive, [(2, 20), (5, 50)]) == {(2, 20), (3, 30), (5, 50)}
    assert proc.tree(alive, [(2, 21), (9, 90)]) == set()


@pytest.mark.parametrize("name", ["net/dev", "io", "smaps_rollup"])
def test_process_that_has_ended(name: str) -> None:
    """What cannot be read counts nothing."""
    nobody = 2**22 + 1
    assert (proc.memory(nobody), proc.disk(nobody), proc.network(nobody)) == (0, 0, 0)
    assert not proc.may_be_seen(nobody), name


def group(tmp_path: Path, line: str, folder: str, files: dict[str, str]) -> tuple[Path, Path]:
    """A file system of control groups, and one of processes."""
    (tmp_path / "proc/5").mkdir(parents=True)
    (tmp_path / "proc/5/cgroup").write_text(line)
    (tmp_path / "cgroup" / folder).mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / "cgroup" / folder / name).write_text(text)
    return tmp_path / "cgroup", tmp_path / "proc"


V2 = {"cpu.stat": "usage_usec 2500000\nuser_usec 1\n", "cgroup.procs": "5\n6\n"}
V1 = {"cpuacct.usage": "1500000000\n", "cgroup.procs": "5\n6\n"}


@pytest.mark.parametrize(
    ("line", "folder", "files", "pids", "seconds"),
    [
        pytest.param("0::/app\n", "app", V2, {5, 6}, 2.5, id="version 2"),
        pytest.param("0::/app\n", "unified/app", V2, {5, 6}, 2.5, id="version 2 beside version 1"),
        pytest.param("4:cpu,cpuacct:/app\n", "cpu,cpuacct/app", V1, {5, 6}, 1.5, id="version 1"),
        pytest.param("0::/app\n", "app", V2, {5}, None, id="of others too"),
        pytest.param("0::/\n", "", V2, {5, 6}, None, id="the whole machine"),
        pytest.param("0::/app\n", "app", {}, {5, 6}, None, id="without a counter"),
    ],
)
def test_cgroup(
    tmp_path: Path, line: str, folder: str, files: dict[str, str], pids: set[int], seconds: float | None
) -> None:
    mount, processes = group(tmp_path, line, folder, files)
    found = cgroup.own(sorted(pids), mount, processes)
    assert (found and cgroup.seconds(found)) == seconds


def test_who_listens() -> None:
    """The process that serves a port is found, and no other."""
    with service("fast") as one:
        assert listening.listening_on("127.0.0.1", one.port) == (one.pid,)
        assert listening.listening_on("localhost", one.port) == (one.pid,)
    assert listening.listening_on("127.0.0.1", one.port) == ()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_another_machine(host: str) -> None:
    """What a service elsewhere uses is not measured here."""
    with pytest.raises(Unmeasurable, match="is not this machine"):
        listening.listening_on(host, 80)
