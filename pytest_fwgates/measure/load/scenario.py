"""What a load is: how many requests, of how many users, for how long, and what they must be answered with."""

from __future__ import annotations

import math
from typing import Annotated, Literal, TypeAlias

import msgspec

Engine: TypeAlias = Literal["asyncio", "locust"]
Positive: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
STATUS: TypeAlias = Annotated[int, msgspec.Meta(ge=100, le=599)]


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A constant arrival rate, whatever the service does.

    Attributes:
        target: The URL; empty where the entry points of the framework are resolved in process.
        rate: Requests per second.
        users: Open sessions that send them in turn, each at its own pace; 0 for none, so that a request never
            waits for another of its user.
        duration: Seconds that count.
        warmup: Seconds before that, which do not.
        timeout: Seconds from the intended start after which a user gives up.
        status: The answers that are expected.
        closed: Whether users wait for an answer before they ask again, as most load tools do. That measures
            something else, and proves no percentile.
        engine: What generates it; Locust on several processes where one does not keep the rate.
        workers: How many processes of Locust.
    """

    target: str = ""
    rate: Annotated[float, msgspec.Meta(gt=0, le=100_000)] = 150
    users: Annotated[int, msgspec.Meta(ge=0, le=50_000)] = 120
    duration: Positive = 30
    warmup: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 3
    timeout: Positive = 5
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = {}
    status: tuple[STATUS, ...] = (200,)
    closed: bool = False
    engine: Engine = "asyncio"
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2

    @property
    def total(self) -> int:
        """How many requests there are, those of the warm-up included."""
        return math.ceil((self.warmup + self.duration) * self.rate)

    @property
    def pace(self) -> float:
        """Seconds from one request of a user to its next."""
        return self.users / self.rate

    def second(self, number: int) -> int:
        """The second that request `number` is to begin in; negative during the warm-up."""
        return math.floor(number / self.rate - self.warmup)
