"""A framework whose names and texts attack whoever reads a report."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import junitparser
import pytest
from lxml import etree, html

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project

NAMES = (
    "]]>",
    "\x1b[31mred",
    "::error::x",
    "<script>alert(1)<",
    "\u202egnp.exe",
    "a|b",
    "`x`",
    "x\ny",
    "##[error]x",
)
COMMANDS = re.compile(r"^\s*(?:::[a-z-]+[ :]|##\[)|\x1b", re.MULTILINE)


@pytest.fixture
def hostile(project: Project) -> Project:
    """Broken links in files with such names, with such headings and targets."""
    for name in NAMES:
        safe = name.replace("/", "_")
        project.write(
            f"docs/{safe}.md", f"# {name}\n\n[{name}]({safe}-gone.md) `::stop-commands::t`\n[y](gone.md)\n"
        )
    return project


@pytest.mark.scanners
def test_every_report_is_valid_and_harmless(
    hostile: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a step of GitHub Actions, where a line of the log may be a command."""
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    out = hostile.root / "out"
    done = hostile.run(
        "-v", f"--gate-junit={out}/j.xml", f"--gate-sarif={out}/s.sarif", f"--gate-html={out}/h.html"
    )
    assert done.status == 10, done.text
    assert done.verdict
    log, _, annotations = done.text.rpartition("fwgates: production: BLOCK, exit 10\n")
    assert not COMMANDS.search(log)
    assert all(re.match(r"::(?:error|warning|notice) |fwgates: ", line) for line in annotations.splitlines())
    assert "\x1b" not in annotations
    count = sum(len(row["findings"]) for row in done.verdict["criteria"])
    cases = [case for suite in junitparser.JUnitXml.fromfile(f"{out}/j.xml") for case in suite]
    assert sum("[" in case.name for case in cases) == count >= len(NAMES)
    results = json.loads((out / "s.sarif").read_text())["runs"][0]["results"]
    assert len(results) >= count - 1
    page = html.fromstring((out / "h.html").read_bytes())
    assert page.xpath("//script | //img | //iframe | //*[@onclick or @onerror or @onmouseover]") == []
    for written in ("j.xml", "s.sarif", "h.html"):
        text = (out / written).read_text()
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", text)
    etree.fromstring((out / "j.xml").read_bytes())
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]", summary.read_text())
