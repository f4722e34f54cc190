"""p95 and p99 beside what pytest-benchmark says, which has neither: in its JSON and storage, and in a table.

Only of rounds with one iteration: of several it keeps the average, in which a slow call is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates.measure import rounds
from pytest_fwgates.reports import quantities

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PERCENTS: Final = (95, 99)
_HEADINGS: Final = ("name", "median", "p95", "p99", "most", "rounds")


def add_to_json(benchmarks: Sequence[Any], document: dict[str, Any]) -> None:
    """Add `p95` and `p99`, in seconds, to the statistics of what was measured in single iterations."""
    known = {one.fullname: one for one in benchmarks if one.iterations == 1 and one.stats.data}
    for entry in document["benchmarks"]:
        one = known.get(entry["fullname"])
        if one is not None:
            entry["stats"].update({f"p{n}": rounds.at(one.stats.data, n) for n in PERCENTS})


def table(timed: Sequence[Any]) -> Iterator[str]:
    """A line for each benchmark, in columns."""
    rows = [_HEADINGS, *(_row(one) for one in timed)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        yield "  ".join((row[0].ljust(widths[0]), *cells))


def _row(one: Any) -> tuple[str, ...]:
    data = one.stats.data
    times = (rounds.at(data, percent) for percent in (50, *PERCENTS, 100))
    return (one.name, *(quantities.value(taken, "s") for taken in times), str(len(data)))
