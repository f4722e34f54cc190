"""A run that leaves criteria out never allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


SUITE = """
    @gate(mandatory)
    def test_one(): pass

    @gate(mandatory)
    def test_two(): pass
    """

NARROWED = {
    "by a keyword": ["-k", "test_one"],
    "by a mark": ["-m", "not framework_integrity"],
    "by deselecting": ["--deselect", "gate_tests/test_local.py::test_two"],
    "by ignoring": ["--ignore=gate_tests/test_local.py"],
    "by ignoring a pattern": ["--ignore-glob=*local*"],
    "by a node id": ["gate_tests/test_local.py::test_one"],
    "by a path": ["tests"],
    "by a bundled node id": ["fwgates/framework_integrity"],
}


_LOCK: list[bytes] = []
"""The lock of the suite, written once."""


@pytest.fixture
def locked(project: Project) -> Project:
    """A repository with two gates of its own, locked."""
    project.gates(SUITE)
    project.write("tests/test_plain.py", "def test_plain(): pass\n")
    path = project.root / "gate_tests/criteria.lock"
    if not _LOCK:
        assert project.cli("lock").status == 0
        _LOCK.append(path.read_bytes())
    path.write_bytes(_LOCK[0])
    return project


@pytest.mark.parametrize(
    "options",
    [*NARROWED.values(), ["-n2", *NARROWED["by a keyword"]], ["-n2", *NARROWED["by a node id"]]],
    ids=[*NARROWED, "by a keyword, -n2", "by a node id, -n2"],
)
def test_narrowed_run_blocks_in_production(locked: Project, options: list[str]) -> None:
    """Where bypass is not allowed a narrowed run exits 10, and says what narrowed it."""
    done = locked.run(*options)
    assert (done.status, done.decision) == (10, "block")
    assert done.verdict is not None
    assert done.verdict["partial"]
    assert [row for row in done.verdict["criteria"] if row["outcome"] == "not_run"]
    assert {one["origin"] for one in done.verdict["narrowing"] if one["option"] != "-p"} == {"command line"}
    assert "PARTIAL" in done.text.splitlines()[-1]


@pytest.mark.parametrize("options", NARROWED.values(), ids=NARROWED)
def test_narrowed_run_follows_what_ran_in_development(locked: Project, options: list[str]) -> None:
    """Where bypass is allowed the exit status is that of what ran; the decision is not."""
    done = locked.run(*options, env="development")
    assert (done.status, done.decision) == (0, "block")
    assert "PARTIAL" in done.text.splitlines()[-1]


def test_selecting_nothing_blocks_everywhere(locked: Project, workers: str) -> None:
    """Even where bypass is allowed an empty selection exits 10."""
    assert locked.run(workers, "-k", "no_such_test", env="development").status == 10


@pytest.mark.parametrize(
    ("variable", "ini", "origin"),
    [("-k test_one", "", "environment"), ("", "addopts = -k test_one", "configuration")],
    ids=["PYTEST_ADDOPTS", "addopts"],
)
def test_origin_of_a_narrowing_option_is_recorded(
    locked: Project, monkeypatch: pytest.MonkeyPatch, workers: str, variable: str, ini: str, origin: str
) -> None:
    """An option that nobody typed is found where it stands."""
    monkeypatch.setenv("PYTEST_ADDOPTS", variable)
    locked.write("pytest.ini", f"[pytest]\n{ini}\n")
    done = locked.run(workers)
    assert done.status == 10
    assert done.verdict is not None
    assert {"option": "-k", "value": "test_one", "origin": origin} in done.verdict["narrowing"]


@pytest.mark.parametrize("option", ["-x", "--maxfail=1", "--sw"])
def test_stopping_early_leaves_the_rest_not_run(project: Project, option: str) -> None:
    """What was never reached has not passed."""
    project.gates("@gate(mandatory)\ndef test_a(): assert 0\n\n@gate(mandatory)\ndef test_b(): pass")
    plugins = ("cacheprovider",) if option == "--sw" else ()
    done = project.run(option, *(("-o", "cache_dir=.fwgates/cache") if plugins else ()), plugins=plugins)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("b")["outcome"] == "not_run"
    assert done.criterion("a")["outcome"] == "failed"


def test_stopping_early_with_workers_blocks(project: Project) -> None:
    """Under xdist -x ends with pytest's 2, which is no person's interrupt."""
    project.gates("""
        @gate(mandatory)
        @pytest.mark.parametrize("n", range(40))
        def test_a(n): assert n != 3
        """)
    done = project.run("-x", "-n2")
    assert (done.status, done.decision) == (10, "block")


def test_last_failed_narrows(project: Project) -> None:
    """--lf runs what failed; the rest is not proven by an earlier run."""
    project.gates("@gate(mandatory)\ndef test_a(): assert 0\n\n@gate(mandatory)\ndef test_b(): pass")
    assert project.cli("lock").status == 0
    cache = ("-o", "cache_dir=.fwgates/cache")
    project.run(*cache, plugins=("cacheprovider",))
    project.gates("@gate(mandatory)\ndef test_a(): pass\n\n@gate(mandatory)\ndef test_b(): pass")
    done = project.run("--lf", *cache, plugins=("cacheprovider",))
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("b")["outcome"] == "not_run"


def test_part_of_the_parameters_is_not_the_criterion(project: Project, workers: str) -> None:
    """A criterion of which only some parameters ran was not run."""
    project.gates("@gate(mandatory)\n@pytest.mark.parametrize('n', [1, 2])\ndef test_rule(n): pass")
    done = project.run(workers, "-k", "test_rule and 1 or framework_integrity")
    assert done.status == 10
    assert done.criterion("rule")["outcome"] == "not_run"


@pytest.mark.parametrize("option", ["--gate-stage=code_quality", "--gate-shard=1/2"])
def test_scope_is_for_the_command_line_only(
    project: Project, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """Scope that nobody typed is a usage error."""
    monkeypatch.setenv("PYTEST_ADDOPTS", option)
    done = project.run()
    assert done.status == 4
    assert "is for the command line only" in done.text
