"""What was typed, for a pytest that stands in the policy of a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.policy.places import PolicyError
from pytest_fwgates.policy.trusted import Scope
from pytest_fwgates.session.delegate import rewritten, value

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A work tree and, beside it, the policy of a commit of it."""
    for folder in ("top/sub", "top/tests", "top/gate_tests", "policy/gate_tests", "policy/sub"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("top/gate_tests/test_new.py", "top/tests/test_a.py", "policy/gate_tests/test_a.py"):
        (tmp_path / file).touch()
    (tmp_path / "top/gate_tests/test_a.py").touch()
    return tmp_path / "top"


def words(top: Path, *args: str) -> list[str]:
    """The arguments of somebody who stands in a folder of the work tree."""
    return rewritten(args, top / "sub", Scope(top, ("sub/", "")), top.parent / "policy")


def test_policy_ref_goes_and_the_rest_stays(top: Path) -> None:
    given = ("--env=production", "--policy-ref", "main", "-k", "a=b", "-n2", "--policy-ref=x", "fwgates/a::b")
    assert words(top, *given) == ["--env=production", "-k", "a=b", "-n2", "fwgates/a::b"]


def test_results_are_written_where_the_person_stands(top: Path) -> None:
    given = ("--gate-verdict", "v.json", "--junitxml=../j.xml", "--framework-root", "/elsewhere")
    assert words(top, *given) == [
        f"--gate-verdict={top}/sub/v.json",
        f"--junitxml={top}/sub/../j.xml",
        "--framework-root=/elsewhere",
    ]


@pytest.mark.parametrize("option", ["--gate-profiles=../ci", "--gate-profiles=/TOP/ci"])
def test_profiles_are_those_of_the_commit(top: Path, option: str) -> None:
    assert words(top, option.replace("/TOP", str(top))) == [f"--gate-profiles={top.parent}/policy/ci"]


def test_profiles_outside_of_the_repository_stay_there(top: Path) -> None:
    assert words(top, "--gate-profiles", "/etc/profiles") == ["--gate-profiles=/etc/profiles"]


def test_gate_test_is_the_one_of_the_commit(top: Path) -> None:
    assert words(top, f"{top}/gate_tests/test_a.py::test_a") == [
        f"{top.parent}/policy/gate_tests/test_a.py::test_a"
    ]


@pytest.mark.parametrize("path", ["gate_tests/test_new.py", "tests", "tests/test_a.py::test_a"])
def test_test_of_the_work_tree_is_refused(top: Path, path: str) -> None:
    with pytest.raises(PolicyError, match="is no policy"):
        words(top, f"{top}/{path}")


@pytest.mark.parametrize(
    "option", ["-c", "-cpytest.ini", "--config-file=x", "--rootdir=.", "--gate-lock=x", "--gate-trusted=x"]
)
def test_option_that_brings_in_the_work_tree_is_refused(top: Path, option: str) -> None:
    with pytest.raises(PolicyError, match="does not go with --policy-ref"):
        words(top, option)


@pytest.mark.parametrize(
    ("args", "expected"),
    [((), None), (("--a", "1"), "1"), (("--a=1", "--a", "2"), "2"), (("--a",), ""), (("--a=",), "")],
)
def test_last_value_that_was_typed(args: tuple[str, ...], expected: str | None) -> None:
    assert value(args, "--a") == expected
