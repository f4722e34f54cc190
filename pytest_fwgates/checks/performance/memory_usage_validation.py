"""Loading the framework takes little memory."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.checks.performance._measured import Measured
from pytest_fwgates.measure.load.run import Unmeasured

if TYPE_CHECKING:
    from pytest_fwgates.checks.performance._subject import Subject

THRESHOLD: Final = "< 2GB"
MODULES: Final = ("command", "agent", "skill", "component", "rule")
"""What a host loads; a repository without any of it is no framework to measure."""
_LONGEST_S: Final = 600


def loading_memory(subject: Subject, modules: int) -> Measured:
    """The most memory in bytes that loading the framework takes, in a process of its own.

    Why: what reads a framework runs beside everything else on a developer's machine.

    Rule: a new process loads every module without a cache and without helpers; its peak resident set, as the
    system counts it (VmHWM in proc_pid_status(5)).

    Raises:
        Unmeasured: the process failed.
    """
    command = [sys.executable, "-P", "-m", "pytest_fwgates.checks.performance._subject", "memory"]
    try:
        done = subprocess.run(
            [*command, msgspec.json.encode(subject).decode()],
            capture_output=True,
            timeout=_LONGEST_S,
            check=False,
            text=True,
        )
    except subprocess.TimeoutExpired:
        raise Unmeasured(f"loading the framework took more than {_LONGEST_S} s") from None
    if done.returncode or not done.stdout.strip().isdigit():
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise Unmeasured(f"loading the framework ended with {done.returncode}: {last}")
    return Measured(int(done.stdout), modules)
