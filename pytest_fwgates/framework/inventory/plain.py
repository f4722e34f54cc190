"""Looking into data that anybody may have written: a value of the wrong type counts as absent."""

from __future__ import annotations

from typing import Any


def table(value: Any, key: str | int) -> dict[str, Any]:
    """The mapping under a key; an empty one where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def items(value: Any, key: str | int) -> list[Any]:
    """The list under a key; an empty one where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def text(value: Any, key: str | int) -> str:
    """The text under a key; nothing where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
