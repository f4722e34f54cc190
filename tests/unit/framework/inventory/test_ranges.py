"""Ranges: one lies within another where every version of it does, as the libraries themselves have it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from pytest_fwgates.framework.inventory import ranges
from pytest_fwgates.framework.inventory.ranges import Interval, parse, semver, within


@pytest.mark.parametrize(
    ("ecosystem", "inner", "outer", "expected"),
    [
        ("pypi", ">=8,<9", ">=8,<9", True),
        ("pypi", ">=8.1,<8.2", ">=8,<9", True),
        ("pypi", ">=8", ">=8,<9", False),
        ("pypi", "", ">=1", False),
        ("pypi", "==8.1.7", "~=8.1", True),
        ("pypi", "~=8.1.2", "==8.1.*", True),
        ("pypi", "~=8.1", "==8.1.*", False),
        ("pypi", "!=8.1.3,>=8,<9", ">=8,<9", True),
        ("pypi", ">=8,<9", "!=8.1.3", False),
        ("pypi", "^1.2", ">=1.2,<2", True),
        ("pypi", "^0.2.3", ">=0.2,<0.3", True),
        ("pypi", "^0.2.3", ">=0.2,<0.2.9", False),
        ("pypi", "not a range", ">=1", None),
        ("pypi", ">=1", "*", True),
        ("npm", "^1.2.3", ">=1.0.0 <2.0.0-0", True),
        ("npm", "^1.2.3", "^1.0.0", True),
        ("npm", "^1.2.3", "~1.2.0", False),
        ("npm", "1.2.3", "1.x", True),
        ("npm", "~1.2", "1.2.x", True),
        ("npm", "^0.2.3", "^0.2.0", True),
        ("npm", "^0.0.3", ">=0.0.3 <0.0.4", True),
        ("pypi", ">=1,<3", "==1.* || ==2.*", True),
        ("npm", "*", "^1", False),
        ("npm", "1.0.0 - 1.4.0", "^1", True),
        ("npm", ">= 1.2.0 < 1.9.0", "1", True),
        ("npm", "^1 || ^2", ">=1 <3.0.0-0", True),
        ("npm", "^1 || ^3", ">=1 <3.0.0-0", False),
        ("npm", ">=1 <4", "^1 || ^2 || ^3 || >=3 <4", True),
        ("npm", "latest", "^1", None),
        ("npm", "", "^1", False),
    ],
)
def test_within(ecosystem: str, inner: str, outer: str, *, expected: bool | None) -> None:
    assert within(ecosystem, inner, outer) is expected


def test_the_order_of_semver() -> None:
    order = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
    ]
    keys = [semver(one) for one in [*order, "1.0.0-rc.1", "1.0.0", "1.0.1", "2.0.0-0"]]
    assert keys == sorted(keys)
    assert semver("1.0") is None


VERSIONS = ["0.9", "1.0", "1.0.1", "1.0.post1", "1.1", "1.1.5", "1.2", "2.0", "2.1", "3.0"]
SPECIFIER = st.builds(
    "{}{}".format,
    st.sampled_from([">=", ">", "<=", "<", "==", "!=", "~="]),
    st.sampled_from(["1.0", "1.1", "1.2", "2.0"]),
)
SETS = st.lists(SPECIFIER | st.sampled_from(["==1.*", "!=1.1.*", "==1.1.*"]), min_size=1, max_size=3).map(
    ",".join
)


def holds(interval: Interval, version: Version) -> bool:
    point = Interval(version, high=version)
    return ranges._contains(interval, point)


@settings(deadline=None)
@given(SETS)
def test_python_ranges_hold_the_versions_that_packaging_says(text: str) -> None:
    found = parse("pypi", text)
    assert found is not None
    for written in VERSIONS:
        version = Version(written)
        if version.is_postrelease:
            continue  # PEP 440 leaves those out of `>` by a rule of its own
        assert any(holds(one, version) for one in found) == SpecifierSet(text).contains(
            version, prereleases=True
        )


@settings(deadline=None)
@given(SETS, SETS)
def test_no_version_of_a_range_is_outside_of_what_it_lies_within(inner: str, outer: str) -> None:
    if within("pypi", inner, outer):
        for written in VERSIONS:
            if SpecifierSet(inner).contains(written) and not Version(written).is_postrelease:
                assert SpecifierSet(outer).contains(written), (inner, outer, written)


@settings(deadline=None, max_examples=300)
@given(st.text("^~<>=|- x*.0123456789av", max_size=20), st.sampled_from(["pypi", "npm"]))
def test_no_text_breaks_it(text: str, ecosystem: str) -> None:
    parse(ecosystem, text)
    within(ecosystem, text, text + " ")


def test_long_ranges_are_not_read() -> None:
    assert parse("npm", "^1 || " * 500) is None
    many = ",".join(f"!=1.{n}" for n in itertools.islice(itertools.count(), 60))
    assert parse("pypi", many) is not None
