"""The tags of raw HTML inside markdown.

A linear scan finds where the tags are; what their attributes mean (quoting, character references) is
left to lxml's HTML parser, which here never sees a DTD, never touches the network and never expands an
entity of anybody's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A comment or the raw text of a script is taken whole, so that nothing inside of it counts as a tag.
_TAG: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style)\b.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<(?P<name>[a-z][a-z0-9-]*)(?P<attributes>(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?)>",
    re.IGNORECASE | re.DOTALL,
)
_OF_INTEREST: Final = re.compile(r"\b(?:href|src|id|name)\s*=", re.IGNORECASE)
_HEADING: Final = re.compile(r"<(?P<close>/?)h[1-6]\b[^<>]*>", re.IGNORECASE)


class Tag(msgspec.Struct, frozen=True):
    """A start tag that names a target or an anchor; `offset` is that of its `<` in the text given."""

    offset: int
    name: str
    attributes: dict[str, str]


def may_matter(text: str) -> bool:
    """Whether the text can hold a tag that `tags` would return."""
    return "<" in text and _OF_INTEREST.search(text) is not None


def tags(text: str) -> list[Tag]:
    """The start tags with an `href`, `src`, `id` or `name`, outside comments, scripts and styles."""
    found = [m for m in _TAG.finditer(text) if m["attributes"] and _OF_INTEREST.search(m["attributes"])]
    if not found:
        return []
    attributes = _attributes([match["attributes"] for match in found])
    return [
        Tag(match.start(), match["name"].lower(), values)
        for match, values in zip(found, attributes, strict=True)
    ]


def heading_parts(text: str) -> Iterator[tuple[str, bool, bool]]:
    """Cut raw HTML at its heading tags: pieces of plain text, each with (opens here, closes here)."""
    place = 0
    opens = False
    for match in _HEADING.finditer(text):
        yield plain_text(text[place : match.start()]), opens, bool(match["close"])
        opens = not match["close"]
        place = match.end()
    yield plain_text(text[place:]), opens, False


def has_heading(text: str) -> bool:
    """Whether the text holds a heading tag."""
    return _HEADING.search(text) is not None


def plain_text(text: str) -> str:
    """The text that a reader sees of some raw HTML."""
    if "<" not in text and "&" not in text:
        return text
    tree = _parsed(f"<div>{text}</div>")
    return "" if tree is None else "".join(map(str, tree.itertext()))


def _attributes(sources: Sequence[str]) -> list[dict[str, str]]:
    """What lxml makes of attribute texts. The tag's own name does not matter, so all are read as `<a>`."""
    tree = _parsed("".join(f"<a {source.rstrip('/')}></a>" for source in sources))
    anchors = [] if tree is None else list(tree.iter("a"))
    if len(anchors) != len(sources):
        return [_attributes([source])[0] for source in sources] if len(sources) > 1 else [{}]
    return [{str(key): str(value) for key, value in anchor.attrib.items()} for anchor in anchors]


def _parsed(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, recover=True)
    try:
        return etree.fromstring(text, parser)
    except (etree.LxmlError, ValueError):
        return None
