"""The bundled suite in anybody's repository: user settings do not change what it does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates._bundled import GATE_TESTS

if TYPE_CHECKING:
    from conftest import Done, Project

pytestmark = pytest.mark.scanners

LOCKED = json.loads((GATE_TESTS / "criteria.lock").read_text())["criteria"]
NOT_THERE = {
    "all_modules_referenced",
    "supply_chain_analysis",
    "all_dependencies_approved",
    "dependency_vulnerabilities",
    "third_party_tool_validation",
    "github_action_security_scan",
    "zero_critical_vulnerabilities",
}
MEASURED = {row["id"] for row in LOCKED if "performance" in row["gates"]}
BUNDLED = {row["id"] for row in LOCKED} - NOT_THERE - MEASURED
"""What passes on a single document: it has no component that could be an orphan, and nothing of others."""


def passed(done: Done) -> set[str]:
    """The criteria that passed, but for the one that depends on whether a test writes Python."""
    assert done.verdict is not None, done.text
    rows = done.verdict["criteria"]
    return {row["id"] for row in rows if row["outcome"] == "passed"} - {"zero_critical_vulnerabilities"}


@pytest.mark.parametrize(
    "ini",
    [
        "python_files = check_*.py",
        "python_functions = check_*",
        "python_classes = Check*",
        "norecursedirs = * gate_tests framework_integrity",
        "addopts = --ignore-glob=*.py",
        "testpaths = tests",
        "addopts = tests",
        "addopts = --import-mode=importlib",
        "addopts = --import-mode=append",
        "addopts = --strict-markers -p no:doctest",
        "collect_imported_tests = false",
        "usefixtures = framework",
        "addopts = --doctest-modules",
        "consider_namespace_packages = true",
    ],
)
def test_user_settings_do_not_change_the_bundled_gates(project: Project, ini: str) -> None:
    """Names, ignores and import modes of the user's ini are his, not ours."""
    project.write("pytest.ini", f"[pytest]\n{ini}\n")
    project.write("tests/test_plain.py", "def test_fails(): assert 0\n")
    done = project.run()
    assert done.status == 0
    assert passed(done) == BUNDLED
    assert "site-packages" not in done.text.partition("collected")[2]


def test_user_settings_do_not_reach_the_workers_either(project: Project) -> None:
    """All of them at once, with two workers."""
    project.write(
        "pytest.ini",
        """
        [pytest]
        python_files = check_*.py
        python_functions = check_*
        norecursedirs = * gate_tests framework_integrity
        testpaths = tests
        addopts = --ignore-glob=*.py --import-mode=append tests
        """,
    )
    project.write("tests/test_plain.py", "def test_fails(): assert 0\n")
    done = project.run("-n2")
    assert done.status == 0
    assert passed(done) == BUNDLED


def test_ordinary_tests_are_not_collected(project: Project) -> None:
    """With --env and no path only gate tests run."""
    project.write("tests/test_plain.py", "def test_fails(): assert 0\n")
    project.gates("@gate(mandatory)\ndef test_mine(): pass")
    done = project.run()
    assert done.status == 0
    assert passed(done) == {*BUNDLED, "mine"}


def test_without_environment_nothing_changes(project: Project) -> None:
    """Without --env pytest runs the project's own testpaths."""
    project.write("pytest.ini", "[pytest]\ntestpaths = tests\n")
    project.write("tests/test_plain.py", "def test_passes(): pass\n")
    project.gates("@gate(mandatory)\ndef test_mine(): assert 0")
    done = project.run(env=None)
    assert done.status == 0
    assert "1 passed" in done.text


def test_typed_path_is_collected_beside_the_bundled_gates(project: Project) -> None:
    """A typed path adds; it never takes the bundled gates away."""
    project.write("tests/test_plain.py", "def test_passes(): pass\n")
    done = project.run("tests")
    assert passed(done) == BUNDLED
    assert f"{len(BUNDLED) + 2} passed" in done.text


def test_pasted_node_id_of_a_bundled_gate_narrows(project: Project, workers: str) -> None:
    """A node id from the output can be run again, and the run is partial."""
    nodeid = "fwgates/framework_integrity/test_zero_broken_links.py::test_zero_broken_links"
    done = project.run(nodeid, workers, env="development")
    assert passed(done) == {"zero_broken_links"}
    assert "PARTIAL" in done.text.splitlines()[-1]
    assert project.run(nodeid, workers).status == 10


def test_packages_of_the_same_name_do_not_clash(project: Project, workers: str) -> None:
    """The user's own `gate_tests`, `framework_integrity` and `fwgates` are other packages."""
    body = "def test_zero_broken_links(): assert 0\n"
    for folder in ("framework_integrity", "gate_tests/framework_integrity", "fwgates/framework_integrity"):
        project.write(f"{folder}/__init__.py", "")
        project.write(f"{folder}/helper.py", body)
    project.write("gate_tests/__init__.py", "")
    project.gates("@gate(mandatory)\ndef test_mine(): pass")
    done = project.run(workers)
    assert done.status == 0
    assert passed(done) == {*BUNDLED, "mine"}


def test_root_conftest_cannot_replace_the_fixtures_of_bundled_gates(project: Project, workers: str) -> None:
    """A fixture named like ours in a root conftest does not reach the bundled gates."""
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture
        def framework(): return None

        @pytest.fixture
        def findings(): return []
        """,
    )
    done = project.run(workers)
    assert done.status == 0
    assert passed(done) == BUNDLED


@pytest.mark.parametrize("name", ["framework", "findings"])
def test_foreign_fixture_in_a_local_gate_is_an_error(project: Project, workers: str, name: str) -> None:
    """A local gate that would get somebody else's fixture is an error that names the file."""
    project.write("conftest.py", f"import pytest\n\n@pytest.fixture\ndef {name}():\n    return None\n")
    project.gates(f"@gate(mandatory)\ndef test_mine({name}): pass")
    done = project.run(workers)
    assert done.status == 10
    row = done.criterion("mine")
    assert row["outcome"] == "error"
    assert f"the fixture '{name}'" in row["reason"]
    assert "conftest.py:3" in row["reason"]


def test_broken_conftest_of_the_tests_does_not_stop_the_gates(project: Project) -> None:
    """The project's test dependencies need not be there to judge it."""
    project.write("pytest.ini", "[pytest]\ntestpaths = tests\n")
    project.write("tests/conftest.py", "import a_dependency_that_is_absent\n")
    done = project.run()
    assert done.status == 0
    assert passed(done) == BUNDLED


def test_broken_root_conftest_is_a_usage_error(project: Project) -> None:
    """The root conftest is code that the run trusts; it must load."""
    project.write("conftest.py", "import a_dependency_that_is_absent\n")
    assert project.run().status == 4


def test_gates_start_from_a_subfolder(
    project: Project, workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Policy and local gates are found from below the rootdir."""
    project.write("pytest.ini", "[pytest]\n")
    project.gates("@gate(mandatory)\ndef test_mine(): pass")
    project.profile()
    project.write("docs/guide/a.md", "# A\n")
    monkeypatch.chdir(project.root / "docs/guide")
    done = project.run(workers)
    assert done.status == 0
    assert passed(done) == {*BUNDLED, "mine"}
    assert done.criterion("zero_broken_links")["examined"] == 2


def test_repository_below_a_foreign_project_is_the_one_at_hand(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parent folder's configuration moves the rootdir, not the framework."""
    project.write("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q'\n")
    project.write("broken.md", "[x](gone.md)\n")
    project.write("clone/README.md", "# Clone\n")
    project.pytester.run("git", "init", "-q", str(project.root / "clone"))
    monkeypatch.chdir(project.root / "clone")
    done = project.run()
    assert done.status == 0
    assert done.verdict is not None
    assert done.verdict["framework_root"] == str(project.root / "clone")


def test_conftest_that_empties_the_selection_blocks(project: Project, workers: str) -> None:
    """Whatever a conftest drops is missed."""
    project.write("conftest.py", "def pytest_collection_modifyitems(items):\n    items[:] = []\n")
    done = project.run(workers)
    assert done.status == 10
    assert done.criterion("zero_broken_links")["outcome"] == "not_run"


def test_nothing_is_left_in_the_repository(project: Project) -> None:
    """A run writes what it was asked to write."""
    before = {path.name for path in project.root.iterdir()}
    project.run()
    assert {path.name for path in project.root.iterdir()} == before | {".fwgates"}


def test_read_only_repository_is_judged(project: Project, workers: str) -> None:
    """Nothing needs to be written to judge; that there is no evidence is said."""
    project.write(".fwgates", "")  # root can write to a read-only folder, but not below a file
    done = project.run("--gate-env=production", workers, env=None)
    assert done.status == 0
    assert "note: no evidence was written" in done.text
    assert {path.name for path in project.root.iterdir()} == {"README.md", ".fwgates"}
