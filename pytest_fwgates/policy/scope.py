"""Which files an exemption is for: globs from the framework root, matched without backtracking.

`*` and `?` stay within one name, `**` is any number of folders and, at the end, everything below. A pattern
is always read from the top and names files: stricter than a .gitignore, where a bare name is found anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_LENGTH: Final = 500


def fault(pattern: str) -> str:
    """What is wrong with `pattern`; empty where nothing is."""
    if not pattern or len(pattern) > MAX_LENGTH:
        return f"a path has 1 to {MAX_LENGTH} characters"
    if pattern.startswith("!"):
        return f"{pattern!r}: a scope cannot leave out; name what is exempted"
    if pattern.endswith("/"):
        return f"{pattern!r} names a folder; write {pattern}** for all that is in it"
    if "\\" in pattern or {"", ".", ".."} & set(pattern.split("/")):
        return f"{pattern!r} is not a path from the framework root, with forward slashes"
    return ""


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A predicate for the paths that one of `patterns` names."""
    every = tuple(patterns)
    plain = frozenset(one for one in every if not {"*", "?"} & set(one))
    globs = [(*_ends(one), _parts(one)) for one in every if one not in plain]
    return lambda path: (
        path in plain
        or any(
            path.startswith(begin) and path.endswith(end) and _names(glob, path.split("/"))
            for begin, end, glob in globs
        )
    )


def _ends(pattern: str) -> tuple[str, str]:
    """What every path begins and ends with that `pattern` names: most need no closer look."""
    words = pattern.replace("?", "*").split("*")
    return words[0], words[-1].removeprefix("/")  # `**/` may stand for nothing


def _parts(pattern: str) -> list[str]:
    """The names in `pattern`, no two `**` beside each other."""
    parts: list[str] = []
    for part in pattern.split("/"):
        if part != "**" or parts[-1:] != ["**"]:
            parts.append(part)
    return [*parts, "*"] if parts[-1] == "**" else parts  # a folder is not in itself


def _names(glob: list[str], path: list[str]) -> bool:
    """All ways of spending `**` are followed at once, so that none is tried again."""
    places = _beyond_any({0}, glob)
    for name in path:
        after = {place for place in places if place < len(glob) and glob[place] == "**"}
        after |= {
            place + 1
            for place in places
            if place < len(glob) and glob[place] != "**" and _is_name(glob[place], name)
        }
        places = _beyond_any(after, glob)
    return len(glob) in places


def _beyond_any(places: set[int], glob: list[str]) -> set[int]:
    """`places` and those behind each `**`, which may stand for nothing."""
    return places | {place + 1 for place in places if place < len(glob) and glob[place] == "**"}


def _is_name(pattern: str, name: str) -> bool:
    """Match one name; when it fails, only the last `*` takes a character more."""
    at, star, taken, here = 0, -1, 0, 0
    while here < len(name):
        if at < len(pattern) and pattern[at] == "*":
            star, taken = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in {"?", name[here]}:
            at += 1
            here += 1
        elif star >= 0:
            taken += 1
            at, here = star + 1, taken
        else:
            return False
    return not pattern[at:].strip("*")
