"""A mandatory gate test that is skipped, in any way, blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


SKIPS = {
    "in the body": "@gate(mandatory)\ndef test_rule(): pytest.skip('later')",
    "by a mark": "@gate(mandatory)\n@pytest.mark.skip(reason='later')\ndef test_rule(): pass",
    "by a condition": "@gate(mandatory)\n@pytest.mark.skipif(True, reason='later')\ndef test_rule(): pass",
    "by importorskip in the body": "@gate(mandatory)\ndef test_rule(): pytest.importorskip('not_there')",
    "in a fixture": """
        @pytest.fixture
        def thing(): pytest.skip('later')

        @gate(mandatory)
        def test_rule(thing): pass
        """,
    "in the teardown": """
        @pytest.fixture
        def thing():
            yield
            pytest.skip('later')

        @gate(mandatory)
        def test_rule(thing): pass
        """,
    "by an empty parametrization": """
        @gate(mandatory)
        @pytest.mark.parametrize('n', [])
        def test_rule(n): pass
        """,
    "in one of its parameters": """
        @gate(mandatory)
        @pytest.mark.parametrize('n', [1, pytest.param(2, marks=pytest.mark.skip(reason='later'))])
        def test_rule(n): pass
        """,
    "as a unittest case": """
        import unittest

        @gate(mandatory)
        class TestCase(unittest.TestCase):
            @unittest.skip('later')
            def test_rule(self): pass
        """,
}


def test_skipped_gate_blocks(project: Project, workers: str) -> None:
    """A skip is no proof."""
    names = project.forms(SKIPS)
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    outcomes = {form: done.criterion(name)["outcome"] for form, name in names.items()}
    assert outcomes == dict.fromkeys(SKIPS, "skipped")


@pytest.mark.parametrize(
    "statement",
    ["pytest.skip('later', allow_module_level=True)", "pytest.importorskip('not_there')"],
    ids=["skip", "importorskip"],
)
@pytest.mark.parametrize("locked", [False, True], ids=["without a lock", "with a lock"])
def test_file_of_gates_that_skips_itself_blocks(
    project: Project, workers: str, statement: str, locked: bool
) -> None:
    """A module-level skip hides its criteria; it is seen with and without a lock."""
    project.gates("@gate(mandatory)\ndef test_rule(): pass")
    if locked:
        assert project.cli("lock").status == 0
    project.gates(f"{statement}\n\n@gate(mandatory)\ndef test_rule(): pass")
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert "gate_tests/test_local.py skipped itself" in done.text
    if locked:
        assert done.criterion("rule")["outcome"] == "not_run"


def test_skipped_advisory_gate_requires_approval(project: Project, workers: str) -> None:
    """For an advisory criterion a skip requires approval."""
    project.gates("@gate(advisory)\ndef test_rule(): pytest.skip('later')")
    done = project.run(workers)
    assert (done.status, done.decision) == (11, "require_approval")
