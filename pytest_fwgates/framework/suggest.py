"""The nearest thing that exists, for a message's "did you mean"."""

from __future__ import annotations

import posixpath
import re
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# difflib compares with every candidate; beyond this many it would take longer than the check.
MAX_CANDIDATES = 2000
CUTOFF = 0.8
SHORTEST = 4

_SEPARATORS = re.compile(r"[\W_]+")


def nearest_fragment(fragment: str, anchors: Collection[str]) -> str | None:
    """The anchor that was probably meant: the same but for punctuation, a longer or a shorter one, a typo."""
    bare = _bare(fragment)
    ordered = sorted(anchors)[:MAX_CANDIDATES]
    for anchor in ordered:
        if bare and _bare(anchor) == bare:
            return anchor
    related = [a for a in ordered if len(bare) >= SHORTEST and _is_related(bare, _bare(a))]
    return related[0] if len(related) == 1 else _close(fragment, ordered)


def nearest_file(target: str, files: Iterable[str]) -> str | None:
    """The file that was probably meant: of the same name elsewhere, or of nearly the same name beside it."""
    folder, name = posixpath.split(target)
    by_name = _names(frozenset(files))
    if len(elsewhere := by_name.get(name, [])) == 1:
        return elsewhere[0]
    same_ending = [other for other in by_name if posixpath.splitext(other)[1] == posixpath.splitext(name)[1]]
    beside = [other for other in same_ending if posixpath.join(folder, other) in by_name[other]]
    if close := _close(name, beside[:MAX_CANDIDATES]):
        return posixpath.join(folder, close)
    close = _close(name, same_ending[:MAX_CANDIDATES])
    return by_name[close][0] if close and len(by_name[close]) == 1 else None


def _is_related(one: str, other: str) -> bool:
    return len(other) >= SHORTEST and (one in other or other in one)


def _close(word: str, candidates: Collection[str]) -> str | None:
    found = get_close_matches(word[:200], candidates, n=1, cutoff=CUTOFF)
    return found[0] if found else None


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", text)


@lru_cache(maxsize=4)
def _names(files: frozenset[str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for file in sorted(files):
        names.setdefault(posixpath.basename(file), []).append(file)
    return names
