"""Names that are mistaken for a well-known package's: what people type wrong, and what reads alike.

The well-known names are the most downloaded ones of each registry. Whoever is among them is no look-alike of
another; only the first of them are worth imitating.
"""

from __future__ import annotations

import functools
import lzma
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGETS: Final = {"pypi": 4_000, "npm": 8_000}
"""How many of the names are worth imitating; of npm's most downloaded ones many are typed by nobody."""
FAMOUS: Final = {"pypi": 1_000, "npm": 4_500}
"""How many of them are worth it even if they are short."""
BEST_KNOWN: Final = 400
"""How many of them are worth it even with a common word before or behind."""
SHORTEST: Final = 5
"""Shorter names are too near to each other."""
_LONG: Final = 7
_MAX: Final = 214
_SEPARATORS: Final = re.compile(r"[-_.]+")
_AFFIX: Final = re.compile(
    r"\A(?:(?:python|py|node|nodejs|js)-)?(.{1,214}?)(?:-(?:python|py|node|nodejs|js))?\Z"
)
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
# Letters of other alphabets, and digits, that read as a letter: each with the letter behind it.
_READS: Final = (
    "0o1lil5s\u0430a\u0435e\u043eo\u0440p\u0441c\u0443y\u0445x"
    "\u0456l\u0455s\u0501d\u0261g\u03bfo\u03b1a\u03bdv\u03b9l\u0131l\u03bak\u0442t"
)
_ALIKE: Final = str.maketrans(_READS[::2], _READS[1::2])
_ROWS: Final = ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class Resemblance(NamedTuple):
    """The name that is probably meant, and in which way it is imitated."""

    name: str
    how: str
    sure: bool


class _Known(NamedTuple):
    ranks: dict[str, int]
    plain: dict[str, str]
    skeletons: dict[str, str]
    bags: dict[tuple[str, ...], str]
    deletions: dict[str, list[str]]
    scopes: frozenset[str]
    famous: int


def is_known(ecosystem: str, name: str) -> bool:
    """Whether it is one of the well-known names."""
    return name.lower() in _known(ecosystem).ranks


def resembles(ecosystem: str, name: str) -> Resemblance | None:
    """The well-known package that `name` is a look-alike of, if it is one."""
    name = name.lower()
    if len(name) > _MAX or is_known(ecosystem, name):
        return None
    known = _known(ecosystem)
    if name.startswith("@"):
        return _of_scope(known, name)
    return _resembles(known, name)


def _resembles(known: _Known, name: str) -> Resemblance | None:
    plain = _SEPARATORS.sub("", name)
    meant = known.skeletons.get(_skeleton(name), "")
    if len(meant) >= SHORTEST and _SEPARATORS.sub("", meant) != plain:
        return Resemblance(meant, "letters that read alike", sure=True)
    if len(plain) >= SHORTEST and (same := known.plain.get(plain)):
        return Resemblance(same, "another separator", sure=True)
    slip = min(_slips(known, name), key=lambda one: known.ranks[one], default=None)
    if slip is not None:
        return Resemblance(slip, "a slip of the keys", sure=True)
    words = tuple(sorted(_SEPARATORS.split(name)))
    if len(words) > 1 and (same := known.bags.get(words)):
        return Resemblance(same, "its words in another order", sure=False)
    return _with_affix(known, name)


def _of_scope(known: _Known, name: str) -> Resemblance | None:
    """Who owns a scope owns its names, so it is the scope that is imitated."""
    scope, _, rest = name.partition("/")
    if scope in known.scopes or len(scope) <= SHORTEST:
        return None
    near = [
        one
        for one in known.scopes
        if _is_slip(scope[1:], one[1:], famous=True) and f"{one}/{rest}" in known.ranks
    ]
    return Resemblance(f"{min(near)}/{rest}", "a slip of the keys", sure=True) if near else None


def _slips(known: _Known, name: str) -> Iterator[str]:
    """Well-known names that are one key away."""
    if len(name) < SHORTEST - 1:
        return
    seen = set()
    for shorter in (name, *_deletions(name)):
        for other in known.deletions.get(shorter, ()):
            if other not in seen:
                seen.add(other)
                if _is_slip(name, other, famous=known.ranks[other] < known.famous):
                    yield other


def _is_slip(written: str, meant: str, *, famous: bool) -> bool:
    """Whether one key is missing, too many, wrong or swapped; of short names, only in the likeliest ways."""
    if len(meant) < SHORTEST or written == meant or abs(len(written) - len(meant)) > 1:
        return False
    same = next(
        (n for n, (one, other) in enumerate(zip(written, meant, strict=False)) if one != other),
        min(len(written), len(meant)),
    )
    one, other = written[same:], meant[same:]
    likely = famous or len(meant) >= _LONG
    if one[:2] == other[1::-1] and one[2:] == other[2:] and len(other) > 1:
        return one[:2].isalpha()
    if len(one) == len(other):
        return (
            one[1:] == other[1:]
            and one[0].isalpha()
            and other[0].isalpha()
            and (_is_beside(one[0], other[0]) or (likely and same > 0))
        )
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    if longer[1:] != shorter or longer[0].isdigit():
        return False
    doubled = same > 0 and longer[0] == written[same - 1]
    return doubled or longer[0] in "-_." or (likely and (same > 0 or len(one) > len(other)))


def _is_beside(one: str, other: str) -> bool:
    """Whether two keys lie side by side."""
    return any(abs(row.find(one) - row.find(other)) == 1 for row in _ROWS if one in row and other in row)


def _with_affix(known: _Known, name: str) -> Resemblance | None:
    """A famous name with `python-`, `-js` or a number that it does not have."""
    match = _AFFIX.match(name)
    cores = (match[1] if match else name, name.rstrip("0123456789").rstrip("-_."))
    for core in set(cores) - {name}:
        if len(core) >= SHORTEST and known.ranks.get(core, BEST_KNOWN) < BEST_KNOWN:
            return Resemblance(core, "a common word or number added", sure=False)
    return None


def _deletions(name: str) -> Iterator[str]:
    return (name[:place] + name[place + 1 :] for place in range(len(name)))


def _skeleton(name: str) -> str:
    """What a name looks like: letters and digits that read alike are one."""
    folded = unicodedata.normalize("NFKD", name)
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(_ALIKE)
    for pair, single in _PAIRS:
        folded = folded.replace(pair, single)
    return folded


@functools.cache
def _known(ecosystem: str) -> _Known:
    packed = Path(__file__).with_name(f"{ecosystem}.txt.xz").read_bytes()
    names = lzma.decompress(packed).decode().split("\n")
    targets = [name for name in names[: TARGETS[ecosystem]] if not name.startswith("@")]
    deletions: dict[str, list[str]] = {}
    for name in targets:
        if len(name) >= SHORTEST:
            for shorter in {name, *_deletions(name)}:
                deletions.setdefault(shorter, []).append(name)
    backwards = list(reversed(targets))  # of two names that are alike, the better known one is meant
    return _Known(
        {name: rank for rank, name in enumerate(names)},
        {_SEPARATORS.sub("", name): name for name in backwards},
        {_skeleton(name): name for name in backwards},
        {tuple(sorted(_SEPARATORS.split(name))): name for name in backwards if _SEPARATORS.search(name)},
        deletions,
        frozenset(name.partition("/")[0] for name in names if name.startswith("@")),
        FAMOUS[ecosystem],
    )
