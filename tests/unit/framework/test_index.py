"""A framework as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.framework import markdown
from pytest_fwgates.framework.configuration import Settings
from pytest_fwgates.framework.index import load, tree_digest

if TYPE_CHECKING:
    from pathlib import Path


def put(root: Path, name: str, data: bytes | str = "") -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(data.encode() if isinstance(data, str) else data)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".claude/commands/git/commit.md", "command"),
        (".claude/agents/a.md", "agent"),
        (".claude/skills/s/SKILL.md", "skill"),
        (".claude/skills/s/reference.md", "document"),
        (".claude/rules/a.md", "rule"),
        (".claude/hooks/stop", "hook"),
        (".claude/hooks/stop.py", "hook"),
        (".claude/settings.json", "manifest"),
        (".claude/commands/README.md", "document"),
        (".claude-plugin/plugin.json", "manifest"),
        ("commands/a.md", "command"),
        ("agents/a.md", "agent"),
        ("hooks/hooks.json", "manifest"),
        (".github/workflows/ci.yml", "workflow"),
        ("lib/commands/a.md", "command"),
        ("lib/components/deep/a.md", "component"),
        ("docs/commands/a.md", "document"),
        ("CLAUDE.md", "document"),
        ("scripts/a.sh", "script"),
        ("data.json", None),
        ("other.yml", None),
    ],
)
def test_kinds(tmp_path: Path, path: str, kind: str | None) -> None:
    """The kind is told from the path and from what lies beside it."""
    for name in (
        ".claude-plugin/plugin.json",
        "lib/commands/x.md",
        "lib/components/x.md",
        "docs/components/x.md",
        path,
    ):
        put(tmp_path, name, "{}")

    assert {module.path: module.kind for module in load(tmp_path).modules}.get(path) == kind


def test_an_empty_directory_has_nothing(tmp_path: Path) -> None:
    """And nothing raises."""
    framework = load(tmp_path)

    assert (framework.files, framework.modules, framework.documents) == ((), (), ())
    assert framework.kinds == frozenset()
    assert tree_digest(framework).startswith("sha256:")


def test_each_document_is_parsed_once_and_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading reads no file; a link to a file is not a second document."""
    put(tmp_path, "a.md", "# A")
    (tmp_path / "b.md").symlink_to("a.md")
    calls: list[str] = []
    original = markdown.parse
    monkeypatch.setattr(markdown, "parse", lambda text: (calls.append(text), original(text))[1])

    framework = load(tmp_path)

    assert calls == []
    assert [document.path for document in framework.documents] == ["a.md"]
    assert framework.facts.keys() == {"a.md"}
    assert framework.documents is framework.documents
    assert calls == ["# A"]


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"a\n\xff", "not valid UTF-8", 2),
        (b"a\n\nb\0", "holds a NUL byte", 3),
        (b"a" * 5_000_001, "larger than 5 MB", None),
        (b"> " * 5000, "nested or repeated beyond what can be examined in reasonable time", None),
    ],
)
def test_what_cannot_be_examined_is_kept_with_its_reason(
    tmp_path: Path, data: bytes, reason: str, line: int | None
) -> None:
    """Nothing unread counts as good."""
    put(tmp_path, "a.md", data)

    [unreadable] = load(tmp_path).unreadable_documents

    assert (unreadable.path, unreadable.reason, unreadable.line) == ("a.md", reason, line)


def test_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    """It is not part of the text, so frontmatter still begins on line 1."""
    put(tmp_path, "a.md", b"\xef\xbb\xbf---\r\na: b\r\n---\r\n")

    [document] = load(tmp_path).documents

    assert document.facts.frontmatter is not None


def test_digest_follows_paths_and_contents(tmp_path: Path) -> None:
    """The same tree has the same digest; any change another."""
    put(tmp_path, "a.md", "1")
    (tmp_path / "link").symlink_to("a.md")
    (tmp_path / "dangling").symlink_to("nowhere")
    before = tree_digest(load(tmp_path))

    assert tree_digest(load(tmp_path)) == before
    put(tmp_path, "a.md", "2")
    changed = tree_digest(load(tmp_path))
    (tmp_path / "dangling").unlink()
    (tmp_path / "dangling").symlink_to("elsewhere")

    assert len({before, changed, tree_digest(load(tmp_path))}) == 3


def test_approvals_are_not_part_of_what_they_approve(tmp_path: Path) -> None:
    """Signed approvals and what a run leaves behind; anything else beside them is content."""
    put(tmp_path, "a.md", "1")
    before = tree_digest(load(tmp_path))
    for name in ("environments/approvals/a.yml", "environments/approvals/a.yml.sig", ".fwgates/verdict.json"):
        put(tmp_path, name, "approved")
        assert tree_digest(load(tmp_path)) == before
    digests = {before}
    for name in (
        *("environments/approvals/a.md", "environments/approvals/deep/a.yml", "environments/production.yml"),
        *("deep/environments/approvals/a.yml", "environments/allowed_signers"),
    ):
        put(tmp_path, name, "content")
        digests.add(tree_digest(load(tmp_path)))
    (tmp_path / "environments/approvals/link.yml").symlink_to("../../a.md")
    assert len(digests | {tree_digest(load(tmp_path))}) == 7


def test_ignored_files_are_no_documents_but_exist(tmp_path: Path) -> None:
    """A link to them is not broken."""
    put(tmp_path, "a.md")
    put(tmp_path, "vendor/b.md")

    framework = load(tmp_path, Settings(ignore=("vendor/",)))

    assert framework.files == ("a.md",)
    assert framework.tree.find("vendor/b.md").state == "file"
