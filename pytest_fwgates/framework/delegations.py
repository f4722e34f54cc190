"""Where a module hands work over to another one: `<delegate>` tags and `subagent_type`.

The tags are those of module frameworks; `subagent_type` is how a prompt tells Claude Code which agent to
start (https://docs.claude.com/en/docs/claude-code/sub-agents). A mere mention of a name is no delegation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.framework.visible import Examples

_ELEMENT: Final = re.compile(
    r"<(?P<tag>delegates?(?:[_-]to)?)(?:\s[^<>]*)?>\s*(?P<target>[^\s<>]{1,200})\s*</(?P=tag)\s*>"
)
_ATTRIBUTE: Final = re.compile(
    r"<delegates?(?:[_-]to)?\s(?:[^<>]*?\s)?(?:to|target|agent|command|skill|module|name|component|path)"
    r"\s*=\s*[\"'](?P<target>[^\s\"'<>]{1,200})[\"']"
)
# `plugin:<name>`, `agent-{kind}`: the rest of the name is to be filled in.
_HOLES: Final = frozenset("<{[$")
_SUBAGENT: Final = re.compile(
    r"\bsubagent_type[\"'`*]{0,3}[ \t]*[:=][ \t]*[\"'`*]{0,3}(?P<target>[A-Za-z][\w:.-]{0,99})"
)


class Delegation(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A hand-over as it is written: to a path or a name, by a tag or by `subagent_type`."""

    target: str
    line: int
    column: int
    form: Literal["tag", "subagent"]


def may_delegate(text: str) -> bool:
    """Whether it is worth searching a text."""
    return "<delegate" in text or "subagent_type" in text


def delegations(lines: Sequence[str], shown: str, examples: Examples) -> tuple[Delegation, ...]:
    """Every delegation, in order.

    Args:
        lines: The document's lines. `subagent_type` counts in code spans, too: that is how it is quoted in
            an instruction.
        shown: The same without any example; a tag in a code span explains the tag.
        examples: Which lines are in fences.
    """
    return tuple(sorted({*_tags(shown), *_subagents(lines, examples)}, key=_place))


def _tags(text: str) -> Iterator[Delegation]:
    if "<delegate" not in text:
        return
    starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    for pattern in (_ELEMENT, _ATTRIBUTE):
        for match in pattern.finditer(text):
            line = bisect_right(starts, match.start())
            yield Delegation(match["target"], line, match.start() - starts[line - 1] + 1, "tag")


def _subagents(lines: Sequence[str], examples: Examples) -> Iterator[Delegation]:
    for number, line in enumerate(lines):
        if "subagent_type" in line and not examples.lines[number]:
            for match in _SUBAGENT.finditer(line):
                if line[match.end() : match.end() + 1] in _HOLES:
                    continue
                yield Delegation(match["target"].rstrip(".:-"), number + 1, match.start() + 1, "subagent")


def _place(delegation: Delegation) -> tuple[int, int, str]:
    return delegation.line, delegation.column, delegation.target
