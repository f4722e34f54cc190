"""Dependencies and tools against an allow-list, and known vulnerabilities: the labelled sets."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.checks.security.dependency_vulnerabilities import vulnerable
from pytest_fwgates.framework.index import load
from tests.unit.checks.security import labelled_dependencies, labelled_tools, labelled_vulnerabilities
from tests.unit.checks.security.judged import dependencies_by_own_list, tools_by_own_list
from tests.unit.checks.security.labelled_vulnerabilities import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding
    from tests.unit.checks.security.labelled_projects import Case

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def written(folder: Path, files: dict[str, str]) -> Framework:
    """The framework of a case; advisories lie beside it."""
    for name, text in files.items():
        path = folder / (name if name.startswith(FOLDER) else f"framework/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(folder / "framework")


def vulnerabilities(framework: Framework) -> list[Finding]:
    """By the advisories beside it; nothing may be left out."""
    folder = framework.root.parent / FOLDER
    audit = vulnerable(framework, folder, NOW, online=False, max_age=dt.timedelta(days=7))
    assert not audit.unproven
    return list(audit.findings)


@pytest.mark.parametrize(
    ("cases", "check"),
    [
        (labelled_dependencies.cases, dependencies_by_own_list),
        (labelled_tools.cases, tools_by_own_list),
        (labelled_vulnerabilities.cases, vulnerabilities),
    ],
    ids=["all_dependencies_approved", "third_party_tool_validation", "dependency_vulnerabilities"],
)
def test_labelled_set(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    cases: Callable[[], Iterator[Case]],
    check: Callable[[Framework], list[Finding]],
) -> None:
    """Recall and precision over all classes, and what each of them contributes."""
    table: Counter[tuple[str, str]] = Counter()
    wrong = []
    for number, case in enumerate(cases()):
        found = [one.message for one in check(written(tmp_path / str(number), case.files))]
        outcome = ("hit" if found else "miss") if case.is_bad else ("alarm" if found else "quiet")
        table[case.kind, outcome] += 1
        if outcome in {"miss", "alarm"}:
            wrong.append((case.kind, outcome, case.files, found))
    total = Counter(
        {
            one: sum(n for key, n in table.items() if key[1] == one)
            for one in ("hit", "miss", "alarm", "quiet")
        }
    )
    rows = [
        f"{kind:28} {[table[kind, one] for one in total]}" for kind in dict.fromkeys(key[0] for key in table)
    ]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", f"{'':28} {list(total)}", *rows, *map(str, wrong[:8]), ""]))
    assert total["hit"] + total["miss"] >= 40
    assert total["quiet"] + total["alarm"] >= 40
    assert total["hit"] >= 0.95 * (total["hit"] + total["miss"])
    assert total["hit"] >= 0.95 * (total["hit"] + total["alarm"])
