"""Commands, agents and skills that a text calls by name: `/command`, `plugin:name`, `Skill(name)`.

Nothing here knows which of them exist, or which are meant. Fences are examples, and so are lines that show
what is wrong; lines that tell of the past name what was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.framework.visible import Examples

Form: TypeAlias = Literal["command", "namespaced", "skill"]

_NAME: Final = r"[A-Za-z][A-Za-z0-9_-]{0,79}"
_SPAN: Final = re.compile(r"(?<!`)(?P<ticks>`{1,2})(?!`)(?P<code>[^`\n]{1,200})(?P=ticks)(?!`)")
_COMMAND: Final = re.compile(rf"\s?/(?P<name>{_NAME}(?::{_NAME}){{0,3}})(?=\s|$)")
_NAMESPACED: Final = re.compile(
    rf"(?<![\w:/.@#~$%&=+\\-])(?P<slash>/?)(?P<name>[a-z][a-z0-9_-]{{0,79}}(?::{_NAME}){{1,3}})(?<![-_])(?![\w:/@={{<-]|\.\w)"
)
_QUALIFYING: Final = re.compile(r":[A-Za-z]")  # far quicker to look for than a whole name
_SKILL: Final = re.compile(rf"\bSkill\([\"'`]?(?P<name>{_NAME}(?::{_NAME}){{0,3}})[\"'`]?\)")
_NOT_MEANT: Final = re.compile(
    r"\b(?:removed|renamed|deprecated|formerly|no longer|previously|obsolete|used to be|bad:|wrong:)|❌",
    re.IGNORECASE,
)


class Mention(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A name as it is written.

    Attributes:
        name: Without a slash; with its namespace, if it is written with one.
        form: `command` for a code span that begins with `/name`, `namespaced` for `a:b` anywhere, `skill`
            for `Skill(name)`.
    """

    name: str
    line: int
    column: int
    form: Form


def may_mention(text: str) -> bool:
    """Whether `mentions` can find any."""
    if "`/" in text or "Skill(" in text:
        return True
    return _QUALIFYING.search(text) is not None and _NAMESPACED.search(text) is not None


def mentions(lines: Sequence[str], examples: Examples) -> tuple[Mention, ...]:
    """Every mention outside of fences, in order.

    Args:
        lines: The document's lines.
        examples: Which of them are in fences.
    """
    return tuple(
        mention
        for number, line in enumerate(lines, start=1)
        if (":" in line or "/" in line or "Skill(" in line) and not examples.lines[number - 1]
        for mention in _in_line(line, number)
    )


def _in_line(line: str, number: int) -> Iterator[Mention]:
    found: list[tuple[int, str, Form]] = [
        *((match.start("name"), match["name"], "namespaced") for match in _NAMESPACED.finditer(line)),
        *((match.start("name"), match["name"], "skill") for match in _SKILL.finditer(line)),
        *_commands(line),
    ]
    if found and not _NOT_MEANT.search(line):
        for offset, name, form in sorted(found):
            yield Mention(name, number, offset + 1, form)


def _commands(line: str) -> Iterator[tuple[int, str, Form]]:
    for span in _SPAN.finditer(line):
        match = _COMMAND.match(span["code"])
        if match:
            yield span.start("code") + match.start("name"), match["name"], "command"
