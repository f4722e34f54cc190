"""Generate a load over HTTP: a scenario as JSON on standard input, what came of it on standard output.

A process of its own, so that neither pytest nor the service shares its event loop. It never waits for the
service: request number n is to begin at n / rate, and what it takes counts from there.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pytest_fwgates.measure.load.record import READY, Recorder
from pytest_fwgates.measure.load.scenario import Scenario

if TYPE_CHECKING:
    import aiohttp

    from pytest_fwgates.measure.load.record import Load

_HEAD_START: Final = 0.2
"""Seconds to set everything up in before the first request is to begin."""


class _Generator:
    """One load."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.recorder = Recorder(scenario)
        self.start = 0.0

    async def run(self) -> Load:
        """Send every request and wait for the last answer."""
        async with AsyncExitStack() as stack:
            users = self.scenario.users
            opened = [_session(one_user=users > 0) for _ in range(users or 1)]
            sessions = [await stack.enter_async_context(one) for one in opened]
            gc.collect()
            gc.freeze()
            sys.stdout.buffer.write(READY)
            sys.stdout.buffer.flush()
            self.start = time.perf_counter() + _HEAD_START
            if users:
                turn = self._waiting_user if self.scenario.closed else self._user
                await asyncio.gather(*(turn(user, session) for user, session in enumerate(sessions)))
            else:
                await self._arrivals(sessions[0])
        return self.recorder.load("asyncio")

    async def _user(self, user: int, session: aiohttp.ClientSession) -> None:
        """A session that sends at its own pace; where it is held up, its next request is late by that."""
        for number in range(user, self.scenario.total, self.scenario.users):
            await self._until(number)
            await self._request(number, session, self._intended(number))

    async def _waiting_user(self, user: int, session: aiohttp.ClientSession) -> None:
        """A session that counts from when it really sends, and leaves out what it could not send."""
        number = user
        while number < self.scenario.total:
            await self._until(number)
            began = time.perf_counter()
            await self._request(number, session, began)
            behind = (time.perf_counter() - began) / self.scenario.pace
            number += self.scenario.users * max(1, -int(-behind // 1))

    async def _arrivals(self, session: aiohttp.ClientSession) -> None:
        """Requests that belong to nobody, and wait for nobody."""
        async with asyncio.TaskGroup() as group:
            for number in range(self.scenario.total):
                await self._until(number)
                group.create_task(self._request(number, session, self._intended(number)))

    def _intended(self, number: int) -> float:
        return self.start + number / self.scenario.rate

    async def _until(self, number: int) -> None:
        """Wait for the time of a request; waking up late is the generator's own fault."""
        intended = self._intended(number)
        delay = intended - time.perf_counter()
        if delay > 0 or not self.scenario.users:
            await asyncio.sleep(max(0.0, delay))
            self.recorder.lag(number, time.perf_counter() - intended)

    async def _request(self, number: int, session: aiohttp.ClientSession, since: float) -> None:
        scenario = self.scenario
        failed = True
        try:
            async with (
                asyncio.timeout(max(0.001, since + scenario.timeout - time.perf_counter())),
                session.request(
                    scenario.method,
                    scenario.target,
                    data=scenario.body.encode() or None,
                    headers=scenario.headers,
                    allow_redirects=False,
                ) as response,
            ):
                await response.read()
                failed = response.status not in scenario.status
        except Exception:  # noqa: BLE001, S110 - whatever it is, the user has no answer
            pass
        self.recorder.request(number, time.perf_counter() - since, failed=failed)


def _session(*, one_user: bool) -> Any:
    import aiohttp  # noqa: PLC0415 - of an extra

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=1 if one_user else 0, keepalive_timeout=60),
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
    )


def main() -> None:
    """Generate what standard input asks for."""
    scenario = msgspec.json.decode(sys.stdin.buffer.read(), type=Scenario)
    load = asyncio.run(_Generator(scenario).run())
    sys.stdout.buffer.write(msgspec.json.encode(load))


if __name__ == "__main__":
    main()
