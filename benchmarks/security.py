"""What the whole security gate adds to a warm run, against its scanners run alone on the same files.

    python benchmarks/security.py [MODULES SCRIPTS]

Modules, scripts and workflows are generated; the index is warm. In turn: Kingfisher, zizmor and bandit alone,
each as a program of its own over the same files, and `pytest` with the profile's framework_integrity alone
and with security as well. Seconds are wall-clock, the least of two turns; memory is the peak of the
processes. The last line is the ratio of what the gate adds to the sum of the three.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from integrity import MODULE

REPEATS = 2
SCRIPT = '''\
"""Does one thing."""

import json
import subprocess
from pathlib import Path


def main(name: str) -> None:
    """Read, count and tell."""
    text = Path(name).read_text(encoding="utf-8")
    words = [word for word in text.split() if word.isalpha()]
    assert words
    done = subprocess.run(["git", "log", "-1"], check=True, capture_output=True, text=True)
    print(json.dumps({{"words": len(words), "commit": done.stdout, "number": {0}}}))


if __name__ == "__main__":
    main("README.md")
'''
WORKFLOW = """\
name: ci{0}
on: push
permissions: {{}}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
"""
KINGFISHER = """
import sys
from pathlib import Path
from kingfisher_sdk import Rules, ScanInput, Scanner
scanner = Scanner(Rules(confidence="low"))
for path in sorted(Path(sys.argv[1]).rglob("*")):
    if path.is_file():
        scanner.scan_input(ScanInput(path.name, path.read_bytes()))
"""


def generate(root: Path, modules: int, scripts: int) -> None:
    """A framework whose modules link to each other."""
    (root / "docs").mkdir(parents=True)
    for number in range(modules):
        (root / f"docs/m{number:05}.md").write_text(
            MODULE.format(number, f"docs/m{(number + 1) % modules:05}.md", "")
        )
    (root / "README.md").write_text("# All\n")
    (root / "scripts").mkdir()
    for number in range(scripts):
        (root / f"scripts/s{number}.py").write_text(SCRIPT.format(number))
    (root / ".github/workflows").mkdir(parents=True)
    for number in range(5):
        (root / f".github/workflows/w{number}.yml").write_text(WORKFLOW.format(number))
    (root / "environments").mkdir()
    for name, gates in (("bare", "[framework_integrity]"), ("secure", "[framework_integrity, security]")):
        (root / f"environments/{name}.yml").write_text(
            f"{name}:\n  quality_gates:\n    mandatory_gates: {gates}\n"
        )


def seconds(command: list[str], root: Path) -> float:
    """The least wall-clock time of a few turns."""
    least = float("inf")
    for _ in range(REPEATS):
        started = time.perf_counter()
        subprocess.run(command, cwd=root, capture_output=True, check=False)
        least = min(least, time.perf_counter() - started)
    return least


def rows(root: Path) -> list[tuple[str, float]]:
    """Of each security criterion how long its test took."""
    found = json.loads((root / ".fwgates/verdict.json").read_text())["criteria"]
    return [(row["id"], row["duration_s"]) for row in found if "security" in row["gates"]]


def main() -> None:
    """Measure and print."""
    modules, scripts = map(int, sys.argv[1:] or ("3000", "300"))
    folder = Path(tempfile.mkdtemp())
    root = folder / "framework"
    try:
        generate(root, modules, scripts)
        tools = Path(sys.executable).parent
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        gate = [str(tools / "pytest"), "-q", "--gate-verdict=.fwgates/verdict.json"]
        seconds([*gate, "--env=secure"], root)  # warms the index
        alone = {
            "kingfisher": seconds([sys.executable, "-c", KINGFISHER, str(root)], root),
            "zizmor": seconds([str(tools / "zizmor"), "--offline", "--no-exit-codes", "."], root),
            "bandit": seconds([str(tools / "bandit"), "-q", "-r", "."], root),
        }
        bare = seconds([*gate, "--env=bare", "-m", "framework_integrity"], root)
        whole = seconds([*gate, "--env=secure"], root)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        for name, value in (*alone.items(), ("gate without security", bare), ("gate with security", whole)):
            print(f"{name:30} {value:6.2f} s")
        for name, value in rows(root):
            print(f"  {name:28} {value:6.2f} s")
        added, together = whole - bare, sum(alone.values())
        print(f"peak {peak:.0f} MB; added {added:.2f} s; ratio {added / together:.2f}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
