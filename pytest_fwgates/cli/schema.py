"""`fwgates schema`: the JSON Schema of the verdict."""

from __future__ import annotations

import json

import typer

from pytest_fwgates.reports import verdict_json


def command() -> None:
    """Print the JSON Schema that every verdict fits."""
    typer.echo(json.dumps(verdict_json.schema(), indent=2, sort_keys=True))
