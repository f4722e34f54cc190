"""So many sessions are open at once, and served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.performance._measured import Measured, of_load
from pytest_fwgates.measure.load.record import sustained_users

if TYPE_CHECKING:
    from pytest_fwgates.measure.load.measurement import Measurement

THRESHOLD: Final = "> 100"


def concurrent_users(measurement: Measurement) -> Measured:
    """How many open sessions were served in the worst second of the load.

    Why: 100 requests a second that take 60 ms each are six at a time; people who are logged in are more.

    Rule: a session is a connection and its cookies, kept open over the whole load, that sends a request at
    its own pace. In a second in which one of its requests fails or times out it is not served.
    """
    return of_load(measurement, sustained_users)
