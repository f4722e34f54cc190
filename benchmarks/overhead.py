"""What the plugin costs: 10,000 trivial tests, CPU seconds against the same tests without it.

    python benchmarks/overhead.py [ROUNDS]

Every round runs each row once, in turn, so that drift of the machine hits all rows alike; a row's number
is the minimum of its rounds, which is the least disturbed one. The A/A row is the baseline a second time:
its distance from 1.00 is what the method cannot tell apart.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

FILES, TESTS = 100, 100
CONFIG = "[pytest]\nmarkers =\n    gate: a gate\naddopts = -q -p no:cacheprovider\n"
PLUGINS_OFF = [
    f"-p no:{name}"
    for name in ("xdist", "benchmark", "hypothesispytest", "rerunfailures", "timeout", "pytest_cov")
]


class Row(NamedTuple):
    """A way to run the suite."""

    name: str
    folder: str
    options: tuple[str, ...]
    against: str | None
    bound: float | None


ROWS = (
    Row("plain, no plugin", "plain", ("-p", "no:fwgates"), None, None),
    Row("plain, no plugin again (A/A)", "plain", ("-p", "no:fwgates"), "plain, no plugin", None),
    Row("plain, plugin idle", "plain", (), "plain, no plugin", 1.02),
    Row("gated, no plugin", "gated", ("-p", "no:fwgates"), None, None),
    Row("gated, no plugin again (A/A)", "gated", ("-p", "no:fwgates"), "gated, no plugin", None),
    Row("gated, --env", "gated", ("--env=production", "gate_tests"), "gated, no plugin", 1.15),
)


def write_suite(root: Path) -> None:
    """Write the same tests twice: without marks, and each as a criterion of its own."""
    for kind in ("plain", "gated"):
        folder = root / kind / "gate_tests"
        folder.mkdir(parents=True)
        (root / kind / "pytest.ini").write_text(CONFIG)
        (root / kind / "README.md").write_text("# A framework\n")
        mark = '@gate(mandatory, "framework_integrity")\n' if kind == "gated" else ""
        for file in range(FILES):
            tests = "".join(f"{mark}def test_{file}_{number}(): pass\n" for number in range(TESTS))
            (folder / f"test_{file}.py").write_text("from pytest_fwgates import gate, mandatory\n" + tests)


def cpu_seconds(row: Row, root: Path) -> float:
    """User and system time of one run and its children."""
    command = [sys.executable, "-m", "pytest", *" ".join(PLUGINS_OFF).split(), *row.options]
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    child = subprocess.Popen(
        command, cwd=root / row.folder, env=compiled, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    _, status, usage = os.wait4(child.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    child.returncode = code
    if code not in {0, 10}:  # the bundled criteria may find the toy framework too small; the cost is the same
        raise SystemExit(f"{row.name}: exit {code}")
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Run the rounds and print a table; exit 1 where a bound is broken."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[float]] = {row.name: [] for row in ROWS}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_suite(root)
        for row in ROWS:
            cpu_seconds(row, root)  # byte code and file caches
        for _ in range(rounds):
            for row in ROWS:
                times[row.name].append(cpu_seconds(row, root))
    print(f"{FILES * TESTS} tests, {rounds} interleaved rounds, CPU seconds")
    broken = False
    for row in ROWS:
        best = min(times[row.name])
        line = f"{row.name:<30} min {best:6.2f}  median {statistics.median(times[row.name]):6.2f}"
        if row.against:
            ratio = best / min(times[row.against])
            line += f"  ratio {ratio:.3f}"
            if row.bound:
                broken |= ratio > row.bound
                line += f"  bound {row.bound:.2f} {'ok' if ratio <= row.bound else 'BROKEN'}"
        print(line)
    return int(broken)


if __name__ == "__main__":
    raise SystemExit(main())
