"""memory_usage_validation: it passes, and it fails."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pytest reads the annotations

import pytest

from pytest_fwgates.checks.performance._subject import Subject
from pytest_fwgates.checks.performance.memory_usage_validation import loading_memory
from pytest_fwgates.measure.load.run import Unmeasured


def test_small_framework(tmp_path: Path) -> None:
    """A process that loads one page takes some memory, and not much."""
    (tmp_path / "README.md").write_text("# Page\n")
    found = loading_memory(Subject(str(tmp_path)), 1)
    assert 10e6 < found.value < 500e6
    assert found.examined == 1


def test_large_framework_takes_more(tmp_path: Path) -> None:
    """What a framework takes is measured, not what the interpreter does."""
    (tmp_path / "README.md").write_text("# Page\n")
    small = loading_memory(Subject(str(tmp_path)), 1).value
    (tmp_path / "large.md").write_text("\n\n".join(f"[link {n}](a{n}.md) `x` *y*" for n in range(40_000)))
    assert loading_memory(Subject(str(tmp_path)), 2).value > small + 20e6


def test_no_framework(tmp_path: Path) -> None:
    """Where nothing can be loaded there is no measurement."""
    with pytest.raises(Unmeasured, match="loading the framework ended with 1: "):
        loading_memory(Subject(str(tmp_path / "gone")), 0)
