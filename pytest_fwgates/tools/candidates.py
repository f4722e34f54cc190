"""Which of the strings that a scanner's rules take in are secrets, and what to call them.

A rule sees a form and its surroundings; here the string itself is weighed: placeholders, references, words,
series, documented examples and what is public by design are none. Never judged by the path of the file: a
test that holds a token that works is a leak.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.framework.randomness import (
    DEAR,
    body,
    cost,
    in_order,
    is_identifier,
    is_password,
    is_random,
    is_stand_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fwgates.model import Severity

OURS: Final = "fwgates."
BEFORE: Final = 120
"""Characters before a string that may hold its name."""


class Candidate(NamedTuple):
    """A string that a rule took in.

    Attributes:
        rule: The rule's id.
        value: The string.
        before: What stands before it on its line.
    """

    rule: str
    value: str
    before: str

    def __repr__(self) -> str:
        """Without the value: a traceback may show it."""
        return f"Candidate({self.rule!r})"


_PUBLIC_RULES: Final = (
    "posthog-project",
    "discord-client-id",
    "client-id",
    "tenant-id",
    "publishable",
    "sentry-dsn",
)
_PUBLIC: Final = re.compile(
    r"\A(?:pk\.|pk_(?:live|test|prod)_|age1|AAAA[BCE]|ssh-|ecdsa-|phc_|sha\d{1,3}[-:]|[\w-]{10,99}+\.apps\.)"
)
# Of the text before a string, read backwards: a name, and `name: type = "..."`.
_NAMES: Final = (
    re.compile(r"\W{0,12}+((?:yek )?[\w.-]{1,80}+)"),
    re.compile(r"\W{0,6}+=[ \t]{0,4}+[\w\[\]|.]{1,30}+[ \t]{0,4}+:[ \t]{0,4}+[\"'`]?([\w.-]{1,80}+)"),
)
_OTHER_NAMES: Final = re.compile(
    r"(?i)(?:ur[il]|path|file|dir|name|type|kind|ids?|counts?|limit|max|min|len|length|size|usage|budget|hash|sha\d*"
    r"|md5|digest|checksum|fingerprint|integrity|encod(?:ing|er)|expir\w*|ttl|age|scopes?|fields?|column|prefix|suffix"
    r"|pattern|regexp?|format|label|header|env|var|version|endpoint|host|hint|ref|arn|selector|class|cookie|issuer"
    r"|audience)s?\Z|(?:public|fake|dummy|mock|example|sample|placeholder|hashed|masked|redacted|encrypted|cache|commit"
    r"|primary|foreign|site|publishable|anon)"
)
_TELLING: Final = re.compile(
    r"(?i)passw|passphrase|passcode|pwd|secret|token|credential|(?:api|access|auth|account|shared|private"
    r"|sign(?:ing|ature)|crypt(?:ion)?|master|service|license|storage|app)[ _.-]?key"
)
_ALL_KEY: Final = re.compile(r"[\w+/=.-]{20,}")
_DIGEST: Final = re.compile(r"\A(?:[0-9a-fA-F]{16,}|[\w-]{1,40}-[0-9a-f]{16,})\Z")
_PASSWORD: Final = re.compile(r"(?i)passw|passphrase|pwd")
_STRONG_NAMES: Final = re.compile(r"(?i)passw|secret|api[ _.-]?key")
_NO_VALUE: Final = re.compile(
    r"\A(?:[a-z][a-z0-9+.-]{1,30}://|\.{1,2}/[\w.-]|~/|[A-Za-z]:\\|[\w.+-]{1,64}@[\w-]{1,60}\.[a-z]{2}|sha\d{3})"
)
_EXAMPLE_CLAIMS: Final = ("1234567890", "John Doe", "jwt.io")
_ENTIRE: Final = 4.2
"""Bits a character for a string that stands where only a password can."""


def is_secret(candidate: Candidate) -> bool:
    """Whether it is one, as far as can be told without trying it."""
    rule = candidate.rule
    if "\ufffd" in candidate.value:  # no text: bytes that happen to follow a word
        return False
    if rule.startswith(OURS):
        return _JUDGES[rule.removeprefix(OURS)](candidate)
    if any(public in rule for public in _PUBLIC_RULES) or _PUBLIC.match(candidate.value):
        return False
    return next((judge for part, judge in _KINDS if part in rule), _token)(candidate)


def title(rule: str, name: str) -> str:
    """What a person calls it: `github pat`, `password in an address`."""
    if not rule.startswith("betterleaks."):
        return name
    plain = rule.removeprefix("betterleaks.")
    return re.sub(r"[._-]+", " ", plain).strip()


def severity(rule: str) -> Severity:
    """A token with a form of its own or a private key opens a door for certain; the rest most likely does."""
    return (
        "high" if rule.startswith(OURS) and not rule.endswith((".token", ".form", ".webhook")) else "critical"
    )


def rank(rule: str) -> int:
    """Which of several rules that take in the same string names it best: the least."""
    return 0 if not rule.startswith(OURS) else 1 if rule.endswith((".token", ".form", ".webhook")) else 2


def _assigned(candidate: Candidate) -> bool:
    value = candidate.value.rstrip(".,:)]}*")
    name = _name(candidate.before)
    if _OTHER_NAMES.search(name) or _NO_VALUE.match(value) or _PUBLIC.match(value):
        return False
    if not _TELLING.search(name) and (_DIGEST.fullmatch(value) or not _ALL_KEY.fullmatch(value)):
        return False  # what something is looked up by
    if is_identifier(value):
        return _STRONG_NAMES.search(name) is not None
    return (_is_mixed(value) and _random(value)) or (
        _PASSWORD.search(name) is not None and is_password(value)
    )


def _bare(candidate: Candidate) -> bool:
    """Without quotes it may be code: a call, an index, a type."""
    value = candidate.value
    told = len(value) >= _LONG_WORD or any(not char.isalpha() for char in value.rstrip(".,:)]}*"))
    if _BRACKETS.search(value.rstrip(".,:)]}*")) and len(value) < _LONG_KEY:
        return False
    return told and not _CODE.match(value) and _assigned(candidate)


def _random(value: str, least: float = DEAR) -> bool:
    """Whether it is random itself and, where it is Base64 of text, that text is."""
    if value.startswith("eyJ"):
        return _token(Candidate("", value, ""))
    return is_random(value, least) and not ((text := _text(value)) and not is_random(text, _ENTIRE))


def _name(before: str) -> str:
    """What the string is assigned to."""
    found = [name[1][::-1] for pattern in _NAMES if (name := pattern.match(before[::-1]))]
    return next((name for name in found if _TELLING.search(name)), found[0] if found else "")


_CODE: Final = re.compile(r"\A[A-Za-z_$][A-Za-z_$.]{2,60}\d?[(\[]")
_BRACKETS: Final = re.compile(r"[()\[\]{}]")
_LONG_WORD: Final = 16
_LONG_KEY: Final = 24


def _is_mixed(value: str) -> bool:
    """Whether it is more than letters of one case: words of other languages are not in the table."""
    return len(value) >= _LONG_KEY or not (
        value.isalpha() and (value.islower() or value.isupper() or value.istitle())
    )


def _entire(candidate: Candidate) -> bool:
    value = candidate.value.rstrip(".,")
    return _random(value, _ENTIRE) or is_password(value)


def _basic(candidate: Candidate) -> bool:
    pair = _pair(candidate.value)
    password = pair.partition(":")[2]
    return is_random(password, _ENTIRE) or is_password(password) if pair else is_random(candidate.value)


def _registry(candidate: Candidate) -> bool:
    return bool(_pair(candidate.value)) and _basic(candidate)


def _pair(value: str) -> str:
    """`user:password` from its Base64, if it is that."""
    text = _text(value)
    return text if ":" in text else ""


def _text(value: str) -> str:
    """What it says as Base64, if that is printable."""
    padded = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode("ascii")
    except ValueError:
        return ""
    return text.rstrip("\n") if text.rstrip("\n").isprintable() else ""


def _token(candidate: Candidate) -> bool:
    value = candidate.value
    if value.startswith("eyJ"):
        return (
            bool(_JWT.fullmatch(value))
            and not is_stand_in(value)
            and not any(claim in _claims(value) for claim in _EXAMPLE_CLAIMS)
        )
    if "-----BEGIN" in value:
        return _key(candidate)
    rest = body(value)
    if _PUBLIC.match(value) or is_stand_in(rest):
        return False
    # Among long numbers and joints the part that was drawn by lot must not drown.
    return is_identifier(rest) or any(
        is_random(part, _ENTIRE) for part in (rest, *_HEX.findall(rest), *_RUNS.findall(rest))
    )


_JWT: Final = re.compile(r"eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]{16,}+){1,3}")
_HEX: Final = re.compile(r"[0-9a-f]{24,}")
_RUNS: Final = re.compile(r"[A-Za-z0-9]{16,}")


def _webhook(candidate: Candidate) -> bool:
    last = re.split(r"[/=]", candidate.value.rstrip("/="))[-1]
    return not is_stand_in(last) and (is_identifier(last) or is_random(last, _ENTIRE))


def _claims(token: str) -> str:
    middle = token.split(".")[1]
    try:
        return base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)).decode("utf-8", "replace")
    except ValueError:
        return ""


def _header(candidate: Candidate) -> bool:
    return _basic(candidate) if _pair(candidate.value) else _random(candidate.value)


def _key(candidate: Candidate) -> bool:
    """Whether there is a key between the lines that would surround one."""
    inside = _FRAME.sub("", candidate.value).replace("\\n", "").replace("\\r", "")
    letters = "".join(line for line in map(str.strip, inside.splitlines()) if _LETTERS.fullmatch(line))
    return (
        len(letters) >= _SMALLEST_KEY
        and in_order(letters[:4000]) < _REPEATED
        and cost(letters[-200:]) >= _ENTIRE
    )


_FRAME: Final = re.compile(r"-----(?:BEGIN|END)[^-\n]{0,60}-----")
_LETTERS: Final = re.compile(r"[A-Za-z0-9+/=]{16,}")
_SMALLEST_KEY: Final = 60
_REPEATED: Final = 0.3

_KINDS: Final[tuple[tuple[str, Callable[[Candidate], bool]], ...]] = (
    ("private-key", _key),
    ("credential-uri", _entire),
    ("auth-header", _header),
    ("basic", _header),
)
"""How the strings of Kingfisher's own rules are judged, by a part of the rule's id; the others as tokens."""
_JUDGES: Final[dict[str, Callable[[Candidate], bool]]] = {
    "assigned": _assigned,
    "assigned-bare": _bare,
    "element": _assigned,
    "environment": _entire,
    "option": _entire,
    "netrc": _entire,
    "sshpass": _entire,
    "database": _entire,
    "curl": _entire,
    "pgpass": _entire,
    "address": _entire,
    "basic": _basic,
    "registry": _registry,
    "bearer": _token,
    "token": _token,
    "form": _token,
    "webhook": _webhook,
}
