"""Loads upon real services on loopback."""

from __future__ import annotations

import socket

import pytest

from pytest_fwgates.measure.load import record
from pytest_fwgates.measure.load.run import Unmeasured, ask, run
from pytest_fwgates.measure.load.scenario import Scenario
from tests.services import service

pytestmark = pytest.mark.alone

BRIEF = Scenario(rate=100, users=20, duration=2, warmup=0.5, timeout=1)


def scenario(url: str, **changes: object) -> Scenario:
    """A brief one."""
    return Scenario(
        **{**{name: getattr(BRIEF, name) for name in BRIEF.__struct_fields__}, "target": url, **changes}
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("users", [0, 20])
def test_service_that_answers(users: int) -> None:
    """Every request is sent and answered, with users or without."""
    with service("fast") as one:
        load = run(scenario(one.url, users=users))
    assert [second.count for second in load.seconds] == [100, 100]
    assert (record.throughput(load), record.sustained_users(load)) == (100, users)


def test_service_that_fails() -> None:
    """Another status than the expected one is a failure."""
    with service("broken") as one:
        load = run(scenario(one.url))
        expected = run(scenario(one.url, status=(200, 500)))
    assert sum(second.failed for second in load.seconds) > 0
    assert sum(second.failed for second in expected.seconds) == 0


def test_service_that_never_answers() -> None:
    """Every request times out, and the load ends."""
    with service("mute") as one:
        load = run(scenario(one.url, timeout=0.3))
    assert sum(second.timed_out for second in load.seconds) == 200
    assert record.percentile(load, 50) == 0.3
    assert record.sustained_users(load) == 0


def test_nobody_listens() -> None:
    """Every request fails."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        load = run(scenario(f"http://127.0.0.1:{taken.getsockname()[1]}/"))
    assert sum(second.failed for second in load.seconds) == 200


@pytest.mark.parametrize("target", ["", "localhost:8000", "ftp://localhost/", "http://"])
def test_no_target(target: str) -> None:
    """What is no URL of a service is told before anything is sent."""
    with pytest.raises(Unmeasured, match="is no http or https URL"):
        run(scenario(target))


def test_generator_that_fails() -> None:
    """A process that gives no result is no measurement."""
    with pytest.raises(Unmeasured, match="ended with 1 and no result: "):
        ask("pytest_fwgates.measure.load.no_such_module", BRIEF, ())


def test_locust() -> None:
    """A master and two workers send what one process would, and count from the same start."""
    with service("fast") as one:
        load = run(scenario(one.url, engine="locust", workers=2))
    assert (load.engine, load.lost) == ("locust", "")
    assert [second.count for second in load.seconds] == [100, 100]
    assert record.sustained_users(load) == 20


def test_locust_without_users() -> None:
    """Locust has users or nothing."""
    with pytest.raises(Unmeasured, match="needs users"):
        run(scenario("http://127.0.0.1:1/", engine="locust", users=0))
