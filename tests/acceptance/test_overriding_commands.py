"""`fwgates baseline` and `fwgates policy lint`: what they write, refuse and find."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project


def known(project: Project) -> dict[str, list[str]]:
    """What the baseline holds: the paths of each criterion's findings."""
    document = json.loads((project.root / "environments/baseline.json").read_text())
    return {name: [row["path"] for row in rows] for name, rows in document["criteria"].items()}


def test_baseline(project: Project) -> None:
    """The first one takes what is there; later ones only shrink, and something new is refused."""
    project.profile(mandatory="[framework_integrity]")
    project.write("docs/a.md", "# A\n\n[gone](gone.md)\n")
    project.write("docs/b.md", "# B\n\n[gone](gone.md)\n")
    assert project.run("-n0").status == 10
    done = project.cli("baseline")
    assert done.status == 0, done.text
    assert "from now on it only shrinks" in done.text
    assert known(project)["zero_broken_links"] == ["docs/a.md", "docs/b.md"]

    again = (project.root / "environments/baseline.json").read_bytes()
    assert project.cli("baseline").status == 0
    assert (project.root / "environments/baseline.json").read_bytes() == again

    project.write("docs/a.md", "# A\n")
    project.write("docs/c.md", "# C\n\n[gone](gone.md)\n")
    project.run("-n0")
    done = project.cli("baseline", "--environment=production")
    assert done.status == 4
    assert "new: zero_broken_links: docs/c.md" in done.text
    assert (
        "fwgates: 1 findings are not in environments/baseline.json, and a baseline does not grow" in done.text
    )
    assert "environments/exemptions.yml" in done.text
    assert known(project)["zero_broken_links"] == ["docs/b.md"]


def test_baseline_of_a_refused_gate(project: Project) -> None:
    """What may not be baselined is left out, and taken out of a baseline that holds it."""
    project.profile(mandatory="[framework_integrity]")
    project.write("docs/a.md", "# A\n\n[gone](gone.md)\n")
    project.run("-n0")
    assert project.cli("baseline").status == 0
    path = project.root / "environments/production.yml"
    path.write_text(path.read_text() + "  baseline: {refused_gates: [framework_integrity]}\n")
    done = project.cli("baseline")
    assert done.status == 0
    assert "left out: zero_broken_links, 1 findings; framework_integrity may not be baselined" in done.text
    assert known(project) == {}


def test_baseline_mistakes(project: Project) -> None:
    """Without a verdict, with one of another environment, with a broken baseline: exit 4 and one line."""
    done = project.cli("baseline")
    assert done.status == 4
    assert "run pytest --env=production --gate-verdict=.fwgates/verdict.json" in done.text
    project.profile()
    project.run("-n0")
    assert "is of the environment production, not staging" in project.cli("baseline", "--env=staging").text
    project.write("environments/baseline.json", "{}")
    done = project.cli("baseline")
    assert (done.status, "not a baseline" in done.text) == (4, True)
    project.write(".fwgates/verdict.json", "[]")
    done = project.cli("baseline")
    assert (done.status, "not a verdict" in done.text, "Traceback" in done.text) == (4, True, False)


def test_policy_lint(project: Project) -> None:
    """What can never be satisfied is told with its line and exits 10; what will lapse, too."""
    assert project.cli("policy", "lint").status == 0
    project.profile("exemptions_allowed: true\ncriteria: {no_broken_link: 1}\n")
    today = dt.datetime.now(dt.UTC).date()
    last = today + dt.timedelta(days=5)
    project.write(
        "environments/exemptions.yml",
        f"""\
        exemptions:
          - id: EX-1
            criterion: zero_broken_links
            scope: {{paths: [docs/**]}}
            environments: [production, qa]
            reason: planned_fix
            text: They are rewritten.
            owner: alice
            approver: bob
            ticket: DOC-1
            created: {today}
            expires: {last}
        """,
    )
    done = project.cli("policy", "lint")
    assert done.status == 10
    assert "environments/production.yml:5: criteria: unknown criterion 'no_broken_link'" in done.text
    assert "environments/exemptions.yml:2: exemption 'EX-1': unknown environment 'qa'" in done.text
    assert "lapses" not in done.text
    project.profile("exemptions_allowed: true\n")
    project.write("environments/qa.yml", "qa:\n  extends: production\n")
    assert project.cli("policy", "lint").status == 0
    done = project.cli("policy", "lint", f"--as-of={last + dt.timedelta(days=1)}")
    assert done.status == 10
    assert f"exemptions.yml:2: lapses at the end of {last}: exemption 'EX-1' of alice (DOC-1)" in done.text
    assert project.cli("policy", "lint", f"--as-of={last}").status == 0


def test_policy_lint_mistakes(project: Project) -> None:
    """A file that cannot be used exits 4: nothing was looked at."""
    project.write("environments/exemptions.yml", "- nothing\n")
    done = project.cli("policy", "lint")
    assert (done.status, done.text.strip()) == (
        4, "fwgates: environments/exemptions.yml:1: expected the one top-level key 'exemptions'",
    )  # fmt: skip
    project.write("environments/exemptions.yml", "")
    assert project.cli("policy", "lint", "--as-of=soon").status == 4
    project.write("environments/odd.yml", "odd: {extends: gone}\n")
    done = project.cli("policy", "lint")
    assert (done.status, "odd.yml:1: extends: no profile 'gone'" in done.text) == (4, True)
