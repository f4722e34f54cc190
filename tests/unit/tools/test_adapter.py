"""Running a program within limits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.tools import adapter

if TYPE_CHECKING:
    from pathlib import Path


def python(code: str, folder: Path, seconds: float = 20.0) -> adapter.Output:
    return adapter.execute([sys.executable, "-c", code], folder, seconds)


def test_what_a_program_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its status and output; of our variables it sees none that it does not need."""
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    done = python(
        "import os, sys; print(os.environ.get('GITHUB_TOKEN'), os.getcwd(), sys.stdin.read() == '');"
        "sys.stderr.write('e'); sys.exit(3)",
        tmp_path,
    )
    assert (done.status, done.stdout.decode().split(), done.stderr) == (
        3,
        ["None", str(tmp_path.resolve()), "True"],
        "e",
    )


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that hangs, says too much or is not there proves nothing."""
    with pytest.raises(adapter.Unproven, match=r"took longer than 0\.5 s"):
        python("while True: pass", tmp_path, 0.5)
    monkeypatch.setattr(adapter, "MAX_OUTPUT", 1000)
    with pytest.raises(adapter.Unproven, match="wrote more than"):
        python("print('x' * 2000)", tmp_path)
    with pytest.raises(adapter.Unproven, match="cannot be started: No such file"):
        adapter.execute([str(tmp_path / "none")], tmp_path, 1)


def test_only_programs_that_were_installed_beside_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A framework must not bring its own scanner."""
    (tmp_path / "zizmor").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "elsewhere" / "python"))
    assert adapter.program("zizmor") is None
