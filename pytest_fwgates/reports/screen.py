"""The same section as `terminal`, laid out by rich for a person who watches a terminal."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pytest_fwgates.reports import terminal
from pytest_fwgates.reports.standing import standing
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from pytest_fwgates.model import Verdict
    from pytest_fwgates.reports.terminal import Gate, Line

NARROWEST: Final = 80
WIDEST: Final = 200


def show(verdict: Verdict, stream: IO[str], width: int, verbosity: int, *, colour: bool) -> None:
    """Write the section to a terminal.

    Args:
        verdict: What the run came to.
        stream: The terminal.
        width: Of the terminal in cells; the section takes `NARROWEST` to `WIDEST` of them.
        verbosity: See `terminal.body`.
        colour: Whether escape sequences may be written.
    """
    console = Console(
        file=stream,
        width=min(max(width, NARROWEST), WIDEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        legacy_windows=False,
    )
    for part in section(verdict, verbosity):
        console.print(part)


def section(verdict: Verdict, verbosity: int) -> Iterator[RenderableType]:
    """What `terminal.body` has, in its order and its words."""
    if verbosity < -1:
        return
    yield from _lines(terminal.decision(verdict))
    if verbosity >= 0:
        for gate in terminal.gates(verdict, verbose=verbosity > 0):
            yield from _gate(gate)
        yield from _findings(verdict, verbose=verbosity > 0)
    yield from _lines(terminal.ways_out(verdict))


def _lines(lines: Iterable[Line]) -> Iterator[RenderableType]:
    for line, markup in lines:
        text = line.lstrip(" ")
        yield _hanging(_text(text, " ".join(markup)), len(line) - len(text))


def _hanging(text: Text, indent: int) -> RenderableType:
    """What is too long for a line goes on further to the right than it began."""
    if not indent:
        return text
    grid = Table.grid()
    grid.add_column(width=indent)
    grid.add_column(overflow="fold")
    grid.add_row("", text)
    return grid


def _gate(gate: Gate) -> Iterator[RenderableType]:
    yield Text()
    yield _text(gate.heading, "bold")
    table = Table(box=box.SIMPLE, show_header=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, min_width=14)
    for _ in range(2):
        table.add_column(overflow="fold")
    table.add_column(overflow="fold", justify="right")
    for row in gate.rows:
        table.add_row(
            _text(standing(row), " ".join(terminal.markup(row))),
            _text(f"{row.id}{terminal.tag(row)}"),
            _text(terminal.measured(row).removesuffix(", ")),
            _text(terminal.examined(row)),
        )
    yield Padding(table, (0, 0, 0, 1))
    if gate.left_out:
        yield _hanging(_text(gate.left_out), 2)


def _findings(verdict: Verdict, *, verbose: bool) -> Iterator[RenderableType]:
    shown, left_out = terminal.findings(verdict, verbose=verbose)
    if not shown:
        return
    yield Text()
    yield _text(terminal.heading_of_findings(verdict), "bold")
    for finding, row in shown:
        place = ":".join(str(part) for part in (finding.path, finding.line) if part is not None)
        line = Text.assemble(
            _text(f"{place}: " if place else "", "bold"), _text(finding.message), _text(f" [{row.id}]", "dim")
        )
        yield _hanging(line, 2)
    for line_out in left_out:
        yield _hanging(_text(line_out), 2)


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text), style, overflow="fold")
