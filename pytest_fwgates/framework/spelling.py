"""Names that exist, and whether another one is a slip of the pen for one of them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST: Final = 5
MAX_CANDIDATES: Final = 300
CUTOFF: Final = 0.75


class Names:
    """Names, for looking up without regard to letter case and for the nearest to a wrong one.

    Nobody mistypes the first letter, and short names are too near to each other.
    """

    def __init__(self, names: Iterable[str]) -> None:
        everything = sorted(set(names))
        self._folded = frozenset(name.casefold() for name in everything)
        self._by_letter: dict[str, list[str]] = {}
        for name in everything:
            self._by_letter.setdefault(name[:1], []).append(name)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._folded

    def __bool__(self) -> bool:
        return bool(self._folded)

    def nearest(self, name: str) -> str | None:
        """The name that was probably meant."""
        candidates = self._by_letter.get(name[:1], [])[:MAX_CANDIDATES]
        found = get_close_matches(name[:200], candidates, n=1, cutoff=CUTOFF)
        return found[0] if found else None

    def meant_by(self, name: str) -> str | None:
        """The first name that `name` can be a slip for."""
        return next((other for other in self._by_letter.get(name[:1], []) if is_slip(name, other)), None)


def is_slip(written: str, meant: str) -> bool:
    """Whether one letter is missing, too many, wrong or swapped with its neighbour; no mere plural."""
    if written == meant or min(len(written), len(meant)) < SHORTEST or abs(len(written) - len(meant)) > 1:
        return False
    if meant in {f"{written}s", written.removesuffix("s")}:
        return False
    pairs = zip(written, meant, strict=False)
    same = next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(written), len(meant)))
    one, other = written[same:], meant[same:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]
