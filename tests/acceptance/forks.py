"""The other side of `zygote`: has runs of pytest forked, and waits for them."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Forks:
    """One zygote, for the tests of one process, which run one after another."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        self.server = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("zygote.py")],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def run(self, arguments: Sequence[str], path: Sequence[str], out: Path, err: Path, seconds: float) -> int:
        """The exit status of a run whose output goes to two new files; `path` begins with where it starts.

        Raises:
            TimeoutError: it took longer, and was ended.
        """
        for file in (out, err):
            file.write_bytes(b"")
        job = {
            "arguments": list(arguments),
            "path": list(path),
            "environment": {**os.environ, "PYTHONPATH": os.pathsep.join(path)},
            "out": str(out),
            "err": str(err),
        }
        assert self.server.stdin
        self.server.stdin.write(json.dumps(job) + "\n")
        pid = int(self._answer(seconds))
        try:
            return int(self._answer(seconds))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            self._answer(seconds)
            raise

    def _answer(self, seconds: float) -> str:
        assert self.server.stdout
        ready, _, _ = select.select([self.server.stdout], [], [], seconds)
        if not ready:
            raise TimeoutError(f"no answer in {seconds} s")
        return self.server.stdout.readline()

    def end(self) -> None:
        """Let the zygote go."""
        self.server.communicate()
