"""No pattern that meets a framework's text can be made slow by it."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

import pytest_fwgates.checks.security
from pytest_fwgates.framework import randomness, redaction
from pytest_fwgates.tools import candidates, kingfisher

if TYPE_CHECKING:
    from types import ModuleType

SIZE = 100_000
SECONDS = 0.1
UNITS = (
    "a", "aB1", " ", "\n", "-", "_", ".", "/", "=",
    ":", '"', "<", "(", "\u202e", "a.", "a-", "a=", "a: ", "a@b.",
    "http://a:", "token: a1", "eyJa.", "<!--", "](", "curl ", "$(",
    "ignore ", "ignore previous ", "you are now ", "run curl https://a ", "do not tell ", "<a b", "<a b='",
    "](http://a",
    "![a", "[a](b ", "{{", "color:#fff;", "read the ", "silently ", "忽略", "\u200b", "\U000e0041",
    '="', "I ",
)  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Every compiled pattern in the modules of the security checks and of what they weigh secrets by."""
    package = pytest_fwgates.checks.security
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    modules = [importlib.import_module(name) for name in names] + [
        randomness,
        redaction,
        candidates,
        kingfisher,
    ]
    for module in modules:
        for name, value in vars(module).items():
            for number, pattern in enumerate(_within(value, module)):
                yield f"{module.__name__.removeprefix('pytest_fwgates.')}.{name}.{number}", pattern


def _within(
    value: object, module: ModuleType, depth: int = 4
) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, Mapping):
        for one in value.values():
            yield from _within(one, module, depth - 1)
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            yield from _within(one, module, depth - 1)
    elif depth and type(value).__module__ == module.__name__:
        fields = getattr(type(value), "__struct_fields__", None) or getattr(
            type(value), "__dataclass_fields__", ()
        )
        for field in fields:
            yield from _within(getattr(value, field, None), module, depth - 1)


FOUND = dict(patterns())


def test_there_are_some() -> None:
    """Else nothing was tried."""
    assert len(FOUND) > 20


@pytest.mark.parametrize("name", FOUND)
def test_hostile_text_of_100_kb_takes_less_than_100_ms(name: str) -> None:
    """One unit over and over, and an end that no unit has."""
    pattern = FOUND[name]
    for unit in UNITS:
        text = (unit * (SIZE // len(unit) + 1))[:SIZE] + "\n!"
        assert _seconds(pattern, text) < SECONDS, repr(unit)


def _seconds(pattern: re.Pattern[str] | re.Pattern[bytes], text: str) -> float:
    """The least CPU time of up to three turns."""
    subject: str | bytes = text.encode() if isinstance(pattern.pattern, bytes) else text
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for _found in pattern.finditer(subject):  # type: ignore[arg-type]
            pass
        best = min(best, time.process_time() - start)
        if best < SECONDS:
            break
    return best
