"""Reading a verdict that an earlier command wrote, for all commands that start from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pytest_fwgates.cli.context import UsageError, where
from pytest_fwgates.decision import SCHEMA_VERSION
from pytest_fwgates.policy import places
from pytest_fwgates.reports import verdict_json

if TYPE_CHECKING:
    from pytest_fwgates.model import Verdict


def read_verdict(path: Path | None, environment: str | None = None) -> Verdict:
    """The verdict at `path`, by default where the run that the hints name leaves it.

    Args:
        path: What the person named.
        environment: What the verdict must be of, if the person said so.

    Raises:
        UsageError: there is none, or it is of another environment or version.
    """
    shown = path or Path(places.STATE, "verdict.json")
    try:
        verdict = verdict_json.read((path or where().root / shown).read_bytes())
    except FileNotFoundError as error:
        hint = f"run pytest --env={environment or 'production'} --gate-verdict={shown} first"
        raise UsageError(f"{shown}: cannot be read: {error.strerror}; {hint}") from None
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise UsageError(f"{shown}: not a verdict: {error}") from None
    if verdict.schema_version != SCHEMA_VERSION:
        raise UsageError(f"{shown}: not a verdict of version {SCHEMA_VERSION}: {verdict.schema_version}")
    if environment not in {None, verdict.environment}:
        raise UsageError(f"{shown} is of the environment {verdict.environment}, not {environment}")
    return verdict
