"""The markdownlint configuration of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.framework.index import load
from pytest_fwgates.framework.lintconfig import Configuration

if TYPE_CHECKING:
    from pathlib import Path


def configuration(root: Path, **files: str) -> Configuration:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Configuration(load(root))


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("{}", True),
        ('{"MD001": false}', False),
        ('{"md001": "off"}', False),
        ('{"default": false}', False),
        ('{"default": false, "MD001": true}', True),
        ('{"default": false, "MD001": {"front_matter_title": ""}}', True),
        ('{"heading-increment": {"enabled": false}}', False),
        ('{"headings": false, "MD001": true}', True),
        ('{"MD002": false}', True),
        ('{"MD001": "error"}', True),
        ('{ // why\n "x": "http://a", /* no */ "MD001": false, }', False),
        ("[]", True),
    ],
)
def test_a_rule_is_on_or_off(tmp_path: Path, text: str, *, on: bool) -> None:
    """As markdownlint decides: the default, then the names and tags in their order."""
    assert configuration(tmp_path, _markdownlint_json=text).is_on("MD001", "docs/a.md") is on


def test_the_nearest_folder_decides(tmp_path: Path) -> None:
    """What a folder says replaces what the folders above it say."""
    found = configuration(tmp_path, _markdownlint_yaml="MD001: false", docs___markdownlint_yml="MD024: false")

    assert (found.is_on("MD001", "a.md"), found.is_on("MD001", "docs/deep/a.md")) == (False, True)
    assert (found.is_on("MD024", "a.md"), found.is_on("MD024", "docs/deep/a.md")) == (True, False)


def test_files_are_left_out(tmp_path: Path) -> None:
    """By `ignores` and by `.markdownlintignore`, each relative to its folder."""
    found = configuration(
        tmp_path, docs___markdownlintignore="# old\nold/\n", drafts___markdownlintignore="*.md"
    )

    assert [found.leaves_out(path) for path in ("docs/old/a.md", "old/a.md", "drafts/a.md")] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("text", ["{", "[" * 90_000, '"' * 90_000, "x" * 200_000, "/*" * 50_000])
def test_what_cannot_be_read_is_said(tmp_path: Path, text: str) -> None:
    """And then all rules hold."""
    found = configuration(tmp_path, _markdownlint_jsonc=text)

    assert [problem.path for problem in found.problems] == [".markdownlint.jsonc"]
    assert found.is_on("MD001", "a.md")


def test_patterns_that_might_take_forever_are_not_taken(tmp_path: Path) -> None:
    """They come from the framework under test."""
    found = configuration(tmp_path, _markdownlintignore="*a*a*a*a*a*a*a*a*b\n")

    assert not found.leaves_out("a" * 200)
