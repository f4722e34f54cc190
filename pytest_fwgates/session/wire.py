"""What crosses from a worker to the controller: builtins only, and text that every encoder takes.

execnet kills the worker on anything else, and xdist then reports the tests as passed.
"""

from __future__ import annotations

from typing import Any

import msgspec


def plain(value: object) -> Any:
    """`value` as builtins; lone surrogates, which no encoder takes, become question marks."""
    return _clean(msgspec.to_builtins(value, str_keys=True))


def text(value: str) -> str:
    """`value` as exactly a `str` that UTF-8 can hold."""
    return value.encode("utf-8", "replace").decode("utf-8")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
