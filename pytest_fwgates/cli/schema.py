"""`fwgates schema`: the JSON Schema of a document."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from pytest_fwgates.policy import allowlist
from pytest_fwgates.reports import verdict_json


class Document(StrEnum):
    """What there is a schema of."""

    VERDICT = "verdict"
    ALLOWLIST = "allowlist"


def command(
    document: Annotated[Document, typer.Argument(help="Which document.")] = Document.VERDICT,
) -> None:
    """Print the JSON Schema that every verdict, or every allow-list, fits."""
    text = verdict_json.shipped_schema() if document is Document.VERDICT else allowlist.json_schema().decode()
    typer.echo(text, nl=False)
