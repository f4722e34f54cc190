"""`fwgates bench-compare`: whether the benchmarks of one commit are slower than those of another."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer

from pytest_fwgates import exitstatus
from pytest_fwgates.cli.context import UsageError
from pytest_fwgates.measure import interleaved
from pytest_fwgates.measure.compare import compare_all
from pytest_fwgates.reports import quantities
from pytest_fwgates.reports.files import write_whole
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.measure.compare import Comparison

_ORDER: Final = ("regressed", "inconclusive", "unchanged", "improved")
_HEADINGS: Final = ("benchmark", "base", "head", "ratio", "p", "", "")


class Row(msgspec.Struct, frozen=True):
    """What became of a benchmark.

    Attributes:
        ratio: Head's time by base's; None where one of them has no run.
        p: The probability that runs of one code differ as much.
        base: The median in seconds of each run.
        head: As `base`.
    """

    name: str
    change: str
    reason: str
    ratio: float | None
    p: float
    base: tuple[float, ...]
    head: tuple[float, ...]


class Document(msgspec.Struct, frozen=True):
    """The comparison of two commits, worst first."""

    base: str
    head: str
    benchmarks: tuple[Row, ...]


def command(
    base: Annotated[str, typer.Argument(metavar="BASE", help="The commit to compare with.")],
    head: Annotated[str, typer.Argument(metavar="HEAD", help="The commit that must not be slower.")],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[PYTEST ARGUMENTS]", help="For example benchmarks/.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, max=100, help="Processes of each commit.")] = 5,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it as JSON.")] = None,
) -> int:
    """Run the benchmarks of both commits in turn; exit 10 where one regressed or nobody can tell."""
    if any(importlib.util.find_spec(name) is None for name in ("pytest_benchmark", "scipy")):
        raise UsageError('benchmarks need the extra: pip install "pytest-fwgates[performance]"')
    try:
        top = Path.cwd()
        commits = {side: interleaved.commit(top, ref) for side, ref in (("base", base), ("head", head))}
        taken = interleaved.run(top, commits, runs, words or ())
        found = compare_all(taken["base"], taken["head"])
    except (interleaved.BenchmarkError, ValueError) as error:
        raise UsageError(str(error)) from None
    rows = tuple(_row(one, taken) for one in found)
    rows = tuple(sorted(rows, key=lambda one: (_ORDER.index(one.change), -(one.ratio or math.inf))))
    if output:
        write_whole(output, msgspec.json.format(msgspec.json.encode(Document(**commits, benchmarks=rows))))
    for line in _table(rows):
        typer.echo(printable(line))
    bad = [one for one in rows if one.change in _ORDER[:2]]
    status = exitstatus.BLOCK if bad else exitstatus.ALLOW
    typer.echo(f"fwgates: {len(rows)} benchmarks, {len(bad)} regressed or inconclusive, exit {status}")
    return status


def _row(one: Comparison, taken: dict[str, dict[str, list[float]]]) -> Row:
    base, head = (tuple(taken[side].get(one.name, ())) for side in ("base", "head"))
    ratio = one.ratio if base and head else None
    return Row(one.name, one.change, one.reason, ratio, one.p, base, head)


def _table(rows: Sequence[Row]) -> Iterator[str]:
    cells = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADINGS))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    times = (interleaved.middle(taken) for taken in (row.base, row.head))
    shown = ("-" if taken is None else quantities.value(taken, "s") for taken in times)
    ratio = "-" if row.ratio is None else f"{row.ratio:.3f}"
    return (row.name, *shown, ratio, f"{row.p:.3f}", row.change, row.reason)
