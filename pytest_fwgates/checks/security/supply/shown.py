"""How names and addresses of the framework are shown in a finding: short, and without passwords."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 120
_SHOWN: Final = 5
_USER: Final = re.compile(r"://[^/@\s]{1,500}@")


def short(text: str) -> str:
    """The text, cut, without the user and password of an address, control characters as their code points."""
    plain = _USER.sub("://***@", text[:1000])
    plain = "".join(one if one.isprintable() else f"U+{ord(one):04X}" for one in plain)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def few(names: Iterable[str]) -> str:
    """The first few of names, and how many more there are."""
    listed = list(dict.fromkeys(names))
    shown = ", ".join(short(name) for name in listed[:_SHOWN])
    more = len(listed) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
