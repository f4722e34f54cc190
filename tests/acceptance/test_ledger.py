"""The ledger under processes that write at once and are killed in the middle of it, and its command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates import ledger
from pytest_fwgates.ledger import Event

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project

WRITER = """
import itertools, os, pathlib, signal, sys
from pytest_fwgates.ledger import Event, append

path, name, count, size, dies = pathlib.Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])
os.fsync = lambda _: None  # the disk's speed is not in question
write = os.write

def half(descriptor, data):
    write(descriptor, data[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)

for number in range(count) if count else itertools.count():
    if dies and number == dies:
        os.write = half
    details = {"number": number, "padding": "x" * size}
    event = Event("bypass", "2026-03-01T12:00:00Z", "staging", "rule", name, "sha256:a", "sha256:b", details)
    print(append(path, [event]), flush=True)
"""
"""Appends `count` events (0: for ever) one by one and says each head; it dies in writing number `dies`."""


def writer(
    path: Path, name: str, *, count: int = 0, size: int = 0, dies: int = 0, out: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """A process of its own that appends."""
    command = [sys.executable, "-c", WRITER, str(path), name, str(count), str(size), str(dies)]
    return subprocess.Popen(command, stdout=out, text=True)


def numbers(path: Path) -> dict[str, list[int]]:
    """What stands in the ledger of each writer, in its order."""
    found: dict[str, list[int]] = defaultdict(list)
    for entry in ledger.entries(path):
        number = entry.event.details["number"]
        assert isinstance(number, int)
        found[entry.event.actor].append(number)
    return dict(found)


EVENT = Event("approval", "2026-03-01T12:00:00Z", "staging", "rule", "test", "", "", {"number": 0})


@pytest.mark.timeout(120)
def test_eight_writers(tmp_path: Path) -> None:
    """Eight processes append a thousand events each: every one is there, once and in its writer's order."""
    path = tmp_path / "ledger.jsonl"
    names = [str(number) for number in range(8)]
    writers = [writer(path, name, count=1000, out=subprocess.DEVNULL) for name in names]
    assert [one.wait() for one in writers] == [0] * 8
    result = ledger.verify(path)
    assert (result.problem, result.torn, result.head.sequence) == (None, 0, 8000)
    assert numbers(path) == {name: list(range(1000)) for name in names}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("size", [0, 60_000], ids=["short", "long"])
def test_killed_at_any_time(tmp_path: Path, size: int) -> None:
    """Whenever a writer is killed, all that it said is there; the next one goes on from it."""
    path = tmp_path / "ledger.jsonl"
    for heads in range(1, 6):
        one = writer(path, str(heads), size=size)
        assert one.stdout is not None
        said = [one.stdout.readline() for _ in range(heads * 7)]
        one.kill()
        said += one.stdout.read().splitlines(keepends=True)
        assert one.wait() == -signal.SIGKILL
        last = [line for line in said if line.endswith("\n")][-1].strip()
        result = ledger.verify(path, last)
        assert result.problem is None
        assert result.head.sequence - int(last.partition(":")[0]) in (0, 1), "one may be written and not said"
        head = ledger.append(path, [EVENT])
        assert ledger.verify(path, last) == ledger.Verification(head)
    for name, found in numbers(path).items():
        assert name == "test" or found == list(range(len(found)))


@pytest.mark.timeout(120)
def test_killed_in_the_middle_of_a_line(tmp_path: Path) -> None:
    """Half a line verifies up to the last whole one, and neither it nor the dead one's lock stops others."""
    path = tmp_path / "ledger.jsonl"
    alone = writer(path, "alone", dies=3)
    said, _ = alone.communicate()
    assert alone.returncode == -signal.SIGKILL
    result = ledger.verify(path, said.split()[-1])
    assert (result.problem, result.head.sequence) == (None, 3)
    assert result.torn > 100
    dying = [writer(path, f"dying {number}", dies=20, out=subprocess.DEVNULL) for number in range(3)]
    lasting = [writer(path, f"lasting {number}", count=100, out=subprocess.DEVNULL) for number in range(3)]
    assert [one.wait() for one in dying + lasting] == [-signal.SIGKILL] * 3 + [0] * 3
    head = ledger.append(path, [EVENT])
    assert ledger.verify(path, str(head)) == ledger.Verification(head)
    assert numbers(path) == {
        "alone": list(range(3)),
        **{f"dying {number}": list(range(20)) for number in range(3)},
        **{f"lasting {number}": list(range(100)) for number in range(3)},
        "test": [0],
    }


@pytest.mark.timeout(120)
def test_verified_while_others_write(tmp_path: Path) -> None:
    """A ledger that grows is whole at any time."""
    path = tmp_path / "ledger.jsonl"
    one = writer(path, "one", size=3000)
    assert one.stdout is not None
    try:
        for _ in range(30):
            head = one.stdout.readline().strip()
            result = ledger.verify(path, head)
            assert (result.problem, result.torn) == (None, 0)
            assert result.head.sequence >= int(head.partition(":")[0])
    finally:
        one.kill()
        one.communicate()


HOSTILE = Event(
    "bypass",
    "2026-03-01T12:00:00Z",
    "production",
    "::error::owned",
    "mallory\x1b[2J\u202e\n::set-env name=x::y",
    "sha256:a",
    "sha256:b",
    {"##[group]": "###vso[task.complete]\x7f"},
)


@pytest.fixture
def path(project: Project) -> Path:
    """The ledger of a repository, with some events."""
    path = project.root / ".fwgates" / "ledger.jsonl"
    ledger.append(path, [EVENT, HOSTILE, EVENT])
    return path


def test_verify_command(project: Project, path: Path) -> None:
    """Whole is 0, with the head to keep; the same head proves it later, from anywhere in the repository."""
    head = ledger.head(path)
    done = project.cli("ledger", "verify")
    assert done.status == 0
    assert done.text.splitlines() == [
        "without --head, a ledger that was cut short or written anew looks whole, too",
        f"fwgates: ledger whole, head {head}",
    ]
    ledger.append(path, [EVENT])
    with path.open("ab") as stream:
        stream.write(b'{"sequence":5,')
    (project.root / ".git").mkdir()
    (project.root / "below").mkdir()
    os.chdir(project.root / "below")
    done = project.cli("ledger", "verify", "--head", str(head))
    assert done.status == 0
    assert done.text.splitlines() == [
        "behind it 14 bytes of an unfinished entry, which the next append mends",
        f"fwgates: ledger whole, head {ledger.head(path)}",
    ]


def test_verify_command_on_a_broken_ledger(project: Project, path: Path) -> None:
    """Everything wrong is 10 with file and line."""
    head = str(ledger.head(path))
    content = path.read_bytes()
    for changed, kept, line, message in (
        (content.replace(b"mallory", b"alice..", 1), [], 2, "its digest is of something else"),
        (
            b"".join(content.splitlines(keepends=True)[:2]),
            [head],
            3,
            f"the ledger ends before the entry that was kept as {head}",
        ),
        (b"", [head], 1, f"the ledger ends before the entry that was kept as {head}"),
        (b"precious", [], 1, "not as an entry that belongs here begins"),
    ):
        path.write_bytes(changed)
        done = project.cli("ledger", "verify", str(path), *(f"--head={one}" for one in kept))
        assert done.status == 10
        assert done.text.splitlines() == [f"{path}:{line}: {message}", "fwgates: ledger BROKEN, exit 10"]
    path.unlink()
    for command in ("verify", "show"):
        done = project.cli("ledger", command)
        assert done.status == 10
        assert "ledger.jsonl: cannot be read: No such file or directory" in done.text


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["verify", "--head=3"], id="half a head"),
        pytest.param(["verify", "--head="], id="an empty head"),
        pytest.param(["verify", "--nope"], id="an unknown option"),
        pytest.param(["verify", "one", "two"], id="two files"),
        pytest.param(["forge"], id="an unknown command"),
    ],
)
def test_mistakes(project: Project, path: Path, args: list[str]) -> None:
    """What was not understood is 4, and never a ledger that is whole or broken."""
    done = project.cli("ledger", *args)
    assert done.status == 4
    assert done.text.startswith("fwgates: ")
    assert not {"Traceback", "whole", "BROKEN"} & set(done.text.split())


def test_show_command(project: Project, path: Path) -> None:
    """Every entry on its line; nothing in it commands a terminal or a runner; JSON keeps the values."""
    done = project.cli("ledger", "show")
    assert done.status == 0
    lines = done.text.splitlines()
    assert len(lines) == 3
    assert lines[0] == (
        "1  2026-03-01T12:00:00Z  approval  staging  rule  by test; tree ; policy ; number: 0"
    )
    as_json = project.cli("ledger", "show", "--json")
    assert as_json.status == 0
    for text in (done.text, as_json.text):
        assert text.isascii()
        assert not [one for one in ("::error", "::set-env", "##[", "##vso", "\x1b", "\x7f") if one in text]
    documents = [json.loads(line) for line in as_json.text.splitlines()]
    assert documents[1]["event"]["actor"] == HOSTILE.actor
    assert documents[1]["event"]["details"] == HOSTILE.details
    assert [one["sequence"] for one in documents] == [1, 2, 3]


def test_show_command_on_a_broken_ledger(project: Project, path: Path) -> None:
    """What stands before the damage is shown, and the damage is not passed over."""
    path.write_bytes(path.read_bytes().replace(b"mallory", b"alice..", 1))
    done = project.cli("ledger", "show")
    assert done.status == 10
    assert done.text.startswith("1  2026-03-01T12:00:00Z  approval")
    assert "mallory" not in done.text
    assert "alice" not in done.text
    assert done.text.endswith(
        f"{path}: line 2: its digest is of something else\nfwgates: ledger BROKEN, exit 10"
    )
