"""Comments in the framework that ask for findings to be overlooked: off, or allowed and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


@pytest.fixture
def commented(project: Project) -> Project:
    """A broken link with a comment, and a slip that markdownlint's comment switches off."""
    project.write(
        "a.md",
        "# A\n\n[x](gone.md) <!-- fwgates: ignore[zero_broken_links] later -->\n"
        "\n<!-- markdownlint-disable MD042 -->\n[y]()\n",
    )
    return project


def test_nothing_by_default(commented: Project) -> None:
    """Production does not allow it: the link blocks and the slip is told."""
    done = commented.run(env="production")
    assert (done.status, done.decision) == (10, "block"), done.text
    assert len(done.criterion("zero_broken_links")["findings"]) == 1
    assert len(done.criterion("markdown_linting")["findings"]) == 1
    assert done.criterion("zero_broken_links")["suppressed"] == []
    assert "overlooked" not in done.text


@pytest.mark.scanners
def test_allowed_and_counted(commented: Project, workers: str) -> None:
    """In the verdict, on the screen, in the ledger, and by the second judge."""
    done = commented.run(workers, env="development")
    assert (done.status, done.decision) == (0, "allow"), done.text
    for criterion in ("zero_broken_links", "markdown_linting"):
        row = done.criterion(criterion)
        assert (row["outcome"], row["findings"], len(row["suppressed"])) == ("passed", [], 1)
    assert done.criterion("zero_broken_links")["suppressed"][0]["line"] == 3
    assert "comments in the framework had 2 findings overlooked" in done.text
    assert '"overlooked":2' in (commented.root / ".fwgates/ledger.jsonl").read_text()
    again = commented.cli("verdict", ".fwgates/evidence.jsonl", "--env=development")
    assert again.status == 0
    assert "comments in the framework had 2 findings overlooked" in again.text


def test_one_without_comment_still_counts(commented: Project) -> None:
    """And keeps its fingerprint, with or without the comment above it."""
    commented.write("b.md", "[x](gone.md)\n")
    done = commented.run(env="development")
    assert (done.status, len(done.criterion("zero_broken_links")["findings"])) == (10, 1), done.text
    (finding,) = done.criterion("zero_broken_links")["findings"]
    assert (finding["path"], finding["excerpt"]) == ("b.md", "[x](gone.md)")


def test_lines_of_security_gates_are_not_kept(project: Project) -> None:
    """What such a gate found may be a secret."""
    project.gates(
        """
        @gate(mandatory, "security")
        def test_secrets(framework, findings):
            findings.add("a secret", path="README.md", line=1)

        @gate(mandatory, "house")
        def test_others(framework, findings):
            findings.add("no secret", path="README.md", line=1)
        """
    )
    done = project.run(env="production")
    assert done.criterion("secrets")["findings"][0]["excerpt"] == ""
    assert done.criterion("others")["findings"][0]["excerpt"] == "# A framework"
