"""command_execution_speed: it passes, and it fails."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pytest reads the annotations

import pytest

from pytest_fwgates.checks.performance.command_execution_speed import resolving
from pytest_fwgates.framework import index
from pytest_fwgates.framework.expansion import ExpansionError, entries
from pytest_fwgates.framework.index import Framework  # noqa: TC001 - as above

COMMANDS = {f".claude/commands/{name}.md": f"---\ndescription: {name}\n---\n\nDo it.\n" for name in "abc"}


def framework(root: Path, files: dict[str, str]) -> Framework:
    """One of these files."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return index.load(root)


def test_every_entry_point_in_turn(tmp_path: Path) -> None:
    """Each call resolves the next one, from the first again after the last."""
    call = resolving(entries(framework(tmp_path, COMMANDS)))
    assert [call().paths[0] for _ in range(4)] == [*COMMANDS, next(iter(COMMANDS))]


def test_file_that_is_gone(tmp_path: Path) -> None:
    """What cannot be resolved is no quick call."""
    call = resolving(entries(framework(tmp_path, COMMANDS)))
    (tmp_path / ".claude/commands/a.md").unlink()
    with pytest.raises(ExpansionError, match=r"a\.md"):
        call()
