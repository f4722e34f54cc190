"""Which options of a run can leave criteria out, and where each was set."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_fwgates.model import Narrowing
from pytest_fwgates.session import wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


class _Option(NamedTuple):
    """How an option is written, its place in the namespace, and whether it keeps files from collection."""

    flags: tuple[str, ...]
    dest: str
    hides_files: bool = False


_OPTIONS: Final = (
    _Option(("-k",), "keyword"),
    _Option(("-m",), "markexpr"),
    _Option(("--deselect",), "deselect"),
    _Option(("--ignore",), "ignore", hides_files=True),
    _Option(("--ignore-glob",), "ignore_glob", hides_files=True),
    _Option(("--lf", "--last-failed"), "lf", hides_files=True),
    _Option(("--sw", "--stepwise"), "stepwise", hides_files=True),
    _Option(("-x", "--exitfirst", "--maxfail"), "maxfail"),
    _Option(("--setup-only",), "setuponly"),
    _Option(("--setup-plan",), "setupplan"),
    _Option(("--gate-shard",), "gate_shard"),
)


def in_effect(config: pytest.Config, typed_paths: tuple[str, ...]) -> tuple[Narrowing, ...]:
    """Every option of the run that can narrow it; the verdict shows them where something was left out."""
    found = [
        Narrowing(option.flags[0], _shown(value), _origin(config, option.flags))
        for option in _OPTIONS
        if (value := config.getoption(option.dest, None))
    ]
    found += [Narrowing("path", wire.text(path), "command line") for path in typed_paths]
    found += [
        Narrowing("-p", plugin, _origin(config, ("-p", f"-p{plugin}")))
        for plugin in config.getoption("plugins", None) or ()
        if plugin.startswith("no:")
    ]
    return tuple(sorted(found))


def hides_files(config: pytest.Config, typed_paths: tuple[str, ...]) -> bool:
    """Whether a gate test may be uncollected because the person asked for less."""
    return bool(typed_paths) or any(
        config.getoption(option.dest, None) for option in _OPTIONS if option.hides_files
    )


def _origin(config: pytest.Config, flags: tuple[str, ...]) -> str:
    if _stands_in(config.invocation_params.args, flags):
        return "command line"
    if _stands_in(_words(os.environ.get("PYTEST_ADDOPTS", "")), flags):
        return "environment"
    return "configuration"


def _stands_in(words: Any, flags: tuple[str, ...]) -> bool:
    return any(word == flag or word.startswith(_attached(flag)) for word in words for flag in flags)


def _attached(flag: str) -> str:
    """How a value is written on to the flag: ``-kNAME``, ``--ignore=PATH``."""
    return f"{flag}=" if flag.startswith("--") else flag


def _words(text: str) -> Iterator[str]:
    try:
        yield from shlex.split(text)
    except ValueError:  # pytest has refused it already
        return


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(wire.text(str(one)) for one in value)
    return "" if value is True else wire.text(str(value))
