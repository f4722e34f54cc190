"""Where the policy of a repository lies: its root, its profiles, its gate tests."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_fwgates._bundled import ENVIRONMENTS, GATE_TESTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STATE: Final = ".fwgates"
"""The folder for what a run leaves behind, at the policy root; never part of the framework."""
APPROVALS: Final = "environments/approvals"
"""The folder of signed approvals, below the policy root."""
EXEMPTIONS: Final = "environments/exemptions.yml"
BASELINE: Final = "environments/baseline.json"
ALLOWLIST: Final = "environments/allowlist.yml"
"""What the framework may use, below the policy root; a part of the policy."""
SCANNING: Final = "security/scanning-configuration.yml"
"""Which scanners there have to be and what they may leave, below the policy root; a part of the policy."""
NO_PROFILES: Final = frozenset({Path(EXEMPTIONS).stem, Path(ALLOWLIST).stem})
"""Stems of files beside the profiles that are none."""
SIGNERS: Final = "environments/allowed_signers"
"""Whose signatures count, below the policy root; a part of the policy."""


class PolicyError(ValueError):
    """Policy cannot be found or used; the text is one line for a person."""


@dataclass(frozen=True)
class Places:
    """Where policy lies.

    Attributes:
        start: Where the person stands; relative paths of theirs start here.
        root: The repository that policy belongs to.
        gate_tests: The local gate tests; None where there are none or where they are the bundled ones.
    """

    start: Path
    root: Path
    gate_tests: Path | None


def find(start: Path, stop: Path) -> Places:
    """Look from `start` upwards, not beyond `stop`.

    The root is the nearest git work tree, else `stop`: a parent folder's configuration must not make
    another repository's policy count.
    """
    folders = tuple(upwards(start, stop))
    root = next((folder for folder in folders if (folder / ".git").exists()), stop)
    return Places(start, root, _gate_tests(folders))


def upwards(start: Path, stop: Path) -> Iterator[Path]:
    """`start` and the folders above it, up to and with `stop`."""
    yield start
    if stop in start.parents:
        for folder in start.parents:
            yield folder
            if folder == stop:
                return


def profile(places: Places, stop: Path, given: str | None, environment: str) -> tuple[Path, str]:
    """The profile of `environment`, and what people call it.

    Args:
        places: Where the person stands.
        stop: The last folder in which `environments/` is looked for.
        given: The one folder to look in instead, if the person named it.
        environment: The profile's stem.

    Raises:
        PolicyError: there is none.
    """
    name = f"{environment}.yml"
    if Path(name).name != name or environment.startswith("."):
        raise PolicyError(f"{environment!r} is not an environment name")
    folders = (
        [d / "environments" for d in upwards(places.start, stop)] if given is None else [places.start / given]
    )
    for folder in folders:
        if (folder / name).exists() or (folder / name).is_symlink():
            return folder / name, shown(folder / name, places)
        if (folder / f"{environment}.yaml").exists():
            other = shown(folder / f"{environment}.yaml", places)
            raise PolicyError(f"{other}: rename it to {name}; only .yml is read")
    if given is None and (ENVIRONMENTS / name).exists():
        return ENVIRONMENTS / name, f"bundled environments/{name}"
    everywhere = folders if given is not None else [*folders, ENVIRONMENTS]
    known = sorted({path.stem for folder in everywhere for path in folder.glob("*.yml")} - NO_PROFILES)
    where = f" in {given}" if given else ""
    raise PolicyError(f"unknown environment {environment!r}{where}; known: {', '.join(known) or 'none'}")


def frameworks(places: Places, given: Sequence[str]) -> tuple[Path, tuple[str, ...]]:
    """The folder that paths of findings are relative to, and the frameworks in it, sorted.

    One framework is that folder itself. Several lie in the policy root, or in the folder they share.

    Args:
        places: Where the person stands.
        given: The folders, as the person named them.

    Raises:
        PolicyError: a folder is not there, or lies in another one and would be judged twice.
    """
    folders = {Path(places.start, one).resolve(): one for one in given}
    for folder, name in folders.items():
        if not folder.is_dir():
            raise PolicyError(f"--framework-root {name}: no such folder")
        outer = next((folders[one] for one in folder.parents if one in folders), None)
        if outer is not None:
            raise PolicyError(f"--framework-root {name} lies in --framework-root {outer}; give one of them")
    if len(folders) == 1:
        return next(iter(folders)), (".",)
    root = places.root.resolve()
    base = root if all(root in one.parents for one in folders) else Path(os.path.commonpath(folders))
    return base, tuple(sorted(one.relative_to(base).as_posix() for one in folders))


def shown(path: Path, places: Places) -> str:
    """`path` from the policy root, so that it is called the same wherever the person stands."""
    relative = os.path.relpath(path, places.root)
    return Path(os.path.relpath(path, places.start) if relative.startswith("..") else relative).as_posix()


def _gate_tests(folders: tuple[Path, ...]) -> Path | None:
    found = next((folder / "gate_tests" for folder in folders if (folder / "gate_tests").is_dir()), None)
    return None if found is None or found.samefile(GATE_TESTS) else found
