"""Text without the secrets in it, for whatever quotes a framework: messages, excerpts, logs, caches.

It knows the forms that tokens have and the places that passwords stand in, needs no scanner, and is generous:
a placeholder that is hidden does no harm. Redact before cutting: half a token has no form any more.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.framework.randomness import DEAR, cost, is_password, is_random

if TYPE_CHECKING:
    from collections.abc import Iterator

REDACTED: Final = "[redacted]"


def redact(text: str) -> str:
    """The text with everything in it that looks like a secret replaced by `[redacted]`."""
    done, parts = 0, []
    for start, end in _merged(sorted(_spans(text))):
        parts += [text[done:start], REDACTED]
        done = end
    return "".join([*parts, text[done:]]) if parts else text


def looks_secret(text: str) -> bool:
    """Whether `redact` would change it."""
    return next(_spans(text), None) is not None


class _Place(NamedTuple):
    """Where secrets stand.

    Attributes:
        hint: What a text without them lacks, in small letters.
        pattern: Its first group is the secret.
        least: Bits a character, as in `randomness`, from which on it is one.
    """

    hint: bytes
    pattern: re.Pattern[str]
    least: float = 4.0


# Every pattern begins with a literal, so that looking for it costs little, and nothing repeats without a bou
_PLACES: Final = (
    _Place(b"://", re.compile(r"://[^\s:/@\"'`<>]{0,128}+:([^\s/@\"'`<>]{6,256}+)@")),
    _Place(b"private key", re.compile(r"PRIVATE KEY(?: BLOCK)?-----([^\"'`<>]{16,9000}+)"), 3.5),
    _Place(b"password", re.compile(r"password\s{1,8}+(\S{6,200}+)")),
    _Place(b" -p", re.compile(r" -p[ \t]{0,4}+[\"']?([^\s\"'`<>]{6,200}+)")),
    _Place(b"redis-cli", re.compile(r" -a [\"']?([^\s\"'`<>]{6,200}+)")),
    _Place(b"curl", re.compile(r"u[ser]{0,3}+[ \t=]{1,3}+[\"']?[^\s:\"'`<>/]{1,80}+:([^\s\"'`<>@]{6,200}+)")),
    _Place(b"env ", re.compile(r"ENV[ \t]{1,4}+[\w.-]{1,60}+[ \t]{1,4}+[\"']?([^\s\"'`<>]{8,400}+)")),
    _Place(b"arg ", re.compile(r"ARG[ \t]{1,4}+[\w.-]{1,60}+[ \t]{1,4}+[\"']?([^\s\"'`<>]{8,400}+)")),
    _Place(b"asic ", re.compile(r"asic[ \t]{1,4}+([A-Za-z0-9+/_-]{12,400}+={0,2}+)"), 3.6),
    _Place(b"earer ", re.compile(r"earer[ \t]{1,4}+([A-Za-z0-9._~+/-]{12,4000}+={0,2}+)")),
    _Place(b'auth"', re.compile(r"auth\"[ \t]{0,4}+:[ \t]{0,4}+\"([A-Za-z0-9+/]{12,400}+={0,2}+)"), 3.6),
    _Place(b"_auth", re.compile(r"_auth[ \t]{0,4}+=[ \t]{0,4}+[\"']?([A-Za-z0-9+/]{12,400}+={0,2}+)"), 3.6),
    _Place(b"hooks.slack", re.compile(r"hooks\.slack(?:-gov)?\.com/\w{1,20}+/([A-Za-z0-9/]{20,80}+)"), 3.5),
    _Place(b"/webhooks/", re.compile(r"/webhooks/(\d{15,22}+/[\w-]{50,100}+)"), 3.0),
    _Place(b"/incomingwebhook/", re.compile(r"/IncomingWebhook/([0-9a-f]{32}/[\w-]{30,100}+)"), 3.0),
)  # fmt: skip
_PGPASS: Final = re.compile(
    r":(?:\d{2,5}|\*):[\w.*-]{1,80}+:[\w.*-]{1,80}+:([^\s:\"'`<>]{6,200}+)[ \t]*+$", re.MULTILINE
)
_OPTION: Final = re.compile(
    r"--(?!-)[\w-]{0,20}?(?:passw|passphrase|secret|token|api-?key|access-?key)[\w-]{0,20}+"
    r"(?:[ \t]{1,4}+|=)[\"']?([^\s\"'`<>;,|]{8,400}+)"
)
_VALUE: Final = (
    r"""(?=[^\s"'`,;<>\\]{0,15}\d|[^\s"'`,;<>\\]{16})"""
    r"""((?!//)[^\s"'`,;<>=:\\][^\s"'`,;<>\\]{7,400}+)"""
)
# Apart, so that each begins with a literal or a set of characters.
_ASSIGNED: Final = (
    re.compile(rf"[=:>][ \t*]{{0,8}}+[bru]?\\{{0,2}}+[\"'`]{{0,3}}+{_VALUE}"),
    re.compile(rf"\",[ \t]{{0,4}}+\"{_VALUE}"),
    re.compile(rf"',[ \t]{{0,4}}+'{_VALUE}"),
    re.compile(rf" is [\"'`*]{{0,3}}+{_VALUE}"),
    re.compile(rf"\| [\"'`*]{{0,3}}+{_VALUE}"),
)
_STEM: Final = re.compile(rb"passw|passphrase|passcode|pwd|secret|token|credential|key")
_NAME: Final = re.compile(
    rb"passw|passphrase|passcode|pwd|secret|token|credential|api[ _.-]?key|[a-z0-9][_-]key"
    rb"|(?:access|auth|account|shared|private|sign(?:ing|ature)|crypt(?:ion)?|master|service"
    rb"|license|storage|app)[_.-]?key"
)
_NAME_WITHIN: Final = 80

_RUN: Final = b"a" * 20
_IN_RUNS: Final = bytes(
    97 if chr(code) in "_.~+/=:-" or (chr(code).isascii() and chr(code).isalnum()) else 32
    for code in range(256)
)
_DIGIT: Final = re.compile(r"\d")
# Those of kingfisher_rules.yml, and some that tell less.
_PREFIXES: Final = (
    r"gh[oprsu]_|github_pat_|gl(?:pat|ptt|rt|dt|cbt|soat|agent|ft|imt|oas|ffct)-|npm_|pypi-|rubygems_"
    r"|dckr_(?:pat|oat)_|hf_|api_org_|sk-ant-|sk-proj-|sk-svcacct-|sk-admin-|sk-or-|sk-lf-|gsk_|xai-|pplx-"
    r"|r8_|csk-|nvapi-|tvly-|jina_|lsv2_(?:pt|sk)_|e2b_|tgp_v1_|vcp_|xox[abeoprs]-|xapp-|xwfp-"
    r"|(?:sk|rk)_(?:live|prod|test)_|whsec_|shp(?:at|ca|pa|ss)_|sq0(?:atp|csp)-|do[oprt]_v1_|hv[bsr]\."
    r"|glsa_|glc_|NR(?:AK|JS|II|AL|RA)-|PMAK-|AGE-SECRET-KEY-1|ATATT3|ATCTT3|ATBB|sbp_|sb_secret_|figd_"
    r"|tskey-|sntrys_|sntryu_|pul-|ntn_|lin_(?:api|oauth)_|phx_|dp\.(?:st|pt|ct|sa)\.|ops_ey|nfp_|CFPAT-"
    r"|pscale_(?:tkn|pw|oauth)_|pnu_|sq[pua]_|dt0c01\.|xkeysib-|mlsn\.|tfp_|rdme_|AKCp|fo1_|fm2_|GOCSPX-"
    r"|ya29\.|CLOJARS_|EZ[AT]K|shippo_live_|sgp_|pat-(?:na|eu)\d-|cio[a-z]_|ABSK|duffel_|SG\.|key-|EAAA"
    r"|re_|secret_|fc-|AIza|dapi|SK|eyJ"
)
_TOKEN: Final = re.compile(rf"(?<![A-Za-z0-9])(?:{_PREFIXES})([A-Za-z0-9_.~+/=-]{{12,4000}}+)")
_FORM: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"
    r"|\d{8,10}+:AA[\w-]{33}|[MNO][A-Za-z\d_-]{23,27}+\.[\w-]{6}\.[\w-]{27,40}"
    r"|[0-9a-f]{32}-us\d|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,80}+|pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"
    r"|[\w~.]{3}\dQ~[\w~.-]{31,34}+|sk-(?:[A-Za-z0-9]{40,60}+|[0-9a-f]{32})|[0-9a-f]{32}\.[A-Za-z0-9]{16})"
)
_LINE_OF_KEY: Final = re.compile(
    r"\A(?!AAAA[BCE])(?=[^A-Z]*+[A-Z])(?=[^a-z]*+[a-z])[A-Za-z0-9+/]{20,76}={0,2}"
)
_FULL_LINE: Final = 60
_DEAR: Final = 4.0
_LONG: Final = 16
_WITHOUT_DIGITS: Final = 34


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where secrets are, in no order."""
    data = text.encode("ascii", "replace")  # a byte for each character
    runs, small = data.translate(_IN_RUNS), data.lower()
    start = runs.find(_RUN)
    while start >= 0:
        end = runs.find(b" ", start)
        end = end if end >= 0 else len(runs)
        yield from _in_run(text, start, end)
        start = runs.find(_RUN, end)
    for place in _PLACES:
        if place.hint in small:
            yield from _groups(place.pattern, text, place.least)
    yield from _groups(_PGPASS, text, _DEAR)
    if _STEM.search(small):
        yield from _groups(_OPTION, text, _DEAR)
        yield from _named(text, small)


def _named(text: str, small: bytes) -> Iterator[tuple[int, int]]:
    """What is assigned to a name that secrets have."""
    for found in chain.from_iterable(pattern.finditer(text) for pattern in _ASSIGNED):
        first, last = found.span(1)
        if not _STEM.search(small, max(0, first - _NAME_WITHIN), last):
            continue
        value = found[1]
        head, _, tail = value.partition("=")
        if not _NAME.search(
            small, max(0, first - _NAME_WITHIN), first + len(head) if tail.strip("=") else first
        ):
            continue
        if _is_hidden(value, _DEAR):
            yield first, last
        elif _is_hidden(tail, _DEAR):  # `:_authToken=...`
            yield last - len(tail), last


def _in_run(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The tokens in a long run of the characters that tokens have."""
    run = text[start:end]
    if len(run) < _WITHOUT_DIGITS and not _DIGIT.search(run):
        return
    for found in _TOKEN.finditer(run):
        if _is_hidden(found[1], _DEAR):
            yield start + found.start(), start + found.end()
    for form in _FORM.finditer(run):
        yield start + form.start(), start + form.end()
    whole = len(run) >= _FULL_LINE or (
        text[start - 1 : start] in {"", "\n"} and text[end : end + 1] in {"", "\n"}
    )
    if whole and _LINE_OF_KEY.fullmatch(run) and cost(run) >= DEAR:
        yield start, end


def _groups(pattern: re.Pattern[str], text: str, least: float) -> Iterator[tuple[int, int]]:
    for found in pattern.finditer(text):
        if _is_hidden(found[1], least):
            yield found.span(1)


_PART: Final = re.compile(r"[0-9a-f]{24,}+|[A-Za-z0-9]{16,}+")


def _is_hidden(value: str, least: float) -> bool:
    """Whether all of it, or a part of it, is random; a single word has to be long for that."""
    if len(value) < _LONG and value.isalpha():
        return False
    whole = value.rstrip(".,:)")
    return (
        is_random(whole, least)
        or is_password(whole)
        or any(is_random(part, least) for part in _PART.findall(value))
    )


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in order, those that touch as one."""
    start, end = -1, -1
    for first, last in spans:
        if first > end:
            if end >= 0:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if end >= 0:
        yield start, end
