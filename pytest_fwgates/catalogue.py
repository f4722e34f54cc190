"""The named criteria of the pipeline document: `criteria.yml`, which ships in the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates import yamldoc

if TYPE_CHECKING:
    from pytest_fwgates.model import Level

DOCUMENT_GATES: Final = frozenset({
    "framework_integrity", "basic_security", "security", "performance",
    "compliance", "documentation", "usability", "maintainability",
})  # fmt: skip
"""The gates that are enforced only where a profile lists them; any other keeps its marker's level."""

DEFAULT_STAGES: Final = (
    "source_control",
    "framework_validation",
    "security_scanning",
    "functional_testing",
    "performance_gates",
    "code_quality",
    "user_experience",
)
"""The stages that are due where neither the profile nor the command line says otherwise."""

DURATION_TARGETS_S: Final = {
    "framework_validation": 120,
    "security_scanning": 300,
    "functional_testing": 600,
    "staging_deployment": 300,
    "security_compliance": 900,
    "production_readiness": 600,
    "blue_green_deployment": 180,
    "post_deployment": 600,
}
"""What the document's `duration_target` gives each stage, in seconds; the others have none."""


class Entry(msgspec.Struct, frozen=True):
    """A criterion of the document: its gates, its level, its stage and what it has to mean."""

    id: str
    stage: str
    gates: tuple[str, ...]
    level: Level
    means: str


class Catalogue(msgspec.Struct, frozen=True):
    """All entries by id, and every other accepted name of each."""

    entries: dict[str, Entry]
    aliases: dict[str, str]
    stages: frozenset[str]

    def canonical(self, name: str) -> str:
        """The id that `name` stands for; a name the document does not know stands for itself."""
        return self.aliases.get(name, name)

    def criterion_id(self, function: str) -> str:
        """The id of the gate test named `function`: with or without ``test_``, else without."""
        bare = function.removeprefix("test_")
        for name in (function, bare):
            if self.canonical(name) in self.entries:
                return self.canonical(name)
        return bare or function


@cache
def load() -> Catalogue:
    """Read the catalogue that ships with the package."""
    document = yamldoc.load(Path(__file__).with_name("criteria.yml").read_text(encoding="utf-8")).value
    entries: dict[str, Entry] = {}
    aliases: dict[str, str] = {}
    for stage, criteria in document.items():
        for name, row in criteria.items():
            gates = tuple(row["cat"].split(","))
            entries[name] = Entry(name, stage, gates, row["level"], row["means"])
            aliases.update(dict.fromkeys(row.get("aliases", ()), name))
    return Catalogue(entries, aliases, frozenset(document))
