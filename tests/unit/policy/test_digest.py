"""The digest of everything that a run is judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.policy import digest
from pytest_fwgates.policy.places import Places

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with policy, configuration and content."""
    for name in (
        "environments/production.yml",
        "environments/staging.yml",
        "gate_tests/test_it.py",
        "gate_tests/conftest.py",
        "gate_tests/criteria.lock",
        "gate_tests/deep/data.json",
        "conftest.py",
        "pyproject.toml",
        "README.md",
        "src/pyproject.toml",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def of(root: Path) -> str:
    """The digest of the policy of production in `root`."""
    gate_tests = root / "gate_tests"
    places = Places(root, root, gate_tests if gate_tests.exists() else None)
    return digest.of_policy(places, root / "environments" / "production.yml")


def test_it_is_a_digest(repository: Path) -> None:
    """It says how it was made, and is the same again."""
    kind, _, digits = of(repository).partition(":")
    assert kind == "sha256"
    assert len(bytes.fromhex(digits)) == 32
    assert of(repository) == of(repository)


def test_the_same_elsewhere(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same files in another folder have the same digest."""
    other = tmp_path_factory.mktemp("other")
    for path in sorted(repository.rglob("*"), reverse=True):
        if path.is_file():
            copy = other / path.relative_to(repository)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    assert of(other) == of(repository)


POLICY = (
    "environments/production.yml",
    "gate_tests/test_it.py",
    "gate_tests/conftest.py",
    "gate_tests/criteria.lock",
    "gate_tests/deep/data.json",
    "conftest.py",
    "pyproject.toml",
)


@pytest.mark.parametrize("name", POLICY)
def test_changed(repository: Path, name: str) -> None:
    """A byte more in any file of the policy is another policy."""
    before = of(repository)
    with (repository / name).open("a") as stream:
        stream.write(" ")
    assert of(repository) != before


@pytest.mark.parametrize("name", POLICY[1:])
def test_removed(repository: Path, name: str) -> None:
    """A file less is another policy."""
    before = of(repository)
    (repository / name).unlink()
    assert of(repository) != before


@pytest.mark.parametrize(
    "name",
    [
        *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg", "fwgates.toml"),
        *("gate_tests/test_more.py", "gate_tests/deep/new.json", "gate_tests/.hidden"),
        "environments/allowed_signers",
        "environments/allowlist.yml",
    ],
)
def test_added(repository: Path, name: str) -> None:
    """A file more, even an empty one, is another policy."""
    before = of(repository)
    (repository / name).touch()
    assert of(repository) != before


def test_renamed(repository: Path) -> None:
    """The same content under another name is another policy."""
    before = of(repository)
    (repository / "gate_tests" / "test_it.py").rename(repository / "gate_tests" / "test_no.py")
    assert of(repository) != before


def test_swapped(repository: Path) -> None:
    """Two files that change places are another policy."""
    before = of(repository)
    one, other = repository / "gate_tests" / "test_it.py", repository / "gate_tests" / "conftest.py"
    content = one.read_bytes(), other.read_bytes()
    other.write_bytes(content[0])
    one.write_bytes(content[1])
    assert of(repository) != before


@pytest.mark.parametrize(
    "name",
    [
        *(
            "README.md",
            "environments/staging.yml",
            "src/pyproject.toml",
            "gate_tests/__pycache__/test_it.pyc",
        ),
        *("environments/approvals/production-it-alice.yml", ".fwgates/verdict.json"),
    ],
)
def test_not_policy(repository: Path, name: str) -> None:
    """Content, other environments, approvals and what a run leaves behind are no policy."""
    before = of(repository)
    (repository / name).parent.mkdir(exist_ok=True)
    (repository / name).write_text("changed")
    assert of(repository) == before


def test_linked_folder(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Gate tests in a linked folder are collected, so they are policy."""
    shared = tmp_path_factory.mktemp("shared")
    (shared / "test_shared.py").write_text("strict")
    before = of(repository)
    (repository / "gate_tests" / "shared").symlink_to(shared)
    linked = of(repository)
    (shared / "test_shared.py").write_text("mild")
    assert len({before, linked, of(repository)}) == 3


def test_link_in_a_circle(repository: Path) -> None:
    """A link to a folder above ends, and adds nothing."""
    before = of(repository)
    (repository / "gate_tests" / "again").symlink_to(repository / "gate_tests")
    assert of(repository) == before


@pytest.mark.parametrize("name", ["conftest.py", "pytest.ini"])
def test_between_root_and_gate_tests(repository: Path, name: str) -> None:
    """Configuration in a folder between the root and its gate tests is policy too."""
    deep = repository / "deep" / "down"
    deep.mkdir(parents=True)
    (repository / "gate_tests").rename(deep / "gate_tests")
    places = Places(deep, repository, deep / "gate_tests")
    profile = repository / "environments" / "production.yml"
    before = digest.of_policy(places, profile)
    (deep / name).touch()
    between = digest.of_policy(places, profile)
    (deep.parent / name).touch()
    assert len({before, between, digest.of_policy(places, profile)}) == 3


def test_name_that_is_not_utf8(repository: Path) -> None:
    """A file whose name is not UTF-8 counts like any other."""
    before = of(repository)
    (repository / "gate_tests" / "caf\udce9").touch()
    assert of(repository) != before


def test_what_the_profile_extends(repository: Path) -> None:
    """A profile and all that it extends are one policy; a profile beside them is none of it."""
    for name, extends in (("production", "staging"), ("staging", "base"), ("base", ""), ("other", "")):
        body = f"extends: {extends}" if extends else "quality_gates: {mandatory_gates: [security]}"
        (repository / f"environments/{name}.yml").write_text(f"{name}:\n  {body}\n")
    before = of(repository)
    for name, changes in (("base", True), ("staging", True), ("other", False)):
        path = repository / f"environments/{name}.yml"
        text = path.read_text()
        path.write_text(text + "# more\n")
        assert (of(repository) != before) is changes
        path.write_text(text)
