"""The catalogue: every criterion of the pipeline document, once, under every name it has there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_fwgates import catalogue, yamldoc

CATALOGUE = catalogue.load()
ENTRIES = [pytest.param(entry, id=f"{entry.id} of {entry.stage}") for entry in CATALOGUE.entries.values()]


def test_no_criterion_twice() -> None:
    """No key of the file overrides another in silence."""
    text = Path(catalogue.__file__).with_name("criteria.yml").read_text(encoding="utf-8")
    document = yamldoc.load(text)
    assert document.duplicates == ()
    assert sum(len(criteria) for criteria in document.value.values()) == len(CATALOGUE.entries)


def test_no_alias_twice() -> None:
    """A name stands for one criterion."""
    text = Path(catalogue.__file__).with_name("criteria.yml").read_text(encoding="utf-8")
    rows = [row for criteria in yamldoc.load(text).value.values() for row in criteria.values()]
    aliases = [alias for row in rows for alias in row.get("aliases", ())]
    assert len(aliases) == len(set(aliases)) == len(CATALOGUE.aliases)
    assert not set(aliases) & set(CATALOGUE.entries)


def test_default_stages() -> None:
    """The stages that are due by default have criteria, in the order of the document."""
    assert set(catalogue.DEFAULT_STAGES) < CATALOGUE.stages
    order = list(dict.fromkeys(entry.stage for entry in CATALOGUE.entries.values()))
    default = list(catalogue.DEFAULT_STAGES)
    assert [stage for stage in order if stage in default] == default


def test_document_gates() -> None:
    """Every gate that a profile of the document can list has a criterion in the document."""
    named = {gate for entry in CATALOGUE.entries.values() for gate in entry.gates}
    assert named >= catalogue.DOCUMENT_GATES


@pytest.mark.parametrize("entry", ENTRIES)
def test_entries(entry: catalogue.Entry) -> None:
    """Every criterion has a level, names as gates, and says what it means."""
    assert entry.level in {"mandatory", "advisory"}
    assert entry.gates
    assert all(gate.isidentifier() for gate in entry.gates)
    assert entry.id.isidentifier()
    assert entry.means.strip()
    assert CATALOGUE.canonical(entry.id) == entry.id
    assert CATALOGUE.criterion_id(f"test_{entry.id}") == entry.id


@pytest.mark.parametrize(
    ("function", "identifier"),
    [
        pytest.param("test_zero_broken_links", "zero_broken_links", id="an id with test_"),
        pytest.param("zero_broken_links", "zero_broken_links", id="an id without test_"),
        pytest.param("test_no_broken_links", "zero_broken_links", id="an alias stands for its id"),
        pytest.param("test_house_rule", "house_rule", id="an unknown name loses test_"),
        pytest.param("test_test_house_rule", "test_house_rule", id="only the first test_ is lost"),
        pytest.param("house_rule", "house_rule", id="an unknown name without test_ stays"),
        pytest.param("test_", "test_", id="a name is never empty"),
    ],
)
def test_criterion_id(function: str, identifier: str) -> None:
    """A gate test's function names its criterion."""
    assert CATALOGUE.criterion_id(function) == identifier


def test_unknown_name() -> None:
    """A name that the document does not know stands for itself."""
    assert CATALOGUE.canonical("house_rule") == "house_rule"
