"""Markdown that means something else than its author wrote: opened and never closed, or never defined.

CommonMark has no syntax errors: a comment without an end swallows the rest of the document, a reference
without a definition is shown as brackets. So each rule here asks for evidence that a construct was meant.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from markdown_it.common.utils import normalizeReference

from pytest_fwgates.framework import fences
from pytest_fwgates.framework.references import is_placeholder
from pytest_fwgates.framework.visible import without_spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from markdown_it.token import Token

    from pytest_fwgates.framework.places import Places

Kind = Literal[
    "fence unclosed",
    "fence nested",
    "fence outside",
    "comment",
    "undefined",
    "definition",
    "link unclosed",
    "link with space",
    "newlines",
]

# `a[i][j]`, `[x][^1]`, `[^"][^>]`, `[0-9][0-9]*` and `- [ ][x]` are no references.
_REFERENCE: Final = re.compile(
    r"(?<![\w\\!\])}])\[(?P<text>[^\[\]]{1,200})\]\[(?P<label>[^\[\]\n]{0,100})\](?![\[({*+?:\w])"
)
_IMAGE: Final = re.compile(
    r"(?<![\w\\])!\[(?P<text>[^\[\]\n]{0,200})\]\[(?P<label>[^\[\]\n]{0,100})\](?![\[({*+?:\w])"
)
# What an image is a link to: `[![alt](image)][label]`.
_AROUND_IMAGE: Final = re.compile(
    r"!\[(?P<text>[^\[\]\n]{0,200})\](?:\[[^\[\]\n]{0,100}\]|\([^()\s]{0,500}\))\]\[(?P<label>[^\[\]\n]{1,100})\]"
)
_ANY_LABEL: Final = frozenset({"alt", "alt text", "id", "label", "ref", "reference", "text"})
_LABEL: Final = re.compile(r"[A-Za-z0-9][\w .:/#@-]*\Z")
_WORDS: Final = re.compile(r"(?:[^\W\d]|[`*\"'])[^\\^$|=]*\Z")
_TELLING: Final = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)+\Z|[a-z]{3,}\Z|\d{1,3}\Z")
_RANGE: Final = re.compile(r"(?:[A-Za-z0-9]-[A-Za-z0-9_-]+)+\Z")
_DEFINITION: Final = re.compile(
    r"^ {0,3}\[(?P<label>[^\[\]\n^][^\[\]\n]{0,200})\]:[ \t]*(?P<rest>[^\n]{0,500})$", re.MULTILINE
)
_ADDRESS: Final = re.compile(
    r"<?(?:https?://[\w.-]|\.{1,2}/[\w.]|[\w./-]+\.(?:md|markdown|html?|png|svg|jpe?g|gif|json|ya?ml|toml|txt|py|sh)(?:[#?\s>)]|\Z))"
)
_LONGEST: Final = 500
_LINK: Final = re.compile(rf"(?<!\\)\[[^\[\]\n]{{1,200}}\]\((?=(?P<target>[^\s<][^\n]{{0,{_LONGEST - 1}}}))")
_FILE: Final = re.compile(r"\.[a-z]{2,8}(?:#[^\s#]*)?\Z")
_QUOTED: Final = re.compile(r"[\"'()<>]")
_ANOTHER: Final = re.compile(r"\n[ \t]*+<!--")
_LOUD: Final = re.compile(r"[A-Z][A-Z _-]*\Z")

_INDENTED: Final = 40
MAX_COMMENTS: Final = 50
MAX_FOUND: Final = 1_000


class Damage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One place where the text is not what it was meant to be; `detail` is what the message names."""

    kind: Kind
    line: int
    column: int
    detail: str = ""


class Damages:
    """Gathers the damage of one document while its blocks pass by."""

    def __init__(self, places: Places, references: Collection[str]) -> None:
        """`references` are the labels that are defined, normalized."""
        self._places = places
        self._references = references
        self._found: list[Damage] = []
        self._undefined: list[Damage] = []
        self._not_definitions: list[tuple[str, Damage]] = []
        self._comments: list[Damage] = []
        self._fences: list[Token] = []
        self.fences = fences.Reading()

    def fence(self, token: Token) -> None:
        """A fence was read."""
        self._fences.append(token)

    def html_block(self, token: Token) -> None:
        """Raw HTML was read."""
        if "<!--" in token.content and (offset := _open_comment(token.content)) is not None:
            self._places.enter(token)
            self._comments.append(Damage("comment", *self._places.at(offset)))

    def inline(self, content: str) -> None:
        """The text of a block was read, and the places entered it."""
        if "][" in content or "]:" in content:
            text = without_spans(content)
            self._take_references(text, content)
            self._take_definitions(text)
        if "](" in content and any(_links(content)):
            for kind, offset, detail in _links(without_spans(content)):
                self._found.append(Damage(kind, *self._places.at(offset), detail))
        if "<!--" in content and (begin := _open_comment(without_spans(content))) is not None:
            self._comments.append(Damage("comment", *self._places.at(begin)))

    def all(self, lines: Sequence[str]) -> tuple[Damage, ...]:
        """Everything found, in document order."""
        self.fences = fences.read(self._fences, lines)
        found = [*self._found, *_unended(self._comments, lines), *self._labels()]
        found = [one for one in found[:MAX_FOUND] if not self.fences.hides(one.line)]
        for fence in self.fences.damage:
            found.append(Damage(_FENCES[fence.kind], fence.line, fence.column, fence.mark))
        return tuple(sorted(found, key=lambda one: (one.line, one.column)))

    def _take_references(self, text: str, content: str) -> None:
        """References in `text`, which is `content` with its code blanked out; a label may hold code."""
        for match in _REFERENCE.finditer(text) if "][" in text else ():
            label = content[slice(*match.span("label"))] or content[slice(*match.span("text"))]
            if self._is_meant(content[slice(*match.span("text"))], match["label"] or match["text"]):
                self._take_label(label, match.start())
        for pattern in (_IMAGE, _AROUND_IMAGE) if "![" in text else ():
            for match in pattern.finditer(text):
                label = content[slice(*match.span("label"))] or content[slice(*match.span("text"))]
                if _is_label(label):
                    self._take_label(label, match.start())

    def _take_label(self, label: str, offset: int) -> None:
        if normalizeReference(label) not in self._references:
            self._undefined.append(Damage("undefined", *self._places.at(offset), label))

    def _is_meant(self, text: str, label: str) -> bool:
        """Whether brackets after brackets are a reference, not an index, a pattern or a placeholder."""
        if not _LABEL.match(label) or not _WORDS.match(text) or _RANGE.match(text) or len(text) < 2:  # noqa: PLR2004
            return False
        if any(not known.startswith("^") for known in self._references):
            return True
        return _TELLING.match(label) is not None and (" " in text.strip() or not label.isalnum())

    def _take_definitions(self, text: str) -> None:
        for match in _DEFINITION.finditer(text) if "]:" in text else ():
            label = normalizeReference(match["label"])
            if label not in self._references and not _LOUD.match(match["label"]):
                damage = Damage("definition", *self._places.at(match.start()), match["label"])
                self._not_definitions.append((label, damage))
                if match.start() == 0 and _is_definition_gone_wrong(match["rest"]):
                    self._found.append(damage)

    def _labels(self) -> Iterator[Damage]:
        """What is wrong with a definition is wrong there, not wherever its label is used."""
        used = {normalizeReference(damage.detail) for damage in self._undefined}
        broken = {label: damage for label, damage in self._not_definitions if label in used}
        yield from (damage for damage in broken.values() if damage not in self._found)
        yield from (one for one in self._undefined if normalizeReference(one.detail) not in broken)


def _is_label(label: str) -> bool:
    """Whether a label is one, not a word for any; nothing but an image begins with `![`."""
    return _LABEL.match(label) is not None and label.lower() not in _ANY_LABEL and not is_placeholder(label)


_FENCES: Final[dict[str, Kind]] = {
    "unclosed": "fence unclosed",
    "nested": "fence nested",
    "outside": "fence outside",
}


def newlines(text: str) -> Damage | None:
    """Carriage returns that no line feed follows: some tools end a line there, others do not."""
    place = text.replace("\r\n", "\n\n").find("\r") if "\r" in text else -1
    if place == -1:
        return None
    doubled = text.startswith("\r\r\n", place)
    line = re.sub("\r\n?", "\n", text[:place]).count("\n") + 1
    return Damage("newlines", line, 1, "doubled" if doubled else "lone")


def _open_comment(text: str) -> int | None:
    """Where a comment begins that has no end, or only that of a later comment."""
    place = 0
    while (start := text.find("<!--", place)) != -1:
        end = text.find("-->", start + 2)
        if end == -1:
            return start
        if _ANOTHER.search(text, start + 1, end) and "\n\n" in text[start:end]:
            return start
        place = end
    return None


def _unended(comments: Sequence[Damage], lines: Sequence[str]) -> Iterator[Damage]:
    """The first comment that its own block does not end and that nothing below ends either."""
    text = "\n".join(lines) if comments else ""
    starts = [0, *accumulate(len(line) + 1 for line in lines)] if comments else []
    for comment in comments[:MAX_COMMENTS]:
        start = starts[comment.line - 1] + comment.column
        end = text.find("-->", start + 1)
        if end == -1 or _ANOTHER.search(text, start, end):
            yield comment
            return


def _links(text: str) -> Iterator[tuple[Kind, int, str]]:
    """Inline links that are none, because their parenthesis is not closed or their target holds a space."""
    for match in _LINK.finditer(text) if "](" in text else ():
        target = match["target"]
        run = target.split(maxsplit=1)[0]
        begin = match.start("target") + len(run)
        if (
            _closes(run)
            or len(run) == _LONGEST
            or text[begin : begin + _INDENTED].lstrip()[:1] in {'"', "'", "(", ")"}
        ):
            continue
        whole = target.partition(")")[0].rstrip()
        if ")" in target and _FILE.search(whole) and not _FILE.search(run) and not _QUOTED.search(whole):
            yield "link with space", match.start(), whole
        elif _ADDRESS.match(address := run.rstrip(".,;:!?*_")):
            yield "link unclosed", match.start(), address


def _closes(run: str) -> bool:
    """Whether the parenthesis that opened before `run` is closed in it."""
    depth = 1
    for character in run:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return True
    return False


def _is_definition_gone_wrong(rest: str) -> bool:
    """Whether what follows `[label]:` is an address with something after it that is not a title."""
    return _ADDRESS.match(rest) is not None
