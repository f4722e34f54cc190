"""What a host reads when somebody calls a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.framework import index
from pytest_fwgates.framework.expansion import ExpansionError, entries

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_fwgates.framework.expansion import Entries

FILES = {
    ".claude/commands/deploy.md": (
        '---\ndescription: Deploy\nallowed-tools: Bash\n---\n\n<include component="shared/steps.md"/>\n'
    ),
    ".claude/commands/shared/steps.md": '<include component="more.md"/>\n',
    ".claude/agents/helper.md": "---\nname: helper\ndescription: Helps\n---\n\nHelp.\n",
    "README.md": "# Read me\n",
}


def made(root: Path, files: dict[str, str]) -> Entries:
    """The entry points of a framework of these files."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return entries(index.load(root))


def test_entry_points(tmp_path: Path) -> None:
    """Commands, agents and skills can be called; documents cannot."""
    assert set(made(tmp_path, FILES).paths.values()) == set(FILES) - {"README.md"}


def test_frontmatter(tmp_path: Path) -> None:
    """What an entry point says of itself is parsed."""
    found = made(tmp_path, FILES).resolve("agent:helper")
    assert (found.paths, found.keys) == ((".claude/agents/helper.md",), ("name", "description"))
    assert found.characters == len(FILES[".claude/agents/helper.md"])


def test_includes(tmp_path: Path) -> None:
    """What it includes is read, once, and what that includes."""
    files = {
        ".claude/commands/a.md": "{{include: parts/one.md}}\n@parts/one.md\n",
        ".claude/commands/b.md": '<include path="../../parts/one.md"/>\n',
        "parts/one.md": '<include path="two.md"/>\n',
        "parts/two.md": '<include path="one.md"/>\n',
    }
    found = made(tmp_path, files)
    read = {path for name in found.names for path in found.resolve(name).paths}
    assert {".claude/commands/a.md", ".claude/commands/b.md"} <= read
    for name in found.names:
        paths = found.resolve(name).paths
        assert len(set(paths)) == len(paths)


def test_unknown_name(tmp_path: Path) -> None:
    """Nobody is called so."""
    with pytest.raises(ExpansionError, match="nothing is called 'x'"):
        made(tmp_path, FILES).resolve("x")


def test_file_that_is_gone(tmp_path: Path) -> None:
    """Files are read when somebody calls, and the error names the one to blame."""
    found = made(tmp_path, FILES)
    (tmp_path / ".claude/agents/helper.md").unlink()
    with pytest.raises(ExpansionError, match=r"^\.claude/agents/helper\.md: No such file"):
        found.resolve("agent:helper")
