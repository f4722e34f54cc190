"""Comments in a document that configure markdownlint: `<!-- markdownlint-disable MD001 -->` and its kin.

As markdownlint has it (https://github.com/DavidAnson/markdownlint#configuration): they count wherever they
stand, also in code; those for the whole file come first, then those from a line on, then those for a line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SWITCH: Final = re.compile(
    r"<!--\s{0,99}markdownlint-(?P<what>disable-file|enable-file|disable-line|disable-next-line|disable|enable"
    r"|capture|restore)(?=\s|-->)(?P<rules>[^\n]{0,500}?)-->",
    re.IGNORECASE,
)
_CONFIGURE: Final = re.compile(r"<!--\s{0,99}markdownlint-configure-file(?=\s)", re.IGNORECASE)
_MARK: Final = re.compile(r"<!--\s{0,99}markdownlint-", re.IGNORECASE)
MAX_SWITCHES: Final = 1_000
MAX_SETTINGS: Final = 10


class Switch(msgspec.Struct, frozen=True):
    """A comment that turns rules off or on; without names it means all of them."""

    line: int
    what: str
    rules: tuple[str, ...]


def read(text: str) -> tuple[list[Switch], tuple[str, ...]]:
    """The switches of a document in their order, and the settings that it makes for itself, as written."""
    if _MARK.search(text) is None:
        return [], ()
    found = []
    line = place = 0
    for match in _SWITCH.finditer(text):
        line += text.count("\n", place, match.start())
        place = match.start()
        found.append(Switch(line + 1, match["what"].lower(), tuple(match["rules"].lower().split())))
        if len(found) == MAX_SWITCHES:
            break
    return found, tuple(_settings(text))


def _settings(text: str) -> Iterator[str]:
    """What stands in the comments that configure the file; unlike the others they may have lines."""
    place = 0
    for _ in range(MAX_SETTINGS):
        start = _CONFIGURE.search(text, place)
        place = text.find("-->", start.end()) if start else -1
        if start is None or place == -1:
            return
        yield text[start.end() : place].strip()


def state(names: Iterable[str], line: int, switches: Iterable[Switch]) -> bool | None:
    """Whether a rule is on at a line by comments; None where they leave that to the configuration.

    Args:
        names: The rule's id, aliases and tags, in lower case.
        line: The line.
        switches: All switches of the document, in their order.
    """
    meant = [one for one in switches if not one.rules or not set(one.rules).isdisjoint(names)]
    on: bool | None = None
    for switch in meant:
        if switch.what in {"disable-file", "enable-file"}:
            on = switch.what == "enable-file"
    captured: bool | None = None
    for switch in meant:
        if switch.line > line:
            break
        if switch.what in {"disable", "enable"}:
            on = switch.what == "enable"
        elif switch.what == "capture":
            captured = on
        elif switch.what == "restore":
            on = captured
    is_off = any(
        (switch.what == "disable-line" and switch.line == line)
        or (switch.what == "disable-next-line" and switch.line == line - 1)
        for switch in meant
    )
    return False if is_off else on
