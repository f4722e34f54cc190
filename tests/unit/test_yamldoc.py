"""Reading YAML as plain data: what is read, where it stands, and what is refused."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_fwgates import yamldoc
from tests.unit.strategies import any_text

laws = settings(deadline=None)

DOCUMENT = """\
production:
  quality_gates:
    mandatory_gates: [security, performance]
    bypass_allowed: false
  stages:
    - source_control
    - code_quality
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param((), (1, 1), id="the document"),
        pytest.param(("production",), (1, 1), id="a top-level key"),
        pytest.param(("production", "quality_gates", "bypass_allowed"), (4, 5), id="a nested key"),
        pytest.param(
            ("production", "quality_gates", "mandatory_gates", 1), (3, 33), id="an item of a flow list"
        ),
        pytest.param(("production", "stages", 1), (7, 7), id="an item of a block list"),
        pytest.param(("production", "stages", 9), (5, 3), id="an unknown item is at its list"),
        pytest.param(("production", "owner", "name"), (1, 1), id="an unknown key is at its nearest ancestor"),
        pytest.param(("staging",), (1, 1), id="an unknown document is at the start"),
    ],
)
def test_positions(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    """Every key and item has the 1-based line and column at which it stands."""
    assert yamldoc.load(DOCUMENT).position(*path) == place


def test_position_in_nothing() -> None:
    """A text without any value still has a place to point at."""
    assert yamldoc.load("# nothing\n").position("production") == (1, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", None, id="an empty text is nothing"),
        pytest.param("# a comment\n", None, id="a comment is nothing"),
        pytest.param("a: [1, 2.5, true, ~, text]", {"a": [1, 2.5, True, None, "text"]}, id="plain scalars"),
        pytest.param("'1'", "1", id="a quoted number is text"),
        pytest.param("!!str 1", "1", id="a number tagged as text is text"),
        pytest.param("! x", "x", id="a tag that says nothing"),
        pytest.param("2026-03-01", dt.date(2026, 3, 1), id="a date"),
        pytest.param("a: &x [1]\nb: *x", {"a": [1], "b": [1]}, id="an alias repeats its anchor"),
        pytest.param(
            "a: &x {k: 1}\nb:\n  <<: *x", {"a": {"k": 1}, "b": {"<<": {"k": 1}}}, id="no merge keys"
        ),
        pytest.param("=: 1", {"=": 1}, id="a value key is an ordinary key"),
        pytest.param("!!map {a: !!seq [1]}", {"a": [1]}, id="the tags of plain collections"),
        pytest.param("\ufeffa: 1", {"a": 1}, id="a byte order mark"),
        pytest.param("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}, id="Windows line ends"),
        pytest.param("0x10: 0o10", {16: "0o10"}, id="the numbers of YAML 1.1"),
    ],
)
def test_plain_data(text: str, value: object) -> None:
    """Only the safe scalars, lists and mappings are built."""
    assert yamldoc.load(text).value == value


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(
            "a:\n\t- b", "line 2, column 1: found character that cannot start any token", id="a tab"
        ),
        pytest.param("a: [1\n", "line 2, column 1: did not find expected ',' or ']'", id="an open list"),
        pytest.param(
            "a\n---\nb",
            "line 2, column 1: a second document starts here; only one is allowed",
            id="two documents",
        ),
        pytest.param(
            "a: &x [*x]", "line 1, column 8: alias *x has no finished anchor above it", id="a cycle"
        ),
        pytest.param(
            "a: *x", "line 1, column 4: alias *x has no finished anchor above it", id="no such anchor"
        ),
        pytest.param("? [a]\n: b", "line 1, column 3: a key must be plain text", id="a list as a key"),
        pytest.param(
            "!!python/object/apply:os.system [true]",
            "line 1, column 1: tag tag:yaml.org,2002:python/object/apply:os.system is not allowed",
            id="a tag that would call something",
        ),
        pytest.param("!!set {a}", "line 1, column 1: tag tag:yaml.org,2002:set is not allowed", id="a set"),
        pytest.param(
            "!!set ''", "line 1, column 1: tag tag:yaml.org,2002:set is not allowed", id="a text as a set"
        ),
        pytest.param("a: !mine b", "line 1, column 4: tag !mine is not allowed", id="an unknown tag"),
        pytest.param(
            "a: 0x_",
            "line 1, column 4: value cannot be read: invalid literal for int() with base 16: ''",
            id="a number without digits",
        ),
        pytest.param(
            "!!bool x", "line 1, column 1: value cannot be read: 'x' is not a bool", id="no truth value"
        ),
        pytest.param(
            "!!timestamp x", "line 1, column 1: value cannot be read: 'x' is not a timestamp", id="no date"
        ),
        pytest.param("!!int ''", "line 1, column 1: value cannot be read: '' is not a int", id="no number"),
        pytest.param(
            "!!float ''", "line 1, column 1: value cannot be read: '' is not a float", id="no fraction"
        ),
        pytest.param("a: \0", "line 1, column 1: control characters are not allowed", id="a NUL"),
    ],
)
def test_refusals(text: str, error: str) -> None:
    """What cannot be read is refused with its line, its column and why."""
    with pytest.raises(yamldoc.YamlError) as caught:
        yamldoc.load(text)
    assert str(caught.value) == error
    assert (
        str(caught.value) == f"line {caught.value.line}, column {caught.value.column}: {caught.value.message}"
    )


def test_lone_surrogate() -> None:
    """Text that is no Unicode is refused."""
    with pytest.raises(yamldoc.YamlError, match=r"^line 1, column 1: not valid Unicode: "):
        yamldoc.load("a: \ud800")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("[" * 5000, "nested deeper than 64 levels", id="deep nesting"),
        pytest.param(
            "- &a [" + "0," * 1000 + "]\n" + "- *a\n" * 200, "more than 200000 values", id="too many values"
        ),
        pytest.param(
            "a0: &a0 [0,0,0,0,0,0,0,0,0,0]\n"
            + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)),
            "more than 200000 values",
            id="an alias bomb",
        ),
        pytest.param(
            "a0: &a0 "
            + "[" * 40
            + "]" * 40
            + "\n"
            + "".join(f"a{n}: &a{n} {'[' * 40}*a{n - 1}{']' * 40}\n" for n in range(1, 50)),
            "nested deeper than 64 levels",
            id="aliases that nest in one another",
        ),
        pytest.param("9" * 5000, "a plain value longer than 1000 characters", id="a long number"),
        pytest.param(
            "a: 0x" + "f" * 5000, "a plain value longer than 1000 characters", id="a long hexadecimal"
        ),
        pytest.param(
            "1" + ":59" * 5000, "a plain value longer than 1000 characters", id="a long sexagesimal"
        ),
    ],
)
def test_limits(text: str, error: str) -> None:
    """What would take unbounded time or memory is refused early."""
    with pytest.raises(yamldoc.YamlError) as caught:
        yamldoc.load(text)
    assert caught.value.message == error


def test_long_text_is_no_long_number() -> None:
    """The limit on plain values leaves text alone."""
    assert yamldoc.load("x" * 5000).value == "x" * 5000


@pytest.mark.parametrize(
    ("text", "duplicates", "kept"),
    [
        pytest.param("a: 1\nb: 2\na: 3", [("a", 3, 1, 1)], {"a": 1, "b": 2}, id="a key again"),
        pytest.param(
            "x: {a: 1, a: 2}", [("a", 1, 11, 1)], {"x": {"a": 1}}, id="a key again in a flow mapping"
        ),
        pytest.param("a: 1\na: 2\na: 3", [("a", 2, 1, 1), ("a", 3, 1, 1)], {"a": 1}, id="three times"),
        pytest.param("1: a\ntrue: b", [("True", 2, 1, 1)], {1: "a"}, id="a truth value that equals a number"),
        pytest.param("1: a\n\n1.0: b", [("1.0", 3, 1, 1)], {1: "a"}, id="a fraction that equals a number"),
        pytest.param("1: a\n'1': b", [], {1: "a", "1": "b"}, id="a number and a text are two keys"),
        pytest.param("a: {k: 1}\nb: {k: 1}", [], {"a": {"k": 1}, "b": {"k": 1}}, id="in two mappings"),
    ],
)
def test_duplicates(text: str, duplicates: list[tuple[str, int, int, int]], kept: object) -> None:
    """A key that its mapping holds already is reported with both places, and the first value is kept."""
    loaded = yamldoc.load(text)
    assert [(one.key, one.line, one.column, one.first_line) for one in loaded.duplicates] == duplicates
    assert loaded.value == kept


def test_duplicates_below_a_duplicate() -> None:
    """The value of a repeated key is read too, so that nothing hides below it."""
    loaded = yamldoc.load("a: 1\na:\n  k: 1\n  k: 2\n")
    assert [(one.key, one.line) for one in loaded.duplicates] == [("a", 2), ("k", 4)]


def refusal(text: str) -> yamldoc.YamlError | None:
    """Why `text` cannot be read, if it cannot."""
    try:
        yamldoc.load(text)
    except yamldoc.YamlError as error:
        return error
    return None


yamlish = st.text(st.sampled_from("ab0159:-,[]{}&*!|>'\"%@#?<=.~ \n\t\0\ud800\ufeff_+exT"), max_size=60)
tagged = st.builds(
    "!!{} '{}'".format,
    st.sampled_from(["int", "float", "bool", "null", "timestamp", "binary", "set", "omap", "seq"]),
    yamlish,
)


@given(text=yamlish | tagged | any_text)
@laws
def test_only_yaml_errors(text: str) -> None:
    """Whatever the text is, it is read or refused with a place inside it."""
    error = refusal(text)
    if error:
        assert 1 <= error.line <= len(text.splitlines()) + 1
        assert error.column >= 1


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text()
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
    max_leaves=12,
)


@given(document=documents)
@laws
def test_reads_what_pyyaml_wrote(document: object) -> None:
    """Plain data that PyYAML writes is read as PyYAML reads it, with a place for every key and item."""
    text = yaml.safe_dump(document)
    loaded = yamldoc.load(text)
    assert repr(loaded.value) == repr(yaml.safe_load(text))
    assert loaded.duplicates == ()
    lines = text.count("\n") + 1
    assert all(1 <= line <= lines and column >= 1 for line, column in loaded.places.values())


@given(text=yamlish | tagged)
@laws
def test_agrees_with_pyyaml(text: str) -> None:
    """Where both read a text without repeated or merge keys, both read the same."""
    assume("<<" not in text)
    with contextlib.suppress(yamldoc.YamlError):
        loaded = yamldoc.load(text)
        assume(not loaded.duplicates)
        try:
            loader = yamldoc._Loader(text)
            value = loader.get_single_data()
        except Exception:  # noqa: BLE001 - PyYAML lets every kind of error out
            return
        assert repr(loaded.value) == repr(value)
