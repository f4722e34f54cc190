"""Plants defects and edits a copy of a framework, and asks all criteria what they find."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

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
from pytest_fwgates.framework import index

# Imported for the classes of defects that they register.
from . import (  # noqa: F401
    chains,
    damage,
    elements,
    frontmatter,
    links,
    lint,
    modules,
    names,
    references,
    structure,
    syntax,
    unused,
)
from .budgets import OF_KINDS
from .edits import EDITS
from .ground import Ground
from .plant import PLANTERS, Plant, planted

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding

CHECKS: Final[dict[str, Callable[[Framework], list[Finding]]]] = {
    "all_modules_referenced": orphans,
    "check_delegation_chains": endless_chains,
    "cross_reference_validation": dangling_mentions,
    "framework_structure_integrity": misplaced_structure,
    "markdown_linting": lint_slips,
    "markdown_syntax_check": damaged_markdown,
    "module_syntax_validation": unparsable_modules,
    "token_budget_compliance": lambda framework: over_budget(framework, OF_KINDS),
    "validate_module_references": mismatched_references,
    "verify_all_modules_exist": missing_modules,
    "verify_xml_structure": broken_xml,
    "yaml_frontmatter_validation": invalid_frontmatter,
    "zero_broken_links": broken_links,
}
TRIES: Final = 40
NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
Key: TypeAlias = "tuple[str, str, str]"
"""What is the same of a finding after lines have moved: criterion, path, subject."""


class Row(NamedTuple):
    """What became of one plant: whether its owner found it, who else did, and what was seen instead."""

    criterion: str
    name: str
    plant: Plant
    is_found: bool
    others: frozenset[str]
    seen: tuple[str, ...]


class Edited(NamedTuple):
    """What an edit of many files that keeps their meaning added to the findings, and took from them."""

    name: str
    files: int
    added: list[Finding]
    gone: int


class Search:
    """A copy of a framework, with what is found in it as it is."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root
        self._cache = cache
        self.sound = index.load(root, cache=cache)
        self._before = _counted(self._all(self.sound))

    def _all(self, framework: Framework) -> list[Finding]:
        return [
            msgspec.structs.replace(finding, criterion=name)
            for name, check in CHECKS.items()
            for finding in check(framework)
        ]

    def difference(self, old_names: Mapping[str, str] = NO_NAMES) -> tuple[list[Finding], Counter[Key]]:
        """What is found now and was not before, and the reverse. Of equal ones any may be the new one."""
        found = self._all(index.load(self.root, cache=self._cache))
        after = _counted(found, old_names)
        excess = after - self._before
        return [one for one in found if _key(one, old_names) in excess], self._before - after


def planted_rows(search: Search, count: int, rng: random.Random, only: Collection[str] = ()) -> Iterator[Row]:
    """Plant COUNT defects of each criterion, of one class after the other."""
    ground = Ground(search.sound, rng)
    for criterion, planters in sorted(PLANTERS.items()):
        if only and criterion not in only:
            continue
        classes = sorted(planters)
        rng.shuffle(classes)
        done = 0
        for turn in range(count * 3):
            name = classes[turn % len(classes)]
            ground.forget_names()
            tries = (planters[name](ground) for _ in range(TRIES))
            plant = next((one for one in tries if one is not None), None)
            if plant is not None:
                yield _row(search, criterion, name, plant)
                done += 1
            if done == count:
                break


def _row(search: Search, criterion: str, name: str, plant: Plant) -> Row:
    with planted(search.root, plant):
        new, _ = search.difference()
    own = {(finding.path, finding.line or 0) for finding in new if finding.criterion == criterion}
    own |= {(path, 0) for path, _ in own}
    seen = tuple(f"{one.criterion}: {one.path}:{one.line}: {one.message}" for one in new)
    others = frozenset(finding.criterion for finding in new) - {criterion}
    return Row(criterion, name, plant, not own.isdisjoint(plant.places), others, seen)


def unchanged(search: Search, rng: random.Random) -> Iterator[Edited]:
    """Make each edit that keeps the meaning, one after the other."""
    ground = Ground(search.sound, rng)
    for name, edit in EDITS.items():
        files, old_names = edit(ground)
        with planted(search.root, Plant(files, ())):
            added, gone = search.difference(old_names)
        yield Edited(name, len(files), added, gone.total())


def _key(finding: Finding, old_names: Mapping[str, str]) -> Key:
    subject = finding.message if isinstance(finding.subject, msgspec.UnsetType) else finding.subject
    path = finding.path or ""
    for new, old in old_names.items():
        path, subject = path.replace(new, old), subject.replace(new, old)
    return finding.criterion, path, subject


def _counted(findings: Iterable[Finding], old_names: Mapping[str, str] = NO_NAMES) -> Counter[Key]:
    return Counter(_key(finding, old_names) for finding in findings)
