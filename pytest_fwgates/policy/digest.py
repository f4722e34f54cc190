"""One digest over everything that a run is judged by."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from pytest_fwgates._bundled import GATE_TESTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_fwgates.policy.places import Places

_CONFIGURATION: Final = (
    "conftest.py",
    "fwgates.toml",
    "pyproject.toml",
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "tox.ini",
    "setup.cfg",
)
"""The files at the policy root that can change what is collected, or how."""


def of_policy(places: Places, profile: Path) -> str:
    """``sha256:...`` over the profile, the gate tests with their locks, and the configuration."""
    total = hashlib.sha256()
    for name, path in sorted(_files(places, profile)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{name}\0{content}\n".encode("utf-8", "surrogateescape"))
    return f"sha256:{total.hexdigest()}"


def _files(places: Places, profile: Path) -> Iterator[tuple[str, Path]]:
    yield "profile", profile
    yield from _tree("bundled", GATE_TESTS)
    if places.gate_tests is not None:
        yield from _tree("gate_tests", places.gate_tests)
    for name in _CONFIGURATION:
        if (places.root / name).is_file():
            yield name, places.root / name


def _tree(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{name}/{path.relative_to(folder).as_posix()}", path
