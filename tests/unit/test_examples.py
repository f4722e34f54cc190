"""Every example tree under `tests/examples` is judged as its folder says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.checks.documentation.markdown_linting import lint_slips
from pytest_fwgates.checks.framework_integrity.all_modules_referenced import orphans
from pytest_fwgates.checks.framework_integrity.check_delegation_chains import endless_chains
from pytest_fwgates.checks.framework_integrity.cross_reference_validation import dangling_mentions
from pytest_fwgates.checks.framework_integrity.framework_structure_integrity import misplaced_structure
from pytest_fwgates.checks.framework_integrity.markdown_syntax_check import damaged_markdown
from pytest_fwgates.checks.framework_integrity.module_syntax_validation import unparsable_modules
from pytest_fwgates.checks.framework_integrity.token_budget_compliance import over_budget
from pytest_fwgates.checks.framework_integrity.validate_module_references import mismatched_references
from pytest_fwgates.checks.framework_integrity.verify_all_modules_exist import missing_modules
from pytest_fwgates.checks.framework_integrity.verify_xml_structure import broken_xml
from pytest_fwgates.checks.framework_integrity.yaml_frontmatter_validation import invalid_frontmatter
from pytest_fwgates.checks.framework_integrity.zero_broken_links import broken_links
from pytest_fwgates.checks.security.github_action_security_scan import insecure_workflows
from pytest_fwgates.checks.security.malicious_content_scan import malicious
from pytest_fwgates.checks.security.markdown_injection_scan import injections
from pytest_fwgates.checks.security.secret_detection import exposed_secrets
from pytest_fwgates.checks.security.supply_chain_analysis import exposed_supplies
from pytest_fwgates.checks.security.yaml_payload_analysis import dangerous_yaml
from pytest_fwgates.checks.security.zero_critical_vulnerabilities import vulnerable_scripts
from pytest_fwgates.framework.index import Framework, load
from tests.unit.checks.security.judged import (
    dependencies_by_own_list,
    tools_by_own_list,
    vulnerable_by_own_advisories,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_fwgates.model import Finding


def serious(framework: Framework) -> list[Finding]:
    """What the bundled profiles count."""
    return [one for one in vulnerable_scripts(framework) if one.severity in {"high", "critical"}]


EXAMPLES = Path(__file__).parents[1] / "examples"
CHECKS: dict[str, Callable[[Framework], list[Finding]]] = {
    "markdown_linting": lint_slips,
    "markdown_syntax_check": damaged_markdown,
    "module_syntax_validation": unparsable_modules,
    "all_modules_referenced": orphans,
    "check_delegation_chains": endless_chains,
    "framework_structure_integrity": misplaced_structure,
    "token_budget_compliance": over_budget,
    "validate_module_references": mismatched_references,
    "cross_reference_validation": dangling_mentions,
    "verify_all_modules_exist": missing_modules,
    "verify_xml_structure": broken_xml,
    "yaml_frontmatter_validation": invalid_frontmatter,
    "zero_broken_links": broken_links,
    "all_dependencies_approved": dependencies_by_own_list,
    "third_party_tool_validation": tools_by_own_list,
    "dependency_vulnerabilities": vulnerable_by_own_advisories,
    "supply_chain_analysis": exposed_supplies,
    "markdown_injection_scan": injections,
    "zero_critical_vulnerabilities": serious,
    "secret_detection": exposed_secrets,
    "github_action_security_scan": insecure_workflows,
    "malicious_content_scan": malicious,
    "yaml_payload_analysis": dangerous_yaml,
}


IN_PIECES = {"secret_detection", "github_action_security_scan"}
"""Criteria whose examples hold what must not be stored as it is: it stands in pieces that `{+}` joins."""


def framework_of(case: Path, folder: Path) -> Path:
    """The example's framework; one that gates of this repository would report is put together here.

    A bundle has a line `=== PATH` for each file, and then its lines after `| `.
    """
    bundle = case / "framework.bundle"
    if not bundle.exists():
        return assembled(case, folder) if case.parent.name in IN_PIECES else case / "framework"
    root = folder / "framework"
    whole = bundle.read_text(encoding="utf-8")
    if case.parent.name in IN_PIECES:
        whole = whole.replace(" {+} ", "")
    for part in whole.split("=== ")[1:]:
        path, _, text = part.partition("\n")
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(f"{line[2:]}\n" for line in text.splitlines()), encoding="utf-8")
    for beside in case.iterdir():
        if beside.is_dir():
            shutil.copytree(beside, folder / beside.name)
    return root


def assembled(case: Path, folder: Path) -> Path:
    root = shutil.copytree(case / "framework", folder / "framework")
    for path in root.rglob("*"):
        if path.is_file():
            path.write_text(path.read_text(encoding="utf-8").replace(" {+} ", ""), encoding="utf-8")
    return root


def cases(verdict: str) -> list[object]:
    folders = sorted(folder for folder in (EXAMPLES / verdict).glob("*/*") if folder.is_dir())
    return [pytest.param(folder, id=f"{folder.parent.name}-{folder.name}") for folder in folders]


def lines(findings: Sequence[Finding]) -> list[str]:
    """Findings as `path:line:column: message`, sorted, leaving out what is unknown."""
    places = (
        ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part is not None)
        for finding in findings
    )
    return sorted(f"{place}: {finding.message}" for place, finding in zip(places, findings, strict=True))


def found_in(case: Path, folder: Path) -> list[str]:
    found = CHECKS[case.parent.name](load(framework_of(case, folder)))
    return lines([one for one in found if one.suppressed is not True])


@pytest.mark.parametrize("case", cases("clean"))
def test_clean_example_has_no_finding(case: Path, tmp_path: Path) -> None:
    """What is right is left alone."""
    assert found_in(case, tmp_path) == []


@pytest.mark.parametrize("case", cases("broken"))
def test_broken_example_has_exactly_the_expected_findings(case: Path, tmp_path: Path) -> None:
    """What is wrong is found, at its place and in these words."""
    expected = (case / "expected.txt").read_text(encoding="utf-8").splitlines()

    assert found_in(case, tmp_path) == expected


@pytest.mark.parametrize("verdict", ["clean", "broken"])
@pytest.mark.parametrize("criterion", sorted(CHECKS))
def test_every_criterion_has_examples(criterion: str, verdict: str) -> None:
    """A criterion without an example is not known to work."""
    assert list((EXAMPLES / verdict / criterion).glob("*/framework*"))


@pytest.mark.parametrize("verdict", ["clean", "broken"])
def test_every_example_belongs_to_a_known_check(verdict: str) -> None:
    """An example that nothing collects would prove nothing."""
    assert {folder.name for folder in (EXAMPLES / verdict).iterdir() if folder.is_dir()} == set(CHECKS)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (".claude/commands/a.md", b"---\ndescription: \xff\n---\n"),
        (".claude/commands/a.md", b"# A\0\n"),
        (".claude-plugin/plugin.json", b"{]"),
        (".claude/settings.json", b'{"hooks": {},}'),
    ],
)
def test_what_cannot_be_read_is_a_finding_of_one_criterion(tmp_path: Path, path: str, data: bytes) -> None:
    """One defect, one finding: of the criterion whose matter it is."""
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_bytes(data)
    loaded = load(tmp_path)

    found = {name: len(findings) for name, check in CHECKS.items() if (findings := check(loaded))}

    assert found == {"module_syntax_validation": 1}
