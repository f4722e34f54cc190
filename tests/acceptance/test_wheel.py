"""The built wheel does what the checkout does, from anywhere."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def _unpack(wheel: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    monkeypatch.setenv("PYTHONPATH", str(target))


def _where(project: Project) -> str:
    code = "import pytest_fwgates._bundled as b; print(b.GATE_TESTS)"
    return str(project.pytester.run(sys.executable, "-c", code).outlines[0])


def test_wheel_holds_the_bundled_files_and_nothing_else(wheel: Path) -> None:
    """Every gate test, profile and data file ships; no byte code, no tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    bundled = {
        f"pytest_fwgates/_bundled/{path.relative_to(REPOSITORY).as_posix()}"
        for pattern in ("gate_tests/**/*.py", "environments/*.yml")
        for path in REPOSITORY.glob(pattern)
    }
    assert bundled <= names
    assert "pytest_fwgates/criteria.yml" in names
    assert "pytest_fwgates/py.typed" in names
    assert not [name for name in names if name.endswith(".pyc") or name.startswith("tests")]


@pytest.mark.parametrize(
    ("workers", "inside"),
    [("-n0", False), ("-n2", True)],
    ids=["elsewhere", "in a virtual environment in the repository, -n2"],
)
def test_wheel_gives_the_verdict_of_the_checkout(
    project: Project, wheel: Path, monkeypatch: pytest.MonkeyPatch, workers: str, inside: bool
) -> None:
    """The installed copy, with every plugin there is, comes to the checkout's verdict."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    project.write("a.md", "[x](gone.md)\n")
    expected = project.run(workers)
    target = project.root / ".venv/lib/site-packages" if inside else project.root.parent / "elsewhere"
    if inside:
        project.write(".venv/pyvenv.cfg", "home = /usr/bin\n")
    _unpack(wheel, target, monkeypatch)
    assert _where(project) == str(target / "pytest_fwgates/_bundled/gate_tests")
    done = project.run(workers)
    assert done.status == 10
    assert done.canonical() == expected.canonical()
    assert str(target) not in done.text.partition("collected")[2]


def test_checkout_is_what_the_other_tests_run(project: Project) -> None:
    """Without the wheel on the path the checkout is under test."""
    assert _where(project) == str(REPOSITORY / "gate_tests")


def test_local_suite_of_our_own_repository_is_collected_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here gate_tests/ is the bundled suite; it is not a second one."""
    monkeypatch.chdir(REPOSITORY)
    done = project.run("--collect-only", "-q")
    assert done.text.count("test_zero_broken_links.py::test_zero_broken_links") == 1
