"""How the framework is read: `fwgates.toml`, or ``[tool.fwgates]`` in `pyproject.toml`."""

from __future__ import annotations

import os
import tomllib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from pytest_fwgates.framework.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_KEYS: Final = ("ignore", "kinds", "entry_points")


class ConfigurationError(ValueError):
    """The configuration cannot be used; the text is one line for a person."""


class Settings(NamedTuple):
    """What a repository says of itself; every pattern is written as in a .gitignore.

    Attributes:
        ignore: Files that are not part of the framework.
        kinds: Which files are of which kind, before the layout is asked.
        entry_points: Modules that are used from outside, so that nothing has to refer to them.
    """

    ignore: tuple[str, ...] = ()
    kinds: Mapping[Kind, tuple[str, ...]] = MappingProxyType({})
    entry_points: tuple[str, ...] = ()


def read(start: Path, stop: Path) -> Settings:
    """The nearest configuration from `start` up to `stop`.

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
                    return _settings(table, shown)
    return Settings()


def _table(path: Path, shown: str) -> Any:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigurationError(f"{shown}: {error}") from None
    return document if path.name == "fwgates.toml" else document.get("tool", {}).get("fwgates")


def _settings(table: Any, shown: str) -> Settings:
    if not isinstance(table, dict):
        raise ConfigurationError(f"{shown}: fwgates is a table, not {table!r}")
    _check_keys(table, _KEYS, f"{shown}: fwgates")
    kinds = table.get("kinds", {})
    if not isinstance(kinds, dict):
        raise ConfigurationError(f"{shown}: fwgates: kinds is a table of kind = [patterns], not {kinds!r}")
    _check_keys(kinds, get_args(Kind), f"{shown}: fwgates.kinds")
    return Settings(
        ignore=_patterns(table.get("ignore", []), f"{shown}: fwgates: ignore"),
        kinds={kind: _patterns(value, f"{shown}: fwgates.kinds: {kind}") for kind, value in kinds.items()},
        entry_points=_patterns(table.get("entry_points", []), f"{shown}: fwgates: entry_points"),
    )


def _check_keys(table: dict[str, Any], allowed: tuple[str, ...], where: str) -> None:
    unknown = table.keys() - set(allowed)
    if unknown:
        raise ConfigurationError(f"{where}: unknown key {min(unknown)!r}; allowed: {', '.join(allowed)}")


def _patterns(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(pattern, str) for pattern in value):
        raise ConfigurationError(f"{where} is a list of patterns such as 'tests/examples/**'")
    return tuple(value)
