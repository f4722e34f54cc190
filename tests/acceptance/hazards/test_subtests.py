"""A criterion passes only if every subtest of it passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project


INSIDE = {
    "a failure": ("assert 0", "failed"),
    "a skip": ("pytest.skip('later')", "skipped"),
    "an xfail": ("pytest.xfail('known')", "skipped"),
}


@pytest.mark.parametrize(("statement", "outcome"), INSIDE.values(), ids=INSIDE)
def test_subtest_counts(project: Project, workers: str, statement: str, outcome: str) -> None:
    """One bad subtest among good ones is enough."""
    project.gates(f"""
        @gate(mandatory)
        def test_rule(subtests):
            for n in range(3):
                with subtests.test(n=n):
                    if n == 1:
                        {statement}
        """)
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] == outcome


@pytest.mark.parametrize("statement", ["self.fail('no')", "self.skipTest('later')"], ids=["fails", "skips"])
def test_unittest_subtest_counts(project: Project, workers: str, statement: str) -> None:
    """The subtests of unittest count as well."""
    project.gates(f"""
        import unittest

        @gate(mandatory)
        class TestCase(unittest.TestCase):
            def test_rule(self):
                for n in range(3):
                    with self.subTest(n=n):
                        if n == 1:
                            {statement}
        """)
    done = project.run(workers)
    assert (done.status, done.decision) == (10, "block")
    assert done.criterion("rule")["outcome"] in {"failed", "skipped"}
