"""Gate marks in every place a mark can stand, and the mistakes that must be seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates._bundled import GATE_TESTS

if TYPE_CHECKING:
    from conftest import Project

LOCKED = json.loads((GATE_TESTS / "criteria.lock").read_text())["criteria"]


def test_both_spellings_are_the_same(project: Project, workers: str) -> None:
    """gate(...) and pytest.mark.gate(...) give the same criterion."""
    project.gates("""
        @gate(mandatory, "house", "rules", stage="code_quality")
        def test_one(): pass

        @pytest.mark.gate("mandatory", "house", "rules", stage="code_quality")
        def test_two(): pass
        """)
    done = project.run(workers)
    one, two = done.criterion("one"), done.criterion("two")
    for key in ("gates", "level", "stage", "enforcement", "outcome"):
        assert one[key] == two[key]
    assert (one["gates"], one["stage"], one["enforcement"]) == (["house", "rules"], "code_quality", "block")


def test_marks_on_modules_classes_and_parameters(project: Project, workers: str) -> None:
    """The closest mark wins: parameter, function, class, module."""
    project.gates("""
        pytestmark = gate(advisory, "of_module")

        def test_module_mark(): pass

        @gate(mandatory, "of_class")
        class TestThings:
            def test_class_mark(self): pass

            @gate(advisory, "of_function")
            def test_function_mark(self): pass

        class TestSub(TestThings):
            test_class_mark = test_function_mark = None

            def test_inherited_mark(self): pass

        @pytest.mark.parametrize("n", [1, pytest.param(2, marks=gate(mandatory, "of_parameter"))])
        def test_parameter_mark(n): pass
        """)
    done = project.run(workers)
    assert done.criterion("module_mark")["gates"] == ["of_module"]
    assert done.criterion("class_mark")["gates"] == ["of_class"]
    assert done.criterion("function_mark")["level"] == "advisory"
    assert done.criterion("inherited_mark")["gates"] == ["of_class"]
    assert done.criterion("parameter_mark")["gates"] == ["of_module", "of_parameter"]
    assert done.criterion("parameter_mark")["level"] == "mandatory"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "@gate(mandatory)\n@gate(advisory)\ndef test_a(): pass",
            "test_wrong.py:3: two gate marks on 'test_a'",
        ),
        ("@pytest.mark.gate\ndef test_a(): pass", "test_wrong.py:3: a gate mark needs a level"),
        ("@pytest.mark.gate('critical')\ndef test_a(): pass", "test_wrong.py:3: unknown level 'critical'"),
        ("@gate('critical')\ndef test_a(): pass", "unknown level 'critical'"),
        ("@gate\ndef test_a(): pass", "gate() needs a level first"),
        ("@gate(mandatory, '')\ndef test_a(): pass", "'' is not a name"),
        (
            "@gate(mandatory)\n@gate(advisory)\nclass TestA:\n    def test_a(self): pass",
            "two gate marks on 'TestA'",
        ),
        ("pytestmark = [gate(mandatory), gate(advisory)]\ndef test_a(): pass", "two gate marks on"),
        ("@pytest.mark.gate('mandatory', level='x')\ndef test_a(): pass", "unknown keyword 'level'"),
    ],
    ids=[
        "two marks on a function",
        "a mark without arguments",
        "an unknown level by pytest.mark",
        "an unknown level by gate",
        "gate without a call",
        "an empty gate name",
        "two marks on a class",
        "two marks on a module",
        "an unknown keyword",
    ],
)
def test_unusable_marks_are_collection_errors(project: Project, code: str, message: str) -> None:
    """A mark that cannot be used stops the run where it stands, with and without an environment."""
    project.gates(code, "test_wrong.py")
    done = project.run()
    assert done.status == 10
    assert message in done.text
    plain = project.run("gate_tests", env=None)
    ours = "pytest.mark.gate\n" not in code and "pytest.mark.gate('critical')" not in code
    assert (plain.status != 0) == ours  # another project's mark of that name is no business of ours


def test_unusable_mark_of_a_unittest_case_blocks(project: Project, workers: str) -> None:
    """A unittest method, which pytest does not parametrize, is checked as well."""
    project.gates("""
        import unittest

        class Case(unittest.TestCase):
            @pytest.mark.gate("critical")
            def test_a(self): pass
        """)
    done = project.run(workers)
    assert done.status == 10
    assert "unknown level 'critical'" in done.text


@pytest.mark.parametrize(
    ("expression", "selected"),
    [
        ("house", {"one", "two"}),
        ("mandatory and house", {"one"}),
        ("code_quality", {"two"}),
        (
            "framework_integrity",
            {row["id"] for row in LOCKED if "framework_integrity" in row["gates"]}
            - {"all_modules_referenced"},
        ),
    ],
)
def test_levels_gates_and_stages_select(
    project: Project, workers: str, expression: str, selected: set[str]
) -> None:
    """-m knows every gate, level and stage, whatever the profile lists, under strict markers."""
    project.write("pytest.ini", "[pytest]\nstrict_markers = true\n")
    project.gates("""
        @gate(mandatory, "house")
        def test_one(): pass

        @gate(advisory, "house", stage="code_quality")
        def test_two(): pass
        """)
    done = project.run("-m", expression, workers, env="development")
    assert done.status == 0
    assert "PARTIAL" in done.text.splitlines()[-1]
    assert done.verdict is not None
    assert done.verdict["partial"]
    assert done.decision == "block"
    assert {row["id"] for row in done.verdict["criteria"] if row["outcome"] == "passed"} == selected


def test_gate_named_like_another_mark_does_not_switch_it_on(project: Project, workers: str) -> None:
    """A gate called `skip` or `xfail` is a name, not an instruction."""
    project.gates("""
        @gate(mandatory, "skip", "xfail")
        def test_one(): pass
        """)
    done = project.run(workers)
    assert done.criterion("one")["outcome"] == "passed"


def test_same_id_twice_blocks_with_both_places(project: Project, workers: str) -> None:
    """Two tests of one id cannot both be the criterion."""
    project.gates("@gate(mandatory)\ndef test_one(): pass")
    project.gates("@gate(mandatory)\ndef test_one(): pass", "test_other.py")
    done = project.run(workers)
    assert done.status == 10
    assert (
        "criterion 'one' is defined more than once: gate_tests/test_local.py:3 and gate_tests/test_other.py:3"
        in done.text
    )


def test_document_alias_is_the_same_criterion(project: Project) -> None:
    """A local test under another name of a bundled criterion does not replace it by accident."""
    project.gates("@gate(mandatory)\ndef test_no_broken_links(): pass")
    done = project.run()
    assert done.status == 10
    assert "criterion 'zero_broken_links' is defined more than once" in done.text


def test_subtests_belong_to_their_criterion(project: Project, workers: str) -> None:
    """A failed subtest fails the criterion."""
    project.gates("""
        @gate(mandatory, "house")
        def test_parts(subtests):
            for n in range(3):
                with subtests.test(n=n):
                    assert n != 1
        """)
    done = project.run(workers)
    assert done.status == 10
    assert done.criterion("parts")["outcome"] == "failed"
