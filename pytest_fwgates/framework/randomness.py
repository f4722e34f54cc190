"""Is a string made by a machine to be guessed by nobody, or is it words, a placeholder, an example?

Not a matter of entropy alone: `correct-horse-battery` has plenty. What tells is how many bits a character a
string costs somebody who expects words: English and identifiers are cheap, random ones dear. Of 43,000 words
of 12 to 40 characters from frameworks 0.5 % cost 4.3 bits and more; of random ones of 16 characters 99 % do.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from string import ascii_lowercase
from typing import Final

DEAR: Final = 4.35
"""Bits a character from which on a string is random."""
SHORTEST: Final = 8
"""Characters; of fewer nothing can be said."""
LONG_PASSWORD: Final = 12
LONGEST_WORDS: Final = 32
LONG: Final = 300
"""Characters of a string that are looked at: enough to tell."""

# The bits that a letter costs after another (row: the first), counted over words of documentation and code.
_BITS: Final = (
    "84448759596353959343667868", "36673778379267369446489969", "39683883494489279463599969",
    "36752768289677479547478979", "47436668697453757234767579", "38773489299487389455499969",
    "47782754399564479346488969", "27872888398666379464598959", "56455559997452369544959785",
    "38762888486877368737375998", "46862777398476469634597979", "38762889298378379955579949",
    "25772889398558339857599979", "48443638486676479733669989", "66558658686442559344455789",
    "39773875498378349354588969", "68564999798487779665187789", "37552769396656369544568969",
    "49473794396667447742487969", "38672784299678479445598959", "44554769598443749333989878",
    "39681789299768479767799889", "27663874398574379446698899", "47463686399668529763689459",
    "46554658499444439634676866", "28761787399568489867597965",
)  # fmt: skip
_PAIR: Final = {
    first + second: int(_BITS[row][column])
    for row, first in enumerate(ascii_lowercase)
    for column, second in enumerate(ascii_lowercase)
}
_START: Final = 4.0
_HUMP: Final = 5.0
_DIGIT: Final = 3.0
_MIXED: Final = 5.5
_JOINT: Final = 2.0
_SYMBOL: Final = 5.0
_SYMBOLS: Final = frozenset("!@#$%^&*+=~?")
_JOINTS: Final = frozenset("-_./ :\\()[]{}<>|,;\"'`")

_LEET: Final = str.maketrans("0134578@$!", "oleastbasi")
_STAND_INS: Final = re.compile(
    r"xxxx|(?<![a-z0-9])xxx(?![a-z0-9])|\.\.\.|…|\*\*\*|•••|example|sample|dummy|fake|mock|placeholder"
    r"|change[-_ ]?me|change[-_ ]this|replace|insert|redacted|todo|your"
    r"|password|passwd|secret|token|api[-_]?key"
    r"|hunter2|letmein|qwert|asdf|foobar|lorem|admin|default|notreal|not[-_]a[-_]|abc123|test|correct-?horse|wjalrxut"
)
_LEET_WORDS: Final = re.compile(r"pass|secret|example|sample|changeme|troubador|default|welcome")
_HEX_WORDS: Final = re.compile(
    r"dead(?:beef|c0de)|cafe(?:babe|d00d)|(?:beef|cafe|dead|feed|face){2}|abcdef012"
)
_REFERENCE: Final = re.compile(r"\$[\w({]|\{\{|<[\w ./-]{1,60}>|\A%\w{1,60}%\Z|%\(\w|#\{|@\{|\A[*•.xX_-]{4,}")
_HEX: Final = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HEAD: Final = re.compile(r"(?:[A-Za-z0-9]{1,10}[-_.]){1,3}+(?=[A-Za-z0-9+/=_.~-]{12})")
_SIGNS: Final = frozenset("!@#$%^&?")
_BRACKETS: Final = frozenset("()[]{}<>|\"'`\\ ")
_EXAMPLES: Final = re.compile(
    r"pass|pwd|word|secur|strong|demo|welcome|hello|guest|login|user|temp|change|valid"
)
_STEP: Final = 3
_ORDERED: Final = 0.4
_VARIETY: Final = 0.34

# The first 16 hex digits of the SHA-256 of examples that vendors and standards print.
_DOCUMENTED: Final = frozenset({
    "0011cc25eb432071", "00cf4c781dc37003", "0b5dd075ccdd03c4", "100bf0650125f65b", "15cef4b629cc2d07",
    "2cafc0970149a84f", "53f5da0aaa93d64c", "6c96130f130ab0d6", "731fa294d036e54f", "7e498f91828a193c",
    "7f75367e78812551", "a35b81a7d7927b70", "aa6547439583c3a2", "b8e148545b13c78b", "bc3ae723f57c6b9e",
    "bdfeaef44475711c", "cf4d418ed3de92d7", "da816f9f2c16e6c5", "e21b597ba6b9cafa", "e9974c507d2a8021",
    "f2d6ca16515033e5", "f5e95c9954635b65",
})  # fmt: skip


def is_random(value: str, least: float = DEAR) -> bool:
    """Whether nobody would have thought of this string, and no convention makes it."""
    if len(value) < SHORTEST or is_stand_in(value):
        return False
    looked_at = value[:LONG]
    if _HEX.fullmatch(looked_at):
        return len(value) > SHORTEST and any(map(str.isdigit, looked_at)) and any(map(str.isalpha, looked_at))
    return _has_variety(looked_at) and cost(looked_at) >= least


def is_stand_in(value: str) -> bool:
    """Whether it only stands for a secret: a placeholder, a reference, a series, a documented example."""
    if hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16] in _DOCUMENTED:
        return True
    looked_at = value[:LONG]
    low = looked_at.lower()
    if _HEX.fullmatch(looked_at):
        return in_order(low) > _ORDERED or _HEX_WORDS.search(low) is not None
    return bool(
        _REFERENCE.search(looked_at)
        or _STAND_INS.search(low)
        or (len(value) <= LONGEST_WORDS and _LEET_WORDS.search(low.translate(_LEET)))
        or in_order(looked_at) > _ORDERED
    )


def is_password(value: str) -> bool:
    """Whether somebody thought it out with care: long, with both cases, digits and signs, and no example.

    What examples are written with (`SecurePass123!`) says so.
    """
    return (
        len(value) >= LONG_PASSWORD
        and all(any(map(has, value)) for has in (str.islower, str.isupper, str.isdigit, _SIGNS.__contains__))
        and not _BRACKETS.intersection(value)
        and not is_stand_in(value)
        and not _EXAMPLES.search(value.lower().translate(_LEET))
    )


def is_identifier(value: str) -> bool:
    """Whether a string has the form of a UUID, which more often names than hides something."""
    return _UUID.fullmatch(value) is not None


def body(value: str) -> str:
    """A token without the prefix that says whose it is."""
    head = _HEAD.match(value)
    return value[head.end() :] if head else value


def in_order(value: str) -> float:
    """The part of a string that repeats or counts: `aaaa`, `1234`, `fedc`; all of a repeated pattern."""
    if len(value) > 2 * _STEP and value in (value + value)[1:-1]:
        return 1.0
    covered, run, step = 0, 1, None
    for before, char in itertools.pairwise(value):
        now = ord(char) - ord(before)
        if now == step:
            run += 1
        else:
            covered += run if run >= _STEP else 0
            run, step = (2, now) if now in {-1, 0, 1} else (1, None)
    return (covered + (run if run >= _STEP else 0)) / max(1, len(value))


def cost(value: str) -> float:
    """The bits a character that a string costs who expects words."""
    total, before = 0.0, ""
    for char in value:
        if not char.isascii() or char in _JOINTS:
            total += _JOINT
        elif char.isdigit():
            total += _MIXED if before.isalpha() or before in _SYMBOLS else _DIGIT
        elif not char.isalpha():
            total += _SYMBOL
        elif not before.isalpha():
            total += _MIXED if before.isdigit() or before in _SYMBOLS else _START
        elif char.isupper() and before.islower():
            total += _HUMP
        else:
            total += _PAIR[(before + char).lower()]
        before = char if char.isascii() else ""
    return total / max(1, len(value))


def _has_variety(value: str) -> bool:
    """Whether it has about as many different characters as chance would give it."""
    return len(set(value)) >= min(16, len(value)) * 2 * _VARIETY
