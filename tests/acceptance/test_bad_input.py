"""Hostile and damaged input: a clear message or finding, never a traceback, never a pass."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Project


def _empty(project: Project) -> None:
    (project.root / "README.md").unlink()


def _not_utf8(project: Project) -> None:
    project.write("docs/latin.md", b"# Caf\xe9\n")


def _huge(project: Project) -> None:
    project.write("docs/huge.md", b"word " * 10_000_000)


def _symlink_loop(project: Project) -> None:
    project.write("docs/a.md", "# A\n")
    (project.root / "docs/loop.md").symlink_to("loop.md")


def _symlink_out(project: Project) -> None:
    outside = project.root.parent / "secret.md"
    outside.write_text("[x](y.md)\n")
    (project.root / "CLAUDE.md").symlink_to(outside)


def _fifo(project: Project) -> None:
    os.mkfifo(project.root / "CLAUDE.md")


def _nested(project: Project) -> None:
    project.write("deep.md", "".join(f"{'  ' * n}- x\n" for n in range(2_000)))


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (_empty, "inconclusive: it examined nothing"),
        (_not_utf8, "docs/latin.md:1: "),
        (_huge, "docs/huge.md: "),
        (_symlink_loop, "docs/loop.md: "),
        (_symlink_out, "CLAUDE.md: "),
    ],
    ids=[
        "an empty folder",
        "a file that is not UTF-8",
        "a 50 MB file",
        "a symlink loop",
        "a symlink out of the root",
    ],
)
def test_unreadable_framework_blocks(
    project: Project, workers: str, prepare: Callable[[Project], None], message: str
) -> None:
    """What cannot be examined is said, at its path, and blocks."""
    prepare(project)
    done = project.run(workers, timeout=60)
    assert done.status == 10
    assert message in done.text
    assert "Traceback" not in done.text


@pytest.mark.parametrize("prepare", [_fifo, _nested], ids=["a named pipe", "a list nested 2,000 deep"])
def test_strange_files_end_in_a_verdict(project: Project, prepare: Callable[[Project], None]) -> None:
    """Nothing in the tree makes the run hang or crash."""
    prepare(project)
    done = project.run(timeout=60)
    assert done.status in {0, 10}
    assert done.verdict is not None
    assert "Traceback" not in done.text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "environments/production.yml:1: the file is empty"),
        ("- a\n- b\n", "environments/production.yml:1: expected one top-level key 'production', got a list"),
        ("production:\n\tquality_gates: {}\n", "environments/production.yml:2: not valid YAML"),
        ("production: [\n", "environments/production.yml:2: not valid YAML"),
        (
            "staging: {}\n",
            "environments/production.yml:1: expected the one top-level key 'production', got 'staging'",
        ),
        (
            "production:\n  region: eu\n",
            "has no quality_gates; write quality_gates, or name another folder with --gate-profiles DIR",
        ),
        (b"production: caf\xe9\n", "environments/production.yml:1: not UTF-8"),
        ("production: !!python/object:os.system {}\n", "environments/production.yml:1: not valid YAML"),
        (
            "production:\n  quality_gates:\n    mandatory_gates: [a]\n    advisory_gates: [a]\n",
            "environments/production.yml:4: gate 'a' in advisory_gates is listed already at line 3",
        ),
        (
            "production:\n  quality_gates:\n    mandatory_gates: [a]\n    mandatory: true\n",
            "environments/production.yml:4: unknown key 'mandatory'; allowed: mandatory_gates, ",
        ),
        (
            "production:\n  quality_gates:\n    mandatory_gates: [a]\n    bypass_allowed: 'no'\n",
            "environments/production.yml:4: bypass_allowed: Expected `bool`, got text",
        ),
    ],
    ids=[
        "an empty profile",
        "a profile that is a list",
        "a profile with tabs",
        "a profile that is not YAML",
        "a profile of another environment",
        "somebody else's environments",
        "a profile that is not UTF-8",
        "a profile that builds an object",
        "a gate in two lists",
        "an unknown key",
        "a wrong type",
    ],
)
def test_unusable_profile_is_one_clear_line(project: Project, content: str | bytes, message: str) -> None:
    """A profile that cannot be used exits 4 and says where and why."""
    target = project.root / "environments/production.yml"
    target.parent.mkdir()
    target.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = project.run()
    assert done.status == 4
    assert message in done.text
    assert "Traceback" not in done.text
    assert done.verdict is None


def test_names_in_the_framework_cannot_command_the_runner(project: Project) -> None:
    """Terminal escapes and workflow commands in paths and links are shown, not obeyed."""
    project.write("docs/::error::x.md", "[a](\x1b[2Jgone.md)\n")
    project.write("docs/##[stop-commands]x.md", "[a](gone.md)\n")
    done = project.run()
    assert done.status == 10
    ours = done.text.partition("quality gates")[2]
    assert "\x1b[2J" not in ours
    assert "::error::" not in ours
    assert "##[" not in ours


def test_unwritable_verdict_is_a_usage_error(project: Project) -> None:
    """A verdict that cannot be written is found out before the run."""
    project.write("file", "")
    done = project.run("--gate-verdict=file/verdict.json")
    assert done.status == 4
    assert "Traceback" not in done.text


def test_unusable_configuration_is_a_usage_error(project: Project) -> None:
    """Our own table in pyproject.toml is checked as strictly as a profile."""
    project.write("pyproject.toml", "[tool.fwgates]\nignor = []\n")
    done = project.run()
    assert done.status == 4
    assert "pyproject.toml: fwgates: unknown key 'ignor'; allowed: ignore" in done.text


def test_framework_root_that_is_no_folder_is_a_usage_error(project: Project) -> None:
    """A root that does not exist exits 4."""
    done = project.run("--framework-root=nowhere")
    assert done.status == 4
    assert "--framework-root nowhere: no such folder" in done.text


def _bombs(project: Project) -> None:
    _not_utf8(project)
    _huge(project)
    aliases = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 12))
    project.write("commands/bomb.md", f"---\nb0: &b0 [x]\n{aliases}---\n\n# Bomb\n")
    project.write("components/deep.md", "".join(f"{' ' * (n % 5000)}- x\n" for n in range(100_000)))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    project.write("components/xml.md", f'<!DOCTYPE x [<!ENTITY e0 "x">{entities}]>\n<x>&e11;</x>\n')
    project.write("commands/plain.md", "# Plain\n\n[gone](gone.md)\n")


def test_bad_files_do_not_hide_the_others(project: Project) -> None:
    """A file that nobody can examine is a finding of its own; the defects of the others are found."""
    _bombs(project)
    done = project.run("-n2", timeout=60)
    assert done.status == 10
    assert "Traceback" not in done.text
    links = done.criterion("zero_broken_links")["findings"]
    assert ("commands/plain.md", 3) in {(one["path"], one["line"]) for one in links}
    rows = (done.verdict or {})["criteria"]
    found = {one["path"] for row in rows for one in row["findings"]}
    assert {"docs/latin.md", "docs/huge.md", "commands/bomb.md"} <= found
    ends = {row["outcome"] for row in rows if row["stage"] in {"source_control", "framework_validation"}}
    assert ends <= {"passed", "failed", "not_applicable"}
