"""What modules are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates.framework import registry
from pytest_fwgates.framework.index import load

if TYPE_CHECKING:
    from pathlib import Path


def test_names(tmp_path: Path) -> None:
    """By frontmatter, by file or folder, with the folders between."""
    for path, text in {
        ".claude/commands/git/commit.md": "x",
        ".claude/skills/plan/SKILL.md": "---\nname: planning\n---\n",
        ".claude/agents/a.md": "---\nname: [bad\n---\n",
        "kit/.claude-plugin/plugin.json": '{"name": "kit"}',
        "kit/agents/b.md": "---\nname: 5\n---\n",
        "docs/SKILL.md": "x",
        "other/.claude-plugin/plugin.json": "[]",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    framework = load(tmp_path)

    found = {module.path: module for module in registry.called(framework)}

    assert found[".claude/commands/git/commit.md"].names == ("commit", "git:commit")
    skill = found[".claude/skills/plan/SKILL.md"]
    assert (skill.names, skill.home, skill.line) == (("planning", "plan"), ".claude/skills", 2)
    assert found[".claude/agents/a.md"].names == ("a",)
    assert found["kit/agents/b.md"].declared is None
    assert found["docs/SKILL.md"].home is None
    assert registry.plugins(framework) == {"kit": "kit"}
