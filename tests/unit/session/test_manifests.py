"""What crosses from a worker to the controller of what it collected."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.model import Criterion
from pytest_fwgates.session.manifests import Manifest, Row, from_wire, to_wire

names = st.text(st.characters(codec="utf-8"), max_size=9)
criteria = st.builds(
    Criterion,
    id=names,
    gates=st.lists(names).map(tuple),
    stage=names,
    level=st.sampled_from(["mandatory", "advisory"]),
    requires=st.lists(names).map(tuple),
    nodeid=names,
    source=names,
    bundled=st.booleans(),
)
manifests = st.builds(
    Manifest,
    st.lists(st.builds(Row, names, criteria)).map(tuple),
    st.frozensets(names),
    st.lists(names).map(tuple),
)


@given(manifests)
def test_round_trip(manifest: Manifest) -> None:
    """The controller reads exactly what the worker wrote."""
    assert from_wire(to_wire(manifest)) == manifest
