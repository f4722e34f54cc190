"""The same load upon a function of this process: a constant arrival rate by threads."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING, Final

from pytest_fwgates.measure.load.record import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fwgates.measure.load.record import Load
    from pytest_fwgates.measure.load.scenario import Scenario

_THREADS: Final = 16
_HEAD_START: Final = 0.05


def run(call: Callable[[int], object], scenario: Scenario) -> Load:
    """Call with the number of the user; what raises has failed.

    Where all threads are busy a call begins late, and that counts as its own time.
    """
    recorder = Recorder(scenario)
    numbers = itertools.count()
    lock = threading.Lock()
    start = time.perf_counter() + _HEAD_START

    def work() -> None:
        while True:
            with lock:
                number = next(numbers)
            if number >= scenario.total:
                return
            intended = start + number / scenario.rate
            delay = intended - time.perf_counter()
            if delay > 0:
                time.sleep(delay)
            began = time.perf_counter()
            failed = True
            try:
                call(number % (scenario.users or 1))
                failed = False
            except Exception:  # noqa: BLE001, S110 - whatever it is, the caller has no answer
                pass
            ended = time.perf_counter()
            with lock:
                if delay > 0:
                    recorder.lag(number, began - intended)
                recorder.request(number, ended - intended, failed=failed)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return recorder.load("threads")
