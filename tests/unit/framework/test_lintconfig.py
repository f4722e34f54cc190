"""The markdownlint configuration of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.framework.index import load
from pytest_fwgates.framework.lintconfig import Configuration

if TYPE_CHECKING:
    from pathlib import Path

TABLES = """---
title: A
---
### B

# D

## E

### B

| a | b |
|---|---|
| c |
d | e
"""


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


def found(framework: Path, path: str = "a.md", *, overlooked: bool = False) -> list[tuple[str, int]]:
    """The findings of a document by its configuration, or those that its comments ask to overlook."""
    loaded = load(framework)
    [document] = [one for one in loaded.documents if one.path == path]
    slips = Configuration(loaded).slips(document)
    return [(slip.rule, slip.line) for slip, by_comment in slips if by_comment is overlooked]


def test_extends_is_followed_within_the_repository(tmp_path: Path) -> None:
    """From the file that extends; what it says itself counts more than what it extends."""
    found = configuration(
        tmp_path,
        _markdownlint_json='{"extends": "conf/base.yaml", "MD024": true}',
        conf__base_yaml="extends: ./more.jsonc\nMD001: false\nMD024: false",
        conf__more_jsonc='{"MD001": true, "MD042": false, /* x */}',
    )

    assert found.problems == []
    assert [found.is_on(rule, "a.md") for rule in ("MD001", "MD024", "MD042", "MD011")] == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("markdownlint-config-base", "which is a package and is not followed"),
        ("@scope/config/base.json", "which is a package and is not followed"),
        ("./node_modules/config/base.json", "which is a package and is not followed"),
        ("./none.json", "which does not exist"),
        ("none.json", "which does not exist"),
        ("../outside.json", "which lies outside of the framework"),
        ("/etc/passwd", "which lies outside of the framework"),
        ("~/base.json", "which lies outside of the framework"),
        (".markdownlint.json", "which leads back to itself"),
        ("back.json", "which leads back to itself"),
        ("https://example.org/base.json", "which is a package and is not followed"),
    ],
)
def test_what_is_not_followed_is_said(tmp_path: Path, target: str, reason: str) -> None:
    """Nothing is downloaded, executed or read from elsewhere; the rest of the configuration holds."""
    (tmp_path / "outside.json").write_text('{"MD042": false}')
    (tmp_path / "root" / "node_modules" / "config").mkdir(parents=True)
    (tmp_path / "root" / "node_modules" / "config" / "base.json").write_text('{"MD042": false}')
    found = configuration(
        tmp_path / "root",
        _markdownlint_json=f'{{"MD001": false, "extends": "{target}"}}',
        back_json='{"extends": ".markdownlint.json"}',
    )

    [problem] = found.problems
    assert problem.path == ".markdownlint.json"
    assert reason in problem.reason
    assert (found.is_on("MD001", "a.md"), found.is_on("MD042", "a.md")) == (False, True)


@pytest.mark.parametrize(
    ("files", "path", "off"),
    [
        ({"_markdownlint_jsonc": '{"MD001": false}', "_markdownlint_yaml": "MD024: false"}, "a.md", "MD001"),
        (
            {"_markdownlint_json": '{"MD001": false}', "_markdownlint-cli2_yaml": "config: {MD024: false}"},
            "a.md",
            "MD001",
        ),
        (
            {
                "_markdownlint_json": '{"MD001": false}',
                "docs___markdownlint-cli2_yaml": "config: {MD024: false}",
            },
            "docs/a.md",
            "MD024",
        ),
        (
            {
                "_markdownlint-cli2_yaml": "config: {MD001: false, MD024: false}",
                "docs___markdownlint-cli2_yaml": "config: {MD024: true}",
            },
            "docs/deep/a.md",
            "MD001",
        ),
    ],
)
def test_of_several_files_one_counts_or_all_add_up(
    tmp_path: Path, files: dict[str, str], path: str, off: str
) -> None:
    """As with markdownlint-cli2."""
    found = configuration(tmp_path, **files)

    assert [rule for rule in ("MD001", "MD024") if not found.is_on(rule, path)] == [off]


@pytest.mark.parametrize(
    ("ignores", "left_out"),
    [
        ("a.md", ["a.md"]),
        ("*.md", ["a.md"]),
        ("**/a.md", ["a.md", "docs/a.md"]),
        ("docs", []),
        ("docs/**", ["docs/a.md", "docs/b/c.md"]),
        ("./docs/*.md", ["docs/a.md"]),
        ("{docs/b,none}/*.md", ["docs/b/c.md"]),
    ],
)
def test_ignores_are_globs_from_the_folder_on(tmp_path: Path, ignores: str, left_out: list[str]) -> None:
    """Unlike the lines of a .gitignore."""
    paths = ["a.md", "docs/a.md", "docs/b/c.md"]
    by_ignores = configuration(
        tmp_path / "1", **{"_markdownlint-cli2_jsonc": f'{{"ignores": ["{ignores}"]}}'}
    )
    by_globs = configuration(tmp_path / "2", **{"_markdownlint-cli2_jsonc": f'{{"globs": ["!{ignores}"]}}'})

    assert [path for path in paths if by_ignores.leaves_out(path)] == left_out
    assert [path for path in paths if by_globs.leaves_out(path)] == left_out


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("{}", [("MD001", 4)]),
        ('{"default": true}', [("MD001", 4)]),
        ('{"MD001": {"front_matter_title": ""}}', []),
        ('{"MD001": {"front_matter_title": "^\\\\s*name\\\\s*[:=]"}}', []),
        ('{"MD024": true}', [("MD001", 4), ("MD024", 10)]),
        ('{"MD024": {"siblings_only": true}}', [("MD001", 4)]),
        ('{"MD056": true}', [("MD001", 4), ("MD056", 14)]),
        ('{"MD055": true}', [("MD001", 4), ("MD055", 15)]),
        ('{"MD055": {"style": "leading_and_trailing"}}', [("MD001", 4), ("MD055", 15)]),
        ('{"table": false}', [("MD001", 4)]),
    ],
)
def test_a_rule_that_is_named_holds_as_markdownlint_has_it(
    tmp_path: Path, rules: str, expected: list[tuple[str, int]]
) -> None:
    """With its parameters; one that is only on reports what harms a reader."""
    (tmp_path / ".markdownlint.json").write_text(rules)
    (tmp_path / "a.md").write_text(TABLES)

    assert found(tmp_path) == expected


def test_comments_count_more_than_the_configuration(tmp_path: Path) -> None:
    """They switch on what is off, set what is not set, and do neither where they are not wanted."""
    (tmp_path / "a.md").write_text(
        "# A\n\n### B\n\n<!-- markdownlint-enable MD042 -->\n[c]()\n"
        '<!-- markdownlint-configure-file {"MD001": false} -->\n'
    )
    (tmp_path / ".markdownlint-cli2.jsonc").write_text('{"config": {"MD042": false}}')

    assert found(tmp_path) == [("MD042", 6)]
    assert found(tmp_path, overlooked=True) == [("MD001", 3)]
    (tmp_path / ".markdownlint-cli2.jsonc").write_text('{"config": {"MD042": false}, "noInlineConfig": true}')
    assert found(tmp_path) == [("MD001", 3)]
    assert found(tmp_path, overlooked=True) == []


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('{"MD001": {"front_matter_title": "(a+)+$"}}', True),
        ('{"MD001": {"front_matter_title": "name"}}', False),
        ('{"MD055": {"style": "leading_only"}}', True),
        ('{"MD055": {"style": ["leading_only"]}}', True),
        ('{"MD055": {"style": "consistent"}}', False),
    ],
)
def test_parameters_that_are_not_followed_are_said(tmp_path: Path, rules: str, *, said: bool) -> None:
    """A pattern of the framework is not run."""
    assert bool(configuration(tmp_path, _markdownlint_json=rules).problems) is said
