"""How long the framework_integrity gate takes on frameworks of growing size, and in how much memory.

    python benchmarks/integrity.py [MODULES ...]

Every size is generated, then in turn: markdown-it-py's block pass alone over the same files, the index cold
(an empty cache), the index warm, and the whole gate by `pytest --env=production` with -n 0 and -n 2, both
warm. The index is measured in a process of its own; seconds are wall-clock, the least of three turns;
memory is that process's peak resident set.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (300, 3_000, 30_000)
REPEATS = 3
MODULE = """\
---
description: Module {0}
---

# Module {0}

<role>Does *one* thing, with `care`.</role>

Some prose about what it does, over
more than one line, with [a link](m{1:05}.md#module-{1}) and [another](../README.md).

<include>{2}</include>

## Steps

1. First, read **everything**.
2. Then write it down.

| column | other |
| --- | --- |
| {0} | value |

```bash
echo "[not](a-link.md)"
```
"""

INDEX = """
import json, resource, sys, time
from pathlib import Path
from pytest_fwgates.framework import index
started = time.perf_counter()
framework = index.load(Path(sys.argv[1]), cache=Path(sys.argv[2]))
count = len(framework.documents)
print(json.dumps([time.perf_counter() - started, count,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""

BLOCKS = """
import json, sys, time
from pathlib import Path
from markdown_it import MarkdownIt
parser = MarkdownIt("commonmark").enable("table").disable("inline")
texts = [path.read_text() for path in Path(sys.argv[1]).rglob("*.md")]
started = time.perf_counter()
for text in texts:
    parser.parse(text)
print(json.dumps([time.perf_counter() - started, len(texts), 0]))
"""


def generate(root: Path, count: int) -> int:
    """Write a framework of `count` modules; its size in bytes."""
    (root / "components").mkdir(parents=True)
    (root / "README.md").write_text("# A framework\n")
    for number in range(count):
        last = number // 10 * 10 + 9  # chains are one link long: a cycle or a long one would be a finding
        included = "README.md" if number in {last, count - 1} else f"components/m{min(last, count - 1):05}.md"
        text = MODULE.format(number, (number + 1) % count, included)
        (root / "components" / f"m{number:05}.md").write_text(text)
    return sum(path.stat().st_size for path in root.rglob("*.md"))


def measure(code: str, *args: Path) -> tuple[float, int, float]:
    """Seconds, documents and MB of one process."""
    done = subprocess.run([sys.executable, "-c", code, *map(str, args)], check=True, stdout=subprocess.PIPE)
    seconds, count, memory = json.loads(done.stdout)
    return seconds, count, memory


def gate_seconds(root: Path, cache: Path, workers: int) -> float:
    """Wall-clock seconds of the whole gate."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    command = [sys.executable, "-m", "pytest", "--env=production", "-q", f"-n{workers}"]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=root, env=environment, check=False, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        raise SystemExit(f"the gate exits {done.returncode}: what it took means nothing")
    return seconds


def row(count: int) -> dict[str, float]:
    """Measure one size and print it."""
    with tempfile.TemporaryDirectory() as folder:
        root, cache = Path(folder, "framework"), Path(folder, "cache")
        size = generate(root, count)
        kept = cache / "pytest-fwgates" / "facts.sqlite3"
        seconds: list[tuple[float, float, float]] = []
        for _ in range(REPEATS):
            shutil.rmtree(cache, ignore_errors=True)
            blocks, _, _ = measure(BLOCKS, root)
            cold, documents, memory = measure(INDEX, root, kept)
            warm, _, _ = measure(INDEX, root, kept)
            seconds.append((blocks, cold, warm))
        blocks, cold, warm = map(min, zip(*seconds, strict=True))
        serial, parallel = (gate_seconds(root, cache, workers) for workers in (0, 2))
        shutil.rmtree(root)
    print(
        f"{count:>7} modules  {size / 1e6:6.1f} MB  blocks {blocks:7.2f} s  cold {cold:7.2f} s "
        f"({size / 1e6 / cold:5.2f} MB/s, {cold / blocks:4.2f} x blocks)  warm {warm:6.2f} s "
        f"({warm / cold:4.2f} x cold)  {memory:5.0f} MB  gate -n0 {serial:6.2f} s, -n2 {parallel:6.2f} s",
        flush=True,
    )
    return {"cold": cold / documents, "warm": warm / cold, "blocks": cold / blocks, "memory": memory}


def main() -> int:
    """Print a row for each size; exit 1 where a bound is broken."""
    sizes = [int(one) for one in sys.argv[1:]] or SIZES
    rows = [row(count) for count in sizes]
    last = rows[-1]
    slope = last["cold"] / rows[-2]["cold"] if len(rows) > 1 else 1.0
    bounds = (
        ("time per module, largest against the one before", slope, 1.2),
        ("warm against cold", last["warm"], 0.15),
        ("cold against the block pass", last["blocks"], 1.5),
        ("peak memory, MB", last["memory"], 400),
    )
    for name, value, bound in bounds:
        print(f"{name:<50} {value:8.2f}  bound {bound:6.2f}  {'ok' if value <= bound else 'BROKEN'}")
    return int(any(value > bound for _, value, bound in bounds))


if __name__ == "__main__":
    raise SystemExit(main())
