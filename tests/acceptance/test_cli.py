"""The fwgates command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


@pytest.mark.scanners
def test_init_writes_a_start_that_allows(project: Project) -> None:
    """What init writes is accepted by the very next run."""
    done = project.cli("init")
    assert done.status == 0
    assert "wrote environments/production.yml" in done.text
    run = project.run()
    assert run.status == 0
    assert run.criterion("documents_have_a_heading")["outcome"] == "passed"
    assert run.verdict is not None
    assert run.verdict["profile"] == "environments/production.yml"


def test_init_never_overwrites(project: Project) -> None:
    """A file that exists is kept, byte by byte."""
    profile = project.write("environments/production.yml", "mine\n")
    assert "kept  environments/production.yml" in project.cli("init").text
    assert profile.read_text() == "mine\n"


def test_mistakes_are_usage_errors(project: Project) -> None:
    """An unknown command or folder exits 4 with one line."""
    for args in (["nope"], ["init", "nowhere"], ["init", "--force"]):
        done = project.cli(*args)
        assert done.status == 4
        assert done.text.startswith("fwgates: ")
        assert "Traceback" not in done.text


def test_framework_shows_what_is_seen(project: Project) -> None:
    """The layout, the modules by kind and what is left out; escape sequences in names do nothing."""
    project.write("commands/do.md", "# Do\n")
    project.write("components/part.md", "# Part\n")
    project.write("vendor/x.md", "# X\n")
    project.write("a\x1b[2J.md", "# A\n")
    project.write("fwgates.toml", 'ignore = ["vendor/"]\n')
    done = project.cli("framework", "--modules")
    assert done.status == 0
    assert "\x1b" not in done.text
    lines = {line.strip() for line in done.text.splitlines()}
    assert {"module folders: .", "command: 1", "component: 1", "document: 2", "plugins: none"} <= lines
    assert {"ignored by configuration: 1", "command  commands/do.md"} <= lines


def test_framework_shows_the_tokens_of_what_has_no_budget(project: Project) -> None:
    """As an estimate, a command with all that it includes, also where nothing is enforced."""
    project.write("commands/do.md", "<include>components/part.md</include>\n")
    project.write("components/part.md", "<token_budget>40</token_budget>\n" + "word " * 50)
    done = project.cli("framework", "--tokens")
    assert done.status == 0
    assert "tokens, estimated with cl100k_base, which is not Claude's own count" in done.text
    assert "command    commands/do.md, itself 9, with 1 included" in done.text
    assert "component  components/part.md, of a budget of 40" in done.text


def test_framework_without_a_folder(project: Project) -> None:
    """A folder that is not there is a usage error."""
    done = project.cli("framework", "--framework-root=gone")
    assert (done.status, done.text.strip()) == (4, "fwgates: --framework-root gone: no such folder")
