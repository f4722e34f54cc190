"""The gate mark: what it declares, how it is refused, and which one of several counts."""

from __future__ import annotations

import enum
import math
from typing import Any

import pytest

from pytest_fwgates import advisory, gate, mandatory, marks
from pytest_fwgates.marks import Declaration, MarkError

STAGE = "framework_validation"


@pytest.mark.parametrize(
    ("mark", "declared"),
    [
        pytest.param(gate(mandatory), Declaration("mandatory", (), STAGE, (), None), id="a level alone"),
        pytest.param(
            gate(advisory), Declaration("advisory", (), STAGE, (), None), id="the other level alone"
        ),
        pytest.param(
            gate(mandatory, "security", "basic_security"),
            Declaration("mandatory", ("security", "basic_security"), STAGE, (), None),
            id="two gates",
        ),
        pytest.param(
            gate(mandatory, "security", "security"),
            Declaration("mandatory", ("security",), STAGE, (), None),
            id="one gate, twice",
        ),
        pytest.param(
            gate(advisory, "x", stage="code_quality", requires=["hook"], threshold="< 200ms"),
            Declaration("advisory", ("x",), "code_quality", ("hook",), "< 200ms"),
            id="everything",
        ),
        pytest.param(
            gate(mandatory, threshold=0), Declaration("mandatory", (), STAGE, (), 0), id="a limit of zero"
        ),
        pytest.param(
            pytest.mark.gate("mandatory", "security"),
            Declaration("mandatory", ("security",), STAGE, (), None),
            id="pytest's own way to write it",
        ),
    ],
)
def test_read(mark: pytest.MarkDecorator, declared: Declaration) -> None:
    """A mark declares the same, however it was written."""
    assert marks.read(mark.mark) == declared


@pytest.mark.parametrize(
    ("args", "kwargs", "error"),
    [
        pytest.param(
            (), {}, "a gate mark needs a level: @gate(mandatory, ...) or @gate(advisory, ...)", id="no level"
        ),
        pytest.param(
            ("security",),
            {},
            "unknown level 'security'; allowed: mandatory, advisory",
            id="a gate as a level",
        ),
        pytest.param((1,), {}, "unknown level 1; allowed: mandatory, advisory", id="a number as a level"),
        pytest.param(
            ("mandatory", "two words"),
            {},
            "'two words' is not a name; letters, digits, '_' and '-'",
            id="no gate name",
        ),
        pytest.param(
            ("mandatory", ""), {}, "'' is not a name; letters, digits, '_' and '-'", id="an empty name"
        ),
        pytest.param(
            ("mandatory", 1), {}, "1 is not a name; letters, digits, '_' and '-'", id="a number as a name"
        ),
        pytest.param(
            ("mandatory",),
            {"stage": "now!"},
            "'now!' is not a name; letters, digits, '_' and '-'",
            id="no stage name",
        ),
        pytest.param(
            ("mandatory",),
            {"requires": ["hoook"]},
            f"unknown kind 'hoook' in requires; allowed: {', '.join((*marks.KINDS, *marks.OTHERS))}",
            id="an unknown kind",
        ),
        pytest.param(
            ("mandatory",),
            {"requires": "hook"},
            "requires is a list of kinds, not 'hook'",
            id="one kind as text",
        ),
        pytest.param(
            ("mandatory",), {"requires": None}, "requires is a list of kinds, not None", id="nothing as kinds"
        ),
        pytest.param(
            ("mandatory",), {"requires": 5}, "requires is a list of kinds, not 5", id="a number as kinds"
        ),
        pytest.param(
            (["mandatory"],),
            {},
            "unknown level ['mandatory']; allowed: mandatory, advisory",
            id="a list as a level",
        ),
        pytest.param(
            ("mandatory",),
            {"treshold": 1, "unit": 2},
            "unknown keyword 'treshold'; allowed: stage, requires, threshold",
            id="an unknown keyword",
        ),
    ],
)
def test_refusals(args: tuple[Any, ...], kwargs: dict[str, Any], error: str) -> None:
    """A mark that cannot be used is refused with how to write it."""
    with pytest.raises(MarkError) as caught:
        marks.read(pytest.mark.gate(*args, **kwargs).mark)
    assert str(caught.value) == error


@pytest.mark.parametrize(
    "threshold",
    [
        pytest.param("fast", id="a word"),
        pytest.param("< 200 parsecs", id="an unknown unit"),
        pytest.param([1], id="a list"),
        pytest.param(math.nan, id="no number"),
        pytest.param(math.inf, id="no finite number"),
    ],
)
def test_threshold_that_is_none(threshold: Any) -> None:
    """A threshold that cannot be read is refused where the mark is."""
    with pytest.raises(MarkError, match=r"^threshold: "):
        marks.read(pytest.mark.gate("mandatory", threshold=threshold).mark)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        pytest.param(
            (lambda: None,), "gate\\(\\) needs a level first: .*, got <function", id="used without a call"
        ),
        pytest.param(
            ("security",), "unknown level 'security'; allowed: mandatory, advisory", id="without a level"
        ),
        pytest.param((mandatory, "a b"), "'a b' is not a name", id="with a bad name"),
    ],
)
def test_gate_refuses(args: tuple[Any, ...], error: str) -> None:
    """A mark that is wrong is an error where it is written, so that its file is not collected."""
    with pytest.raises(TypeError, match=error):
        gate(*args)


@pytest.mark.parametrize("requires", ["hook", ["hoook"], None])
def test_gate_refuses_kinds(requires: Any) -> None:
    """A kind that no framework can have would make the criterion not applicable everywhere."""
    with pytest.raises(TypeError, match=r"requires"):
        gate(mandatory, requires=requires)


def test_gate_decorates() -> None:
    """A gate test stays the function that it was."""

    @gate(mandatory, "security")
    def test_it() -> None:
        """Nothing."""

    assert callable(test_it)
    assert [mark.name for mark in test_it.pytestmark] == ["gate"]


def collected(pytester: pytest.Pytester, source: str) -> list[pytest.Item]:
    """The tests in `source`, collected without the plugin, which would refuse some of them."""
    module = pytester.getmodulecol(HEADER + source, configargs=("-p", "no:fwgates"))
    return pytester.genitems([module])


HEADER = "import pytest\nfrom pytest_fwgates import gate, mandatory, advisory\n"
ON_TEST = "@gate(mandatory, 'of_test')\ndef test_it(): pass\n"


@pytest.mark.parametrize(
    ("source", "gates"),
    [
        pytest.param("def test_it(): pass\n", [None], id="of a test without a mark: none"),
        pytest.param(ON_TEST, ["of_test"], id="of a test"),
        pytest.param(
            f"pytestmark = gate(advisory, 'of_module')\n{ON_TEST}", ["of_test"], id="of a test in a module"
        ),
        pytest.param(
            "pytestmark = gate(advisory, 'of_module')\ndef test_it(): pass\n", ["of_module"], id="of a module"
        ),
        pytest.param(
            "pytestmark = gate(advisory, 'of_module')\n@gate(mandatory, 'of_class')\n"
            "class TestIt:\n    def test_it(self): pass\n",
            ["of_class"],
            id="of a class in a module",
        ),
        pytest.param(
            "@gate(advisory, 'of_class')\nclass TestIt:\n"
            "    @gate(mandatory, 'of_test')\n    def test_it(self): pass\n    def test_too(self): pass\n",
            ["of_test", "of_class"],
            id="of a method, else of its class",
        ),
        pytest.param(
            "@gate(advisory, 'of_base')\nclass Base:\n    def test_it(self): pass\n"
            "@gate(mandatory, 'of_class')\nclass TestIt(Base): pass\n",
            ["of_class"],
            id="of a class before its base",
        ),
        pytest.param(
            "@gate(advisory, 'of_base')\nclass Base:\n    def test_it(self): pass\n"
            "class TestIt(Base): pass\n",
            ["of_base"],
            id="of a base class",
        ),
        pytest.param(
            "@gate(advisory, 'of_outer')\nclass TestOuter:\n"
            "    class TestInner:\n        def test_it(self): pass\n",
            ["of_outer"],
            id="of an outer class",
        ),
        pytest.param(
            "@pytest.mark.parametrize('x', [1, pytest.param(2, marks=gate(mandatory, 'of_parameter'))])\n"
            "@gate(advisory, 'of_test')\ndef test_it(x): pass\n",
            ["of_test", "of_parameter"],
            id="of a parameter before its test",
        ),
        pytest.param(
            "@gate(advisory, 'of_test')\n"
            "@pytest.mark.parametrize('x', [pytest.param(2, marks=gate(mandatory, 'of_parameter'))])\n"
            "def test_it(x): pass\n",
            ["of_parameter"],
            id="of a parameter, in the other order",
        ),
    ],
)
def test_closest(pytester: pytest.Pytester, source: str, gates: list[str | None]) -> None:
    """The mark closest to the test counts: of its parameter, itself, its class, its module."""
    found = [marks.closest(item) for item in collected(pytester, source)]
    assert [mark and mark.args[1] for mark in found] == gates


@pytest.mark.parametrize(
    ("source", "conflict"),
    [
        pytest.param("def test_it(): pass\n", None, id="no mark"),
        pytest.param(ON_TEST, None, id="one mark"),
        pytest.param(
            f"pytestmark = gate(advisory)\n{ON_TEST}", None, id="one on the module and one on the test"
        ),
        pytest.param(
            f"@gate(advisory)\n{ON_TEST}", "two gate marks on 'test_it'; leave one", id="two on a test"
        ),
        pytest.param(
            "pytestmark = [gate(advisory), gate(mandatory)]\ndef test_it(): pass\n",
            "two gate marks on 'MODULE'; leave one",
            id="two on a module",
        ),
        pytest.param(
            "@gate(advisory)\n@gate(mandatory)\nclass TestIt:\n    def test_it(self): pass\n",
            "two gate marks on 'TestIt'; leave one",
            id="two on a class",
        ),
        pytest.param(
            "class TestIt:\n    pytestmark = gate(mandatory)\n    def test_it(self): pass\n",
            None,
            id="one in the body of a class",
        ),
        pytest.param(
            "@gate(advisory)\nclass Base:\n    def test_it(self): pass\n"
            "@gate(mandatory)\nclass TestIt(Base): pass\n",
            None,
            id="one on a class and one on its base",
        ),
        pytest.param(
            "@pytest.mark.parametrize('x', [pytest.param(2, marks=gate(mandatory))])\n"
            "@gate(advisory)\ndef test_it(x): pass\n",
            None,
            id="one on a parameter and one on its test",
        ),
        pytest.param(
            "class Base:\n    pytestmark = [gate(mandatory), gate(advisory)]\n    def test_it(self): pass\n"
            "class TestIt(Base): pass\n",
            "two gate marks on 'TestIt'; leave one",
            id="two on a base class",
        ),
        pytest.param(
            "@pytest.mark.parametrize('x', [pytest.param(1, marks=gate(mandatory))])\n"
            "@pytest.mark.parametrize('y', [pytest.param(1, marks=gate(advisory))])\n"
            "def test_it(x, y): pass\n",
            "two gate marks on 'test_it[1-1]'; leave one",
            id="one on each of two parameters",
        ),
        pytest.param(
            "@pytest.mark.parametrize('x', [pytest.param(1, marks=[gate(mandatory), gate(advisory)])])\n"
            "def test_it(x): pass\n",
            "two gate marks on 'test_it[1]'; leave one",
            id="two on one parameter",
        ),
        pytest.param(
            "@pytest.mark.gate('mandatary')\ndef test_it(): pass\n",
            "unknown level 'mandatary'; allowed: mandatory, advisory",
            id="one that cannot be read",
        ),
        pytest.param(
            f"pytestmark = pytest.mark.gate()\n{ON_TEST}",
            "a gate mark needs a level: @gate(mandatory, ...) or @gate(advisory, ...)",
            id="one above that cannot be read",
        ),
    ],
)
def test_conflict(pytester: pytest.Pytester, source: str, conflict: str | None) -> None:
    """Two marks on one object, or one that cannot be read, are refused before either could win."""
    item, *_ = collected(pytester, source)
    assert marks.conflict(item) == (conflict and conflict.replace("MODULE", item.path.name))


class Gates(enum.StrEnum):
    """A project may keep its gate names in an enum."""

    SECURITY = "security"


def test_names_of_an_enum_become_plain_text() -> None:
    """What crosses between processes is builtins; a member of an enum is none."""
    declared = marks.read(gate(mandatory, Gates.SECURITY, stage=Gates.SECURITY).mark)
    assert declared == Declaration("mandatory", ("security",), "security", (), None)
    assert {type(name) for name in (*declared.gates, declared.stage)} == {str}


@pytest.mark.parametrize(("first", "second"), [(True, 1), (1, True), (0, False), (1, 1.0)])
def test_equal_thresholds_of_other_types_are_not_mixed_up(first: float, second: float) -> None:
    """A mark is read once, and True equals 1."""
    marks.read(gate(mandatory, threshold=first).mark)
    assert type(marks.read(gate(mandatory, threshold=second).mark).threshold) is type(second)
