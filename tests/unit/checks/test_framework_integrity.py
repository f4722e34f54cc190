"""The checks as functions: counts, places and stable subjects. Their findings are shown by the examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.checks.framework_integrity import (
    framework_structure_integrity,
    verify_all_modules_exist,
    yaml_frontmatter_validation,
    zero_broken_links,
)
from pytest_fwgates.framework.index import Framework, load

if TYPE_CHECKING:
    from pathlib import Path


def framework(root: Path, **files: str | bytes) -> Framework:
    for name, data in files.items():
        path = root / name.replace("__", "/").replace("_md", ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return load(root)


@pytest.mark.parametrize("check", [verify_all_modules_exist, yaml_frontmatter_validation, zero_broken_links])
def test_an_empty_framework_was_not_examined(tmp_path: Path, check: object) -> None:
    """So that the criterion is inconclusive rather than passed."""
    assert check.examined(load(tmp_path)) == 0  # type: ignore[attr-defined]


def test_what_was_searched_is_counted(tmp_path: Path) -> None:
    """Unreadable files do not count, nor do templates: they are not searched."""
    loaded = framework(tmp_path, a_md="# A", b_md=b"\xff", templates__c_md="# C")

    assert zero_broken_links.examined(loaded) == 1
    assert yaml_frontmatter_validation.examined(loaded) == 1
    assert verify_all_modules_exist.examined(loaded) == 2


def test_a_subject_does_not_hang_on_the_suggestion(tmp_path: Path) -> None:
    """A baseline must still know the defect when a better suggestion turns up."""
    [before] = zero_broken_links.broken_links(framework(tmp_path, a_md="[x](guide.md)"))
    [after] = zero_broken_links.broken_links(framework(tmp_path, docs__guide_md="# G"))

    assert before.message != after.message
    assert before.subject == after.subject


def test_a_link_out_of_a_folder_of_a_repository(tmp_path: Path) -> None:
    """The root may be a folder of a repository, and the target lie beside it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "README.md").write_text("# R")
    loaded = framework(tmp_path / "inner", a_md="[up](../README.md) [gone](../gone.md)")

    assert [finding.column for finding in zero_broken_links.broken_links(loaded)] == [20]


def test_links_and_files_through_symbolic_links(tmp_path: Path) -> None:
    """A link leads where its target leads; that one dangles is said by one criterion alone."""
    loaded = framework(
        tmp_path, docs__intro_md="# Intro", a_md="[x](manual/intro.md#intro) [y](manual/none.md)"
    )
    (tmp_path / "manual").symlink_to("docs")
    (tmp_path / "gone.md").symlink_to("nowhere.md")
    loaded = load(tmp_path)

    assert [finding.column for finding in zero_broken_links.broken_links(loaded)] == [28]
    assert verify_all_modules_exist.missing_modules(loaded) == []
    assert [finding.path for finding in framework_structure_integrity.misplaced_structure(loaded)] == [
        "gone.md"
    ]


@pytest.mark.parametrize(
    "front",
    [
        "argument-hint: [a] | --b",
        "argument-hint: [a] [b]",
        "description: Use when: x",
        "description:[a]\nmodel: b: c",
        "- description: a\nmodel: b",
        "description: 'a\nmodel: b",
        "description: @me",
        "description: a\n\tmodel: b",
        "*a: b\nmodel: c",
    ],
)
@pytest.mark.parametrize("kind", ["commands", "agents", "skills/x"])
def test_what_yaml_cannot_read_is_always_found(tmp_path: Path, kind: str, front: str) -> None:
    """In every kind of module, also where the first line does not look like a key."""
    name = "SKILL_md" if kind.startswith("skills") else "a_md"
    loaded = framework(
        tmp_path, **{f".claude__{kind.replace('/', '__')}__{name}": f"---\n{front}\n---\n\nText"}
    )

    messages = [finding.message for finding in yaml_frontmatter_validation.invalid_frontmatter(loaded)]

    assert any("YAML" in message or "; write: " in message for message in messages), messages


def test_notes_among_agents_are_no_agents(tmp_path: Path) -> None:
    """A text beside agents is an agent that lost its frontmatter, unless its place or name says otherwise."""
    loaded = framework(
        tmp_path,
        **{
            ".claude__agents__lost_md": "# Lost",
            ".claude__agents__SHARED_RULES_md": "# Rules",
            ".claude__agents__notes__words_md": "# Words",
            ".claude__agents__team__lost_md": "# Lost",
            ".claude__agents__team__README-first_md": "# Read me",
            ".claude__agents__team__first_md": "---\nname: first\ndescription: x\n---\n",
        },
    )

    found = yaml_frontmatter_validation.invalid_frontmatter(loaded)

    assert [finding.path for finding in found] == [".claude/agents/lost.md", ".claude/agents/team/lost.md"]
