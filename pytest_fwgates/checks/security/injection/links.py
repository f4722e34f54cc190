# ruff: noqa: E501 - patterns, which are easier to read whole
"""Where links and images lead. Pure."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
import urllib.parse
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.checks.security.payload.names import plain_letters

if TYPE_CHECKING:
    from pytest_fwgates.model import Severity

_SCRIPT: Final = re.compile(r"(?:javascript|vbscript|livescript):(?P<does>[\s\S]{0,80})", re.IGNORECASE)
_NOTHING: Final = re.compile(
    r"\A\s{0,9}(?:void\s{0,9}\(?\s{0,9}0?\s{0,9}\)?|//|#|undefined|null|return false)?\s{0,9};?\s{0,9}\Z",
    re.IGNORECASE,
)
_DATA: Final = re.compile(
    r"data:(?P<type>[\w.+/-]{0,80})(?P<rest>[^,]{0,120}),?(?P<body>[\s\S]{0,100000})", re.IGNORECASE
)
_ACTIVE_TYPES: Final = re.compile(
    r"(?:text/(?:html|xml|javascript|css)|application/(?:xhtml\+xml|xml|javascript|x-javascript|ecmascript"
    r"|octet-stream|pdf|x-sh|hta)|image/svg\+xml|multipart/)",
    re.IGNORECASE,
)
_ACTIVE_BODY: Final = re.compile(
    r"<script|\bon[a-z]{3,20}\s{0,5}=|javascript:|<foreignobject|<iframe", re.IGNORECASE
)
_PLACEHOLDER: Final = re.compile(
    r"\{\{?\s{0,3}(?P<a>[\w .'-]{1,60})\s{0,3}\}?\}|\$\{?(?P<b>[A-Za-z_][\w.]{0,60})\}?|<(?P<c>[\w .'-]{1,60})>"
    r"|\[(?P<d>[\w .'-]{1,60})\]|\$\((?P<e>[^()]{1,60})\)|%(?P<g>[A-Za-z_]{2,40})%"
    r"|(?<![\w])(?P<f>[A-Z][A-Z0-9]{2,20}(?:_[A-Z0-9]{2,20}){0,5}(?:HERE)?)(?![\w])|__(?P<h>[A-Za-z]{3,40})__"
)
_TAKEN: Final = re.compile(
    r"(?:^|[_\W])(?:conversations?|chat|history|transcripts?|context|secrets?|tokens?|api[_ -]?keys?|keys?|passwords?|passwd"
    r"|pwd|credentials?|env|environ\w{0,6}|env[_ -]?vars?|cookies?|sessions?|system[_ -]?prompts?|prompts?|messages?|msgs?"
    r"|user[_ -]?(?:data|input|message|e?mail|files?|query|info|prompt|name)|data|contents?|summary|memory|files?|file[_ -]?contents?"
    r"|emails?|base64|b64|encoded|payload|exfil\w{0,12}|stolen|leak\w{0,4}|info|private|ssh|aws|document\.cookie|response|answer"
    r"|output|whoami|hostname|cat|printenv|last[_ -]?\w{1,20}|previous\w{0,10}|everything|result|results|text)(?:$|[_\W])",
    re.IGNORECASE,
)
"""What a model holds that an image has no use for."""
_HOST_TEXT: Final = re.compile(
    r"\A\s{0,9}(?:https?://(?P<full>[^\s/?#]{3,200})[^\s]{0,500}"
    r"|(?P<bare>(?:[\w-]{1,63}\.){1,4}(?:com|org|net|io|dev|app|ai|gov|edu|co|co\.uk|de|info|bank))(?:/[^\s]{0,300})?)\s{0,9}\Z",
    re.IGNORECASE,
)
_SECOND_LEVEL: Final = frozenset(
    {"co", "com", "org", "net", "gov", "edu", "ac", "github", "gitlab", "readthedocs"}
)


_SHORT: Final = frozenset(
    {
        "aka.ms",
        "g.co",
        "git.io",
        "youtu.be",
        "amzn.to",
        "npm.im",
        "wp.me",
        "fb.me",
        "redd.it",
        "goo.gle",
        "lnkd.in",
    }
)
"""Short names that only their owner gives out."""


class Lead(NamedTuple):
    """What is wrong with a destination."""

    severity: Severity
    kind: str
    what: str
    why: str


def plain_url(url: str) -> str:
    """A destination as a browser takes it: references resolved, nothing invisible before its scheme."""
    decoded = html.unescape(url)
    head = re.sub(r"[\x00-\x20\u200b-\u200f\u2060\ufeff]", "", decoded[:60])
    return urllib.parse.unquote(head) + decoded[60:] if ":" not in head[:12] else head + decoded[60:]


def active_scheme(url: str, *, image: bool = False) -> Lead | None:
    """A destination that is a program instead of a place."""
    plain = plain_url(url)
    if match := _SCRIPT.match(plain):
        if _NOTHING.match(match["does"]):
            return None
        name = plain.partition(":")[0].lower()
        return Lead(
            "high", "script link", f"a {name}: destination",
            "whoever follows it runs a program of the author's; link to a place",
        )  # fmt: skip
    match = _DATA.match(plain)
    if match is None:
        return None
    kind = match["type"].lower()
    if (_ACTIVE_TYPES.match(kind) and not (image and not _is_active(match))) or (
        not image and not kind.startswith("image/")
    ):
        return Lead(
            "high" if _ACTIVE_TYPES.match(kind) else "medium", "data link", f"a data: destination of {kind or 'text/plain'}",
            "it holds a document that no reviewer sees, and a browser opens it; link to a file",
        )  # fmt: skip
    return None


def _is_active(match: re.Match[str]) -> bool:
    """Whether the picture is a program too."""
    body = urllib.parse.unquote(match["body"])
    if "base64" in match["rest"].lower():
        try:
            body = base64.b64decode(re.sub(r"[^A-Za-z0-9+/]", "", body) + "==").decode("utf-8", "replace")
        except binascii.Error:
            return True
    return _ACTIVE_BODY.search(body) is not None


def fetches_with_data(url: str) -> str:
    """The placeholder in an outside address that is there to be filled with what the model knows; else empty."""
    plain = html.unescape(url)
    if not plain.lower().startswith(("http://", "https://", "//", "ftp://")):
        return ""
    plain = urllib.parse.unquote(plain)
    after = plain.split("//", 1)[-1]
    host, _, rest = after.partition("/")
    if "?" in host:
        host, _, more = host.partition("?")
        rest = f"?{more}"
    query = rest.partition("?")[2]
    for part in _PLACEHOLDER.finditer(query or rest):
        word = next(group for group in part.groups() if group)
        if _TAKEN.search(word):
            return part[0]
    for part in _PLACEHOLDER.finditer(host):
        word = next(group for group in part.groups() if group)
        if part["f"] is None and _TAKEN.search(word):
            return part[0]
    return ""


def false_address(url: str) -> Lead | None:
    """An address whose host is another than it seems."""
    plain = html.unescape(url)
    if "//" not in plain[:12]:
        return None
    after = re.split(r"[/?#\\]", plain.split("//", 1)[1], maxsplit=1)[0]
    user, at, host = after.rpartition("@")
    if at and re.search(r"[\w-]\.[a-z]{2,}", urllib.parse.unquote(user), re.IGNORECASE):
        return Lead(
            "high", "false address", f"an address that begins like {user[:60]!r} and leads to {host[:60]!r}",
            "what stands before @ is a user's name; write the host alone",
        )  # fmt: skip
    name = host.partition(":")[0]
    shown = _decoded_host(name)
    latin = plain_letters(unicodedata.normalize("NFKC", shown))
    if latin != shown and latin.isascii():
        return Lead(
            "high", "false address", f"the host {ascii(shown)[1:-1][:80]!r}, which passes for {latin[:60]!r}",
            "its letters are of several scripts; write the host that is meant",
        )  # fmt: skip
    return None


def _decoded_host(host: str) -> str:
    if "xn--" not in host.lower():
        return host
    try:
        return host.encode("ascii", "ignore").decode("idna")
    except UnicodeError:
        return host


def other_place(text: str, url: str) -> Lead | None:
    """A link whose text is an address of another host than it leads to."""
    match = _HOST_TEXT.match(text)
    plain = html.unescape(url)
    if match is None or not plain.lower().startswith(("http://", "https://", "//")):
        return None
    said = (match["full"] or match["bare"]).rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
    real = (
        re.split(r"[/?#\\]", plain.split("//", 1)[1], maxsplit=1)[0]
        .rpartition("@")[2]
        .partition(":")[0]
        .lower()
    )
    if real in _SHORT or not re.search(r"\w\.\w", said) or _site(said) == _site(real.removeprefix("www.")):
        return None
    name = _site(said).partition(".")[0]
    if said in plain.lower().partition(real)[2] or (
        not match["full"] and name in plain.lower().partition(real)[2]
    ):
        return None  # an archive, a proxy or the project's page elsewhere
    if len(name) > 2 and name == _site(real).partition(".")[0]:  # noqa: PLR2004 - docs.rs, or .com beside .org
        return None
    return Lead(
        "high" if match["full"] else "medium", "false text", f"a link that reads {said[:60]!r} and leads to {real[:60]!r}",
        "whoever trusts the text goes elsewhere; write where it leads",
    )  # fmt: skip


def _site(host: str) -> str:
    """The part of a host that somebody registers; good enough to compare two."""
    labels = host.rstrip(".").split(".")
    size = 3 if len(labels) > 2 and (labels[-2] in _SECOND_LEVEL) else 2  # noqa: PLR2004
    return ".".join(labels[-size:])
