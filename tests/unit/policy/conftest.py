"""Real SSH keys, and a repository whose signers they are."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Private keys by name."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is missing")
    folder = tmp_path_factory.mktemp("keys")
    names = ("alice", "bob", "mallory")
    for name in names:
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)],
            check=True,
        )
    return {name: folder / name for name in names}


@pytest.fixture(scope="session")
def signers(keys: dict[str, Path]) -> bytes:
    """Alice and Bob may sign, Mallory may not."""
    public = {name: keys[name].with_suffix(".pub").read_text() for name in ("alice", "bob")}
    return "".join(f"{name}@example.com {key}" for name, key in public.items()).encode()
