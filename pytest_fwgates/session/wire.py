"""What crosses from a worker to the controller: builtins only, and text that every encoder takes.

execnet kills the worker on anything else, and xdist then reports the tests as passed.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET

T = TypeVar("T", bound=msgspec.Struct)

_LARGEST: Final = 2**63 - 1  # JSON in the verdict holds no larger integer


def plain(value: object) -> Any:
    """`value` as builtins, whatever subclass of them it is; anything else as text.

    Lone surrogates, which no encoder takes, become question marks; integers that no document holds
    become text.
    """
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.asdict(value)
        return {name: plain(one) for name, one in fields.items() if one is not UNSET}
    if isinstance(value, dict):
        return {text(str(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return _scalar(value)


def _scalar(value: object) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) <= _LARGEST else hex(value)
    return float(value) if isinstance(value, float) else text(str(value))


def pack(value: object) -> str:
    """`value` as one JSON text, which crosses whatever the numbers in it are."""
    return msgspec.json.encode(plain(value)).decode("utf-8")


def unpack(packed: str) -> Any:
    """What was packed, as builtins."""
    return msgspec.json.decode(packed)


def clean(value: T) -> T:
    """`value` with text that UTF-8 can hold: a path or an argument may be no text at all."""
    return msgspec.convert(plain(value), type(value))


def text(value: str) -> str:
    """`value` as exactly a `str` that UTF-8 can hold."""
    return value.encode("utf-8", "replace").decode("utf-8")
