"""What stands where a finding points: its line for the reports, and comments that ask to overlook it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET, structs

from pytest_fwgates.framework import reading
from pytest_fwgates.framework.inline import ignores
from pytest_fwgates.framework.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.model import Finding

EXCERPTS: Final = 1_000
"""Of how many findings of one test the line is kept."""
WIDTH: Final = 200
"""How many characters of a line are kept."""
LONGEST: Final = 1_000
"""How many characters of a message are kept: it may quote the framework."""


def looked_up(
    framework: Framework, criterion: str, found: Iterable[Finding], *, excerpts: bool, comments: bool
) -> list[Finding]:
    """The findings with the line that each points at, and a mark where a comment asks to overlook it.

    Args:
        framework: Only files that it lists are read.
        criterion: The id of what found them.
        found: Their paths are relative to the framework's root.
        excerpts: Whether lines are kept; a gate whose findings may be secrets must not.
        comments: Whether comments are looked for.
    """
    by_path: dict[str, list[Finding]] = {}
    for one in found:
        by_path.setdefault(one.path or "", []).append(one)
    left = EXCERPTS if excerpts else 0
    seen: list[Finding] = []
    for path, here in by_path.items():
        lines = _lines(framework, path) if left > 0 or comments else []
        seen += _in_file(lines, criterion, here, left, comments=comments)
        left -= len(here)
    return seen


def _lines(framework: Framework, path: str) -> Sequence[str]:
    """The lines of a file; none where it is not one of the framework's, or no text."""
    text = reading.read_text(framework.root, path) if path in framework.tree.files else ""
    return text.split("\n") if isinstance(text, str) else []


def _in_file(
    lines: Sequence[str], criterion: str, found: Sequence[Finding], left: int, *, comments: bool
) -> Iterator[Finding]:
    for number, one in enumerate(found):
        if one.line is None or not 1 <= one.line <= len(lines):
            yield one
            continue
        asked = comments and ignores(lines, one.line, criterion)
        yield structs.replace(
            one,
            excerpt=redact(lines[one.line - 1])[:WIDTH].rstrip() if number < left else "",
            suppressed=one.suppressed if not asked else True,
        )


def split(found: Iterable[Finding], *, allowed: bool) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Those that count, and those that comments have overlooked, where the profile allows that."""
    count: list[Finding] = []
    overlooked: list[Finding] = []
    for one in found:
        kept = structs.replace(one, suppressed=UNSET, message=_cut(one.message))
        (overlooked if allowed and one.suppressed is True else count).append(kept)
    return tuple(count), tuple(overlooked)


def _cut(message: str) -> str:
    """Without secrets, whose form is lost where they are cut."""
    message = redact(message)
    return message if len(message) <= LONGEST else f"{message[:LONGEST]}… (cut)"
