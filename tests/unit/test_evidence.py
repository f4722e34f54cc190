"""Journals: what was written is read again, what was damaged is not, and any split joins to the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates import evidence as module
from pytest_fwgates.evidence import EvidenceError, Expected, Journal, Observed, Problem, Start, merge, read
from pytest_fwgates.model import Criterion, Evidence, Result
from tests.unit.strategies import RUN, SOURCE, criteria, criterion, evidence, journals, result, results

if TYPE_CHECKING:
    from pathlib import Path

laws = settings(deadline=None)

START = Start(1, "2026-03-01T12:00:00+00:00", RUN, (SOURCE,), ())
WHOLE = evidence(
    [criterion("a", "security"), criterion("b")], [result("a", "passed"), result("b", "failed")], "a problem"
)


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for one journal after another."""
    return tmp_path_factory.mktemp("evidence") / "evidence.jsonl"


def written(path: Path, whole: Evidence = WHOLE) -> bytes:
    """`whole` as a journal."""
    module.write(path, whole, START.started_at)
    return path.read_bytes()


def signed(*records: Any) -> bytes:
    """A journal of these records or lines, with an end that fits them."""
    lines = [one if isinstance(one, bytes) else msgspec.json.encode(one) + b"\n" for one in records]
    digest = f"sha256:{hashlib.sha256(b''.join(lines)).hexdigest()}"
    end = b'{"kind":"end","count":%d,"digest":"%s"}\n' % (len(lines), digest.encode())
    return b"".join([*lines, end])


@given(whole=journals())
@laws
def test_round_trip(path: Path, whole: Evidence) -> None:
    """What is written is read again, each part once and in one order."""
    assert read(written(path, whole)) == merge([whole])


@given(whole=journals())
@laws
def test_the_same_bytes(path: Path, whole: Evidence) -> None:
    """What was read is written as the same bytes."""
    content = written(path, merge([whole]))
    assert written(path, read(content)) == content


@given(one=results)
@laws
def test_results_arrive(path: Path, one: Result) -> None:
    """A result arrives with the very values that it had, a whole number not as a fraction."""
    (got,) = read(written(path, evidence([], [one]))).results
    assert (got, type(got.value)) == (one, type(one.value))


@given(known=criteria)
@laws
def test_criteria_arrive(path: Path, known: list[Criterion]) -> None:
    """Criteria arrive as they are declared."""
    assert set(read(written(path, evidence(known, []))).expected) == set(known)


@given(one=journals(), two=journals(), three=journals())
@laws
def test_merge_is_a_union(one: Evidence, two: Evidence, three: Evidence) -> None:
    """Neither order, nor grouping, nor repetition of journals matters."""
    whole = merge([one, two, three])
    assert merge([merge([one, two]), three]) == whole
    assert merge([one, merge([two, three])]) == whole
    assert merge([three, one, two]) == whole
    assert merge([whole, two, whole]) == whole


@given(parts=st.lists(journals(), min_size=1, max_size=3))
@laws
def test_merge_loses_nothing(parts: list[Evidence]) -> None:
    """Every part of every journal is in the whole, and nothing else."""
    whole = merge(parts)
    for name in Evidence.__struct_fields__:
        assert set(getattr(whole, name)) == {one for part in parts for one in getattr(part, name)}


def test_write_of_two_runs(path: Path) -> None:
    """Evidence of two runs is a contradiction, which no journal holds."""
    other = msgspec.structs.replace(RUN, commit="other")
    with pytest.raises(EvidenceError, match="it is of several runs"):
        module.write(path, msgspec.structs.replace(WHOLE, runs=(RUN, other)), START.started_at)


EXPECTED = Expected((criterion("a"),), (), ())


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"", "line 1: the start of the journal is missing", id="nothing"),
        pytest.param(b"\n", "line 1: not a record: ", id="an empty line"),
        pytest.param(b"# Notes\n", "line 1: not a record: ", id="another file"),
        pytest.param(b"\xff\n", "line 1: not a record: ", id="bytes"),
        pytest.param(b"[" * 100_000, "line 1: not a record: ", id="deep nesting"),
        pytest.param(b'{"kind":"results"}\n', "line 1: not a record: ", id="an unknown record"),
        pytest.param(signed(EXPECTED), "line 1: the start of the journal is missing", id="no start"),
        pytest.param(signed(START), "no record says what was expected", id="nothing expected"),
        pytest.param(signed(START, EXPECTED, START), "line 3: a second start or end", id="two starts"),
        pytest.param(
            signed(START, EXPECTED, signed().splitlines(keepends=True)[-1]),
            "line 3: a second start or end",
            id="an end amid the journal",
        ),
        pytest.param(
            signed(msgspec.structs.replace(START, version=2), EXPECTED),
            "line 1: version 2 of the journal is unknown",
            id="a journal of the future",
        ),
        pytest.param(
            signed(msgspec.structs.replace(START, sources=()), EXPECTED),
            "line 1: no process says that it ran",
            id="a journal of nobody",
        ),
        *(
            pytest.param(
                signed(
                    msgspec.structs.replace(START, sources=(msgspec.structs.replace(SOURCE, shard=shard),)),
                    EXPECTED,
                ),
                f"line 1: {shard!r} is not a shard",
                id=f"the shard {shard}",
            )
            for shard in ("2", "/", "a/b", "0/2", "1/0", "1/2/3", "-1/2", "1/999999999", " 1/2")
        ),
        pytest.param(
            signed(START, EXPECTED)[:-1], "line 3: not as it was written", id="a last line without its end"
        ),
        pytest.param(
            signed(START, b' {"kind":"problem","message":"x"}\n', EXPECTED),
            "line 2: not as it was written",
            id="a space more",
        ),
        pytest.param(
            signed(START, b'{"kind":"problem","message":"x","more":1}\n', EXPECTED),
            "line 2: not as it was written",
            id="a key more",
        ),
        pytest.param(
            signed(START, b'{"kind":"problem","message":"x","message":"y"}\n', EXPECTED),
            "line 2: not as it was written",
            id="a key twice",
        ),
        pytest.param(
            signed(START, b'{"kind":"problem","message":"x"}\r\n', EXPECTED),
            "line 2: not as it was written",
            id="line ends of another system",
        ),
    ],
)
def test_refusals(content: bytes, error: str) -> None:
    """A journal that is not whole is refused with its line, even where its digest fits."""
    with pytest.raises(EvidenceError) as caught:
        read(content)
    assert str(caught.value).startswith(error)


def test_unfinished(path: Path) -> None:
    """A run that was killed leaves a journal that proves nothing, however much of it was written."""
    content = written(path)
    for line in range(1, len(content.splitlines())):
        lines = content.splitlines(keepends=True)[:line]
        with pytest.raises(EvidenceError, match=f"^line {line}: the journal has no end"):
            read(b"".join(lines))


def test_every_byte_counts(path: Path) -> None:
    """No byte can be lost, doubled or changed."""
    content = written(path)
    for at in range(len(content)):
        flipped = bytes([content[at] ^ 1])
        for middle in (b"", content[at : at + 1] * 2, flipped):
            damaged = content[:at] + middle + content[at + 1 :]
            with pytest.raises(EvidenceError):
                read(damaged)


def test_records_are_there_at_once(path: Path) -> None:
    """Whatever was recorded can be read by others while the run goes on."""
    journal = Journal(path)
    for number, record in enumerate((START, Observed(result("a", "passed")), Problem("x")), start=1):
        journal.write(record)
        assert len(path.read_bytes().splitlines()) == number
    journal.write(EXPECTED)
    journal.close()
    assert read(path.read_bytes()) == evidence([criterion("a")], [result("a", "passed")], "x")


def test_begun_anew(path: Path) -> None:
    """Nothing of an earlier run survives the start of the next."""
    written(path)
    Journal(path)
    assert path.read_bytes() == b""


def test_no_link_is_followed(tmp_path: Path) -> None:
    """A link in the place of the journal is not written through."""
    target = tmp_path / "precious"
    target.write_text("precious")
    (tmp_path / "evidence.jsonl").symlink_to(target)
    with pytest.raises(OSError, match="evidence"):
        Journal(tmp_path / "evidence.jsonl")
    assert target.read_text() == "precious"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", True, id="an empty file"),
        pytest.param(msgspec.json.encode(START)[:20], True, id="the start of a journal"),
        pytest.param(b"# Notes\n", False, id="another file"),
        pytest.param(b'{"kind":"end"}', False, id="another record"),
    ],
)
def test_looks_like_journal(content: bytes, expected: bool) -> None:
    """Only what can be an earlier journal may be begun anew."""
    assert module.looks_like_journal(content) is expected
