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
MAX_CANDIDATES = 300
CUTOFF = 0.75
SHORTEST = 4

_SEPARATORS = re.compile(r"[\W_]+")


def nearest_fragment(fragment: str, anchors: Collection[str]) -> str | None:
    """The anchor that was probably meant: the same but for punctuation, a longer or a shorter one, a typo."""
    bare = _bare(fragment)
    ordered = sorted(anchors)
    for anchor in ordered:
        if bare and _bare(anchor) == bare:
            return anchor
    related = [a for a in ordered if len(bare) >= SHORTEST and _is_related(bare, _bare(a))]
    return related[0] if len(related) == 1 else _close(fragment, ordered[:MAX_CANDIDATES])


def same_but_punctuation(one: str, other: str) -> bool:
    """Whether two anchors consist of the same letters and digits."""
    return _bare(one) == _bare(other)


def nearest_file(target: str, files: frozenset[str]) -> str | None:
    """The file that was probably meant: of the same name elsewhere, or of nearly the same name."""
    folder, name = posixpath.split(target)
    by_name, by_folder = _names(files)
    if len(elsewhere := by_name.get(name, [])) == 1:
        return elsewhere[0]
    if close := _close_name(name, by_folder.get(folder, [])):
        return posixpath.join(folder, close)
    close = _close_name(name, by_name)
    return by_name[close][0] if close and len(by_name[close]) == 1 else None


def _close_name(name: str, candidates: Iterable[str]) -> str | None:
    """A name with nearly the same stem and the same ending."""
    stem, ending = posixpath.splitext(name)
    stems = [other.removesuffix(ending) for other in candidates if other.endswith(ending)]
    # Nobody mistypes both ends of a name; so most candidates need no closer look.
    alike = [other for other in stems if other[:1] == stem[:1] or other[-2:] == stem[-2:]]
    close = _close(stem, alike[:MAX_CANDIDATES])
    return close and close + ending


def _is_related(one: str, other: str) -> bool:
    return len(other) >= SHORTEST and (one in other or other in one)


def _close(word: str, candidates: Collection[str]) -> str | None:
    found = get_close_matches(word[:200], candidates, n=1, cutoff=CUTOFF)
    return found[0] if found else None


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", text)


@lru_cache(maxsize=2)
def _names(files: frozenset[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The paths of each file name, and the file names of each folder."""
    by_name: dict[str, list[str]] = {}
    by_folder: dict[str, list[str]] = {}
    for file in sorted(files):
        folder, name = posixpath.split(file)
        by_name.setdefault(name, []).append(file)
        by_folder.setdefault(folder, []).append(name)
    return by_name, by_folder
