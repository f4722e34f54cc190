"""Starts the runs of the acceptance tests: a process that has imported pytest, and forks for each of them.

Hundreds of runs would else spend much of their time on importing what is none of this project's. Nothing of
the project itself is imported before the fork, so that each run loads it as a user's does.

Reads one job a line: arguments, path, environment, and files for output and errors. Answers with
the process id when a run begins and with its exit status when it ends.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys
from typing import Any

WARM = (
    "pytest",
    "_pytest.doctest",
    "_pytest.junitxml",
    "_pytest.pytester",
    "execnet",  # not xdist, which keeps the sys.path that it was imported with
    "importlib.metadata",
    "lxml.etree",
    "markdown_it",
    "msgspec",
    "platformdirs",
    "sqlite3",
    "yaml",
)


def main() -> int:
    """Serve until the input ends; in a forked process, the status of its run."""
    sys.path.pop(0)  # the folder of this file
    for name in WARM:
        importlib.import_module(name)
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if pid == 0:
            return run(job)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return 0


def run(job: dict[str, Any]) -> int:
    """Be `python -m pytest` as far as pytest can tell."""
    for path, mode, descriptor in (
        (os.devnull, os.O_RDONLY, 0),
        (job["out"], os.O_WRONLY, 1),
        (job["err"], os.O_WRONLY, 2),
    ):
        opened = os.open(path, mode)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(job["path"][0])
    os.environ.clear()
    os.environ.update(job["environment"])
    sys.path[:0] = job["path"]
    sys.argv = ["pytest", *job["arguments"]]
    runpy.run_module("pytest", run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
