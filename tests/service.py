"""`service.py KIND SEED`: an HTTP service on loopback that prints its port and answers as its kind says.

lognormal: 62 ms in the median, sigma 0.6. freeze: the same, and nothing for 600 ms every 10 s. bimodal: 20 to
30 ms, and 250 to 350 ms for 7 of 100. fast: at once. broken: status 500 to 1 of 20. mute: never. hog, leak,
writer, chatty: at once, and something else besides.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

MEDIAN, SIGMA = 0.062, 0.6
FREEZE_EVERY, FREEZE = 10.0, 0.6
BEGAN = time.monotonic()


def lognormal(rng: random.Random) -> float:
    """Seconds that an answer takes."""
    return math.exp(rng.gauss(math.log(MEDIAN), SIGMA))


def bimodal(rng: random.Random) -> float:
    """Seconds that an answer takes."""
    return rng.uniform(0.25, 0.35) if rng.random() < 0.07 else rng.uniform(0.02, 0.03)


def frozen(now: float) -> float:
    """Seconds until a service that freezes goes on, `now` seconds after it began."""
    return max(0.0, FREEZE - now % FREEZE_EVERY)


DELAYS: dict[str, Callable[[random.Random], float]] = {
    "lognormal": lognormal,
    "bimodal": bimodal,
    "mute": lambda _: 3600.0,
}
KEPT: list[bytes] = []


def writer() -> None:
    """Write to a disk as fast as it takes it."""
    with tempfile.NamedTemporaryFile(dir=os.environ.get("FWGATES_DISK")) as file:
        while True:
            file.seek(0)
            file.write(b"x" * 30_000_000)
            file.flush()
            os.fsync(file.fileno())


def hog() -> None:
    """Compute on every core."""
    for _ in range((os.cpu_count() or 1) - 1):
        if not os.fork():
            while os.getppid() != 1:
                sum(range(10_000))
            os._exit(0)
    while True:
        sum(range(10_000))


async def main(kind: str, seed: int) -> None:
    """Serve until killed."""
    rng = random.Random(seed)

    async def answer(_: web.Request) -> web.Response:
        now = time.monotonic() - BEGAN
        delay = DELAYS.get("lognormal" if kind == "freeze" else kind, lambda _: 0.0)(rng)
        delay += frozen(now) if kind == "freeze" else 0.0
        if delay:
            await asyncio.sleep(delay)
        if kind == "leak":
            KEPT.append(b"x" * 200_000)
        status = 500 if kind == "broken" and rng.random() < 0.05 else 200
        return web.Response(status=status, body=b"x" * (100_000 if kind == "chatty" else 2))

    app = web.Application()
    app.router.add_route("*", "/", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    if kind in {"writer", "hog"}:
        threading.Thread(target={"writer": writer, "hog": hog}[kind], daemon=True).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
