"""Running Python where a process that asks the kernel for a socket is killed: nobody need be root for it."""

from __future__ import annotations

import platform
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_NUMBERS: Final = {"x86_64": (0xC000003E, 41, 42, 425), "aarch64": (0xC00000B7, 198, 203, 425)}
"""What the kernel calls the machine, and its numbers for socket, connect and io_uring_setup."""

PRELUDE: Final = """
import ctypes, struct
architecture, *numbers = {numbers}
load, equal, answer = 0x20, 0x15, 0x06
program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (answer, 0, 0, 0x80000000), (load, 0, 0, 0)]
for number in numbers:
    program += [(equal, 0, 1, number), (answer, 0, 0, 0x80000000)]
program.append((answer, 0, 0, 0x7FFF0000))
code = b"".join(struct.pack("HBBI", *line) for line in program)
kept = ctypes.create_string_buffer(code)
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_void_p)]
libc = ctypes.CDLL(None, use_errno=True)
filtered = Program(len(program), ctypes.cast(kept, ctypes.c_void_p))
assert libc.prctl(38, 1, 0, 0, 0) == 0, "no new privileges"
assert libc.prctl(22, 2, ctypes.byref(filtered), 0, 0) == 0, "the filter"
"""
KILLED: Final = -31
"""The status of a process that did it all the same: SIGSYS."""


def python_without_sockets(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code; its threads and children are bound, too.

    The filter is in force before anything of the code is imported; a control in the tests shows it at work.
    """
    if sys.platform != "linux" or platform.machine() not in _NUMBERS:
        pytest.skip("the kernel's filter for system calls is Linux's, and known here for two machines")
    prelude = PRELUDE.format(numbers=_NUMBERS[platform.machine()])
    return subprocess.run(
        [sys.executable, "-c", prelude + code],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
