"""The criteria of text and syntax as functions: counts, limits and stable subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.checks.documentation import markdown_linting
from pytest_fwgates.checks.framework_integrity import markdown_syntax_check, module_syntax_validation
from pytest_fwgates.framework.index import Framework, load

if TYPE_CHECKING:
    from pathlib import Path


def framework(root: Path, files: dict[str, bytes]) -> Framework:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return load(root)


@pytest.mark.parametrize("check", [markdown_linting, markdown_syntax_check, module_syntax_validation])
def test_an_empty_framework_was_not_examined(tmp_path: Path, check: object) -> None:
    """So that the criterion is inconclusive rather than passed."""
    assert check.examined(load(tmp_path)) == 0  # type: ignore[attr-defined]


def test_what_was_searched_is_counted(tmp_path: Path) -> None:
    """Templates are not searched; unreadable documents only where that is the finding."""
    files = {"a.md": b"# A", "b.md": b"\xff", "templates/c.md": b"# C", ".mcp.json": b"{}", "run.sh": b"ls"}
    loaded = framework(tmp_path, files)

    assert markdown_linting.examined(loaded) == 1
    assert markdown_syntax_check.examined(loaded) == 1
    assert module_syntax_validation.examined(loaded) == 5


def test_a_subject_names_the_defect_without_its_number_of_cells(tmp_path: Path) -> None:
    """A baseline must still know the defect when the message is worded in another way."""
    [slip] = markdown_linting.lint_slips(framework(tmp_path, {"a.md": b"# A\n\n[text]()\n"}))
    [damage] = markdown_syntax_check.damaged_markdown(framework(tmp_path, {"a.md": b"```py\nx\n"}))

    assert slip.subject == "MD042 text"
    assert damage.subject == "fence unclosed ```"


def test_a_hook_may_be_a_program(tmp_path: Path) -> None:
    """Only what is text by its name is read as text."""
    files = {
        ".claude/hooks/run": b"\x7fELF\0",
        ".claude/hooks/run.py": b"\xff",
        ".claude/commands/a.md": b"# A",
    }
    findings = module_syntax_validation.unparsable_modules(framework(tmp_path, files))

    assert [finding.path for finding in findings] == [".claude/hooks/run.py"]
