"""What a run with an environment does to garbage collection ends with the run."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


@pytest.mark.parametrize("code", ["def test_local(): pass", "pytest.exit('enough')", "import nowhere"])
def test_collector_is_as_it_was(project: Project, code: str) -> None:
    """Another run may follow in the process, and whoever switched the collector off wants it off."""
    project.gates(f"{code}\n")
    before = gc.isenabled(), gc.get_freeze_count()
    project.pytester.runpytest_inprocess("-p", "fwgates", "--env=production")
    assert (gc.isenabled(), gc.get_freeze_count()) == before
