"""Structure: what no example can hold, because a file system or a clone would not."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.checks.framework_integrity.framework_structure_integrity import (
    examined,
    misplaced_structure,
)
from pytest_fwgates.framework.index import load

if TYPE_CHECKING:
    from pathlib import Path


def found(root: Path, *paths: str) -> list[tuple[str | None, str]]:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x\n")
    if len([path for path in root.rglob("*") if path.is_file()]) < len(paths):
        pytest.skip("this file system takes the names for one")
    return [(finding.path, finding.message) for finding in misplaced_structure(load(root))]


def test_files_that_differ_in_case(tmp_path: Path) -> None:
    """On a Mac they are one file."""
    [(path, message)] = found(tmp_path, "docs/Guide.md", "docs/guide.md")

    assert path == "docs/guide.md"
    assert "from Guide.md" in message


def test_folders_that_differ_in_case(tmp_path: Path) -> None:
    """Said once for the folder, not for all that is in it."""
    assert [path for path, _ in found(tmp_path, "Docs/a.md", "Docs/b.md", "docs/a.md")] == ["docs"]


def test_names_that_differ_in_encoding(tmp_path: Path) -> None:
    """A composed and a decomposed accent look the same and are the same to a Mac."""
    names = [unicodedata.normalize(form, "café.md") for form in ("NFC", "NFD")]

    assert len(found(tmp_path, *names)) == 1


def test_the_only_skill_of_a_framework_in_other_letters(tmp_path: Path) -> None:
    """Also with an ending that makes no document of it: its text is that of a skill."""
    (tmp_path / "lib/commands").mkdir(parents=True)
    (tmp_path / "lib/commands/a.md").write_text("x\n")
    (tmp_path / "lib/skills/one").mkdir(parents=True)
    (tmp_path / "lib/skills/one/SKILL.MD").write_text("---\nname: one\ndescription: x\n---\n")

    assert [finding.path for finding in misplaced_structure(load(tmp_path))] == ["lib/skills/one/SKILL.MD"]


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    """A dangling and an escaping link, at their own path."""
    (tmp_path / "README.md").write_text("# A\n")
    (tmp_path / "gone.md").symlink_to("nowhere.md")
    (tmp_path / "out").symlink_to(tmp_path.parent)
    (tmp_path / "fine.md").symlink_to("README.md")
    loaded = load(tmp_path)

    assert [finding.path for finding in misplaced_structure(loaded)] == ["gone.md", "out"]
    assert examined(loaded) == 4


def test_no_module_at_all(tmp_path: Path) -> None:
    """Files of no kind are no framework; an empty folder has not even been examined."""
    assert found(tmp_path) == []
    assert examined(load(tmp_path)) == 0
    assert found(tmp_path, "data.bin") == [(".", "no module of any kind was recognised")]
