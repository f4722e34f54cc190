"""What every adapter of a scanner has in common: the protocol, and running a program within limits."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_fwgates.framework.reading import Unreadable
    from pytest_fwgates.model import Finding

INSTALL: Final = 'pip install "pytest-fwgates[security]"'
"""The one command that brings every scanner."""
NOT_INSTALLED: Final = f"the scanners are not installed: {INSTALL}"
"""The same for each of them, so that it is told once."""
MAX_OUTPUT: Final = 64_000_000
"""Bytes of output that are read; more is no answer."""


class Unproven(Exception):  # noqa: N818 - it is an answer: neither a pass nor a failure
    """The scanner is missing, ended in a way that means nothing, or left something out; the text says why."""


class Scan(NamedTuple):
    """What a scanner came to.

    Attributes:
        findings: With paths relative to the framework root.
        examined: How many subjects it searched.
        unproven: Why something was not searched; empty where everything was. Never a pass.
    """

    findings: tuple[Finding, ...]
    examined: int
    unproven: str = ""


def unread(lost: Sequence[Unreadable]) -> str:
    """Why files could not be searched, as one reason; empty where all were."""
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return f"{lost[0].path}: {lost[0].reason}{more}" if lost else ""


class Adapter(Protocol):
    """A scanner."""

    name: str

    def available(self) -> str | None:
        """Its version; None where it is not installed."""

    def run(self, root: Path, paths: Sequence[str]) -> Scan:
        """Search these files of a framework.

        Raises:
            Unproven: it cannot, or what it said cannot be relied on.
        """


class Output(NamedTuple):
    """How a program ended, and what it wrote to its standard output and error."""

    status: int
    stdout: bytes
    stderr: str


def program(name: str) -> str | None:
    """The path of a program that was installed beside this package; never one of the framework's own."""
    folder = Path(sys.executable).parent
    for candidate in (folder / name, folder / f"{name}.exe"):
        if candidate.is_file():
            return str(candidate)
    return None


def execute(
    command: Sequence[str], folder: Path, seconds: float, environment: Mapping[str, str] | None = None
) -> Output:
    """Run a program that is trusted on files that are not: no shell, no input, bounded in time and output.

    Args:
        command: The program by its path, and its arguments.
        folder: Where it starts; not the framework, whose files might configure it, unless it must be.
        seconds: After which it is ended.
        environment: Variables besides the few that programs need; nothing else of ours is handed on.

    Raises:
        Unproven: it cannot be started, takes too long, or says too much.
    """
    kept = {name: value for name, value in os.environ.items() if name in _VARIABLES}
    name = Path(command[0]).name
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**kept, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unproven(f"{name} took longer than {seconds:g} s") from None
        except OSError as error:
            raise Unproven(f"{name} cannot be started: {error.strerror}") from None
        if out.tell() > MAX_OUTPUT:
            raise Unproven(f"{name} wrote more than {MAX_OUTPUT // 1_000_000} MB")
        out.seek(0)
        err.seek(max(0, err.tell() - 4096))
        return Output(done.returncode, out.read(), err.read().decode("utf-8", "replace"))


_VARIABLES: Final = frozenset({"PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LANG", "LC_ALL"})
