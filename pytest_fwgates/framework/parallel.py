"""Parsing many texts on all cores, in child processes that read texts and write facts.

Not multiprocessing: its spawned children run the caller's main module again, and its forked ones inherit the
locks of threads that do not exist there. A child that fails in any way costs time: its share is parsed here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, Final, Self

import msgspec

from pytest_fwgates.framework import markdown
from pytest_fwgates.framework.commonmark import TooComplex
from pytest_fwgates.framework.markdown import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WORTH: Final = 400
"""Fewer texts are parsed sooner than children have started."""

OWN_SHARE: Final = 0.8
"""What this process parses against each child's 1: it reads the texts and keeps the facts, too."""

_LENGTH: Final = 8
_LARGEST: Final = 1 << 32
_TEXTS: Final = msgspec.msgpack.Decoder(list[str])
_FACTS: Final = msgspec.msgpack.Decoder(list[Facts | None])
_ENCODER: Final = msgspec.msgpack.Encoder()


class Parsers:
    """This process and a child for every other core, as long as the context lasts."""

    def __init__(self, count: int | None = None) -> None:
        """Have `count` parsers; by default one for every core that this process may use."""
        self._others = (count or _cores()) - 1
        self._children: list[subprocess.Popen[bytes]] = []
        self._threads: list[ThreadPoolExecutor] = []  # one each, so that their pipes are used in turn

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.kill()
            child.communicate()
        for thread in self._threads:
            thread.shutdown()

    def parse(self, texts: Sequence[str]) -> list[Facts | None]:
        """The facts of each text, in their order; None for one that is too complex."""
        return self.begin(texts)()

    def begin(self, texts: Sequence[str]) -> Callable[[], list[Facts | None]]:
        """Have the children begin with their share; what is returned waits for it.

        This process parses its own share at once, so that what it does between both is done while the
        children work.
        """
        if len(texts) < WORTH and not self._children:
            facts = list(map(parse, texts))
            return lambda: facts
        with contextlib.suppress(OSError):
            while len(self._children) < self._others:
                self._children.append(_start())
                self._threads.append(ThreadPoolExecutor(1))
        children = len(self._children)
        mine = int(len(texts) * OWN_SHARE / (OWN_SHARE + children)) if children else len(texts)
        shares = [texts[mine + start :: children] for start in range(children)]
        asked = [
            thread.submit(_ask, child, share)
            for thread, child, share in zip(self._threads, self._children, shares, strict=True)
        ]
        facts = [*map(parse, texts[:mine]), *([None] * (len(texts) - mine))]

        def collected() -> list[Facts | None]:
            for start, future in enumerate(asked):
                facts[mine + start :: children] = future.result()
            return facts

        return collected


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """Spare the garbage collector what cannot be garbage: facts stay, and tokens form no cycles.

    It would walk all facts again and again as they grow in number, for a sixth of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def parse(text: str) -> Facts | None:
    """The facts of one text; None if it is too complex."""
    try:
        return markdown.parse(text)
    except TooComplex:
        return None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start() -> subprocess.Popen[bytes]:
    # -P: the working directory may be the framework, whose files must not be imported
    command = [sys.executable, "-P", "-m", "pytest_fwgates.framework.parallel"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _ask(child: subprocess.Popen[bytes], texts: Sequence[str]) -> list[Facts | None]:
    """Have a child parse; where it cannot, parse here."""
    facts: list[Facts | None] = []
    with contextlib.suppress(OSError, ValueError, msgspec.MsgspecError):  # its pipe, or what came out of it
        if child.stdin and child.stdout:
            _send(child.stdin, list(texts))
            facts = _FACTS.decode(_receive(child.stdout))
    return facts if len(facts) == len(texts) else list(map(parse, texts))


def _send(stream: IO[bytes], value: object) -> None:
    packed = _ENCODER.encode(value)
    stream.write(len(packed).to_bytes(_LENGTH, "big") + packed)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    length = int.from_bytes(stream.read(_LENGTH), "big")
    if length > _LARGEST:
        raise ValueError("no such message was ever sent")
    return stream.read(length)


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    while packed := _receive(requests):
        with without_collection():
            _send(answers, list(map(parse, _TEXTS.decode(packed))))


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
