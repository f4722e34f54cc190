"""Where policy lies, and that no parent folder's can slip in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates._bundled import ENVIRONMENTS, GATE_TESTS
from pytest_fwgates.policy import places
from pytest_fwgates.policy.places import Places, PolicyError

if TYPE_CHECKING:
    from pathlib import Path


def folder(root: Path, *names: str) -> Path:
    """`root` with these folders and files in it; a name that ends with a slash is a folder."""
    for name in names:
        path = root / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.touch()
    return root


@pytest.mark.parametrize(
    ("there", "start", "root"),
    [
        pytest.param(["a/b/"], "a/b", ".", id="the last folder without a repository"),
        pytest.param([".git/", "a/b/"], "a/b", ".", id="the repository above"),
        pytest.param([".git/", "a/.git/", "a/b/"], "a/b", "a", id="the nearest repository"),
        pytest.param([".git/", "a/.git", "a/b/"], "a/b", "a", id="a work tree whose .git is a file"),
        pytest.param([".git/", "a/b/.git/"], "a/b", "a/b", id="the repository itself"),
    ],
)
def test_root(tmp_path: Path, there: list[str], start: str, root: str) -> None:
    """The root is the nearest repository, else the last folder that may be looked at."""
    folder(tmp_path, *there)
    assert places.find(tmp_path / start, tmp_path).root == (tmp_path / root).absolute()


def test_root_is_not_looked_for_further_up(tmp_path: Path) -> None:
    """A repository around the last folder that may be looked at is another one."""
    folder(tmp_path, ".git/", "gate_tests/", "a/b/")
    assert places.find(tmp_path / "a/b", tmp_path / "a") == Places(tmp_path / "a/b", tmp_path / "a", None)


@pytest.mark.parametrize(
    ("there", "found"),
    [
        pytest.param([], None, id="none"),
        pytest.param(["gate_tests/"], "gate_tests", id="at the root"),
        pytest.param(["gate_tests/", "a/gate_tests/"], "a/gate_tests", id="the nearest"),
        pytest.param(["gate_tests"], None, id="a file is none"),
    ],
)
def test_gate_tests(tmp_path: Path, there: list[str], found: str | None) -> None:
    """The local gate tests are the nearest folder of that name."""
    folder(tmp_path, "a/", *there)
    expected = None if found is None else tmp_path / found
    assert places.find(tmp_path / "a", tmp_path).gate_tests == expected


def test_bundled_gate_tests_are_not_local() -> None:
    """In this repository the bundled gate tests are not collected a second time."""
    assert places.find(GATE_TESTS.parent, GATE_TESTS.parent).gate_tests is None


def test_upwards(tmp_path: Path) -> None:
    """The folders from the start to the stop, both included; a stop elsewhere ends it at once."""
    inside = tmp_path / "a" / "b"
    assert list(places.upwards(inside, tmp_path)) == [inside, tmp_path / "a", tmp_path]
    assert list(places.upwards(tmp_path, tmp_path)) == [tmp_path]
    assert list(places.upwards(tmp_path, inside)) == [tmp_path]


@pytest.mark.parametrize(
    ("there", "given", "found", "called"),
    [
        pytest.param(
            ["environments/staging.yml"],
            None,
            "environments/staging.yml",
            "environments/staging.yml",
            id="above",
        ),
        pytest.param(
            ["environments/staging.yml", "a/environments/staging.yml"],
            None,
            "a/environments/staging.yml",
            "a/environments/staging.yml",
            id="the nearest",
        ),
        pytest.param(
            ["a/environments/production.yml", "environments/staging.yml"],
            None,
            "environments/staging.yml",
            "environments/staging.yml",
            id="above one of other environments",
        ),
        pytest.param(
            ["environments/staging.yml", "a/mine/staging.yml"],
            "mine",
            "a/mine/staging.yml",
            "a/mine/staging.yml",
            id="only where the person said",
        ),
    ],
)
def test_profile(tmp_path: Path, there: list[str], given: str | None, found: str, called: str) -> None:
    """A profile is the nearest of its name, and is called by its place in the repository."""
    folder(tmp_path, "a/", ".git/", *there)
    here = places.find(tmp_path / "a", tmp_path)
    assert places.profile(here, tmp_path, given, "staging") == (tmp_path / found, called)


def test_bundled_profile(tmp_path: Path) -> None:
    """Where there is no profile of that name, the bundled one counts and is called so."""
    here = places.find(tmp_path, tmp_path)
    assert places.profile(here, tmp_path, None, "production") == (
        ENVIRONMENTS / "production.yml",
        "bundled environments/production.yml",
    )


def test_dangling_profile(tmp_path: Path) -> None:
    """A profile that is a broken link is not skipped in favour of a milder one."""
    folder(tmp_path, "environments/")
    link = tmp_path / "environments" / "production.yml"
    link.symlink_to("nowhere.yml")
    here = places.find(tmp_path, tmp_path)
    assert places.profile(here, tmp_path, None, "production") == (link, "environments/production.yml")


KNOWN = ", ".join(sorted({"mine", *(path.stem for path in ENVIRONMENTS.glob("*.yml"))}))


@pytest.mark.parametrize(
    ("environment", "given", "error"),
    [
        pytest.param("qa", None, f"unknown environment 'qa'; known: {KNOWN}", id="unknown"),
        pytest.param("qa", "other", "unknown environment 'qa' in other; known: theirs", id="unknown there"),
        pytest.param("qa", "void", "unknown environment 'qa' in void; known: none", id="nothing there"),
        pytest.param(
            "production", "other", "unknown environment 'production' in other; known: theirs", id="bundled"
        ),
        pytest.param(
            "old", None, "environments/old.yaml: rename it to old.yml; only .yml is read", id="other suffix"
        ),
        pytest.param("../mine", None, "'../mine' is not an environment name", id="a path"),
        pytest.param("a/b", None, "'a/b' is not an environment name", id="a folder"),
        pytest.param(".hidden", None, "'.hidden' is not an environment name", id="a hidden file"),
        pytest.param("", None, f"unknown environment ''; known: {KNOWN}", id="no name"),
    ],
)
def test_no_profile(tmp_path: Path, environment: str, given: str | None, error: str) -> None:
    """A name without a profile is refused with the names that there are."""
    folder(tmp_path, "environments/mine.yml", "environments/old.yaml", "other/theirs.yml", "void/")
    here = places.find(tmp_path, tmp_path)
    with pytest.raises(PolicyError) as caught:
        places.profile(here, tmp_path, given, environment)
    assert str(caught.value) == error


def test_shown_elsewhere(tmp_path: Path) -> None:
    """A file outside the repository is called by its way from where the person stands."""
    here = Places(tmp_path / "a" / "b", tmp_path / "a", None)
    assert places.shown(tmp_path / "profiles" / "x.yml", here) == "../../profiles/x.yml"
    assert places.shown(tmp_path / "a" / "x.yml", here) == "x.yml"
