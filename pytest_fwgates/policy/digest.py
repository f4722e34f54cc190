"""One digest over everything that a run is judged by."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_fwgates import profile as profiles
from pytest_fwgates._bundled import GATE_TESTS
from pytest_fwgates.policy.places import ALLOWLIST, BASELINE, EXEMPTIONS, SCANNING, SIGNERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.policy.places import Places

CONFIGURATION: Final = (
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
"""The files at the policy root and above the gate tests that can change what is collected, or how."""


def of_policy(places: Places, profile: Path) -> str:
    """``sha256:...`` over profile, signers, excuses, allow-list, gate tests with their locks, configuration.

    Approvals are no policy: each names this digest.
    """
    total = hashlib.sha256()
    for name, path in sorted(_files(places, profile)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{name}\0{content}\n".encode("utf-8", "surrogateescape"))
    return f"sha256:{total.hexdigest()}"


def _files(places: Places, profile: Path) -> Iterator[tuple[str, Path]]:
    yield "profile", profile
    for number, base in enumerate(_bases(profile), 1):
        yield f"profile/{number}", base
    for name in (SIGNERS, EXEMPTIONS, BASELINE, ALLOWLIST, SCANNING):
        if (places.root / name).is_file():
            yield name, places.root / name
    yield from _tree("bundled", GATE_TESTS)
    if places.gate_tests is not None:
        yield from _tree("gate_tests", places.gate_tests)
    for folder in _folders(places):
        for name in CONFIGURATION:
            path = folder / name
            if path.is_file():
                yield path.relative_to(places.root).as_posix(), path


def _bases(profile: Path) -> tuple[Path, ...]:
    """What the profile extends; nothing where it cannot be used, because then nobody is judged by it."""
    try:
        return profiles.files(profile, profile.name)[1:]
    except profiles.ProfileError:
        return ()


def _folders(places: Places) -> Iterator[Path]:
    """The policy root, and the folders between it and the gate tests."""
    yield places.root
    for folder in places.gate_tests.parents if places.gate_tests else ():
        if places.root in folder.parents:
            yield folder


def _tree(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file in `folder`; like pytest it follows links to folders, but each folder once."""
    seen: set[str] = set()
    for parent, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        folders[:] = [] if real in seen else sorted(one for one in folders if one != "__pycache__")
        for path in (Path(parent, one) for one in files if real not in seen):
            if path.is_file():
                yield f"{name}/{path.relative_to(folder).as_posix()}", path
        seen.add(real)
