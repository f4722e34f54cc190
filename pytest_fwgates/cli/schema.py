"""`fwgates schema`: the JSON Schema of the verdict."""

from __future__ import annotations

import typer

from pytest_fwgates.reports import verdict_json


def command() -> None:
    """Print the JSON Schema that every verdict fits."""
    typer.echo(verdict_json.shipped_schema(), nl=False)
