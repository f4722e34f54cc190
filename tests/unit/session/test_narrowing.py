"""Which options leave tests out, and where each of them was set."""

from __future__ import annotations

import pytest

from pytest_fwgates.model import Narrowing
from pytest_fwgates.session import narrowing


def shown(pytester: pytest.Pytester, *args: str, paths: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """What narrows a run of these arguments, apart from plugins that are switched off."""
    found = narrowing.in_effect(pytester.parseconfig(*args), paths)
    return [(one.option, one.value, one.origin) for one in found if one.option != "-p"]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(["-q", "--tb=short", "-rA"], [], id="options of output"),
        pytest.param(["-k", "links"], [("-k", "links")], id="a keyword"),
        pytest.param(["-klinks"], [("-k", "links")], id="a keyword without a space"),
        pytest.param(["-m", "mandatory and not slow"], [("-m", "mandatory and not slow")], id="a mark"),
        pytest.param(
            ["--deselect", "a.py::b", "--deselect=c.py"], [("--deselect", "a.py::b c.py")], id="tests"
        ),
        pytest.param(["--ignore=a"], [("--ignore", "a")], id="a file"),
        pytest.param(["--ignore-glob=a*"], [("--ignore-glob", "a*")], id="a pattern"),
        pytest.param(["--lf"], [("--lf", "")], id="the last failures"),
        pytest.param(["--last-failed"], [("--lf", "")], id="the last failures, in words"),
        pytest.param(["--sw"], [("--sw", "")], id="one failure after another"),
        pytest.param(["--stepwise"], [("--sw", "")], id="one failure after another, in words"),
        pytest.param(["-x"], [("-x", "1")], id="the first failure"),
        pytest.param(["--exitfirst"], [("-x", "1")], id="the first failure, in words"),
        pytest.param(["--maxfail=3"], [("-x", "3")], id="some failures"),
        pytest.param(["--setup-only"], [("--setup-only", "")], id="setups alone"),
        pytest.param(["-k", "a", "-m", "b"], [("-k", "a"), ("-m", "b")], id="two options"),
    ],
)
def test_command_line(pytester: pytest.Pytester, args: list[str], expected: list[tuple[str, str]]) -> None:
    """Every option that can leave a test out is known, with its value."""
    assert shown(pytester, *args) == [(*one, "command line") for one in expected]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param("-k links", ("-k", "links"), id="a keyword"),
        pytest.param("-m 'a and b'", ("-m", "a and b"), id="a value in quotes"),
        pytest.param("--ignore=x", ("--ignore", "x"), id="a file"),
    ],
)
def test_environment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, arguments: str, expected: tuple[str, str]
) -> None:
    """An option that the environment sets is said to come from there."""
    monkeypatch.setenv("PYTEST_ADDOPTS", arguments)
    assert shown(pytester) == [(*expected, "environment")]


def test_configuration(pytester: pytest.Pytester) -> None:
    """An option that a configuration file sets is said to come from there."""
    pytester.makeini("[pytest]\naddopts = -k links --maxfail=2\n")
    assert shown(pytester) == [("-k", "links", "configuration"), ("-x", "2", "configuration")]


def test_command_line_wins(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option that is set everywhere is said to come from where its value does."""
    pytester.makeini("[pytest]\naddopts = -k a\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k b")
    assert shown(pytester) == [("-k", "b", "environment")]
    assert shown(pytester, "-k", "c") == [("-k", "c", "command line")]


def test_quotes_that_do_not_end(monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester) -> None:
    """What pytest cannot read is nobody's option."""
    config = pytester.parseconfig()
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k 'links")
    config.option.keyword = "links"
    found = narrowing.in_effect(config, ())
    assert Narrowing("-k", "links", "configuration") in found


def test_paths(pytester: pytest.Pytester) -> None:
    """Paths that were typed narrow too, and their names may be any bytes."""
    assert shown(pytester, paths=("gate_tests/a.py", "caf\udce9")) == [
        ("path", "caf?", "command line"),
        ("path", "gate_tests/a.py", "command line"),
    ]


@pytest.mark.parametrize(
    ("args", "origin"),
    [
        pytest.param(["-p", "no:nobody"], "command line", id="apart"),
        pytest.param(["-pno:nobody"], "command line", id="in one word"),
        pytest.param([], "configuration", id="by a file"),
    ],
)
def test_plugins(pytester: pytest.Pytester, args: list[str], origin: str) -> None:
    """A plugin that is switched off may have collected tests."""
    if not args:
        pytester.makeini("[pytest]\naddopts = -pno:nobody\n")
    found = narrowing.in_effect(pytester.parseconfig(*args), ())
    assert Narrowing("-p", "no:nobody", origin) in found


@pytest.mark.parametrize(
    ("args", "paths", "expected"),
    [
        pytest.param([], (), False, id="nothing does"),
        pytest.param(["-k", "a", "-x"], (), False, id="what deselects does not"),
        pytest.param([], ("a.py",), True, id="a path does"),
        pytest.param(["--ignore=a"], (), True, id="an ignored file does"),
        pytest.param(["--ignore-glob=a"], (), True, id="an ignored pattern does"),
        pytest.param(["--lf"], (), True, id="the last failures do"),
        pytest.param(["--sw"], (), True, id="stepping does"),
    ],
)
def test_hides_files(
    pytester: pytest.Pytester, args: list[str], paths: tuple[str, ...], expected: bool
) -> None:
    """Only some options keep a file from being collected at all."""
    assert narrowing.hides_files(pytester.parseconfig(*args), paths) is expected
