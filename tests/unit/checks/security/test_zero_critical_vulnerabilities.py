"""What bandit finds, what of it counts, and what cannot hide it."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.checks.security.zero_critical_vulnerabilities import excess, reported, scan
from pytest_fwgates.framework.index import load
from pytest_fwgates.model import Finding
from tests.unit.checks.security.labelled_python import Case, negatives, positives

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, cases: list[Case]) -> None:
    for case in cases:
        path = root / case.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(case.text)


def test_labelled(tmp_path: Path) -> None:
    """Every serious vulnerability counts as high, and nothing else does; of each kind how many."""
    cases = [*positives(), *negatives()]
    assert (len(positives()) >= 40, len(negatives()) >= 40) == (True, True)
    write(tmp_path, cases)
    scanned = scan(load(tmp_path))
    serious = {one.path for one in scanned.findings if one.severity in {"high", "critical"}}
    missed = [case for case in positives() if case.path not in serious]
    alarms = [case for case in negatives() if case.path in serious]
    print(Counter(case.kind for case in positives()))  # noqa: T201 - the table of the docs
    assert {case.text.count("FullLoader") for case in missed} <= {
        1
    }  # of names imported from yaml bandit knows nothing
    assert len(missed) <= len(positives()) * 0.05
    assert alarms == []
    assert (scanned.examined, scanned.unproven) == (len(cases), "")


def test_own_configuration_hides_only_what_is_not_high(tmp_path: Path) -> None:
    """A framework cannot excuse itself from what runs code."""
    text = "import hashlib, pickle\nx = hashlib.md5(b'')\ny = pickle.loads(b'')\n"
    write(tmp_path, [Case("", "a.py", text), Case("", "old/b.py", text)])
    both = {("a.py", "high"), ("a.py", "medium"), ("old/b.py", "high"), ("old/b.py", "medium")}

    def found() -> set[tuple[str | None, str]]:
        return {(one.path, one.severity) for one in reported(scan(load(tmp_path)).findings, "medium")}

    assert found() == both
    (tmp_path / "pyproject.toml").write_text("[tool.bandit]\nskips = ['B324', 'B301']\n")
    assert found() == {("a.py", "high"), ("old/b.py", "high")}
    (tmp_path / "pyproject.toml").write_text("[tool.bandit]\nexclude_dirs = ['old']\n")
    assert found() == both - {("old/b.py", "medium")}
    (tmp_path / "pyproject.toml").write_text("[tool.bandit\n")
    (tmp_path / "bandit.yaml").write_text("tests: [B301]\n")
    assert found() == {("a.py", "high"), ("old/b.py", "high")}
    (tmp_path / "bandit.yaml").unlink()
    (tmp_path / ".bandit").write_text("[bandit]\nexclude = ./old\n")
    assert found() == both - {("old/b.py", "medium")}


def test_the_message_says_that_hiding_does_not_help(tmp_path: Path) -> None:
    write(tmp_path, [Case("", "a.py", "x = eval(y)  # nosec\n")])
    (one,) = scan(load(tmp_path)).findings
    assert (one.path, one.line, one.column, one.severity) == ("a.py", 1, 5, "high")
    assert one.message.startswith("B307 blacklist: ")
    assert one.message.endswith("a comment or configuration of bandit does not hide what is high")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"def (:\n", "syntax error while parsing AST from file"),
        (b"x = 1\0\n", ""),
        (b"# coding: nonsense\nx = 1\n", ""),
        (b"x = " + b"(" * 5_000 + b")" * 5_000 + b"\n", ""),
        (b"x = " + b"-" * 100_000 + b"1\n", ""),
        (b"x = '\xff'\n", ""),
    ],
    ids=["syntax", "nul", "encoding", "nested", "deep", "bytes"],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, data: bytes, why: str) -> None:
    """It was not examined, and nothing is printed of it."""
    (tmp_path / "a.py").write_bytes(data)
    (tmp_path / "b.py").write_text("x = 1\n")
    scanned = scan(load(tmp_path))
    assert scanned.examined == 1
    assert scanned.unproven.startswith("bandit cannot read a.py: ")
    assert why in scanned.unproven


def test_logging_is_left_as_it_was(tmp_path: Path) -> None:
    """Others may use bandit in the same process."""
    (tmp_path / "a.py").write_text("def (:\n")
    scan(load(tmp_path))
    assert not logging.getLogger("bandit").disabled
    assert not logging.getLogger("bandit.core.manager").disabled


def test_excess() -> None:
    """What is beyond the limit of its severity."""
    found = [Finding("a", severity="high"), Finding("b", severity="medium"), Finding("c", severity="medium")]
    assert excess(found, {"critical": 0, "high": 0, "medium": None, "low": None}) == 1
    assert excess(found, {"critical": 0, "high": 1, "medium": 1, "low": 0}) == 1
    assert excess([], {"critical": 0}) == 0
    assert [one.message for one in reported(found, "high")] == ["a"]
