"""What a scanner could not examine is never a pass, and which scanner was asked stands in the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project


def test_unproven(project: Project, workers: str) -> None:
    """Beside findings it fails, else it is inconclusive, whatever was examined."""
    project.gates(
        """
        @gate(mandatory)
        def test_half(framework, findings):
            findings.used("scanner", "1.2")
            findings.extend([], examined=5)
            findings.leave_unproven("scanner 1.2 is too old")
            findings.leave_unproven("scanner 1.2 is too old")

        @gate(mandatory)
        def test_found(framework, findings):
            findings.add("wrong", path="README.md", line=1)
            findings.leave_unproven("a.py: cannot be parsed")

        @gate(mandatory)
        def test_nothing(framework, findings):
            findings.leave_unproven("scanner is not installed")
        """
    )
    done = project.run(workers)
    rows = {name: done.criterion(name) for name in ("half", "found", "nothing")}
    assert {name: (row["outcome"], row["reason"], row["tools"]) for name, row in rows.items()} == {
        "half": ("inconclusive", "scanner 1.2 is too old", ["scanner 1.2"]),
        "found": ("failed", "1 finding; a.py: cannot be parsed", []),
        "nothing": ("inconclusive", "scanner is not installed", []),
    }
    assert done.status == 10
