# ruff: noqa: E501 - patterns, which are easier to read whole
"""A walk over a markdown document: what it does, what it hides, and the orders in it. Pure.

Code is shown, not meant: spans and fences are left out. What is left is the text that is read, and what only
a model reads: comments, attributes, texts of images, titles, elements that are hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_fwgates.checks.security.injection import links, markup
from pytest_fwgates.checks.security.injection.characters import shown
from pytest_fwgates.checks.security.injection.orders import (
    REPORT_TITLE,
    has_long_word,
    may_order,
    may_order_hidden,
    orders,
)
from pytest_fwgates.framework import commonmark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from pytest_fwgates.model import Severity

_MANY_WORDS: Final = 4
_LONGEST: Final = 20_000
_HEADLINE: Final = 80


class Hit(NamedTuple):
    """Something in a document, by its line."""

    line: int
    severity: Severity
    kind: str
    what: str
    why: str


class Piece(NamedTuple):
    """A piece of a block: raw markup, or text; with the line that it begins in."""

    raw: bool
    text: str
    line: int


def hits(text: str) -> list[Hit]:
    """What a document does, hides and orders.

    Raises:
        TooComplex: it is built so that nobody can tell.
    """
    return list(dict.fromkeys(_Walk(text).run()))


class _Walk:
    def __init__(self, text: str) -> None:
        self.orders = may_order(text.lower()) or "&" in text
        self.environment: dict[str, Any] = {}
        self.tokens = commonmark.block_tokens(text, self.environment)
        self.headings: dict[int, str] = {}
        self.intro = ""
        self.hidden: list[markup.Element] = []
        self.columns = ""

    def run(self) -> Iterator[Hit]:
        level = 0
        for token in self.tokens:
            if token.type == "heading_open":
                level = int(token.tag[1])
            elif token.type == "inline":
                yield from self._inline(token, level)
                level = 0
            elif token.type == "html_block":
                yield from self._markup([Piece(raw=True, text=token.content, line=_line(token))])
            elif token.type == "th_open":
                self.columns = ""
        yield from self._definitions()

    def _inline(self, token: Token, level: int) -> Iterator[Hit]:
        line = _line(token)
        if level:
            self.headings = {depth: text for depth, text in self.headings.items() if depth < level}
        children = commonmark.inline_tokens(token.content, self.environment)
        yield from self._links(children, token.content, line)
        pieces = list(_pieces(children, token.content, line))
        yield from self._markup(pieces)
        open_text = "".join(" " if piece.raw else piece.text for piece in pieces)
        if self.hidden:
            yield from _told(open_text, line, "hidden text", hidden=True)
        elif (self.orders and (may_order(open_text.lower()) or "&#" in open_text)) or has_long_word(
            open_text
        ):
            yield from _told(open_text[:_LONGEST], line, "text", hidden=False, title=self._title())
        if level:
            self.headings[level] = open_text
            self.intro = ""
        elif open_text.rstrip(" *_").endswith((":", "\uff1a")) or (
            REPORT_TITLE.search(open_text[:200]) and len(open_text) < _HEADLINE
        ):
            self.intro = open_text[-300:]
        elif token.level == 1:
            self.intro = ""

    def _title(self) -> str:
        last = self.headings[max(self.headings)] if self.headings else ""
        return f"{last} | {self.intro}"

    def _links(self, children: list[Token], content: str, line: int) -> Iterator[Hit]:
        for number, token in enumerate(children):
            if token.type not in {"link_open", "image"}:
                continue
            place = line + content.count("\n", 0, token.meta.get("offset", 0))
            image = token.type == "image"
            url = str(token.attrs.get("src" if image else "href", ""))
            yield from _destination(url, place, image=image)
            if not image and (lead := links.other_place(_text_after(children, number), url)):
                yield Hit(place, *lead)
            for name, said in (
                ("title", str(token.attrs.get("title", ""))),
                ("alternative text", token.content if image else ""),
            ):
                yield from _told(said, place, f"{name} of {'an image' if image else 'a link'}", hidden=True)

    def _markup(self, pieces: list[Piece]) -> Iterator[Hit]:
        for piece in pieces:
            if piece.raw:
                yield from self._raw(piece)
            elif self._hides_much(piece.text):
                yield self._unseen(piece.text, piece.line)

    def _raw(self, piece: Piece) -> Iterator[Hit]:
        place = 0
        source = piece.text
        while match := markup.TAG.search(source, place):
            between = source[place : match.start()]
            if self._hides_much(between):
                yield self._unseen(between, piece.line + source.count("\n", 0, place))
            if self.hidden:
                yield from _told(
                    between, piece.line + source.count("\n", 0, place), "hidden text", hidden=True
                )
            elif self.orders and may_order(between.lower()):
                yield from _told(
                    between,
                    piece.line + source.count("\n", 0, place),
                    "text",
                    hidden=False,
                    title=self._title(),
                )
            line = piece.line + source.count("\n", 0, match.start())
            place = match.end()
            if match["comment"] is not None:
                yield from _told(match["comment"][:_LONGEST], line, "a comment", hidden=True)
                continue
            name = match["name"].lower()
            if match["close"]:
                self._close(name)
                continue
            content, place = markup.raw_content(name, source, place)
            yield from self._element(name, match["attributes"], content, line)
        rest = source[place:]
        if self._hides_much(rest):
            yield self._unseen(rest, piece.line + source.count("\n", 0, place))
        if self.hidden:
            yield from _told(rest, piece.line + source.count("\n", 0, place), "hidden text", hidden=True)
        elif self.orders and may_order(rest.lower()):
            yield from _told(
                rest[:_LONGEST],
                piece.line + source.count("\n", 0, place),
                "text",
                hidden=False,
                title=self._title(),
            )

    def _element(self, name: str, source: str, content: str, line: int) -> Iterator[Hit]:
        attributes = markup.attributes_of(source)
        for seen in markup.acts(name, attributes, content, 0):
            yield Hit(line, seen.severity, seen.kind, seen.what, seen.why)
        for key in ("src", "href", "srcset", "poster", "background"):
            if key in attributes:
                yield from _destination(attributes[key], line, image=key != "href", schemes=False)
        for key, said in markup.told_by(attributes):
            yield from _told(said, line, f"attribute {key!r}", hidden=True)
        if self.hidden and self.hidden[-1].name == name and not markup.is_void(name, source):
            self.hidden[-1] = self.hidden[-1]._replace(depth=self.hidden[-1].depth + 1)
        elif (how := markup.hides(name, attributes)) and not markup.is_void(name, source):
            self.hidden.append(markup.Element(name, how, line))

    def _close(self, name: str) -> None:
        if self.hidden and self.hidden[-1].name == name:
            if self.hidden[-1].depth:
                self.hidden[-1] = self.hidden[-1]._replace(depth=self.hidden[-1].depth - 1)
            else:
                self.hidden.pop()

    def _hides_much(self, text: str) -> bool:
        """Templates are not shown, but modules name parts of theirs so."""
        return (
            bool(self.hidden) and not self.hidden[-1].how.startswith("<") and len(text.split()) >= _MANY_WORDS
        )

    def _unseen(self, text: str, line: int) -> Hit:
        return Hit(
            line, "medium", "hidden text", f"text that nobody sees ({self.hidden[-1].how}): {shown(text)!r}",
            "a model reads it and no reader does; show it or remove it",
        )  # fmt: skip

    def _definitions(self) -> Iterator[Hit]:
        """What stands in definitions, which are shown nowhere: `[//]: # (like this)`."""
        found = [
            *self.environment.get("references", {}).values(),
            *self.environment.get("duplicate_refs", ()),
        ]
        for one in found:
            line = one["map"][0] + 1
            yield from _destination(one["href"], line, image=False)
            yield from _told(one["title"], line, "a reference's title", hidden=True)


def _destination(url: str, line: int, *, image: bool, schemes: bool = True) -> Iterator[Hit]:
    lead = (links.active_scheme(url, image=image) if schemes else None) or links.false_address(url)
    if lead:
        yield Hit(line, *lead)
    filled = links.fetches_with_data(url)
    if filled and (image or filled[:2] in {"{{", "${", "$("}):
        yield Hit(
            line, "high" if image else "medium", "exfiltration",
            f"{'an image' if image else 'a link'} whose address is to be filled with {shown(filled)!r}",
            "showing it sends what the model knows to that host; write an address without it",
        )  # fmt: skip


def _told(said: str, line: int, where: str, *, hidden: bool, title: str = "") -> Iterator[Hit]:
    if not said or (hidden and said.isascii() and not may_order_hidden(said)):
        return
    for order in orders(said, hidden=hidden, title=title):
        yield Hit(
            line, "high", order.kind, f"{where} that gives a model an order: {shown(order.words)!r}",
            "no author of a framework needs it, and whoever wrote it is obeyed; remove it, or quote it where it is meant",
        )  # fmt: skip


def _pieces(children: list[Token], content: str, line: int) -> Iterator[Piece]:
    place = line
    for token in children:
        offset = token.meta.get("offset")
        if offset is not None:
            place = line + content.count("\n", 0, offset)
        if token.type == "html_inline":
            yield Piece(raw=True, text=token.content, line=place)
        elif token.type == "code_inline":
            yield Piece(raw=False, text="`...`", line=place)
        elif token.type in {"text", "text_special"}:
            yield Piece(raw=False, text=token.content, line=place)
            place += token.content.count("\n")
        elif token.type in {"softbreak", "hardbreak"}:
            yield Piece(raw=False, text="\n", line=place)


def _text_after(children: list[Token], number: int) -> str:
    parts = []
    for token in children[number + 1 :]:
        if token.type == "link_close":
            break
        parts.append(token.content)
    return "".join(parts)


def _line(token: Token) -> int:
    return (token.map[0] if token.map else 0) + 1
