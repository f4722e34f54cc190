"""No scan of the security gate opens a connection, unless the profile says so."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.tools.offline import KILLED, python_without_sockets

if TYPE_CHECKING:
    from conftest import Project

WORKFLOW = """\
name: ci
on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
"""
CODE = """
import sys
sys.path[:0] = {path!r}
import os, pytest
os.chdir({root!r})
sys.exit(pytest.main({options!r}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's")
def test_no_connection(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that asks the kernel for a socket is killed; this one, and every scanner it starts, lives."""
    monkeypatch.setenv("LOGNAME", "ci")  # for a user's name libc asks a daemon, by a socket
    project.profile("", name="strict", mandatory="[security]")
    project.write(".github/workflows/ci.yml", WORKFLOW)
    project.write("scripts/a.py", "print(1)\n")
    project.write(
        "skills/a/SKILL.md", "---\nname: a\ndescription: Use when a thing is to be done.\n---\n\n# A\n"
    )
    project.write("requirements.txt", f"idna==3.7 --hash=sha256:{'0' * 64}\n")
    verdict = project.root / "verdict.json"
    options = ["--env=strict", f"--gate-verdict={verdict}", "-p", "fwgates", "-p", "no:cacheprovider"]
    code = CODE.format(path=[str(Path.cwd())], root=str(project.root), options=options)
    done = python_without_sockets(code, project.root)
    assert done.returncode != KILLED, done.stderr
    rows = {
        row["id"]: row for row in json.loads(verdict.read_text())["criteria"] if "security" in row["gates"]
    }
    outcomes = {name: row["outcome"] for name, row in rows.items()}
    for name in (
        "github_action_security_scan", "markdown_injection_scan", "secret_detection", "supply_chain_analysis",
        "yaml_payload_analysis", "zero_critical_vulnerabilities",
    ):  # fmt: skip
        assert outcomes[name] == "passed", rows[name]
    assert outcomes["dependency_vulnerabilities"] == "inconclusive"
    assert "online: true" in rows["dependency_vulnerabilities"]["reason"]
    assert outcomes["all_dependencies_approved"] == "inconclusive"
    assert "fwgates init --allowlist" in rows["all_dependencies_approved"]["reason"]
    assert "not_run" not in outcomes.values()
