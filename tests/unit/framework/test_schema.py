"""What documented keys may hold; where it is reported is shown by the examples."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework import schema

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)
KEYS = sorted({key for keys in schema._KEYS.values() for key in keys} | {"version", "color"})


def faults(written: schema.Format, folder: str = "", **value: object) -> list[str]:
    keys = {key.replace("__", "-"): one for key, one in value.items()}
    return [fault.message for fault in schema.faults(written, keys, folder)]


@pytest.mark.parametrize(
    ("name", "folder", "count"),
    [
        ("release", "release", 0),
        ("release", "", 0),
        ("v2-release", "v2-release", 0),
        ("überblick-日本", "", 0),
        ("x" * 64, "", 0),
        ("x" * 65, "", 1),
        ("Release", "release", 1),
        ("re lease", "release", 1),
        ("re_lease", "release", 1),
        ("-release", "release", 1),
        ("release-", "release", 1),
        ("re--lease", "release", 1),
        ("plugin:release", "release", 1),
        ("release", "other", 1),
        ("", "other", 0),  # that it is missing is said already
        (42, "42", 1),
        (dt.date(2026, 1, 2), "2026-01-02", 0),
        (dt.date(2026, 1, 2), "notes", 1),
        (["release"], "release", 1),
    ],
)
def test_the_name_of_a_skill(name: object, folder: str, count: int) -> None:
    """A defect of the name gives one finding, whatever the folder is called."""
    assert len(faults("open skill", folder, name=name)) == count


@pytest.mark.parametrize("length", [1024, 1025])
def test_a_description_has_its_limit(length: int) -> None:
    """The last length that is allowed, and the first that is not; space around it does not count."""
    assert len(faults("skill", description=f"  {'x' * length}\n")) == (length > 1024)


@pytest.mark.parametrize(
    ("model", "count"),
    [
        ("sonnet", 0),
        ("Opus", 0),
        ("opus[1m]", 0),
        ("claude-opus-5", 0),
        ("gpt", 0),
        ("arn:aws:bedrock:x", 0),
        ("sonnet-4", 0),
        ("sonet", 1),
        ("inherrit", 1),
        (["opus"], 1),
    ],
)
def test_models_are_no_closed_set(model: object, count: int) -> None:
    """Only a slip of an alias is one."""
    assert len(faults("agent", model=model)) == count


@pytest.mark.parametrize(
    ("turns", "count"),
    [(1, 0), ("20", 0), (0, 1), (-1, 1), (True, 1), (1.5, 1), ("many", 1), ("9" * 5000, 1), ([1], 1)],
)
def test_a_number_of_turns(turns: object, count: int) -> None:
    """A whole number above 0, also in quotes."""
    assert len(faults("agent", maxTurns=turns)) == count


@pytest.mark.parametrize(
    ("value", "count"),
    [(True, 0), ("false", 0), ("True", 1), (1, 1), ([], 1), ({}, 1)],
)
def test_a_truth_value(value: object, count: int) -> None:
    """True and false, also in quotes."""
    assert len(faults("command", user__invocable=value)) == count


@given(st.sampled_from(get_args(schema.Format)), st.dictionaries(st.sampled_from(KEYS), VALUES), st.text())
def test_any_value_is_judged(written: schema.Format, value: dict[str, object], folder: str) -> None:
    """Nothing raises, and every fault leads to a key that is there."""
    for fault in schema.faults(written, value, folder):
        assert value[str(fault.path[0])] is not None
