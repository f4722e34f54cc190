"""Names that exist, and whether another one is a slip of the pen for one of them."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST: Final = 5
MAX_CANDIDATES: Final = 100
NEAR: Final = 4
CUTOFF: Final = 0.75


class Names:
    """Names, for looking up without regard to letter case and for the nearest to a wrong one.

    Nobody mistypes the first letter, and short names are too near to each other.
    """

    def __init__(self, names: Iterable[str]) -> None:
        everything = sorted(set(names))
        self._folded = frozenset(name.casefold() for name in everything)
        self._alike: dict[tuple[str, int], list[str]] = {}
        for name in everything:
            self._alike.setdefault((name[:1], len(name)), []).append(name)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._folded

    def __bool__(self) -> bool:
        return bool(self._folded)

    def nearest(self, name: str) -> str | None:
        """The name that was probably meant."""
        candidates = list(islice(self._near(name, NEAR), MAX_CANDIDATES))
        found = get_close_matches(name, candidates, n=1, cutoff=CUTOFF)
        return found[0] if found else None

    def meant_by(self, name: str) -> str | None:
        """The first name that `name` can be a slip for."""
        return next((other for other in self._near(name, 1) if is_slip(name, other)), None)

    def _near(self, name: str, most: int) -> Iterator[str]:
        """Names that begin alike and whose length differs at `most` so much, the nearest in length first."""
        for length in sorted(range(len(name) - most, len(name) + most + 1), key=lambda n: abs(n - len(name))):
            yield from self._alike.get((name[:1], length), ())


def is_slip(written: str, meant: str) -> bool:
    """Whether one letter is missing, too many, wrong or swapped with its neighbour.

    A plural is none, nor is another number.
    """
    if written == meant or min(len(written), len(meant)) < SHORTEST or abs(len(written) - len(meant)) > 1:
        return False
    if meant in {f"{written}s", written.removesuffix("s")} or _digits(written) != _digits(meant):
        return False
    pairs = zip(written, meant, strict=False)
    same = next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(written), len(meant)))
    one, other = written[same:], meant[same:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]


def _digits(name: str) -> list[str]:
    return [character for character in name if character.isdigit()]
