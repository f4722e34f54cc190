"""`fwgates ledger`: whether the ledger is whole, and what stands in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from pytest_fwgates import exitstatus, ledger
from pytest_fwgates.cli.context import UsageError, ledger_path
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from pytest_fwgates.ledger import Entry

app = typer.Typer(help="Verify or show the ledger of decisions and overrides.", no_args_is_help=True)

File = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="The ledger (default: .fwgates/ledger.jsonl).")
]


@app.command()
def verify(
    file: File = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="NUMBER:DIGEST", help="The head that an earlier report printed."),
    ] = None,
) -> int:
    """Check every entry and the chain; exit 10 where anything is wrong."""
    try:
        kept = None if head is None else str(ledger.parse_head(head))
    except ledger.LedgerError as error:
        raise UsageError(f"--head: {error}") from None
    path = file or ledger_path()
    try:
        result = ledger.verify(path, kept)
    except ledger.LedgerError as error:
        return _broken(str(error))
    if result.problem:
        return _broken(f"{path}:{result.problem.line}: {result.problem.message}")
    if result.torn:
        _say(f"behind it {result.torn} bytes of an unfinished entry, which the next append mends")
    if kept is None:
        _say("without --head, a ledger that was cut short or written anew looks whole, too")
    _say(f"fwgates: ledger whole, head {result.head}")
    return exitstatus.ALLOW


@app.command()
def show(
    file: File = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document a line.")] = False,
) -> int:
    """Print the entries, oldest first; exit 10 at the first that is wrong."""
    try:
        for entry in ledger.entries(file or ledger_path()):
            _say(_json(entry) if as_json else _text(entry))
    except ledger.LedgerError as error:
        return _broken(str(error))
    return exitstatus.ALLOW


def _text(entry: Entry) -> str:
    event = entry.event
    details = "".join(f"; {key}: {value}" for key, value in sorted(event.details.items()))
    return (
        f"{entry.sequence}  {event.at}  {event.kind}  {event.environment}  {event.subject}  by {event.actor}"
        f"; tree {event.tree_digest}; policy {event.policy_digest}{details}"
    )


def _json(entry: Entry) -> str:
    """The document with what `printable` would change written as escapes, so that its values stay."""
    text = json.dumps(msgspec.to_builtins(entry), separators=(",", ":"))
    return text.replace("::", ":\\u003a").replace("##", "#\\u0023").replace("\x7f", "\\u007f")


def _say(text: str) -> None:
    typer.echo(printable(text))


def _broken(reason: str) -> int:
    typer.echo(printable(reason), err=True)
    typer.echo(f"fwgates: ledger BROKEN, exit {exitstatus.BLOCK}", err=True)
    return exitstatus.BLOCK
