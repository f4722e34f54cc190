"""How the framework is read: the `ignore` patterns of `fwgates.toml` or ``[tool.fwgates]``."""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class ConfigurationError(ValueError):
    """The configuration cannot be used; the text is one line for a person."""


def ignored(start: Path, stop: Path) -> tuple[str, ...]:
    """The patterns of the nearest configuration from `start` up to `stop`.

    Raises:
        ConfigurationError: the file is not TOML, or holds a key or value that is not allowed.
    """
    for folder in (start, *(one for one in start.parents if one.is_relative_to(stop))):
        for name in ("fwgates.toml", "pyproject.toml"):
            path = folder / name
            if path.is_file():
                shown = os.path.relpath(path, stop)
                table = _table(path, shown)
                if table is not None:
                    return _patterns(table, shown)
    return ()


def _table(path: Path, shown: str) -> Any:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigurationError(f"{shown}: {error}") from None
    return document if path.name == "fwgates.toml" else document.get("tool", {}).get("fwgates")


def _patterns(table: Any, shown: str) -> tuple[str, ...]:
    if not isinstance(table, dict):
        raise ConfigurationError(f"{shown}: fwgates is a table, not {table!r}")
    unknown = set(table) - {"ignore"}
    if unknown:
        raise ConfigurationError(f"{shown}: fwgates: unknown key {min(unknown)!r}; allowed: ignore")
    patterns = table.get("ignore", [])
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise ConfigurationError(
            f"{shown}: fwgates: ignore is a list of patterns such as 'tests/examples/**'"
        )
    return tuple(patterns)
