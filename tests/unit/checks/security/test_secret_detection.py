"""How many secrets of a labelled set are found, and how much else."""

from __future__ import annotations

import sys
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.checks.security import secret_detection
from pytest_fwgates.framework.index import load
from pytest_fwgates.framework.redaction import REDACTED, looks_secret, redact
from pytest_fwgates.tools import kingfisher
from tests.unit.checks.security.labelled_no_secrets import negatives
from tests.unit.checks.security.labelled_secrets import KEYS, SHAPED, positives

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.checks.security.labelled_secrets import Sample

SEED = 20_251
GUESSABLE = 10
"""Characters of a secret that must not be left in a line."""


@pytest.fixture(scope="module")
def search() -> kingfisher.Search:
    return kingfisher.Search(600)


def found(search: kingfisher.Search, sample: Sample) -> bool:
    """Whether what is found is what is secret, and not something beside it."""
    hits = search.hits(sample.text.encode(), sample.path)
    return any(hit.value in sample.secret or sample.secret in hit.value for hit in hits)


def test_recall_and_precision(search: kingfisher.Search, capsys: pytest.CaptureFixture[str]) -> None:
    """Per kind, for the page of the criterion."""
    secret, harmless = list(positives(Random(SEED))), list(negatives(Random(SEED)))
    right = Counter(sample.kind for sample in secret if found(search, sample))
    wrong = Counter(sample.kind for sample in harmless if search.hits(sample.text.encode(), sample.path))
    recall = right.total() / len(secret)
    precision = right.total() / (right.total() + wrong.total())
    with capsys.disabled():
        sys.stdout.write(_table(secret, right, harmless, wrong))

    assert len(secret) >= 100
    assert len(harmless) >= 100
    assert len({sample.kind for sample in secret}) >= 40
    assert recall >= 0.97
    assert precision >= 0.98
    assert min(right[kind] for kind in {sample.kind for sample in secret}) >= 1


def _table(secret: list[Sample], right: Counter[str], harmless: list[Sample], wrong: Counter[str]) -> str:
    """What was found of each kind where it was not all, and what else was."""
    kinds = Counter(sample.kind for sample in secret)
    lines = [
        f"{right.total()} of {len(secret)} secrets of {len(kinds)} kinds",
        *(f"  {kind}: {right[kind]}/{total}" for kind, total in kinds.items() if right[kind] < total),
        f"{wrong.total()} of {len(harmless)} that are none",
        *(f"  {kind}: {count}" for kind, count in wrong.items()),
    ]
    return "\n" + "\n".join(lines) + "\n"


def test_what_is_found_is_redacted_wherever_it_is_quoted() -> None:
    """Each line on its own, as a message of another criterion would quote it."""
    samples = list(positives(Random(SEED)))
    left = Counter(sample.kind for sample in samples if _left(sample))
    assert left.total() <= len(samples) * 0.01, left


def _left(sample: Sample) -> bool:
    lines = [line for line in sample.secret.splitlines() if "PRIVATE" not in line]
    quoted = [redact(line) for line in sample.text.splitlines()] + [redact(sample.text)]
    pieces = [
        line[at : at + GUESSABLE] for line in lines for at in range(8, len(line) - GUESSABLE, GUESSABLE)
    ]
    if sample.kind in KEYS:  # the end of its last line may be short
        pieces = [line[20:40] for line in lines if len(line) > 60]
    if "url" in sample.kind or "webhook" in sample.kind:
        pieces = [sample.secret.rpartition("@")[0].rpartition(":")[2] or sample.secret[-20:]]
    return any(piece in line for line in quoted for piece in pieces if piece)


def test_what_is_harmless_is_left_alone() -> None:
    """But for what looks exactly like a secret: a documented example, a hash that is called a key."""
    samples = list(negatives(Random(SEED)))
    hidden = Counter(sample.kind for sample in samples if looks_secret(sample.text))
    assert hidden.total() <= len(samples) * 0.07, hidden


def test_a_framework(tmp_path: Path) -> None:
    """Ignored files count, too; the count is of files."""
    token = SHAPED["gitlab"](Random(SEED))
    (tmp_path / ".gitignore").write_text("secret/\n")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.md").write_text(f"# A\n\n`{token}`\n")
    framework = load(tmp_path)

    (one,) = secret_detection.exposed_secrets(framework)

    assert (one.path, one.line, one.column, secret_detection.examined(framework)) == ("secret/a.md", 3, 2, 2)
    assert REDACTED in redact(f"broken link: `{token}` does not exist")
