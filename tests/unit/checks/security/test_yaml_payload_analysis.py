"""YAML that does more than it says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.checks.security.payload.events import payloads
from pytest_fwgates.checks.security.yaml_payload_analysis import dangerous_yaml, scan
from pytest_fwgates.framework.configuration import Settings
from pytest_fwgates.framework.index import load
from tests.unit.checks.security.labelled_yaml import Case, bomb, negatives, positives

if TYPE_CHECKING:
    from pathlib import Path


def kinds(root: Path, case: Case) -> set[str]:
    """What is found in a framework of just that file."""
    path = root / case.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(case.text, encoding="utf-8")
    return {str(one.subject).partition(" ")[0] for one in dangerous_yaml(load(root))}


def test_labelled(tmp_path: Path) -> None:
    """Every attack is found as what it is, and nothing else is; of each kind how many."""
    missed, alarms = [], []
    assert (len(positives()) >= 40, len(negatives()) >= 40) == (True, True)
    for number, case in enumerate([*positives(), *negatives()]):
        found = kinds(tmp_path / str(number), case)
        if case.kind and case.kind not in found:
            missed.append(case)
        if not case.kind and found:
            alarms.append((case, found))
    print(Counter(case.kind for case in positives()))  # noqa: T201 - the table of the docs
    assert (missed, alarms) == ([], [])


def test_place_and_words(tmp_path: Path) -> None:
    """A finding says where, what, why and what to do; lines count from the document's first."""
    (tmp_path / "a.md").write_text("---\nname: x\nmodel: a\nmodel: b\n---\n")
    (one,) = dangerous_yaml(load(tmp_path))
    assert (one.path, one.line, one.column, one.severity) == ("a.md", 4, 1, "medium")
    assert (
        one.message == "key 'model' stands already in line 2; readers disagree on which one counts; keep one"
    )


def test_hidden_text_is_spelled_out(tmp_path: Path) -> None:
    """What nobody sees must not be hidden in a report either."""
    (tmp_path / "a.yml").write_text('"a\u202eb": 1\n')
    (one,) = dangerous_yaml(load(tmp_path))
    assert "U+202E" in one.message
    assert "\u202e" not in one.message


def test_ignored_files_count(tmp_path: Path) -> None:
    """What keeps a file from other criteria keeps no attack from this one."""
    (tmp_path / "a.yml").write_text("a: !!python/object/apply:os.system [id]\n")
    framework = load(tmp_path, Settings(("a.yml",)))
    assert (len(dangerous_yaml(framework)), scan(framework).examined) == (1, 1)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """And is no pass."""
    (tmp_path / "a.yml").write_bytes(b"a" * 5_000_001)
    assert scan(load(tmp_path)).unproven == "a.yml: larger than 5 MB"


@pytest.mark.parametrize(
    "text",
    [
        bomb(200, 50),
        "[" * 100_000,
        "{" * 100_000,
        "a: " * 50_000,
        "- " * 50_000,
        "a: &a [" + "*a," * 50_000,
        "? " * 10_000,
        "&a " * 10_000 + "x",
        "!" * 100_000,
        "a: |\n" + " " * 100_000,
    ],
    ids=range(10),
)
def test_hostile_streams_end(text: str) -> None:
    """Without building what they describe, whatever the depth."""
    list(payloads(text, is_front=False, one_document=False))


@given(st.text() | st.text(st.sampled_from("&*a!<:[]{}-\n ?|>%'\"\\#,"), max_size=200))
@settings(deadline=None)
def test_any_text(text: str) -> None:
    """Nothing crashes it."""
    list(payloads(text, is_front=True, one_document=True))
