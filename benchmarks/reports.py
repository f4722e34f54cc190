"""Every report of a hostile framework with 100,000 findings: seconds and memory, each in its own process.

Bounds: 5 s and 300 MB a report, the start of Python and of the command included.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_fwgates.reports.formats import NAMES

if TYPE_CHECKING:
    import resource

SECONDS = 5.0
MEGABYTES = 300
FILES = 100
LINKS = 1_000
NASTY = (
    "]]>",
    "\x1b[31m",
    "::stop-commands::x",
    "<script>alert(1)",
    "\u202egnp",
    "a|b",
    "`x`",
    "line\nbreak",
)


def build(root: Path) -> None:
    """Write a framework whose names and texts are what some reader would obey or choke on."""
    (root / "docs").mkdir(parents=True)
    (root / "README.md").write_text("# T\n")
    for number in range(FILES):
        name = NASTY[number % len(NASTY)].replace("/", "_")
        lines = (
            f"[::error::x {one}](gone-{'y' * (10_000 if one % 500 == 0 else 5)}{one}.md)\n"
            for one in range(LINKS)
        )
        (root / "docs" / f"{name}{number}.md").write_text(f"# {name} <script>\n\n{''.join(lines)}")


def measured(command: list[str], folder: Path) -> tuple[float, int]:
    """Seconds and megabytes of a command; what it prints goes nowhere."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = _wait(process)
    return time.perf_counter() - started, usage.ru_maxrss // 1024


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, int, resource.struct_rusage]:

    return os.wait4(process.pid, 0)


def main() -> int:
    """Print a line a report; exit 1 where one is beyond its bounds."""
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "framework")
        build(root)
        verdict = Path(folder, "verdict.json")
        bin_ = Path(sys.executable).parent
        run = [str(bin_ / "pytest"), "-q", "--env=production", f"--gate-verdict={verdict}"]
        seconds, megabytes = measured(run, root)
        print(f"{'the run itself':<16} {seconds:6.2f} s {megabytes:5} MB")
        for name in NAMES:
            command = [str(bin_ / "fwgates"), "report", str(verdict), f"--format={name}"]
            seconds, megabytes = measured(command, root)
            beyond = seconds > SECONDS or megabytes > MEGABYTES
            worst |= beyond
            print(f"{name:<16} {seconds:6.2f} s {megabytes:5} MB{'  BEYOND ITS BOUND' * beyond}")
    return worst


if __name__ == "__main__":
    sys.exit(main())
