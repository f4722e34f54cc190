"""No module takes long to load."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import Measured
from pytest_fwgates.framework import markdown, reading
from pytest_fwgates.framework.commonmark import TooComplex
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fwgates.framework.index import Framework

THRESHOLD: Final = "< 200ms"
MODULES: Final = ("command", "agent", "skill", "component", "rule")
"""What a host loads; a repository without any of it is no framework to measure."""
_AGAIN: Final = 5
"""How often a module is loaded that seems slow: once may be the machine's fault."""


def loading_time(framework: Framework, limit: float) -> tuple[Measured, list[Finding]]:
    """The seconds that the slowest module takes: read and parsed alone, or its share of a warm index.

    Why: whoever reads a framework, a person's editor or a host, reads it module by module; one that is deeply
    nested or huge holds up all the others.

    Rule: every document is read and parsed by itself, without a cache; what takes `limit` or longer is loaded
    five times more, and the median counts. The warm index, from the cache, is divided by its modules.
    """
    timed: list[float] = []
    findings: list[Finding] = []
    unproven: list[str] = []
    for document in framework.documents:
        taken, reason = _load(framework, document.path)
        if taken >= limit:
            taken = statistics.median(_load(framework, document.path)[0] for _ in range(_AGAIN))
        if taken >= limit:
            what = f"takes {taken * 1000:.0f} ms to load; flatten what is nested, or split it"
            findings.append(Finding(what, document.path, 1, subject="slow"))
        if reason:
            unproven.append(f"{document.path}: {reason}")
        timed.append(taken)
    warm = _timed(framework.warm) / max(1, len(framework.modules))
    value = max([warm, *timed])
    return Measured(value, len(timed), tuple(timed), tuple(unproven[:1])), findings


def _load(framework: Framework, path: str) -> tuple[float, str]:
    """How long it took, and why it could not be examined."""
    began = time.perf_counter()
    text = reading.read_text(framework.root, path)
    if isinstance(text, Unreadable):
        return 0.0, text.reason
    try:
        markdown.parse(text)
    except TooComplex:
        return time.perf_counter() - began, "too complex to be parsed"
    return time.perf_counter() - began, ""


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
