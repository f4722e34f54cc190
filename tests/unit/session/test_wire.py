"""What crosses from a worker to the controller is builtins that every encoder takes."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import execnet.gateway_base
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.model import Finding, Narrowing, Source
from pytest_fwgates.session import wire
from tests.unit.strategies import RUN, any_text, findings

if TYPE_CHECKING:
    from collections.abc import Iterator

laws = settings(deadline=None)


class Word(str):
    """A text of somebody else's type, as parsers and templates have them."""

    __slots__ = ()


class Half(float):
    """A number of somebody else's type, as numpy has them."""


class Count(int):
    """An integer of somebody else's type."""


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        pytest.param("text", "text", id="text"),
        pytest.param("caf\udce9", "caf?", id="a byte that is not UTF-8"),
        pytest.param(("a", 1, 2.5, None, True), ["a", 1, 2.5, None, True], id="a tuple is a list"),
        pytest.param({1: "a"}, {"1": "a"}, id="a key is text"),
        pytest.param({"\ud800": ["\ud800"]}, {"?": ["?"]}, id="keys and items are cleaned"),
        pytest.param(Decimal("1.50"), "1.50", id="an exact number is text"),
        pytest.param(2**63 - 1, 2**63 - 1, id="the largest integer of JSON stays"),
        pytest.param(2**63, "0x8000000000000000", id="a larger integer is text"),
        pytest.param(-(2**63), "-0x8000000000000000", id="a smaller integer is text"),
        pytest.param(10**5000, hex(10**5000), id="an integer that Python writes no decimals of is text"),
        pytest.param(Half(1.5), 1.5, id="a float of another type is a float"),
        pytest.param(Count(7), 7, id="an integer of another type is an integer"),
        pytest.param(Finding(Word("broken")).message, "broken", id="a word of another type is a text"),
        pytest.param(
            Finding("broken", "a.md", 3),
            {
                "message": "broken",
                "path": "a.md",
                "line": 3,
                "column": None,
                "severity": "medium",
                "criterion": "",
                "fingerprint": "",
                "excerpt": "",
            },
            id="a finding is a mapping",
        ),
    ],
)
def test_plain(value: object, sent: object) -> None:
    """Everything that a worker sends is builtins."""
    assert wire.plain(value) == sent


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        pytest.param("text", "text", id="text stays"),
        pytest.param("\ud800x", "?x", id="a lone surrogate is a question mark"),
        pytest.param(Word("text"), "text", id="a text of another type is a text"),
    ],
)
def test_text(value: str, sent: str) -> None:
    """A text is exactly a `str` that UTF-8 can hold."""
    assert wire.text(value) == sent
    assert type(wire.text(value)) is str


def test_clean() -> None:
    """A struct stays what it is, and whole; only text that UTF-8 cannot hold is changed."""
    source = Source("1", "", "2/4", "/caf\udce9", (Narrowing("-k", "\ud800", "command line"),), ())
    assert wire.clean(source) == Source("1", "", "2/4", "/caf?", (Narrowing("-k", "?", "command line"),), ())
    assert wire.clean(RUN) == RUN


def parts(value: Any) -> Iterator[Any]:
    """`value` and everything in it."""
    yield value
    inner = (
        [*value.keys(), *value.values()]
        if isinstance(value, dict)
        else value
        if isinstance(value, list)
        else ()
    )
    for one in inner:
        yield from parts(one)


values = st.recursive(
    any_text
    | st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([400, 5000]).map(lambda digits: -(10**digits))
    | st.floats()
    | findings(any_text)
    | st.decimals(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(any_text | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(value=values)
@laws
def test_every_encoder_takes_it(value: object) -> None:
    """Whatever is sent is exactly the builtin types, and as one text both execnet and JSON take it."""
    sent = wire.plain(value)
    assert {type(one) for one in parts(sent)} <= {str, int, float, bool, type(None), list, dict}
    assert json.dumps(sent, ensure_ascii=False).encode("utf-8")
    assert execnet.gateway_base.dumps(wire.pack(value))


@given(value=values)
@laws
def test_packed_arrives(value: object) -> None:
    """What was packed is unpacked as it was, but for numbers that JSON has no word for."""
    packed = wire.pack(value)
    assert same(wire.unpack(packed), wire.plain(value))
    assert wire.pack(wire.unpack(packed)) == packed


def same(got: Any, sent: Any) -> bool:
    """Whether `got` is `sent` with nothing in the place of what is no finite number."""
    if isinstance(sent, float) and not math.isfinite(sent):
        return got is None
    if isinstance(sent, list):
        return len(got) == len(sent) and all(map(same, got, sent))
    if isinstance(sent, dict):
        return got.keys() == sent.keys() and all(same(got[key], sent[key]) for key in sent)
    return bool(got == sent) and type(got) is type(sent)


@given(value=values)
@laws
def test_idempotent(value: object) -> None:
    """What has crossed once crosses again unchanged."""
    sent = wire.plain(value)
    assert repr(wire.plain(sent)) == repr(sent)
