"""How the environment is chosen, beside other plugins that have an --env of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

FOREIGN = """
    def pytest_addoption(parser):
        parser.addoption("--env", default="dev")
    """


@pytest.mark.scanners
def test_gate_env_is_the_same_as_env(project: Project, workers: str) -> None:
    """--gate-env works everywhere."""
    done = project.run("--gate-env=production", workers, env=None)
    assert done.status == 0
    assert "fwgates: production: ALLOW" in done.text


@pytest.mark.scanners
def test_environment_variable_comes_last(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """FWGATES_ENV chooses where no option does."""
    monkeypatch.setenv("FWGATES_ENV", "staging")
    assert "fwgates: staging: ALLOW" in project.run(env=None).text
    assert "fwgates: production: ALLOW" in project.run().text


@pytest.mark.scanners
def test_environment_from_addopts(project: Project, workers: str) -> None:
    """An ini file may switch the gates on."""
    project.write("pytest.ini", "[pytest]\naddopts = --env=staging\n")
    assert "fwgates: staging: ALLOW" in project.run(workers, env=None).text


def test_typed_env_of_another_owner_is_adopted(project: Project, workers: str) -> None:
    """A root conftest may own --env; what the person typed counts."""
    project.write("conftest.py", FOREIGN)
    assert "fwgates: production: ALLOW" in project.run(workers).text


def test_default_env_of_another_owner_switches_nothing_on(project: Project) -> None:
    """A borrowed default is not a person's wish."""
    project.write("conftest.py", FOREIGN)
    project.write(
        "test_plain.py", "def test_env(request):\n    assert request.config.getoption('--env') == 'dev'\n"
    )
    done = project.run(env=None)
    assert done.status == 0
    assert "fwgates" not in done.text.partition("collected")[2]


def test_conftest_below_the_root_may_define_env_without_gates(project: Project) -> None:
    """A run without gates never collides with a later --env."""
    project.write("deep/er/conftest.py", FOREIGN)
    project.write("deep/er/test_plain.py", "def test_a(): pass\n")
    assert project.run(env=None).status == 0


def test_unknown_environment_is_a_usage_error(project: Project, workers: str) -> None:
    """An unknown environment exits 4 and lists what there is."""
    done = project.run(workers, env="qa")
    assert done.status == 4
    assert "unknown environment 'qa'; known: development, production, staging" in done.text


def test_environment_name_is_not_a_path(project: Project) -> None:
    """A name with a slash reads no file elsewhere."""
    done = project.run(env="../production")
    assert done.status == 4
    assert "is not an environment name" in done.text


def test_two_words_beside_a_folder_of_that_name_is_refused(project: Project) -> None:
    """`--env production` with ./production would move the rootdir."""
    project.write("production/README.md", "# P\n")
    done = project.run("--env", "production", env=None)
    assert done.status == 4
    assert "write --env=production" in done.text


@pytest.mark.scanners
def test_two_words_without_such_a_folder_work(project: Project) -> None:
    """`--env production` is as good as `--env=production`."""
    assert "fwgates: production: ALLOW" in project.run("--env", "production", env=None).text


def test_help_shows_the_options(project: Project) -> None:
    """--help lists the options of gates, --env among them."""
    text = project.run("--help", env=None).text
    assert "--gate-env" in text
    assert "--env=NAME" in text


def test_an_option_with_a_path_elsewhere_moves_nothing(project: Project) -> None:
    """Pytest takes the value of an option it does not know yet for a path, and its folder for the root."""
    for _ in range(2):
        done = project.run("--gate-ledger", "../ledger.jsonl")
        assert done.status == 0, done.text
        assert done.verdict
        assert done.verdict["framework_root"] == str(project.root)
