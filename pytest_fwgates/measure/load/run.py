"""Run a load in processes of its own, and take what came of it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from collections.abc import Callable
from contextlib import AbstractContextManager
from subprocess import PIPE
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from pytest_fwgates.measure.load import locust
from pytest_fwgates.measure.load.record import READY, Load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_fwgates.measure.load.scenario import Scenario

INSTALL: Final = 'pip install "pytest-fwgates[performance]"'
NOT_INSTALLED: Final = f"the load generator is not installed: {INSTALL}"
_GRACE_S: Final = 60
"""For a generator to start, to count and to end."""


Watch: TypeAlias = Callable[[int], AbstractContextManager[object]]


def _unwatched(_pid: int) -> AbstractContextManager[object]:
    return contextlib.nullcontext()


class Unmeasured(Exception):  # noqa: N818 - it is an answer: neither a pass nor a failure
    """There is no measurement; the text says why."""


def run(scenario: Scenario, watch: Watch = _unwatched) -> Load:
    """Generate the load over HTTP.

    Args:
        scenario: What to send.
        watch: A context that is entered when the load begins and left when it has ended.

    Raises:
        Unmeasured: it cannot be generated.
    """
    parts = urllib.parse.urlsplit(scenario.target)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unmeasured("performance.target is no http or https URL")  # it may hold a password
    if any(importlib.util.find_spec(name) is None for name in ("aiohttp", "hdrh")):
        raise Unmeasured(NOT_INSTALLED)
    if scenario.engine == "locust":
        try:
            return locust.run(scenario, lambda: watch(os.getpid()))
        except locust.LocustError as error:
            raise Unmeasured(str(error)) from None
    return ask("pytest_fwgates.measure.load.generator", scenario, (), watch)


def ask(module: str, scenario: Scenario, words: Sequence[str], watch: Watch = _unwatched) -> Load:
    """Have a module of ours generate the load: the scenario in, what came of it out, as JSON.

    Its first line says that it begins. `watch` is given the process.

    Raises:
        Unmeasured: it failed, or took far longer than the scenario.
    """
    # -P: nothing that lies in the current folder may pass for a module.
    command = [sys.executable, "-P", "-m", module, *words]
    seconds = scenario.warmup + scenario.duration + scenario.timeout + _GRACE_S
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=errors)
        ended = threading.Timer(seconds, process.kill)
        ended.start()
        try:
            out = _exchange(process, msgspec.json.encode(scenario), watch)
        finally:
            ended.cancel()
            process.kill()
            status = process.wait()
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace").strip().splitlines()
    try:
        return msgspec.json.decode(out, type=Load)
    except msgspec.MsgspecError:
        last = (said or ["it says nothing"])[-1]
        raise Unmeasured(f"the load ended with {status} and no result: {last}") from None


def _exchange(process: subprocess.Popen[bytes], question: bytes, watch: Watch) -> bytes:
    """What the process writes after its first line; nothing where it ends before that."""
    assert process.stdin is not None  # noqa: S101 - for the type checker
    assert process.stdout is not None  # noqa: S101 - as above
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(question)
        process.stdin.close()
    if process.stdout.readline() != READY:
        return b""
    with watch(process.pid):
        answer = process.stdout.read()
    process.wait()
    return answer
