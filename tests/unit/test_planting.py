"""The defects of `benchmarks/mutations.py`: of each class one is planted in a small framework, and found."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from benchmarks.planting.plant import PLANTERS
from benchmarks.planting.run import Search, planted_rows, unchanged

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = """\
---
description: Review a change
argument-hint: "[file]"
allowed-tools: Read, Grep
---

# Review

Read [the guide](../../docs/guide.md), then [how to begin](../../docs/guide.md#how-to-begin).

<includes>
  <include>components/style-guide.md</include>
  <include>components/report.md</include>
</includes>

<process>
  <step name="read">
    Read the change.
  </step>
  <step name="tell">
    Call toolbox:planning, then say what is wrong.
  </step>
</process>

## Rules

- One finding a line
- No praise

| severity | meaning | example |
| --- | --- | --- |
| high | stops the release | data is lost |
| low | can wait | a typo |

```bash
git diff
git log
```

## Report

<!-- what the report
is made of -->

A list of findings, the worst one first, which is as long as it has to be and not a line longer than that.
"""
GUIDE = """\
# Guide

It is short.

## How to begin

Begin.

### With care

As ever.

## End

Stop.
"""
WORKFLOW = """\
name: ci
on: push
jobs:
  a:
    runs-on: linux
    steps:
      - run: make
"""
FILES = {
    "CLAUDE.md": "# Memory\n\n@docs/guide.md\n",
    "README.md": "# Toolbox\n\nSee [the guide](docs/guide.md) and [use](#use).\n\n## Use\n\n`/review`\n",
    "docs/guide.md": GUIDE,
    "pyproject.toml": '[project]\nname = "toolbox"\nversion = "1.0"\n\n[tool.x]\na = 1\n',
    ".github/workflows/ci.yml": WORKFLOW,
    "lib/commands/review.md": COMMAND,
    "lib/components/style-guide.md": "# Style guide\n\nShort sentences.\n",
    "lib/components/report.md": "# Report\n\nThe worst one first.\n\n## Form\n\nA list.\n",
    "lib/agents/reviewer.md": "---\nname: reviewer\ndescription: Reviews\n---\n\n# Reviewer\n\nReview it.\n",
    "box/.claude-plugin/plugin.json": '{\n  "name": "toolbox",\n  "version": "1.0.0",\n  "license": "X"\n}\n',
    "box/skills/planning/SKILL.md": "---\nname: planning\ndescription: Plans\n---\n\nSee toolbox:planning.\n",
    "box/scripts/run.sh": "#!/bin/sh\nset -e\n\necho one\n\necho two\n",
}


@pytest.fixture
def search(tmp_path: Path) -> Search:
    for name, text in FILES.items():
        (tmp_path / "framework" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "framework" / name).write_text(text)
    return Search(tmp_path / "framework", tmp_path / "facts.sqlite3")


def _content(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("criterion", sorted(PLANTERS))
def test_every_class_is_found_by_its_owner(search: Search, criterion: str) -> None:
    """At its line; and afterwards the framework is what it was."""
    before = _content(search.root)

    rows = list(planted_rows(search, 2 * len(PLANTERS[criterion]), random.Random(7), [criterion]))

    assert [(row.name, row.plant.places, row.seen) for row in rows if not row.is_found] == []
    assert {row.name for row in rows} == PLANTERS[criterion].keys()
    assert _content(search.root) == before


def test_an_edit_that_keeps_the_meaning_adds_nothing(search: Search) -> None:
    """And each of them edits something."""
    edits = list(unchanged(search, random.Random(7)))

    assert [(edit.name, edit.added, edit.gone) for edit in edits] == [(edit.name, [], 0) for edit in edits]
    assert [edit.name for edit in edits if not edit.files] == []
