"""The ledger: what is appended stays, and whatever else happens to its file is noticed."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates import ledger
from pytest_fwgates.cli.ledger import _json
from pytest_fwgates.ledger import EMPTY, MAX_LINE, Event, Head, Kind, LedgerError
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

laws = settings(deadline=None)

EVENT = Event(
    "bypass",
    "2026-03-01T12:00:00+00:00",
    "staging",
    "zero_broken_links",
    "alice",
    "sha256:face",
    "sha256:d1ce",
    {"reason": "caf\xe9", "ticket": 7, "until": None, "agreed": True},
)
DOMAIN = b"pytest-fwgates ledger 1\n"


texts = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "Cf"]), max_size=8)
times = st.sampled_from(["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.5-08:00", "20260301T120000+0530"])
details = st.dictionaries(st.text(max_size=8), texts | st.integers() | st.booleans() | st.none(), max_size=3)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event of any text."""
    return Event(
        draw(st.sampled_from(get_args(Kind))),
        draw(times),
        *draw(st.tuples(texts, texts, texts, texts, texts)),
        draw(details),
    )


ledgers = st.lists(events(), min_size=1, max_size=5)


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for one ledger after another."""
    return tmp_path_factory.mktemp("ledger") / ledger.NAME


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of ledgers are written here, and none has to survive a loss of power."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def written(path: Path, *batches: Sequence[Event]) -> Head:
    """A new ledger of these events, appended batch by batch."""
    path.unlink(missing_ok=True)
    return [ledger.append(path, batch) for batch in batches][-1]


def put(path: Path, content: bytes) -> None:
    """Another file in the place of `path`; to overwrite one makes file systems wait for the disk."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def some(path: Path, count: int = 3) -> Head:
    """A new ledger of a few events."""
    return written(
        path, [msgspec.structs.replace(EVENT, subject=f"rule_{number}") for number in range(count)]
    )


def lines_of(path: Path) -> list[bytes]:
    """The lines with their ends."""
    return path.read_bytes().splitlines(keepends=True)


def signed(body: bytes) -> bytes:
    """A line whose digest fits its body."""
    return body[:-1] + b',"digest":"sha256:%s"}\n' % hashlib.sha256(DOMAIN + body).hexdigest().encode()


def as_read(value: Any) -> Any:
    """Text as JSON has it: two halves of a character that stand together are that character."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return {key: as_read(one) for key, one in value.items()} if isinstance(value, dict) else value


@given(one=ledgers, two=ledgers)
@laws
def test_round_trip(path: Path, one: list[Event], two: list[Event]) -> None:
    """What was appended is read again, in order, with the very values that it had."""
    head = written(path, one, two)
    found = list(ledger.entries(path))
    expected = [as_read(msgspec.structs.asdict(event)) for event in one + two]
    assert [repr(msgspec.structs.asdict(entry.event)) for entry in found] == [
        repr({**event, "details": dict(sorted(event["details"].items()))}) for event in expected
    ]
    assert [entry.sequence for entry in found] == list(range(1, len(expected) + 1))
    assert found[-1].head == head == ledger.head(path)
    assert ledger.verify(path, str(head)) == ledger.Verification(head)
    assert path.read_bytes().isascii()


@given(whole=ledgers, data=st.data())
@laws
def test_every_byte_counts(path: Path, whole: list[Event], data: st.DataObject) -> None:
    """One byte lost, put in or changed is noticed; without the head all but a torn end is."""
    head = str(written(path, whole))
    content = path.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1), label="at")
    byte = data.draw(st.binary(min_size=1, max_size=1).filter(lambda one: one != content[at : at + 1]))
    for damaged in (
        content[:at] + byte + content[at + 1 :],
        content[:at] + content[at + 1 :],
        content[:at] + byte + content[at:],
    ):
        put(path, damaged)
        assert ledger.verify(path, head).problem
        alone = ledger.verify(path)
        assert alone.problem or (alone.torn and alone.head.sequence == len(whole) - 1)


@given(extra=st.binary(min_size=1))
@laws
def test_bytes_at_the_end(path: Path, extra: bytes) -> None:
    """What follows the last line is an entry's beginning, which is said, or a problem."""
    head = some(path)
    with path.open("ab") as stream:
        stream.write(extra)
    result = ledger.verify(path, str(head))
    assert result.problem or result.torn == len(extra)
    assert result.head == head


@given(whole=st.lists(events(), min_size=2, max_size=6), data=st.data())
@laws
def test_every_line_counts(path: Path, whole: list[Event], data: st.DataObject) -> None:
    """Lines lost, doubled or moved are noticed; without the head all but the loss of the last is."""
    head = str(written(path, whole))
    lines = lines_of(path)
    one = data.draw(st.integers(0, len(lines) - 1), label="one")
    two = data.draw(st.integers(0, len(lines) - 1).filter(lambda other: other != one), label="two")
    swapped = list(lines)
    swapped[one], swapped[two] = lines[two], lines[one]
    for damaged, alone in (
        (lines[:one] + lines[one + 1 :], one < len(lines) - 1),
        ([*lines[:two], lines[one], *lines[two:]], True),
        ([*lines, lines[one]], True),
        (swapped, True),
    ):
        put(path, b"".join(damaged))
        assert ledger.verify(path, head).problem
        assert bool(ledger.verify(path).problem) == alone


@given(one=ledgers, two=ledgers, data=st.data())
@laws
def test_no_line_of_another_ledger(
    path: Path, one: list[Event], two: list[Event], data: st.DataObject
) -> None:
    """A line of another ledger fits nowhere, unless everything before it is the same."""
    written(path, one)
    other = lines_of(path)
    head = str(written(path, two))
    lines = lines_of(path)
    at = data.draw(st.integers(0, len(lines)), label="at")
    line = data.draw(st.sampled_from([line for line in other if line not in lines] or [b"{}\n"]))
    put(path, b"".join([*lines[:at], line, *lines[at:]]))
    fits = [*lines, line] == other[: at + 1]
    assert bool(ledger.verify(path, head).problem) != fits
    if at < len(lines):
        assert ledger.verify(path).problem


@given(whole=ledgers, event=events(), data=st.data())
@laws
def test_only_the_head_notices_a_rewriting(
    path: Path, whole: list[Event], event: Event, data: st.DataObject
) -> None:
    """Whoever computes the whole chain anew is caught by the head, and by nothing else."""
    head = str(written(path, whole))
    before = list(ledger.entries(path))
    at = data.draw(st.integers(0, len(whole) - 1), label="at")
    written(path, [*whole[:at], event, *whole[at + 1 :]])
    changed = before != list(ledger.entries(path))
    assert not ledger.verify(path).problem
    assert bool(ledger.verify(path, head).problem) == changed


def test_cut_anywhere(path: Path) -> None:
    """Wherever the file ends, it verifies up to the last whole entry, and can be continued from there."""
    head = some(path)
    content = path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(content) if byte == ord("\n")]
    before = list(ledger.entries(path))
    for length in range(len(content)):
        put(path, content[:length])
        whole = [end for end in ends if end <= length]
        cut = ledger.verify(path)
        assert (cut.problem, cut.head.sequence) == (None, len(whole))
        assert cut.torn == length - (whole[-1] if whole else 0)
        assert ledger.head(path) == cut.head
        missing = ledger.verify(path, str(head)).problem
        assert missing is not None
        assert (missing.line, "ends before" in missing.message) == (len(whole) + 1, True)
        kept = sum(end - 1 <= length for end in ends)  # a line that only lacks its end is whole
        last = ledger.append(path, [EVENT])
        after = list(ledger.entries(path))
        assert after[:-1] == before[:kept]
        assert (after[-1].head, after[-1].event) == (last, EVENT)
        assert ledger.verify(path, str(last)).problem is None


def test_power_loss(path: Path) -> None:
    """NULs where a file system announced data that never came are mended like an unfinished entry."""
    head = some(path)
    for torn in (b"\0" * 500, b'{"sequence":4' + b"\0" * 500):
        content = path.read_bytes()
        put(path, content + torn)
        assert ledger.verify(path, str(head)) == ledger.Verification(head, None, len(torn))
        assert ledger.append(path, []) == head
        assert path.read_bytes() == content


def test_too_much_at_the_end(path: Path) -> None:
    """What no entry is long enough for is not the beginning of one, and is kept."""
    head = some(path)
    content = path.read_bytes()
    begun = b'{"sequence":4,"previous":"%s","event":{' % head.digest.encode()
    for length, whole in ((MAX_LINE - 1, True), (MAX_LINE, False)):
        for torn in (begun.ljust(length, b"x"), b"\0" * length):
            put(path, content + torn)
            assert (ledger.verify(path).problem is None) == whole
    with pytest.raises(LedgerError, match=r"it ends with what no append has left there$"):
        ledger.append(path, [EVENT])
    assert path.read_bytes() == content + torn


def test_format(path: Path) -> None:
    """A ledger outlives the version that wrote it: these very bytes, with this very digest."""
    body = (
        b'{"sequence":1,"previous":"sha256:%s","event":{"kind":"bypass","at":"2026-03-01T12:00:00+00:00",'
        b'"environment":"staging","subject":"zero_broken_links","actor":"alice","tree_digest":"sha256:face",'
        b'"policy_digest":"sha256:d1ce","details":{"agreed":true,"reason":"caf\\u00e9","ticket":7,"until":null}}}'
    ) % hashlib.sha256(DOMAIN + b"genesis").hexdigest().encode()
    head = written(path, [EVENT])
    assert path.read_bytes() == signed(body)
    assert str(head) == "1:sha256:bada13492a323376b111a106d3d7da071d13807410cf8a8793edf68e86c483bb"


def test_verified_without_us(path: Path) -> None:
    """The few lines in the documentation come to the same head, and fail where there is none."""
    page = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    head = written(path, [EVENT, msgspec.structs.replace(EVENT, actor="\ud800\U0001f600\x7f\n")])
    command = [sys.executable, "-c", code, str(path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"{head}\n"
    put(path, path.read_bytes().replace(b"alice", b"mallo"))
    assert "AssertionError" in subprocess.run(command, capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param(lambda _: b"\n", "not an entry: ", id="an empty line"),
        pytest.param(lambda _: b"# Notes\n", "not an entry: ", id="another file"),
        pytest.param(lambda _: b"\xff\n", "not an entry: ", id="bytes"),
        pytest.param(lambda _: b"[" * 60_000 + b"\n", "not an entry: ", id="deep nesting"),
        pytest.param(lambda _: b"9" * 60_000 + b"\n", "not an entry: ", id="a long number"),
        pytest.param(lambda _: b"x" * MAX_LINE + b"\n", "longer than the 65536 bytes ", id="a long line"),
        pytest.param(lambda _: b"null\n", "not an entry: ", id="no object"),
        pytest.param(lambda line: line[:-1] + b"\r\n", "not as it was written", id="another line end"),
        pytest.param(lambda line: b" " + line, "not as it was written", id="a space more"),
        pytest.param(
            lambda line: signed(body_of(line).replace(b'"details"', b'"more":1,"details"')),
            "not as it was written",
            id="a key more",
        ),
        pytest.param(
            lambda line: signed(body_of(line).replace(b'"actor"', b'"actor":"x","actor"')),
            "not as it was written",
            id="a key twice",
        ),
        pytest.param(
            lambda line: signed(body_of(line).replace(b'"ticket":7', b'"ticket":7.0')),
            "not an entry: ",
            id="a fraction",
        ),
        pytest.param(
            lambda line: signed(body_of(line).replace(b"alice", b"\\u0061lice")),
            "not as it was written",
            id="another spelling",
        ),
        pytest.param(
            lambda line: signed(body_of(line).replace(b"bypass", b"bypast")),
            "not an entry: ",
            id="another kind",
        ),
        pytest.param(
            lambda line: signed(body_of(line).replace(b'"sequence":2', b'"sequence":3')),
            "number 3, where 2 is next",
            id="another number",
        ),
        pytest.param(
            lambda line: signed(body_of(line).replace(b'"previous":"sha256:', b'"previous":"sha257:')),
            "it was written behind another entry than the one before it",
            id="another predecessor",
        ),
        pytest.param(
            lambda line: line.replace(b"alice", b"mallo"),
            "its digest is of something else",
            id="another event",
        ),
    ],
)
def test_problems(path: Path, change: Callable[[bytes], bytes], error: str) -> None:
    """Each is said with its line, even where the digest fits; what stands before it still counts."""
    written(path, [EVENT] * 3)
    lines = lines_of(path)
    put(path, b"".join([lines[0], change(lines[1]), lines[2]]))
    result = ledger.verify(path)
    assert result.problem is not None
    assert (result.problem.line, result.head.sequence) == (2, 1)
    assert result.problem.message.startswith(error)
    assert "\n" not in result.problem.message
    found = ledger.entries(path)
    assert next(found).sequence == 1
    with pytest.raises(LedgerError, match="line 2: "):
        next(found)


def body_of(line: bytes) -> bytes:
    """What the digest of a line is over."""
    return line[: line.index(b',"digest":')] + b"}"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"kind": "coffee"}, "this coffee: not an entry: Invalid enum value", id="another kind"),
        pytest.param({"at": "yesterday"}, "Invalid isoformat string: 'yesterday'", id="no time"),
        pytest.param({"at": "2026-03-01T12:00:00"}, "a time without a zone", id="a time without a zone"),
        pytest.param({"actor": None}, "not an entry: Expected `str`", id="nobody"),
        pytest.param({"details": {"x": 1.5}}, "not an entry: Expected ", id="a fraction"),
        pytest.param({"details": {"x": 1.0}}, "not an entry: Expected ", id="a whole fraction"),
        pytest.param({"details": {"x": 10**5000}}, "Exceeds the limit", id="a long number"),
        pytest.param({"details": {"x": ["y"]}}, "not an entry: Expected ", id="a list"),
        pytest.param({"details": {"x": "y" * MAX_LINE}}, "longer than the 65536 bytes ", id="a long text"),
        pytest.param({"details": {"x": "\u65e5" * 11_000}}, "longer than the 65536 bytes ", id="a wide text"),
    ],
)
def test_events_that_cannot_be_kept(path: Path, changes: dict[str, Any], error: str) -> None:
    """They are refused with one line, together with what came with them, and nothing is written."""
    some(path)
    content = path.read_bytes()
    with pytest.raises(LedgerError) as caught:
        ledger.append(path, [EVENT, msgspec.structs.replace(EVENT, **changes)])
    assert error in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_longest_entry(path: Path) -> None:
    """An entry may take all that is allowed; behind a longest and before a torn one there is no gap."""
    written(path, [msgspec.structs.replace(EVENT, details={"x": ""})])
    room = MAX_LINE - len(path.read_bytes())
    longest = msgspec.structs.replace(EVENT, details={"x": "y" * room})
    written(path, [longest])
    ledger.append(path, [longest, longest])
    assert [len(line) for line in lines_of(path)] == [MAX_LINE] * 3
    put(path, path.read_bytes()[:-1])
    assert ledger.verify(path).torn == MAX_LINE - 1
    assert ledger.append(path, [EVENT]).sequence == 4
    assert ledger.verify(path).head.sequence == 4
    with pytest.raises(LedgerError, match="longer than"):
        ledger.append(path, [msgspec.structs.replace(EVENT, details={"x": "y" * (room + 1)})])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"precious\n", id="a text"),
        pytest.param(b"precious", id="a text without a line end"),
        pytest.param(b"x" * 1_000_000, id="a long line"),
        pytest.param(b"x" * 1_000_000 + b"\n", id="a long line with its end"),
        pytest.param(b"\0" * 1_000_000, id="many NULs"),
        pytest.param(b"\n", id="an empty line"),
    ],
)
def test_other_files(path: Path, content: bytes) -> None:
    """A file that is no ledger is neither continued nor called whole, and stays as it is."""
    put(path, content)
    for refused in (lambda: ledger.append(path, [EVENT]), lambda: ledger.head(path)):
        with pytest.raises(LedgerError, match=f"^{path}: (the last entry is damaged: |it ends with what )"):
            refused()
    problem = ledger.verify(path).problem
    assert problem is not None
    assert problem.line == 1
    assert path.read_bytes() == content


def test_damaged_last_entry(path: Path) -> None:
    """Nothing is written behind an entry that is not what was written."""
    some(path)
    content = path.read_bytes().replace(b"rule_2", b"rule_9")
    put(path, content)
    with pytest.raises(LedgerError, match=r"the last entry is damaged: its digest is of something else$"):
        ledger.append(path, [EVENT])
    assert path.read_bytes() == content


def test_only_the_end_is_read(path: Path) -> None:
    """How long the ledger is does not matter: what stands far from its end is for verify to see."""
    some(path, 600)
    content = path.read_bytes()
    put(path, b"x" * 100 + content[100:])
    assert ledger.append(path, [EVENT]).sequence == 601
    assert ledger.head(path).sequence == 601
    problem = ledger.verify(path).problem
    assert problem is not None
    assert problem.line == 1


def test_bounded_memory(path: Path) -> None:
    """Neither a long ledger nor a long line is ever in memory as a whole."""
    event = msgspec.structs.replace(EVENT, details={"x": "y" * 50_000})
    whole = written(path, [event] * 200)
    for garbage in (b"", b"x" * 10_000_000 + b"\n"):
        with path.open("ab") as stream:
            stream.write(garbage)
        tracemalloc.start()
        result = ledger.verify(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert result.head == whole
        assert bool(result.problem) == bool(garbage)
        assert peak < 2_000_000


def test_nothing_yet(tmp_path: Path) -> None:
    """Without a file the head is that of an empty ledger, but nothing is there to verify."""
    path = tmp_path / "deep" / "down" / ledger.NAME
    assert ledger.head(path) == EMPTY
    with pytest.raises(LedgerError, match="cannot be read: No such file"):
        ledger.verify(path)
    assert ledger.append(path, []) == EMPTY
    assert ledger.verify(path, str(EMPTY)) == ledger.Verification(EMPTY)
    assert ledger.append(path, [EVENT]).sequence == 1


def test_no_link_is_followed(tmp_path: Path) -> None:
    """A link in the place of the ledger or of its folder is not written through."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "target").write_bytes(b"")
    for name in ("target", "gone"):
        link = tmp_path / "link.jsonl"
        link.symlink_to(precious / name)
        with pytest.raises(
            LedgerError, match=r"link\.jsonl is a symbolic link, which is not written through"
        ):
            ledger.append(link, [EVENT])
        link.unlink()
    (tmp_path / ".fwgates").symlink_to(precious)
    with pytest.raises(LedgerError, match=r"\.fwgates is a symbolic link, which is not written through"):
        ledger.append(tmp_path / ".fwgates" / ledger.NAME, [EVENT])
    assert [(one.name, one.read_bytes()) for one in precious.iterdir()] == [("target", b"")]


@pytest.mark.timeout(10)
def test_what_is_no_file(tmp_path: Path) -> None:
    """A pipe or a folder in the place of the ledger is refused at once."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").touch()
    for name in ("pipe", "folder", "text/below"):
        path = tmp_path / name
        for use in (ledger.verify, ledger.head, lambda path: ledger.append(path, [EVENT])):
            with pytest.raises(LedgerError, match=f"^{path}: "):
                use(path)


def test_replaced_while_waiting(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be written to a file that nobody finds any more is refused."""
    some(path)
    lock = fcntl.flock

    def replaced(descriptor: int, operation: int) -> None:
        lock(descriptor, operation)
        path.unlink(missing_ok=True)
        path.touch()

    monkeypatch.setattr(fcntl, "flock", replaced)
    with pytest.raises(LedgerError, match=r"it was replaced while it was opened; try again$"):
        ledger.append(path, [EVENT])


@pytest.mark.parametrize("room", [0, 1, 100, 5000])
def test_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """Where not everything can be written, nothing is."""
    head = some(path)
    content = path.read_bytes()
    write = os.write
    left = [room]

    def full(descriptor: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = write(descriptor, data[: min(left[0], 70)])
        left[0] -= done
        return done

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(LedgerError, match=r"cannot be written: No space left on device$"):
        ledger.append(path, [EVENT] * 100)
    assert path.read_bytes() == content
    assert ledger.verify(path, str(head)) == ledger.Verification(head)


def test_on_the_disk_before_it_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head is returned when its entries are durable."""
    some(path)
    synced: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(path.read_bytes()))
    head = ledger.append(path, [EVENT])
    assert synced == [path.read_bytes()]
    assert head.digest.encode() in synced[0]


@given(head=st.builds(Head, st.integers(1, 10**18 - 1), st.just(EMPTY.digest)) | st.just(EMPTY))
@laws
def test_heads(head: Head) -> None:
    """A head that was printed is understood."""
    assert ledger.parse_head(str(head)) == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1:",
        f"0:{'sha256:' + '0' * 64}",
        f"01:{EMPTY.digest}",
        f"-1:{EMPTY.digest}",
        f"\u0661:{EMPTY.digest}",
        f"{'9' * 5000}:{EMPTY.digest}",
        f"1:{EMPTY.digest}\n",
        f"1:{EMPTY.digest.upper()}",
        f"1:{EMPTY.digest[:-1]}",
        EMPTY.digest,
    ],
    ids=repr,
)
def test_no_heads(path: Path, text: str) -> None:
    """Whatever is no head is an error and not a head that is missing."""
    some(path)
    with pytest.raises(LedgerError, match=r"is no head of a ledger; one is NUMBER:sha256:DIGEST$"):
        ledger.verify(path, text)


@given(event=events())
@laws
def test_json_is_printable(path: Path, event: Event) -> None:
    """An entry is shown as JSON that no terminal or runner obeys, with the values that it has."""
    written(path, [event])
    (entry,) = ledger.entries(path)
    text = _json(entry)
    assert printable(text) == text
    assert json.loads(text) == msgspec.to_builtins(entry)


@pytest.mark.parametrize("text", ["::error::x", "::::set-env", "##[group]", "###vso[x]", "\x7f\x1b\u202e\n"])
def test_commands_in_json(path: Path, text: str) -> None:
    """The same of what runners and terminals obey."""
    event = msgspec.structs.replace(EVENT, subject=text, details={text: text})
    test_json_is_printable.hypothesis.inner_test(path, event)
