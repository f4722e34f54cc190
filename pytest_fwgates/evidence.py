"""The journal of a run: an append-only JSON Lines file, and the evidence that is read back from it.

The last record counts the others and carries their SHA-256, and every line must be exactly what this
module writes, so that a truncated, reordered, duplicated or damaged journal is known. That detects
omission and accident; who wrote it is for an attestation to say.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from pytest_fwgates.model import Criterion, Evidence, Result, Run, Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VERSION: Final = 1
_SHARD: Final = re.compile(r"(?:[1-9][0-9]{0,3}/[1-9][0-9]{0,3})?")

T = TypeVar("T", bound=msgspec.Struct)


class EvidenceError(ValueError):
    """The journal is not what a run that came to its end has written."""


class Start(msgspec.Struct, frozen=True, tag="start", tag_field="kind"):
    """The first record: what the run is about, and the ids that must run as far as the locks know."""

    version: int
    started_at: str
    run: Run
    sources: tuple[Source, ...]
    locked: tuple[str, ...]


class Expected(msgspec.Struct, frozen=True, tag="expected", tag_field="kind"):
    """After collection: everything that is due, and what a person should know of it."""

    criteria: tuple[Criterion, ...]
    gates: tuple[str, ...]
    notices: tuple[str, ...]


class Observed(msgspec.Struct, frozen=True, tag="result", tag_field="kind"):
    """What became of one criterion."""

    result: Result


class Problem(msgspec.Struct, frozen=True, tag="problem", tag_field="kind"):
    """Something wrong outside any criterion."""

    message: str


class End(msgspec.Struct, frozen=True, tag="end", tag_field="kind"):
    """The last record: how many stand before it, and the SHA-256 of their bytes."""

    count: int
    digest: str


_DECODER: Final = msgspec.json.Decoder(Start | Expected | Observed | Problem | End)
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


class Journal:
    """A journal that is being written; every record is flushed as it comes."""

    def __init__(self, path: Path) -> None:
        """Begin `path` anew, so that nothing of an earlier run survives in it.

        Raises:
            OSError: it cannot be written, or is a symbolic link.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        self._stream = open(os.open(path, flags, 0o644), "wb", buffering=0)  # noqa: PTH123, SIM115 - closed by close()
        self._digest = hashlib.sha256()
        self._count = 0

    def write(self, record: Start | Expected | Observed | Problem) -> None:
        """Append one record."""
        line = _ENCODER.encode(record) + b"\n"
        self._digest.update(line)
        self._count += 1
        self._put(line)

    def close(self) -> None:
        """Append the end and make it durable."""
        end = End(self._count, f"sha256:{self._digest.hexdigest()}")
        self._put(_ENCODER.encode(end) + b"\n")
        os.fsync(self._stream.fileno())
        self._stream.close()

    def _put(self, line: bytes) -> None:
        """Hand one line to the system, which need not take it in one piece."""
        while line:
            line = line[self._stream.write(line) :]


def looks_like_journal(content: bytes) -> bool:
    """Whether a file may be begun anew: it is empty, or an earlier journal, whole or not."""
    return not content or content.startswith(b'{"kind":"start"')


def read(content: bytes) -> Evidence:
    """The evidence in one journal.

    Raises:
        EvidenceError: it is truncated, reordered, duplicated, damaged or no journal; with the line.
    """
    lines = content.splitlines(keepends=True)
    records = [_record(line, number) for number, line in enumerate(lines, 1)]
    if not records or not isinstance(records[0], Start):
        raise EvidenceError("line 1: the start of the journal is missing")
    end = records[-1]
    if not isinstance(end, End):
        raise EvidenceError(f"line {len(lines)}: the journal has no end; the run did not come to its end")
    digest = f"sha256:{hashlib.sha256(b''.join(lines[:-1])).hexdigest()}"
    if (end.count, end.digest) != (len(lines) - 1, digest):
        raise EvidenceError(f"line {len(lines)}: the records are not those that the end was written for")
    _check_start(records[0])
    for number, record in enumerate(records[1:-1], 2):
        if isinstance(record, Start | End):
            raise EvidenceError(f"line {number}: a second start or end")
    if not any(isinstance(record, Expected) for record in records):
        raise EvidenceError("no record says what was expected")
    return _evidence(records[0], records[1:-1])


def write(path: Path, evidence: Evidence, started_at: str) -> None:
    """Write `evidence`, which may be merged from several journals, as one journal.

    Raises:
        OSError: it cannot be written.
        EvidenceError: it is about several runs, so no journal can hold it.
    """
    if len(evidence.runs) != 1:
        raise EvidenceError("it is of several runs, which one journal cannot hold")
    journal = Journal(path)
    locked = tuple(criterion.id for criterion in evidence.expected)
    journal.write(Start(VERSION, started_at, evidence.runs[0], evidence.sources, locked))
    journal.write(Expected(evidence.expected, evidence.gates, evidence.notices))
    for result in evidence.results:
        journal.write(Observed(result))
    for problem in evidence.problems:
        journal.write(Problem(problem))
    journal.close()


def merge(parts: Iterable[Evidence]) -> Evidence:
    """Join the evidence of several processes: the union of every field.

    Associative, commutative and idempotent; whether the parts fit together is for `decide` to say.
    """
    parts = tuple(parts)
    return Evidence(
        runs=_union(run for part in parts for run in part.runs),
        sources=_union(source for part in parts for source in part.sources),
        expected=_union(criterion for part in parts for criterion in part.expected),
        results=_union(result for part in parts for result in part.results),
        gates=tuple(sorted({gate for part in parts for gate in part.gates})),
        problems=tuple(sorted({problem for part in parts for problem in part.problems})),
        notices=tuple(sorted({notice for part in parts for notice in part.notices})),
    )


def across_stages(evidence: Evidence) -> Evidence:
    """Evidence of one run where its parts differ in nothing but the stages that they were about.

    A pipeline may have a job for each stage; what is due then is what any of them had to do.
    """
    bare = {msgspec.structs.replace(run, stages=(), demanded=()) for run in evidence.runs}
    if len(bare) != 1:
        return evidence
    stages = dict.fromkeys(stage for run in evidence.runs for stage in run.stages)
    demanded = sorted({stage for run in evidence.runs for stage in run.demanded})
    run = msgspec.structs.replace(bare.pop(), stages=tuple(stages), demanded=tuple(demanded))
    return msgspec.structs.replace(evidence, runs=(run,))


def of_results(results: Iterable[Result]) -> Evidence:
    """Evidence of nothing but these results, to be merged."""
    return Evidence((), (), (), tuple(results), ())


def _union(items: Iterable[T]) -> tuple[T, ...]:
    unique = {_ENCODER.encode(item): item for item in items}
    return tuple(unique[key] for key in sorted(unique))


def _record(line: bytes, number: int) -> Any:
    """One record; the line must be, byte for byte, what this version writes."""
    try:
        record = _DECODER.decode(line)
        same = _ENCODER.encode(record) + b"\n" == line
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise EvidenceError(f"line {number}: not a record: {error}") from None
    if not same:
        raise EvidenceError(f"line {number}: not as it was written")
    return record


def _check_start(start: Start) -> None:
    if start.version != VERSION:
        raise EvidenceError(f"line 1: version {start.version} of the journal is unknown")
    if not start.sources:
        raise EvidenceError("line 1: no process says that it ran")
    for source in start.sources:
        if not _SHARD.fullmatch(source.shard):
            raise EvidenceError(f"line 1: {source.shard!r} is not a shard")


def _evidence(start: Start, records: Iterable[Any]) -> Evidence:
    parts = [Evidence((start.run,), start.sources, (), (), ())]
    for record in records:
        if isinstance(record, Expected):
            parts.append(Evidence((), (), record.criteria, (), record.gates, (), record.notices))
        elif isinstance(record, Observed):
            parts.append(of_results((record.result,)))
        elif isinstance(record, Problem):
            parts.append(Evidence((), (), (), (), (), (record.message,)))
    return merge(parts)
