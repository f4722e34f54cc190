"""Users for Locust that keep to their pace, and what its processes tell each other. Only Locust runs this."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import gevent
import msgspec
from locust import FastHttpUser, events, task
from locust.runners import MasterRunner, WorkerRunner

from pytest_fwgates.measure.load import locust, record
from pytest_fwgates.measure.load.record import Load, Recorder
from pytest_fwgates.measure.load.scenario import Scenario

SCENARIO = msgspec.json.decode(os.environ[locust.SCENARIO], type=Scenario)
RECORDER = Recorder(SCENARIO)
LOADS: dict[str, Load] = {}
"""What each worker said last, in the master."""

IDLE: set[str] = set()
"""The workers all of whose users have sent everything."""


class State:
    """What a process knows once the users are there."""

    runner: Any = None
    start = 0.0
    born = 0
    busy = 0


def _begin(environment: Any, **_: Any) -> None:
    State.runner = environment.runner


def _spawned(**_: Any) -> None:
    State.start = State.start or time.perf_counter() + 0.2
    if isinstance(State.runner, MasterRunner):
        Path(os.environ[locust.RESULT]).with_suffix(".begun").touch()


def _report(data: dict[str, Any], **_: Any) -> None:
    if isinstance(State.runner, WorkerRunner):
        data["fwgates_idle"] = State.busy == 0 < State.born
        data["fwgates"] = msgspec.json.encode(RECORDER.load("locust")).decode()


def _reported(client_id: str, data: dict[str, Any], **_: Any) -> None:
    if "fwgates" in data:
        LOADS[client_id] = msgspec.json.decode(data["fwgates"], type=Load)
        if data["fwgates_idle"]:
            IDLE.add(client_id)
        if len(IDLE) == SCENARIO.workers:
            gevent.spawn(State.runner.quit)


def _write(**_: Any) -> None:
    if isinstance(State.runner, MasterRunner) and LOADS:
        missing = SCENARIO.workers - len(LOADS)
        lost = f"{missing} of {SCENARIO.workers} workers reported nothing" if missing else ""
        together = record.beside(list(LOADS.values()), lost)
        Path(os.environ[locust.RESULT]).write_bytes(msgspec.json.encode(together))


events.init.add_listener(_begin)
events.spawning_complete.add_listener(_spawned)
events.report_to_master.add_listener(_report)
events.worker_report.add_listener(_reported)
events.quit.add_listener(_write)


class Paced(FastHttpUser):
    """A user that sends every `pace` seconds, from its own offset on."""

    host = SCENARIO.target
    network_timeout = SCENARIO.timeout
    connection_timeout = SCENARIO.timeout
    max_retries = 0
    max_redirects = 0

    def on_start(self) -> None:
        """Take the next number; workers deal them out among each other."""
        index = getattr(State.runner, "worker_index", 0) or 0
        self.number = index + State.born * SCENARIO.workers
        State.born += 1
        State.busy += 1

    @task
    def send(self) -> None:
        """Send until the scenario is over."""
        while not State.start:
            gevent.sleep(0.01)
        for number in range(self.number, SCENARIO.total, SCENARIO.users):
            intended = State.start + number / SCENARIO.rate
            delay = intended - time.perf_counter()
            if delay > 0:
                gevent.sleep(delay)
                RECORDER.lag(number, time.perf_counter() - intended)
            self._request(number, time.perf_counter() if SCENARIO.closed else intended)
        State.busy -= 1
        while True:
            gevent.sleep(60)

    def _request(self, number: int, since: float) -> None:
        with self.client.request(
            SCENARIO.method,
            SCENARIO.target,
            data=SCENARIO.body or None,
            headers=SCENARIO.headers,
            catch_response=True,
        ) as response:
            failed = response.status_code not in SCENARIO.status
            response.success()
        RECORDER.request(number, time.perf_counter() - since, failed=failed)
