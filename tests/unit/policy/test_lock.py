"""The lock: what must run, and what is said where a run has other criteria."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates._bundled import GATE_TESTS
from pytest_fwgates.policy import lock
from pytest_fwgates.policy.lock import Lock, Locked
from pytest_fwgates.policy.places import PolicyError
from tests.unit.strategies import criteria, criterion

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_fwgates.model import Criterion

laws = settings(deadline=None)

NOTHING = Lock(1, ())
RENDERED = """\
{
  "version": 1,
  "criteria": [
    {
      "id": "a",
      "gates": [],
      "level": "mandatory",
      "stage": "framework_validation",
      "file": "gate_tests/test_it.py"
    },
    {
      "id": "b",
      "gates": [
        "naming",
        "security"
      ],
      "level": "advisory",
      "stage": "framework_validation",
      "file": "gate_tests/test_it.py"
    }
  ]
}
"""
TWO = (criterion("b", "security", "naming", level="advisory"), criterion("a"))


def of(*known: Criterion) -> Lock:
    """The lock of `known`."""
    return msgspec.json.decode(lock.render(known), type=Lock)


def bundled(identifier: str, *gates: str) -> Criterion:
    """A criterion of the bundled suite."""
    nodeid = f"fwgates/test_it.py::test_{identifier}"
    return msgspec.structs.replace(
        criterion(identifier, *gates), bundled=True, nodeid=nodeid, source="fwgates/test_it.py:5"
    )


def test_render() -> None:
    """A lock is sorted and says of each criterion what must not become less."""
    assert lock.render(TWO).decode() == RENDERED


@given(known=criteria, data=st.data())
@laws
def test_round_trip(known: list[Criterion], data: st.DataObject) -> None:
    """What was locked is read again, whatever the order in which it was collected."""
    content = lock.render(known)
    assert lock.render(data.draw(st.permutations(known))) == content
    read = msgspec.json.decode(content, type=Lock)
    assert {row.id: (row.level, row.stage, {*row.gates}) for row in read.criteria} == {
        one.id: (one.level, one.stage, {*one.gates}) for one in known
    }


def test_read(tmp_path: Path) -> None:
    """A lock that was written can be read."""
    path = tmp_path / "criteria.lock"
    path.write_text(RENDERED)
    assert lock.read(path, "gate_tests/criteria.lock") == Lock(
        1,
        (
            Locked("a", (), "mandatory", "framework_validation", "gate_tests/test_it.py"),
            Locked("b", ("naming", "security"), "advisory", "framework_validation", "gate_tests/test_it.py"),
        ),
    )


ROW = {"id": "a", "gates": [], "level": "mandatory", "stage": "s", "file": "f"}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"", "not a lock (", id="empty"),
        pytest.param(b"<<<<<<< HEAD\n", "not a lock (", id="with a conflict"),
        pytest.param(b'{"version": 1, "criteria": [{"id": "\xff"}]}', "not a lock (", id="not UTF-8"),
        pytest.param(rb'{"version": 1, "criteria": [{"id": "\ud800"}]}', "not a lock (", id="half a letter"),
        pytest.param(b"[" * 100_000, "not a lock (", id="nested deeply"),
        pytest.param(b'{"version": 1}', "not a lock (", id="without criteria"),
        pytest.param({"criteria": [{**ROW, "level": "none"}]}, "not a lock (", id="with an unknown level"),
        pytest.param({"criteria": [{**ROW, "skip": True}]}, "not a lock (", id="with an unknown key"),
        pytest.param(
            {"version": 2, "criteria": []},
            "version 2 of the lock is unknown; this is version 1",
            id="of the future",
        ),
        pytest.param(
            {"criteria": [ROW, ROW]},
            "'a' stands there twice; write it anew with 'fwgates lock'",
            id="with a criterion twice",
        ),
    ],
)
def test_refusals(tmp_path: Path, content: bytes | dict[str, Any], error: str) -> None:
    """A lock that cannot be used is refused under the name that people know it by."""
    path = tmp_path / "criteria.lock"
    path.write_bytes(
        content if isinstance(content, bytes) else msgspec.json.encode({"version": 1, **content})
    )
    with pytest.raises(PolicyError, match=f"^gate_tests/criteria.lock: {re.escape(error)}") as caught:
        lock.read(path, "gate_tests/criteria.lock")
    assert "\n" not in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    """A lock that is not there, or is a folder, cannot be read."""
    with pytest.raises(PolicyError, match=r"^it: cannot be read: No such file"):
        lock.read(tmp_path / "criteria.lock", "it")
    with pytest.raises(PolicyError, match=r"^it: cannot be read: Is a directory"):
        lock.read(tmp_path, "it")


@given(content=st.binary(max_size=40) | st.builds(lambda at: RENDERED[:at].encode(), st.integers(0, 99)))
@laws
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever lies there is refused with an error for a person."""
    path = tmp_path_factory.getbasetemp() / "any.lock"
    path.write_bytes(content)
    with pytest.raises(PolicyError, match=r"^it: "):
        lock.read(path, "it")


def test_bundled() -> None:
    """The lock that ships names every bundled gate test's file, and no other."""
    files = {row.file for row in lock.bundled().criteria}
    assert files == {f"fwgates/{one.relative_to(GATE_TESTS)}" for one in GATE_TESTS.rglob("test_*.py")}


def test_as_locked() -> None:
    """Where everything that is locked was collected, there is nothing to say."""
    assert lock.expectation(TWO, of(*TWO), NOTHING) == lock.Expectation(TWO, frozenset(), (), ())


def test_disappeared() -> None:
    """A criterion that only the lock knows is still expected, as the lock knows it."""
    found = lock.expectation(TWO[:1], of(*TWO), NOTHING)
    assert found.absent == {"a"}
    assert found.expected[1] == msgspec.structs.replace(
        criterion("a"), nodeid="gate_tests/test_it.py", source="gate_tests/test_it.py"
    )


def test_disappeared_from_the_bundle() -> None:
    """A repository without a lock must show every criterion of the bundle."""
    found = lock.expectation((), None, of(bundled("a")))
    assert found.absent == {"a"}
    assert found.expected[0].bundled


@pytest.mark.parametrize(
    ("now", "problem"),
    [
        pytest.param(
            criterion("it", "security", level="advisory"),
            "it is locked as mandatory and now advisory",
            id="of a lower level",
        ),
        pytest.param(
            criterion("it"), "it is locked in the gates security and has left them", id="of fewer gates"
        ),
        pytest.param(
            msgspec.structs.replace(criterion("it", "security"), stage="post_deployment"),
            "it is locked in stage framework_validation and now in post_deployment",
            id="of another stage",
        ),
    ],
)
def test_weakened(now: Criterion, problem: str) -> None:
    """A gate test that asks for less than it was locked with is a problem at its own line."""
    found = lock.expectation([now], of(criterion("it", "security")), NOTHING)
    assert found.problems == (f"gate_tests/test_it.py:5: {problem}",)
    assert found.expected == (now,)


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(criterion("it", "naming", "security"), id="of more gates"),
        pytest.param(criterion("it", "security", level="mandatory"), id="of a higher level"),
    ],
)
def test_strengthened(now: Criterion) -> None:
    """A gate test may ask for more than it was locked with."""
    before = criterion("it", "security", level="advisory")
    assert lock.expectation([now], of(before), NOTHING) == lock.Expectation((now,), frozenset(), (), ())


@pytest.mark.parametrize(
    ("now", "local", "accepted", "notice"),
    [
        pytest.param(
            bundled("it"),
            NOTHING,
            False,
            "it is new in the bundle and not enforced until 'fwgates lock'",
            id="a bundled one is not enforced yet",
        ),
        pytest.param(
            bundled("it"),
            None,
            True,
            "it is not in the lock yet; accept it with 'fwgates lock'",
            id="a bundled one that the bundle forgot counts",
        ),
        pytest.param(
            criterion("it"),
            NOTHING,
            True,
            "it is not in the lock yet; accept it with 'fwgates lock'",
            id="a local one counts at once",
        ),
        pytest.param(criterion("it"), None, True, None, id="a local one without a lock is nothing new"),
    ],
)
def test_new(now: Criterion, local: Lock | None, accepted: bool, notice: str | None) -> None:
    """A criterion that the lock does not know is told, and blocks nothing."""
    found = lock.expectation([now], local, NOTHING)
    assert found.expected == (msgspec.structs.replace(now, accepted=accepted),)
    assert found.notices == ((notice,) if notice else ())
    assert found.problems == ()


@given(known=criteria, data=st.data())
@laws
def test_nothing_that_is_locked_can_vanish(known: list[Criterion], data: st.DataObject) -> None:
    """Whatever is collected, every locked id is expected once, and what was not collected is absent."""
    collected = data.draw(st.lists(st.sampled_from(known), unique=True) if known else st.just([]))
    found = lock.expectation(collected, of(*known), NOTHING)
    assert sorted(one.id for one in found.expected) == sorted(one.id for one in known)
    assert found.absent == {one.id for one in known} - {one.id for one in collected}
    assert found.problems == ()
    assert all(one.accepted for one in found.expected)
