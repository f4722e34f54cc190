"""From counters to what was used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.measure.resources.usage import Sample, summarise

steps = st.lists(
    st.tuples(
        st.floats(min_value=0.05, max_value=1),
        st.floats(min_value=-1, max_value=2),
        st.integers(min_value=0, max_value=10**10),
        st.integers(min_value=-(10**9), max_value=10**9),
        st.integers(min_value=-(10**9), max_value=10**9),
    ),
    min_size=25,
    max_size=60,
)


@given(steps, st.integers(min_value=1, max_value=64))
def test_laws(grown: list[tuple[float, float, int, int, int]], cores: int) -> None:
    """Nothing is negative, no peak is below its mean over whole seconds, and every second is there."""
    at = cpu = 0.0
    disk = network = 0
    samples = [Sample(0.0, 0.0, 0, 0, 0)]
    for seconds, used, memory, written, sent in grown:
        at, cpu, disk, network = at + seconds, cpu + used, disk + written, network + sent
        samples.append(Sample(at, cpu, memory, disk, network))
    usage = summarise(samples, cores, 0.01, "made up")
    for peak, series in (
        (usage.cpu_peak, usage.cpu),
        (usage.disk_peak, usage.disk),
        (usage.network_peak, usage.network),
        (usage.memory_peak, usage.memory),
    ):
        assert min(series) >= 0
        assert max(series) == peak
    assert len(usage.cpu) == int(usage.seconds)
    assert usage.memory_mean <= usage.memory_peak


@given(st.floats(min_value=0, max_value=8), st.integers(min_value=0, max_value=10**9))
def test_constant_rates_come_back(cpu: float, disk: int) -> None:
    """What grows evenly has that rate as mean and as peak, whatever the distance of the samples."""
    samples = [Sample(at, cpu * at, 7, int(disk * at), int(disk * at)) for at in (0.0, 0.3, 1.1, 2.7, 5.0)]
    usage = summarise(samples, 4, 0.0, "made up")
    assert usage.cpu_mean == pytest.approx(cpu / 4)
    assert usage.cpu_peak == pytest.approx(cpu / 4, rel=1e-6, abs=1e-9)
    assert usage.disk_peak == pytest.approx(disk, rel=1e-3, abs=10)
    assert usage.network_mean == pytest.approx(disk * 8, rel=1e-3, abs=10)


def test_a_burst_is_no_mean() -> None:
    """A busy second among quiet ones is the peak."""
    samples = [Sample(float(at), 1.0 if at > 3 else 0.0, 0, 0, 0) for at in range(11)]
    usage = summarise(samples, 1, 0.0, "made up")
    assert (usage.cpu_peak, usage.cpu_mean) == (1.0, 0.1)


@pytest.mark.parametrize("times", [(), (0.0,), (0.0, 0.9)])
def test_too_short(times: tuple[float, ...]) -> None:
    """Less than a second says nothing."""
    with pytest.raises(ValueError, match="less than a second"):
        summarise([Sample(at, 0, 0, 0, 0) for at in times], 1, 0.0, "made up")
