"""References that are not markdown: `<include>` tags and `@path` imports.

Five ways of writing an include are in use: `<include>path</include>`, `<include component="path"/>` (or
`src`, `file`, `path`, ...), `<component>path.md</component>` in a list of dependencies, a line
`@include path` or `@import path`, and Claude Code's own `@path`
(https://docs.claude.com/en/docs/claude-code/memory: not evaluated inside code spans and code blocks).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_ELEMENT: Final = re.compile(r"<include\s*>(?P<target>[^<>]*)</include\s*>")
# Without the ending of a document it may be any component, of a user interface for one.
_COMPONENT: Final = re.compile(
    r"<component\s*>\s*(?P<target>[^\s<>]{1,300}\.(?:md|markdown))\s*</component\s*>"
)
_ATTRIBUTE: Final = re.compile(
    r"<include\s(?P<before>[^<>]*?)\b(?:component|src|file|path|href|module|ref)\s*=\s*"
    r"""(?:"(?P<double>[^"<>]*)"|'(?P<single>[^'<>]*)')[^<>]*>"""
)
_DIRECTIVE: Final = re.compile(r"^[ \t]*@(?:include|import)[ \t]+(?P<target>[^\s\"';]+)[ \t]*$", re.MULTILINE)
_IMPORT: Final = re.compile(r"(?:^|(?<=\s))@(?P<target>(?:[^\s\\`@]|\\ )+)", re.MULTILINE)
_SENTENCE_END: Final = ".,;:!?)]}\"'*_"


class Include(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A reference from a module to another one, as it is written.

    Attributes:
        target: The path as written.
        line: 1-based line of the reference.
        column: 1-based column of the reference.
        form: `include` for the tags and directives that only a module system has, `import` for `@path`,
            which also names files of whatever project the framework is used in.
    """

    target: str
    line: int
    column: int
    form: Literal["include", "import"]


def may_hold_includes(text: str) -> bool:
    """Whether it is worth blanking out the examples of a text and searching it."""
    return "<include" in text or "@" in text or "<component" in text


def includes(text: str) -> tuple[Include, ...]:
    """Every include and import in text whose examples are blanked out already."""
    starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    found = sorted(_includes(text)) + sorted(_imports(text))
    return tuple(_placed(offset, target, form, starts) for offset, target, form in found)


def _includes(text: str) -> Iterator[tuple[int, str, Literal["include"]]]:
    if "<include" in text:
        for match in _ELEMENT.finditer(text):
            yield match.start(), match["target"].strip(), "include"
        for match in _ATTRIBUTE.finditer(text):
            yield match.start(), (match["double"] or match["single"] or "").strip(), "include"
    if "<component" in text:
        for match in _COMPONENT.finditer(text):
            yield match.start(), match["target"], "include"
    for match in _DIRECTIVE.finditer(text):
        yield match.start() + match[0].index("@"), match["target"], "include"


def _imports(text: str) -> Iterator[tuple[int, str, Literal["import"]]]:
    for match in _IMPORT.finditer(text):
        target = match["target"].rstrip(_SENTENCE_END).replace("\\ ", " ")
        if "/" in target or "." in target:
            yield match.start(), target, "import"


def _placed(offset: int, target: str, form: Literal["include", "import"], starts: list[int]) -> Include:
    line = bisect_right(starts, offset)
    return Include(target, line, offset - starts[line - 1] + 1, form)
