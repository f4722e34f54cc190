"""Keys and values that look like something else than they are. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container

HIDDEN: Final = re.compile(
    r"[\u00ad\u180e\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What reorders or hides text. Joiners are left out: emoji and several scripts are written with them."""

_ALIKE: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝѵӏкмтвгАВЕКМНОРСТХІЈЅαοντικρυχ",
    "aeopcyxijshdqwvlkmtbrABEKMHOPCTXIJSaovtikpux",
)
"""Cyrillic and Greek letters that print like Latin ones, a part of https://www.unicode.org/reports/tr39/."""
_FOREIGN: Final = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH", "MATHEMATICAL")
_WORD: Final = re.compile(r"[^\W\d_]{2,200}")
KNOWN: Final = frozenset(
    {
        *(
            "name",
            "description",
            "tools",
            "allowed-tools",
            "disallowed-tools",
            "model",
            "permissions",
            "hooks",
        ),
        *(
            "mcpServers",
            "command",
            "args",
            "env",
            "run",
            "uses",
            "with",
            "on",
            "jobs",
            "steps",
            "if",
            "needs",
        ),
        *("secrets", "token", "password", "user", "path", "type", "version", "author", "license", "license"),
        *("argument-hint", "context", "agent", "skills", "commands", "agents", "color", "mode", "scope"),
    }
)
"""Keys that something obeys."""


def disguise(key: str, siblings: Container[str]) -> str:
    """What a key passes for, where its letters are of scripts that nobody mixes; empty where it is honest.

    A word of one foreign script is a word of that language, unless it prints like a key that is obeyed or
    stands beside it.
    """
    if key.isascii():
        return ""
    plain = unicodedata.normalize("NFKC", key).translate(_ALIKE)
    if not plain.isascii():
        return ""
    mixed = any(_is_mixed(word) for word in _WORD.findall(key))
    return plain if plain != key and (mixed or plain in KNOWN or plain in siblings) else ""


def _is_mixed(word: str) -> bool:
    scripts = {_script(letter) for letter in word}
    return len(scripts - {""}) > 1


def _script(letter: str) -> str:
    if letter.isascii():
        return "LATIN"
    name = unicodedata.name(letter, "")
    return next((script for script in _FOREIGN if name.startswith(script)), "")


def plain_letters(text: str) -> str:
    """Words that mix scripts in Latin letters; words of one script are left as they are."""
    return _WORD.sub(lambda match: match[0].translate(_ALIKE) if _is_mixed(match[0]) else match[0], text)


def spelled(text: str) -> str:
    """Text with what nobody can see spelled out."""
    return HIDDEN.sub(lambda match: f"U+{ord(match[0]):04X}", text)
