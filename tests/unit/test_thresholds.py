"""Thresholds as data: the grammar, the units, and what a measured value is held against."""

from __future__ import annotations

import contextlib
import math
import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates import thresholds
from pytest_fwgates.thresholds import Threshold, ThresholdError
from tests.unit.strategies import any_text, numbers

laws = settings(deadline=None)

UNITS = "us, ms, s, min, h, B, KB, MB, GB, KiB, MiB, GiB, KB/s, MB/s, GB/s, Kbps, Mbps, Gbps, req/s, %"


@pytest.mark.parametrize(
    ("raw", "threshold"),
    [
        pytest.param("< 200ms", Threshold("< 200ms", "<", 0.2, "s"), id="milliseconds are seconds"),
        pytest.param("<= 5 min", Threshold("<= 5 min", "<=", 300, "s"), id="minutes after a space"),
        pytest.param("< 1h", Threshold("< 1h", "<", 3600, "s"), id="hours"),
        pytest.param("< 10us", Threshold("< 10us", "<", 1e-5, "s"), id="microseconds"),
        pytest.param("> 90%", Threshold("> 90%", ">", 0.9, "ratio"), id="a percentage is a ratio"),
        pytest.param("< 0.1%", Threshold("< 0.1%", "<", 0.001, "ratio"), id="a fraction of a percent"),
        pytest.param("< 2GB", Threshold("< 2GB", "<", 2e9, "B"), id="decimal prefixes are powers of 1000"),
        pytest.param("< 2GiB", Threshold("< 2GiB", "<", 2**31, "B"), id="binary prefixes are powers of 1024"),
        pytest.param("> 10 MB/s", Threshold("> 10 MB/s", ">", 1e7, "B/s"), id="bytes per second"),
        pytest.param("> 100Mbps", Threshold("> 100Mbps", ">", 1e8, "bit/s"), id="bits per second"),
        pytest.param(">= 50 req/s", Threshold(">= 50 req/s", ">=", 50, "req/s"), id="requests per second"),
        pytest.param("< medium", Threshold("< medium", "<", 2, "scale"), id="a word of the scale"),
        pytest.param("critical", Threshold("critical", "==", 4, "scale"), id="a word alone must be equal"),
        pytest.param("  < 3  ", Threshold("< 3", "<", 3, ""), id="a plain number with spaces around"),
        pytest.param("7", Threshold("7", "==", 7, ""), id="a number alone must be equal"),
        pytest.param(0, Threshold("0", "==", 0, ""), id="a YAML number"),
        pytest.param(0.5, Threshold("0.5", "==", 0.5, ""), id="a YAML fraction"),
        pytest.param(True, Threshold("true", "==", 1, "bool"), id="a YAML truth value"),
        pytest.param(False, Threshold("false", "==", 0, "bool"), id="a YAML untruth"),
        pytest.param("true", Threshold("true", "==", 1, "bool"), id="a truth value as text"),
        pytest.param("== false", Threshold("== false", "==", 0, "bool"), id="an untruth with its operator"),
    ],
)
def test_grammar(raw: thresholds.RawThreshold, threshold: Threshold) -> None:
    """A threshold is an operator, a value and a unit, and keeps the text that was written."""
    assert thresholds.parse(raw) == threshold


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        pytest.param("", "'' is not a threshold; write for example '< 200ms', '> 90%' or 0", id="nothing"),
        pytest.param(
            "fast!", "'fast!' is not a threshold; write for example '< 200ms', '> 90%' or 0", id="no grammar"
        ),
        pytest.param(
            "< -1",
            "'< -1' is not a threshold; write for example '< 200ms', '> 90%' or 0",
            id="a negative number",
        ),
        pytest.param(
            "< \u0663ms",
            "'< \u0663ms' is not a threshold; write for example '< 200ms', '> 90%' or 0",
            id="digits of another script",
        ),
        pytest.param(
            "< 5 parsecs", f"'< 5 parsecs' has the unknown unit 'parsecs'; allowed: {UNITS}", id="no unit"
        ),
        pytest.param(
            "< 5 kb", f"'< 5 kb' has the unknown unit 'kb'; allowed: {UNITS}", id="a unit in other case"
        ),
        pytest.param(
            "< huge",
            "'huge' is not on the scale none < low < medium < high < critical",
            id="no word of the scale",
        ),
        pytest.param(
            ">= false", "'>= false': a truth value has no order; write false", id="an order of truth"
        ),
        pytest.param(math.inf, "inf is not a finite number", id="infinity"),
        pytest.param(math.nan, "nan is not a finite number", id="no number"),
        pytest.param(
            "9" * 31,
            f"'{'9' * 31}' is not a threshold; write for example '< 200ms', '> 90%' or 0",
            id="a number of more than 30 digits",
        ),
        pytest.param(-(10**5000), "-inf is not a finite number", id="a number beyond all floats"),
    ],
)
def test_refusals(raw: thresholds.RawThreshold, error: str) -> None:
    """What is no threshold is refused with what is allowed."""
    with pytest.raises(ThresholdError) as caught:
        thresholds.parse(raw)
    assert str(caught.value) == error


@pytest.mark.parametrize(
    ("raw", "value", "holds"),
    [
        pytest.param("< 200ms", 0.199, True, id="below"),
        pytest.param("< 200ms", 0.2, False, id="at a limit that excludes"),
        pytest.param("<= 200ms", 0.2, True, id="at a limit that includes"),
        pytest.param("> 90%", 0.91, True, id="above"),
        pytest.param(">= 35%", 35 / 100, True, id="exactly a percentage that floats miss"),
        pytest.param(">= 99.9%", 999 / 1000, True, id="exactly a fraction of a percent that floats miss"),
        pytest.param(0, 0, True, id="equal"),
        pytest.param(0, 1, False, id="not equal"),
        pytest.param("< medium", "low", True, id="below on the scale"),
        pytest.param("< medium", "medium", False, id="at its place on the scale"),
        pytest.param(True, True, True, id="true"),
        pytest.param(True, False, False, id="false"),
        pytest.param("< 3", 10**400, False, id="a number beyond all floats is too much"),
        pytest.param("> 3", 10**400, True, id="a number beyond all floats is enough"),
        pytest.param("< 3", -(10**400), True, id="a negative number beyond all floats"),
    ],
)
def test_holds(raw: thresholds.RawThreshold, value: thresholds.Value, holds: bool) -> None:
    """A value keeps the limit or it does not."""
    assert thresholds.parse(raw).holds(value) is holds


@pytest.mark.parametrize(
    ("raw", "value", "error"),
    [
        pytest.param(
            "< 3",
            True,
            "the measured value True does not fit a threshold in numbers",
            id="truth for a number",
        ),
        pytest.param(
            True, 1, "the measured value 1 does not fit a threshold in bool", id="a number for truth"
        ),
        pytest.param(
            "< 1s", "low", "the measured value 'low' does not fit a threshold in s", id="a word for seconds"
        ),
        pytest.param(
            "< low", 1, "the measured value 1 does not fit a threshold in scale", id="a number for a word"
        ),
        pytest.param(
            "< low", True, "the measured value True does not fit a threshold in scale", id="truth for a word"
        ),
        pytest.param(
            "< low",
            "huge",
            "the measured value 'huge' does not fit a threshold in scale",
            id="an unknown word",
        ),
        pytest.param(
            True,
            10**5000,
            "the measured value of very many digits does not fit a threshold in bool",
            id="a number that cannot be written",
        ),
    ],
)
def test_misfits(raw: thresholds.RawThreshold, value: thresholds.Value, error: str) -> None:
    """A value of another kind than the limit neither keeps nor breaks it."""
    with pytest.raises(ThresholdError) as caught:
        thresholds.parse(raw).holds(value)
    assert str(caught.value) == error


@pytest.mark.parametrize(
    ("raw", "value", "margin"),
    [
        pytest.param("< 200ms", 0.15, 0.25, id="a quarter below an upper limit"),
        pytest.param("< 200ms", 0.3, -0.5, id="half above an upper limit"),
        pytest.param("> 80%", 1.0, 0.25, id="a quarter above a lower limit"),
        pytest.param("> 80%", 0.6, -0.25, id="a quarter below a lower limit"),
        pytest.param("7", 7, None, id="equality has no margin"),
        pytest.param("> 0", 7, None, id="zero has no share"),
    ],
)
def test_margin(raw: thresholds.RawThreshold, value: thresholds.Value, margin: float | None) -> None:
    """The margin is a share of the limit, negative where it is broken."""
    assert thresholds.parse(raw).margin(value) == pytest.approx(margin)


limits = st.builds(
    "{} {}{}".format,
    st.just("{}"),
    st.integers(0, 10**6) | st.decimals(0, 1000, places=3),
    st.sampled_from(["", "ms", "s", "%", "KB", "GiB", "req/s", "Mbps"]),
)


@given(raw=any_text | numbers | limits.map(lambda text: text.format("<")))
@laws
def test_only_threshold_errors(raw: thresholds.RawThreshold) -> None:
    """Whatever stands in a profile, it is a threshold or a ThresholdError, and its limit is finite."""
    with contextlib.suppress(ThresholdError):
        assert math.isfinite(thresholds.parse(raw).limit)


@given(limit=limits, sign=st.sampled_from(["", "<", "<=", ">", ">=", "=="]))
@laws
def test_nan_never_holds(limit: str, sign: str) -> None:
    """A measurement that is no number keeps no limit."""
    assert thresholds.parse(limit.format(sign)).holds(math.nan) is False


@given(limit=limits, value=st.integers() | st.floats(allow_nan=False))
@laws
def test_complements(limit: str, value: float) -> None:
    """Of `<` and `>=`, and of `>` and `<=`, exactly one holds, and `==` is both that include."""
    below, at_least, above, at_most, equal = (
        thresholds.parse(limit.format(sign)).holds(value) for sign in ("<", ">=", ">", "<=", "==")
    )
    assert below is not at_least
    assert above is not at_most
    assert equal is (at_least and at_most)


@given(raw=any_text | numbers | limits.map(lambda text: text.format("<")), value=any_text | numbers)
@laws
def test_holds_or_misfits(raw: thresholds.RawThreshold, value: thresholds.Value) -> None:
    """A value holds, does not hold, or does not fit; nothing else happens."""
    with contextlib.suppress(ThresholdError):
        threshold = thresholds.parse(raw)
        assert threshold.holds(value) in {True, False}
        margin = threshold.margin(value)
        assert margin is None or isinstance(margin, float)


@given(small=st.sampled_from(thresholds.SCALE), large=st.sampled_from(thresholds.SCALE))
@laws
def test_scale_is_ordered(small: str, large: str) -> None:
    """Words compare by their place on the scale."""
    places = thresholds.SCALE.index(small), thresholds.SCALE.index(large)
    for sign, compare in {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}.items():
        assert thresholds.parse(f"{sign} {large}").holds(small) is compare(*places)


sized = st.builds(
    lambda sign, number, unit: f"{sign} {number}{unit}",
    st.sampled_from(["<", "<=", ">", ">=", "=="]),
    st.integers(0, 4),
    st.sampled_from(["", "ms", "s", "%"]),
)


@given(one=sized, other=sized, value=st.floats(0, 5) | st.integers(0, 5).map(lambda n: n / 1000))
@settings(deadline=None)
def test_no_looser(one: str, other: str, value: float) -> None:
    """Where a limit is no looser than another one, what keeps it keeps the other."""
    first, second = thresholds.parse(one), thresholds.parse(other)
    if first.is_no_looser_than(second):
        assert first.unit == second.unit
        assert not first.holds(value) or second.holds(value)
    assert first.is_no_looser_than(first)


@pytest.mark.parametrize(
    ("one", "other", "no_looser"),
    [
        ("< 100ms", "< 0.2s", True),
        ("<= 200ms", "< 200ms", False),
        ("< 200ms", "<= 200ms", True),
        ("> 95%", ">= 90%", True),
        (">= 90%", "> 90%", False),
        (0, "<= 3", True),
        (3, "< 3", False),
        ("<= 3", 0, False),
        ("< low", "< medium", True),
        ("true", "true", True),
        ("true", "false", False),
        ("> 5", "< 9", False),
        ("< 5", "< 5s", False),
    ],
)
def test_no_looser_table(
    one: thresholds.RawThreshold, other: thresholds.RawThreshold, no_looser: bool
) -> None:
    """Open and closed ends, words and units are compared as what they mean."""
    assert thresholds.parse(one).is_no_looser_than(thresholds.parse(other)) is no_looser
