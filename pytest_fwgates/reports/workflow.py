"""Inside a step of GitHub Actions: annotations go to its log, the summary to the file that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_fwgates.reports import files, formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_fwgates.model import Verdict

SUMMARY_LIMIT: Final = 1 << 20
"""Bytes of a step's summary; GitHub drops one that is longer, all of it and without a word."""


def tell(verdict: Verdict, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The lines to print as they are, for GitHub to show; none elsewhere.

    Args:
        verdict: What the run came to; its summary is written here.
        environ: The environment of the process: whether this is a step, and where its summary goes.
    """
    if environ.get("GITHUB_ACTIONS") != "true":
        return ()
    lines = formats.render("github", verdict).decode("utf-8").splitlines()
    return (*lines, *_summarise(verdict, environ.get("GITHUB_STEP_SUMMARY", "")))


def _summarise(verdict: Verdict, path: str) -> tuple[str, ...]:
    """Why there is no summary, if there is none."""
    if not path:
        return ()
    try:
        if files.append_within(Path(path), formats.render("markdown", verdict), SUMMARY_LIMIT):
            return ()
    except OSError as error:
        return (f"fwgates: no step summary: {error.strerror}",)
    return ("fwgates: no step summary: earlier commands of this step have filled it",)
