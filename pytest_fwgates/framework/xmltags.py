"""The tags in a module's text: where each one stands, and how much it looks like markup.

Markdown is not XML, and `<name>` is as often a placeholder as a tag. So nothing is judged here; a tag only
remembers what tells the two apart: whether it stands where markup stands (`is_firm`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

VOID: Final = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link"),
        *("meta", "param", "source", "track", "wbr"),
    }
)
# Elements whose end tag HTML lets one leave out: https://html.spec.whatwg.org/multipage/syntax.html
OPTIONAL_END: Final = frozenset(
    {
        *("body", "caption", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p"),
        *("rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr"),
    }
)
# Elements of text that stand within a sentence, and whose names few would give to a placeholder.
INLINE: Final = frozenset(
    {"a", "b", "i", "u", "em", "strong", "code", "sub", "sup", "kbd", "mark", "small", "span", "del", "ins"}
)
_HTML: Final = (
    VOID
    | OPTIONAL_END
    | INLINE
    | {
        *("article", "aside", "blockquote", "button", "center", "details", "div", "dl"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "iframe"),
        *("main", "nav", "ol", "picture", "pre", "script", "section", "select", "style", "summary"),
        *("svg", "table", "textarea", "ul", "video"),
    }
)

# A name may hold dots and a prefix, but ends in a letter, digit or underscore.
_TAG: Final = re.compile(r"<(?P<slash>/?)(?P<name>[^\W\d](?:[\w.:-]*\w)?)(?:(?P<end>[ \t]*/?>)|(?=[\s<]|\Z))")
_ATTRIBUTE: Final = re.compile(r"\s+(?P<key>[^\W\d][\w.:-]*)(?:\s*=\s*(?P<value>\"|'|[^\s\"'<>=`]+))?")
_END: Final = re.compile(r"\s*(?P<slash>/?)>")
_QUOTED_STOP: Final = {
    '"': re.compile(r"\"|\n[ \t]*\n|\Z"),
    "'": re.compile(r"'|\n[ \t]*\n|\Z"),
}
# The quote that closes a value of several words: `when=a and b">`.
_STRAY_QUOTE: Final = re.compile(r"[^\n<>\"']{1,200}[\"']\s{0,9}/?>")
_AFTER_VALUE: Final = re.compile(r"[\s/>?]|\Z")
_NOT_IN_VALUE: Final = re.compile(r"<[^\W\d]|</")
_RUNAWAY: Final = re.compile(r"[\n>]|=\s*\Z")
_BEFORE: Final = re.compile(r"[ \t>]*\Z")
_LISTED: Final = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*\Z")
_CLOSING: Final = re.compile(r"(?:</[^<>/]*>)*\s*")
# What follows a placeholder at the start of a line rather than a tag: `<type>(<scope>): <subject>`.
_NO_CONTENT: Final = frozenset(".,;:)-_([{|<>=*`")
MAX_ATTRIBUTES: Final = 100
# How far to look for the start or end of a line: a tag further in is not one that a line is about.
WINDOW: Final = 200


class Tag(msgspec.Struct, frozen=True):
    """A tag.

    Attributes:
        offset: That of its `<`.
        end: That of what follows it.
        name: As written; in lower case where it is HTML's.
        is_firm: Whether it stands where markup stands and a placeholder would hardly.
        flaw: What is wrong with the tag itself, where markup stands.
    """

    offset: int
    end: int
    kind: Literal["open", "close"]
    name: str
    is_firm: bool
    flaw: str = ""


def tags(text: str) -> Iterator[Tag]:
    """Every opening and closing tag in text whose examples are blanked out already."""
    last_raw = {name: text.rfind(f"</{name}") for name in ("script", "style")}
    place = 0
    while match := _TAG.search(text, place):
        place = match.end()
        tag = _closing(text, match) if match["slash"] else _opening(text, match)
        if tag is None:
            continue
        yield tag
        place = tag.end
        if last_raw.get(tag.name, -1) > place and tag.kind == "open":
            place = text.index(f"</{tag.name}", place)


def _name(match: re.Match[str]) -> str:
    name: str = match["name"]
    return name.lower() if name.lower() in _HTML else name


def _closing(text: str, match: re.Match[str]) -> Tag | None:
    start, end = match.span()
    if match["end"]:
        return Tag(start, end, "close", _name(match), _is_firm_close(text, start, end))
    if text[end : end + 1] in {"\n", "<", ""} and _is_firm_close(text, start, end):
        return Tag(start, end, "close", _name(match), is_firm=True, flaw="has no >")
    return None


def _opening(text: str, match: re.Match[str]) -> Tag | None:
    """The opening tag at a match, or None where it is an empty element."""
    start, end = match.span()
    if match["end"] is None:
        return _with_attributes(text, match)
    if "/" in match["end"]:
        return None
    name = _name(match)
    return Tag(start, end, "open", name, _is_firm_open(text, name, start, end))


def _with_attributes(text: str, match: re.Match[str]) -> Tag | None:
    place, valued, bare = match.end(), "", False
    for _ in range(MAX_ATTRIBUTES):
        attribute = _ATTRIBUTE.match(text, place)
        if attribute is None:
            break
        place = attribute.end()
        bare = bare or attribute["value"] is None
        valued = attribute["key"] if attribute["value"] else valued
        if (quote := attribute["value"]) in _QUOTED_STOP:
            stop = _closing_quote(text, place, str(quote))
            if stop is None:
                return _flawed(text, match, place, f"{valued} has no closing quote")
            place = stop
    if end := _END.match(text, place):
        if end["slash"]:
            return None
        firm = (not bare and _starts_line(text, match.start())) or match["name"] in {"a", "A"}
        return Tag(match.start(), end.end(), "open", _name(match), bool(valued) and firm)
    if valued and (text[place : place + 1] in _QUOTED_STOP or _STRAY_QUOTE.match(text, place)):
        return _flawed(text, match, place, f"{valued} has no opening quote")
    if valued and not bare and text[place : place + WINDOW].lstrip()[:1] == "<":
        return _flawed(text, match, place, "has no >")
    # Prose, code, or attributes of some other language.
    return Tag(match.start(), match.end(), "open", _name(match), is_firm=False)


def _closing_quote(text: str, place: int, quote: str) -> int | None:
    """Where a value ends that begins at `place`, or None if its quote is never closed.

    The next quote may well belong to something else: then a tag begins before it, or nonsense follows it.
    """
    stop = _QUOTED_STOP[quote].search(text, place)
    if stop is None or stop[0] != quote:
        return None
    value = text[place : stop.start()]
    if _AFTER_VALUE.match(text, stop.end()):
        return None if "\n" in value and _NOT_IN_VALUE.search(value) else stop.end()
    return None if _RUNAWAY.search(value) else stop.end()


def _flawed(text: str, match: re.Match[str], place: int, flaw: str) -> Tag:
    """A tag with something wrong in it; it is taken to end at the next `>` of the line.

    It is not firm, since it may as well be an empty one: `<a href="x/>`.
    """
    start = match.start()
    if not _starts_line(text, start):
        return Tag(start, match.end(), "open", _name(match), is_firm=False)
    line = text[place : place + WINDOW].partition("\n")[0]
    end = place if flaw.endswith(">") else place + line.find(">") + 1
    return Tag(start, end, "open", _name(match), is_firm=False, flaw=flaw)


def _starts_line(text: str, offset: int) -> bool:
    """Whether only indent and markers of quotes and lists stand before it."""
    return _LISTED.match(_before(text, offset)) is not None


def _is_firm_open(text: str, name: str, start: int, end: int) -> bool:
    if not _BEFORE.match(_before(text, start)):
        return False
    following = text[end : end + WINDOW].partition("\n")[0]
    if following.startswith("<"):
        return name in _HTML
    return not following.strip() or not (following[0].isspace() or following[0] in _NO_CONTENT)


def _is_firm_close(text: str, start: int, end: int) -> bool:
    if _BEFORE.match(_before(text, start)):
        return True
    is_last = _CLOSING.fullmatch(text[end : end + WINDOW].partition("\n")[0])
    return is_last is not None and not text[start - 1].isspace()


def _before(text: str, offset: int) -> str:
    """What stands before it in its line; of a very long one, enough to see that it is not its start."""
    window = text[max(offset - WINDOW, 0) : offset]
    return window[window.rfind("\n") + 1 :]
