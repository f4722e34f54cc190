# ruff: noqa: E501 - patterns, which are easier to read whole
"""HTML in documents: what acts, what is hidden, and what nobody sees of it. Pure.

A linear scan, as browsers tokenize (https://html.spec.whatwg.org/multipage/parsing.html) as far as tags go;
names of elements and attributes mean nothing by themselves, because modules are written with tags of their own.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.checks.security.injection import links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_fwgates.model import Severity

TAG: Final = re.compile(
    r"<!--(?P<comment>(?:[^-]|-(?!->))*+)(?:-->|\Z)"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][\w:.-]*+)(?P<attributes>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)>"
)
ATTRIBUTE: Final = re.compile(
    r"(?P<name>[^\s\"'<>/=]++)(?:\s*+=\s*+(?P<value>\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))?"
)
_EVENTS: Final = frozenset(
    f"on{one}"
    for one in [
        "abort",
        "afterprint",
        "animationend",
        "animationiteration",
        "animationstart",
        "auxclick",
        "beforecopy",
        "beforecut",
        "beforeinput",
        "beforepaste",
        "beforeprint",
        "beforetoggle",
        "beforeunload",
        "begin",
        "blur",
        "cancel",
        "canplay",
        "canplaythrough",
        "change",
        "click",
        "close",
        "contextmenu",
        "copy",
        "cut",
        "dblclick",
        "drag",
        "dragend",
        "dragenter",
        "dragleave",
        "dragover",
        "dragstart",
        "drop",
        "durationchange",
        "end",
        "ended",
        "error",
        "focus",
        "focusin",
        "focusout",
        "fullscreenchange",
        "hashchange",
        "input",
        "invalid",
        "keydown",
        "keypress",
        "keyup",
        "load",
        "loadeddata",
        "loadedmetadata",
        "loadstart",
        "message",
        "mousedown",
        "mouseenter",
        "mouseleave",
        "mousemove",
        "mouseout",
        "mouseover",
        "mouseup",
        "mousewheel",
        "offline",
        "online",
        "open",
        "pagehide",
        "pageshow",
        "paste",
        "pause",
        "play",
        "playing",
        "pointercancel",
        "pointerdown",
        "pointerenter",
        "pointerleave",
        "pointermove",
        "pointerout",
        "pointerover",
        "pointerrawupdate",
        "pointerup",
        "popstate",
        "progress",
        "readystatechange",
        "repeat",
        "reset",
        "resize",
        "scroll",
        "scrollend",
        "search",
        "seeked",
        "seeking",
        "select",
        "selectionchange",
        "selectstart",
        "show",
        "start",
        "stalled",
        "storage",
        "submit",
        "suspend",
        "timeupdate",
        "toggle",
        "touchcancel",
        "touchend",
        "touchmove",
        "touchstart",
        "transitioncancel",
        "transitionend",
        "transitionrun",
        "transitionstart",
        "unload",
        "volumechange",
        "waiting",
        "webkitanimationend",
        "webkittransitionend",
        "wheel",
        "securitypolicyviolation",
        "unhandledrejection",
        "formdata",
        "finish",
        "bounce",
        "cuechange",
    ]
)
_PROGRAM: Final = re.compile(r"[(=`;]|javascript|document|window|location|eval|import", re.IGNORECASE)
_CODE: Final = re.compile(r"[({;=]|import\b|document|window")
_ADDRESSES: Final = (
    "href",
    "src",
    "action",
    "formaction",
    "xlink:href",
    "data",
    "poster",
    "background",
    "srcset",
    "to",
    "content",
    "from",
    "values",
)
_LOADS: Final = {
    "object": ("data",),
    "embed": ("src",),
    "applet": ("code", "archive"),
    "frame": ("src",),
    "portal": ("src",),
}
_PLAYERS: Final = re.compile(
    r"(?:https?:)?//(?:www\.|player\.|embed\.)?(?:youtube\.com|youtube-nocookie\.com|vimeo\.com|loom\.com|codesandbox\.io"
    r"|stackblitz\.com|codepen\.io|asciinema\.org|figma\.com)/",
    re.IGNORECASE,
)
_OUTSIDE: Final = re.compile(r"\A\s*+(?:https?:)?//", re.IGNORECASE)
_STYLE_LOADS: Final = re.compile(
    r"@import\s{0,5}(?:url\()?[\"']?\s{0,5}(?:https?:)?//|expression\s{0,5}\(|-moz-binding|behavior\s{0,5}:\s{0,5}url|url\(\s{0,5}[\"']?\s{0,5}(?:javascript:|https?://[^)\s]{0,200}[?&{])",
    re.IGNORECASE,
)
_UNSEEN: Final = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}(?:hidden|collapse)|(?<![\w-])opacity\s{0,5}:\s{0,5}(?:0?\.0[0-4]?\d{0,3}|0)\s{0,5}%?(?=[;\s!]|$)"
    r"|font-size\s{0,5}:\s{0,5}(?:0(?:\.\d{1,3})?|1)\s{0,3}(?:px|pt|em|rem|%)?(?=[;\s!]|$)"
    r"|(?:left|top|right|bottom|text-indent|margin-left|margin-top)\s{0,5}:\s{0,5}-\s{0,3}\d{3,6}"
    r"|translate[xy]?\(\s{0,5}-\d{3,6}|clip(?:-path)?\s{0,5}:\s{0,5}(?:rect\(\s{0,5}0|inset\(\s{0,5}(?:50|100)%|circle\(\s{0,5}0)"
    r"|(?<![\w-])color\s{0,5}:\s{0,5}(?:transparent|rgba\([^)]{0,40},\s{0,5}0(?:\.0)?\s{0,5}\))"
    r"|(?<![\w-])(?:max-)?(?:height|width)\s{0,5}:\s{0,5}[01]\s{0,3}(?:px|em|rem|%)?\s{0,5}(?=[;\s!]|$)"
    r"|scale\(\s{0,5}0",
    re.IGNORECASE,
)
_COLOUR: Final = re.compile(
    r"(?<![\w-])(?P<name>background(?:-color)?|color)\s{0,5}:\s{0,5}(?P<value>[#\w(),.% ]{1,40})",
    re.IGNORECASE,
)
_WHITES: Final = frozenset(
    {"white", "#fff", "#ffffff", "#fefefe", "snow", "#fdfdfd", "rgb(255,255,255)", "#ffffffff", "ghostwhite"}
)
_TELLS: Final = frozenset(
    {"title", "alt", "aria-label", "aria-description", "placeholder", "summary", "content", "label", "value"}
)
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_RAW: Final = frozenset({"script", "style", "textarea", "xmp", "noembed"})


class Seen(NamedTuple):
    """Something that markup does, or text that it hides; `text` is of the latter."""

    offset: int
    severity: Severity
    kind: str
    what: str
    why: str
    text: str = ""


class Element(NamedTuple):
    """An element that hides its content, by its name and how it does."""

    name: str
    how: str
    offset: int
    depth: int = 0


def attributes_of(text: str) -> dict[str, str]:
    """The attributes of a tag, with references resolved; of equal ones the first counts."""
    found: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(text):
        value = match["value"] or ""
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        found.setdefault(match["name"].lower(), html.unescape(value))
    return found


def acts(name: str, attributes: Mapping[str, str], content: str, offset: int) -> Iterator[Seen]:
    """What an element does in a browser, besides being text."""
    for key, value in attributes.items():
        if key in _EVENTS and _PROGRAM.search(value) and not value.startswith("{"):
            yield Seen(
                offset, "high", "event handler", f"<{name[:30]} {key}=...> with a program",
                "a browser runs it; remove the attribute",
            )  # fmt: skip
        elif key in _ADDRESSES and (
            lead := links.active_scheme(
                value.partition("url=")[2] or value, image=name in {"img", "image", "source"}
            )
        ):
            yield Seen(offset, lead.severity, lead.kind, f"{lead.what} in <{name[:30]} {key}>", lead.why)
    if "srcdoc" in attributes:
        yield Seen(
            offset,
            "high",
            "frame",
            f"<{name[:30]} srcdoc>",
            "it is a document of its own, with scripts; remove it",
        )
    yield from _loads(name, attributes, content, offset)


def _loads(name: str, attributes: Mapping[str, str], content: str, offset: int) -> Iterator[Seen]:
    source = attributes.get("src", "")
    if name == "script" and (source or _CODE.search(content)):
        yield Seen(
            offset, "high", "script", "a <script>", "a browser runs it; remove it, or show it in a fence"
        )
    elif name == "style" and _STYLE_LOADS.search(content):
        yield Seen(
            offset,
            "high",
            "style",
            "a <style> that loads from outside",
            "it tells whoever serves it what is shown; remove it",
        )
    elif name == "iframe" and _OUTSIDE.match(source) and not _PLAYERS.match(source):
        yield Seen(
            offset,
            "high",
            "frame",
            "an <iframe> of another site",
            "it shows and does what that site wants; write a link",
        )
    elif any(_OUTSIDE.match(attributes.get(key, "")) for key in _LOADS.get(name, ())):
        yield Seen(
            offset,
            "high",
            "frame",
            f"<{name}> of another site",
            "it runs what that site serves; write a link",
        )
    elif name == "base" and attributes.get("href"):
        yield Seen(offset, "high", "base", "a <base href>", "every relative link leads elsewhere; remove it")
    elif (
        name == "meta"
        and attributes.get("http-equiv", "").lower() == "refresh"
        and "url" in attributes.get("content", "").lower()
    ):
        yield Seen(
            offset, "high", "refresh", "a <meta> that leads elsewhere", "readers are sent away; write a link"
        )
    elif name == "form" and _OUTSIDE.match(attributes.get("action", "")):
        yield Seen(
            offset,
            "high",
            "form",
            "a <form> that sends to another site",
            "what is typed goes there; remove it",
        )
    elif (
        name == "link"
        and _OUTSIDE.match(attributes.get("href", ""))
        and attributes.get("rel", "").lower()
        in {"stylesheet", "import", "preload", "prefetch", "modulepreload"}
    ):
        yield Seen(
            offset,
            "medium",
            "style",
            "a <link> that loads from outside",
            "it tells whoever serves it who reads; remove it",
        )


def hides(name: str, attributes: Mapping[str, str]) -> str:
    """How an element keeps its text from readers; empty where it does not."""
    style = attributes.get("style", "")
    if match := _UNSEEN.search(style):
        return f"style {match[0][:40]!r}"
    if _same_colour(style, attributes):
        return "text in the colour of its background"
    if "hidden" in attributes and attributes["hidden"].lower() != "false":
        return "attribute 'hidden'"
    if name == "font" and attributes.get("color", "").lower() in _WHITES:
        return "white text"
    if name in {"template", "noscript", "noembed"}:
        return f"<{name}>"
    return ""


def _same_colour(style: str, attributes: Mapping[str, str]) -> bool:
    colours = {
        match["name"].lower()[:10]: match["value"].strip().lower().replace(" ", "")
        for match in _COLOUR.finditer(style)
    }
    text, ground = (
        colours.get("color"),
        colours.get("background") or attributes.get("bgcolor", "").lower() or None,
    )
    return text is not None and (
        text == ground or (text in _WHITES and (ground is None or ground in _WHITES))
    )


def told_by(attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Attributes whose text a model reads and a reader does not."""
    for key, value in attributes.items():
        if (key in _TELLS or key.startswith("data-")) and len(value) > 12:  # noqa: PLR2004 - less is no sentence
            yield key, value


def raw_content(name: str, source: str, begin: int) -> tuple[str, int]:
    """What stands in an element whose content is no markup, and where it ends."""
    if name not in _RAW:
        return "", begin
    end = source.lower().find(f"</{name}", begin)
    end = len(source) if end == -1 else end
    return source[begin:end], end


def is_void(name: str, attributes: str) -> bool:
    """Whether an element has no content."""
    return name in _VOID or attributes.rstrip().endswith("/")
