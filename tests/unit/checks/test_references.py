"""Checks of the reference graph: counts and subjects. Their findings are shown by the examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_fwgates.checks.framework_integrity import (
    all_modules_referenced,
    check_delegation_chains,
    validate_module_references,
    verify_all_modules_exist,
)
from pytest_fwgates.framework.index import Framework, load

if TYPE_CHECKING:
    from pathlib import Path

CHECKS = (
    (all_modules_referenced, all_modules_referenced.orphans),
    (check_delegation_chains, check_delegation_chains.endless_chains),
    (validate_module_references, validate_module_references.mismatched_references),
)
NAMES = (
    "CLAUDE.md",
    "commands/a.md",
    "components/b.md",
    "components/c.md",
    "rules/d.md",
    ".claude/agents/e.md",
)
references = st.sampled_from(NAMES).flatmap(
    lambda name: st.sampled_from(
        [
            f"<include>{name}</include>",
            f"@{name}",
            f"<delegate>{name}</delegate>",
            "subagent_type: e",
            f"<include>{name.upper()}</include>",
            "<include>../../x.md</include>",
            "<include>components</include>",
            f"`{name}`",
            f"```\n<include>{name}</include>\n```",
            "",
        ]
    )
)
texts = st.lists(references, max_size=4).map("\n".join)


def framework(root: Path, files: dict[str, str]) -> Framework:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return load(root)


@pytest.mark.parametrize("module", [module for module, _ in CHECKS])
def test_an_empty_framework_was_not_examined(tmp_path: Path, module: object) -> None:
    """So that the criterion is inconclusive rather than passed."""
    assert module.examined(load(tmp_path)) == 0  # type: ignore[attr-defined]


def test_what_was_searched_is_counted(tmp_path: Path) -> None:
    """Components and rules; documents; documents and manifests."""
    loaded = framework(
        tmp_path, {"commands/a.md": "", "components/b.md": "", ".claude/rules/c.md": "", ".mcp.json": "{}"}
    )

    assert [module.examined(loaded) for module, _ in CHECKS] == [2, 3, 4]


def test_entry_points_are_no_orphans(tmp_path: Path) -> None:
    """A module that is used from outside is said to be one."""
    files = {
        "commands/a.md": "",
        "components/public/b.md": "<include>c.md</include>",
        "components/public/c.md": "",
    }
    (tmp_path / "x").mkdir()
    loaded = framework(tmp_path / "x", files)
    found = all_modules_referenced.orphans(loaded)

    assert [finding.path for finding in found] == ["components/public/b.md", "components/public/c.md"]

    from pytest_fwgates.framework.configuration import Settings  # noqa: PLC0415

    told = load(tmp_path / "x", Settings(entry_points=("components/public/b.md",)))
    assert all_modules_referenced.orphans(told) == []


def test_an_orphan_stays_the_same_when_another_one_refers_to_it(tmp_path: Path) -> None:
    """A baseline must know the defect again."""
    [before] = all_modules_referenced.orphans(
        framework(tmp_path, {"commands/a.md": "", "components/b.md": ""})
    )
    found = all_modules_referenced.orphans(framework(tmp_path, {"components/c.md": "b.md"}))

    assert before.message != found[0].message
    assert before.subject == found[0].subject


def test_a_ring_of_imports_closes_where_it_leads_back(tmp_path: Path) -> None:
    """At the reference to the file that memory imports, whatever the names."""
    files = {"CLAUDE.md": "@z.md", "z.md": "@a.md", "a.md": "@m.md", "m.md": "\n@z.md"}

    [finding] = check_delegation_chains.endless_chains(framework(tmp_path, files))

    assert (finding.path, finding.line) == ("m.md", 2)


def test_a_wrong_case_has_one_owner(tmp_path: Path) -> None:
    """It is there, so it is not missing."""
    loaded = framework(
        tmp_path, {"commands/a.md": "<include>components/B.md</include>", "components/b.md": ""}
    )

    assert verify_all_modules_exist.missing_modules(loaded) == []
    assert len(validate_module_references.mismatched_references(loaded)) == 1


@given(st.dictionaries(st.sampled_from(NAMES), texts))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_framework_makes_a_check_raise(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]
) -> None:
    """Every finding has a place in a file that exists; two runs agree."""
    loaded = framework(tmp_path_factory.mktemp("f"), files)
    for _, check in CHECKS:
        found = check(loaded)
        assert {finding.path for finding in found} <= set(loaded.files)
        assert check(loaded) == found
