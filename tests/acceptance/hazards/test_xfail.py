"""An expected failure or an unexpected pass proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project


FORMS = {
    "xfail that fails": "@gate(mandatory)\n@pytest.mark.xfail\ndef test_rule(): assert 0",
    "xfail that passes": "@gate(mandatory)\n@pytest.mark.xfail\ndef test_rule(): pass",
    "xfail that does not run": "@gate(mandatory)\n@pytest.mark.xfail(run=False)\ndef test_rule(): pass",
    "xfail from inside": "@gate(mandatory)\ndef test_rule(): pytest.xfail('known')",
    "xfail of one parameter": """
        @gate(mandatory)
        @pytest.mark.parametrize('n', [1, pytest.param(2, marks=pytest.mark.xfail)])
        def test_rule(n): assert n == 1
        """,
    "xfail in a fixture": """
        @pytest.fixture
        def thing(): pytest.xfail('known')

        @gate(mandatory)
        def test_rule(thing): pass
        """,
    "findings under an xfail": """
        @gate(mandatory)
        @pytest.mark.xfail
        def test_rule(findings): findings.add('wrong', path='README.md')
        """,
}


def test_xfail_blocks(project: Project, workers: str) -> None:
    """Whatever is excused has not passed."""
    names = project.forms(FORMS)
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    outcomes = {form: done.criterion(name)["outcome"] for form, name in names.items()}
    assert outcomes == dict.fromkeys(FORMS, "skipped")


def test_strict_xfail_that_passes_fails(project: Project, workers: str) -> None:
    """A strict unexpected pass is a failure."""
    project.gates("@gate(mandatory)\n@pytest.mark.xfail(strict=True)\ndef test_rule(): pass")
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "failed"


def test_conftest_that_excuses_everything_blocks(project: Project, workers: str) -> None:
    """A conftest that adds xfail to every test excuses nothing."""
    project.write(
        "conftest.py",
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.xfail)
        """,
    )
    project.gates("@gate(mandatory)\ndef test_rule(): assert 0")
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == "skipped"
    assert done.criterion("zero_broken_links")["outcome"] == "skipped"
