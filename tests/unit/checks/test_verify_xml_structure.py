"""What only the whole framework can tell of a tag; the rest is shown by the examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fwgates.checks.framework_integrity.verify_xml_structure import broken_xml, examined
from pytest_fwgates.framework.index import Framework, load

if TYPE_CHECKING:
    from pathlib import Path

# Nothing but the name tells whether this is a tag: it shares its line with text and stands in no element.
OPEN = "<prompt>Do this."
CLOSED = "<prompt>Do this.</prompt>"


def framework(root: Path, *texts: str) -> Framework:
    for number, text in enumerate(texts):
        (root / f"{number}.md").write_text(text)
    return load(root)


def test_other_modules_show_that_a_name_is_a_tag(tmp_path: Path) -> None:
    """Two that close it are enough for one that does not."""
    [finding] = broken_xml(framework(tmp_path, OPEN, CLOSED, CLOSED))

    assert (finding.path, finding.line, finding.column) == ("0.md", 1, 1)


def test_a_name_that_few_modules_close_is_a_placeholder(tmp_path: Path) -> None:
    """The same name may be both; then it is not known what is meant."""
    assert broken_xml(framework(tmp_path, OPEN, CLOSED)) == []
    assert broken_xml(framework(tmp_path, OPEN, OPEN, CLOSED, CLOSED)) == []


def test_templates_are_searched_and_samples_are_not(tmp_path: Path) -> None:
    """A template is filled in, but its tags stay; a sample may be wrong on purpose."""
    for folder in ("templates", "fixtures"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.md").write_text("</step>")
    loaded = load(tmp_path)

    assert [finding.path for finding in broken_xml(loaded)] == ["templates/a.md"]
    assert examined(loaded) == 1


def test_what_cannot_be_read_is_not_counted_as_searched(tmp_path: Path) -> None:
    """Other criteria report it; here nothing searched is inconclusive."""
    (tmp_path / "a.md").write_bytes(b"\xff")

    assert examined(load(tmp_path)) == 0


def test_a_subject_holds_no_place(tmp_path: Path) -> None:
    """A baseline must still know the defect when lines have moved."""
    [before] = broken_xml(framework(tmp_path, "</step>"))
    [after] = broken_xml(framework(tmp_path, "text\n\n</step>"))

    assert before.line != after.line
    assert before.subject == after.subject
    assert before.message == after.message
