"""A load that is measured when somebody asks, and measured on while an answer is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pytest_fwgates.measure.bounds import judge
from pytest_fwgates.measure.load import record
from pytest_fwgates.measure.rounds import EACH, LOOKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fwgates.measure.bounds import Block, Judgement
    from pytest_fwgates.measure.load.record import Load
    from pytest_fwgates.measure.resources.usage import Usage


class Run(NamedTuple):
    """One load.

    Attributes:
        usage: What the process under test used meanwhile, or why nobody knows.
    """

    load: Load
    usage: Usage | str


class Measurement:
    """All loads so far upon one subject; it is measured once for every criterion."""

    def __init__(self, generate: Callable[[], Run]) -> None:
        self._generate = generate
        self._runs: list[Run] = []

    @property
    def load(self) -> Load:
        """Everything measured; what cannot be measured raises as the generator does."""
        return record.joined(one.load for one in self._measured())

    @property
    def usages(self) -> tuple[Usage | str, ...]:
        """Of each run."""
        return tuple(one.usage for one in self._measured())

    def judge(self, blocks: Callable[[Load], list[Block]], allowed: float) -> Judgement:
        """Whether less than `allowed` of the requests exceed, by as many looks as it takes.

        Args:
            blocks: Gives of each second how many exceed.
            allowed: The share that may.
        """
        for look in range(LOOKS):
            if look >= len(self._measured()):
                self._runs.append(self._generate())
            judgement = judge(blocks(record.joined(one.load for one in self._runs)), allowed, EACH)
            if judgement.outcome != "inconclusive" or record.unproven(self.load):
                break
        return judgement

    def _measured(self) -> list[Run]:
        if not self._runs:
            self._runs.append(self._generate())
        return self._runs
