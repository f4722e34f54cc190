# ruff: noqa: E501 - patterns, which are easier to read whole
"""Modules show their readers what they tell a model, and do nothing to whoever opens them."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.checks.security.injection import document
from pytest_fwgates.checks.security.injection.characters import odd_characters, shown
from pytest_fwgates.checks.security.injection.orders import may_order, may_order_hidden, orders
from pytest_fwgates.framework import reading
from pytest_fwgates.framework.commonmark import TooComplex
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.model import Finding
from pytest_fwgates.tools.adapter import Scan, unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.checks.security.injection.document import Hit
    from pytest_fwgates.framework.index import Framework

_MARKDOWN: Final = (".md", ".mdc", ".markdown", ".mdx")
_DATA: Final = (".json", ".yml", ".yaml", ".toml", ".jsonc", ".json5")
_SCRIPTS: Final = (
    ".sh", ".bash", ".zsh", ".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", ".ps1", ".rb", ".pl", ".lua",
)  # fmt: skip
_TEXT: Final = (".txt", ".rst", ".adoc")
_SEARCHED: Final = (*_MARKDOWN, *_DATA, *_SCRIPTS, *_TEXT)
_MANIFESTS: Final = frozenset(
    {
        "plugin.json",
        "marketplace.json",
        "mcp.json",
        ".mcp.json",
        "settings.json",
        "settings.local.json",
        "hooks.json",
        "package.json",
        "manifest.json",
        "server.json",
    }
)
_LOCKS: Final = frozenset({"package-lock.json", "npm-shrinkwrap.json", "composer.lock", "Pipfile.lock"})
_ACTIVE: Final = (
    re.compile(
        r"<(?:script|iframe|object|embed|form|meta|base|link|style|template|noscript|font|svg|applet|frame|portal)\b"
    ),
    re.compile(r"data:[\w/+.-]{0,60}[;,]"),
    re.compile(r"&(?:#|colon;|tab;|newline;)"),
    re.compile(r"<[a-z][^<]{0,400}?\s(?:hidden\b|on[a-z]{3,20}\s{0,3}=)"),
    re.compile(r"\]\(\s{0,5}<?(?:https?:)?//[^\s)]{0,300}[{$<%\[@]"),
    re.compile(r"\]:\s[^\n]{0,300}[{$<%\[@(\"']"),
)
"""What acts, in lower-case text; each begins with a literal, which is what makes it quick to look for."""
_ACTIVE_WORDS: Final = ("script:", "srcdoc", "style=", "style =")
_SOURCE: Final = re.compile(
    r"src(?:set)?\s{0,3}=\s{0,3}[\"']?(?:https?:)?//[^\s\"'>]{0,300}(?:[{$<%\[@]|[A-Z]{4})"
)
_SAID: Final = (
    re.compile(r"<!--(?P<said>(?:[^-]|-(?!->))*+)"),
    re.compile(r"!\[(?P<said>[^\[\]\n]{8,2000}+)\]"),
    re.compile(r"\]\([^()\[\]\n]{1,300}\s[\"'(](?P<said>[^\n]{8,2000}+)"),
    re.compile(
        r"<[a-zA-Z][^<]{0,400}?\s(?:title|alt|aria-\w{1,20}|data-[\w-]{1,30}|placeholder|content|label|value|summary)"
        r"\s{0,3}=(?P<said>[^<]{8,2000}+)"
    ),
)
"""Comments, texts of images, titles, attributes."""
_ADDRESS_TEXT: Final = re.compile(
    r"\[\s{0,3}(?:https?://|(?:[\w-]{1,63}\.){1,4}(?:com|org|net|io|dev|app|ai|gov|edu|co|de|info|bank)[\]/\s])",
    re.IGNORECASE,
)
_FOREIGN: Final = re.compile('//[^\\s/)>"]{0,100}(?:[^\x00-\x7f]|xn--)', re.IGNORECASE)
_IMAGE: Final = re.compile(r"!\[[^\]\n]{0,200}\]\(\s{0,5}<?https?://[^\s)]{0,300}[A-Z]{4}", re.IGNORECASE)
_COMMENT: Final = re.compile(
    r"^[ \t]*+(?:#(?!!)|//|\*(?!/)|/\*\*?|--(?=\s)|;;)[ \t]*+(?P<text>[^\n]{8,2000})|(?<=\s)(?:#|//)\s(?P<tail>[^\n]{12,500})",
    re.MULTILINE,
)
_ESCAPED: Final = re.compile(r"\\u(?P<code>[0-9a-fA-F]{4})")


class Source(NamedTuple):
    """A file and its text."""

    path: str
    text: str


def injections(framework: Framework) -> list[Finding]:
    """The findings of `scan` alone."""
    return list(scan(framework).findings)


def scan(framework: Framework) -> Scan:
    """Modules show their readers what they tell a model, and do nothing to whoever opens them.

    Why: a model obeys what it reads, also what no reviewer saw: characters without width, comments,
    attributes, hidden elements, texts of images. A browser runs what a document holds besides text.

    Rule: in every text file characters that hide, reorder or erase (https://trojansource.codes/); in
    documents, as CommonMark parses them and code left out: links that are programs, images whose address
    takes what the model knows, links that lead elsewhere than they say, active HTML, text that nobody sees;
    orders to ignore what was said before, in all text that a model reads, and all orders of an attacker in
    what only a model reads (https://genai.owasp.org/llmrisk/llm01-prompt-injection/). A report of an attack
    quotes it, shows it as code, or says that somebody says, tries or detects it.

    Mend: as the message says; show an example of an attack in a code span or a fence.
    """
    found: list[Finding] = []
    lost: list[Unreadable] = []
    for source in _sources(framework):
        if isinstance(source, Unreadable):
            lost.append(source)
            continue
        found += [
            Finding(
                f"{one.what}; {one.why}",
                source.path,
                one.line,
                severity=one.severity,
                subject=f"{one.kind} {one.what}",
            )
            for one in _hits(source)
        ]
    searched = sum(path.endswith(_SEARCHED) for path in framework.everything)
    return Scan(tuple(found), searched, unread(lost))


def orders_in(path: str, text: str) -> list[Hit]:
    """The orders that a file gives a model; quick where there are none."""
    if not may_order(text.lower()):
        return []
    return [one for one in _hits(Source(path, text)) if "order" in one.what]


def _sources(framework: Framework) -> Iterator[Source | Unreadable]:
    for path in framework.everything:
        if path.endswith(_SEARCHED) and posixpath.basename(path) not in _LOCKS:
            text = reading.read_any_text(framework.root, path)
            if isinstance(text, Unreadable):
                yield text
            elif text is not None:
                yield Source(path, text)


def _hits(source: Source) -> Iterator[Hit]:
    """What one file holds, in the order of its lines."""
    found = list(_odd(source))
    if source.path.endswith(_MARKDOWN):
        found += _in_document(source.text)
    elif source.path.endswith(_SCRIPTS):
        found += _in_comments(source.text)
    elif posixpath.basename(source.path) in _MANIFESTS:
        found += _in_manifest(source.text)
    elif source.path.endswith(_DATA):
        found += _in_comments(source.text)
    elif may_order(source.text.lower()):
        found += _in_document(source.text)
    yield from sorted(dict.fromkeys(found), key=lambda one: one.line)


def _odd(source: Source) -> Iterator[Hit]:
    text = source.text
    if posixpath.basename(source.path) in _MANIFESTS and "\\u" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match["code"], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    printed = source.path.endswith((*_SCRIPTS, *_TEXT))
    for one in odd_characters(text, terminal=not printed):
        yield document.Hit(text.count("\n", 0, one.offset) + 1, one.severity, one.kind, one.what, one.why)


def _in_document(text: str) -> list[Hit]:
    front, body = _parted(text)
    lowered = text.lower()
    found: list[Hit] = []
    if front and ("#" in front or may_order(front.lower())):
        found += _in_lines(front, 2)
    if (
        may_order(lowered)
        or any(word in lowered for word in _ACTIVE_WORDS)
        or any(pattern.search(lowered) for pattern in _ACTIVE)
        or any(_is_order_said(match["said"]) for pattern in _SAID for match in pattern.finditer(body))
        or _SOURCE.search(body)
        or _ADDRESS_TEXT.search(body)
        or _IMAGE.search(body)
        or (not body.isascii() and _FOREIGN.search(body))
    ):
        try:
            found += document.hits(body)
        except TooComplex:
            found.append(
                document.Hit(
                    1,
                    "medium",
                    "complex",
                    "a document built so that parsing takes unreasonably long",
                    "nobody can tell what is in it; flatten what is nested",
                )
            )
    return found


def _is_order_said(said: str) -> bool:
    said = said.strip(" \"'\n")
    return may_order_hidden(said) and next(orders(said, hidden=True), None) is not None


def _parted(text: str) -> tuple[str, str]:
    """Frontmatter, and the text with it blanked so that lines still count."""
    if not text.startswith(("---\n", "--- \n")):
        return "", text
    begin = text.index("\n") + 1
    end = text.find("\n---", begin - 1)
    if end == -1:
        return "", text
    after = text.find("\n", end + 1)
    after = len(text) if after == -1 else after
    return text[begin : end + 1], "\n" * text.count("\n", 0, after) + text[after:]


def _in_lines(text: str, first: int) -> Iterator[Hit]:
    """Orders in the values and comments of frontmatter."""
    for number, line in enumerate(text.split("\n"), first):
        key, colon, value = line.partition(":")
        said = value if colon and not key.lstrip().startswith("#") else line.lstrip(" #-")
        said = said.strip().strip("\"'")
        yield from _ordered(said, number, "frontmatter", hidden=line.lstrip().startswith("#"))


def _in_comments(text: str) -> Iterator[Hit]:
    """Orders in the comments of a script."""
    if not may_order(text.lower()):
        return
    above, at, line, place = "", 0, 1, 0
    for match in _COMMENT.finditer(text):
        said = match["text"] or match["tail"]
        line += text.count("\n", place, match.start())
        place = match.start()
        if may_order(said.lower()):
            yield from _ordered(said, line, "a comment", hidden=False, title=above if line == at + 1 else "")
        if said.rstrip().endswith(":"):
            above, at = said, line
        elif above and line == at + 1:
            at = line


def _in_manifest(text: str) -> Iterator[Hit]:
    """Orders in what a manifest says of itself."""
    try:
        root = json.loads(text)
    except (ValueError, RecursionError):
        return
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and may_order(one.lower()):
            at = text.find(json.dumps(one)[1:40].rstrip('"'))
            yield from _ordered(one, text.count("\n", 0, max(at, 0)) + 1, "a manifest", hidden=False)


def _ordered(said: str, line: int, where: str, *, hidden: bool, title: str = "") -> Iterator[Hit]:
    for order in orders(said, hidden=hidden, title=title):
        yield document.Hit(
            line, "high", order.kind, f"{where} that gives a model an order: {shown(order.words)!r}",
            "no author of a framework needs it, and whoever wrote it is obeyed; remove it, or quote it where it is meant",
        )  # fmt: skip
