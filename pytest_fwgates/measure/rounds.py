"""Percentiles of calls that were timed one after the other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pytest_fwgates.measure.bounds import CONFIDENCE, Block, Judgement, judge, minimum_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOKS: Final = 3
"""How often the data are judged at most while calls go on; each look has its part of the error."""
EACH: Final = 1 - (1 - CONFIDENCE) / LOOKS
_BLOCKS: Final = 20
"""Into how many runs of neighbours the rounds are divided: what slows one slows the next."""
_HUNDRED: Final = 100


def needed(percent: float) -> int:
    """How many calls are made at first: twice what would do if none of them was slow."""
    return 2 * minimum_samples(1 - percent / _HUNDRED, EACH)


def judged(data: Sequence[float], percent: float, limit: float) -> Judgement:
    """Whether less than the rest of `percent` took `limit` seconds or longer, at one of `LOOKS`."""
    return judge(_blocks(data, limit), 1 - percent / _HUNDRED, EACH)


def at(data: Sequence[float], percent: float) -> float:
    """The percentile by nearest rank (Hyndman and Fan, American Statistician 50, 1996, definition 1)."""
    ordered = sorted(data)
    return ordered[max(0, math.ceil(len(ordered) * percent / _HUNDRED) - 1)]


def _blocks(data: Sequence[float], limit: float) -> list[Block]:
    size = max(1, math.ceil(len(data) / _BLOCKS))
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    return [Block(len(part), sum(one >= limit for one in part)) for part in parts]
