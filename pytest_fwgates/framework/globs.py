"""Globs in the manner of a .gitignore, for the paths that a user leaves out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BRACES: Final = re.compile(r"\{([^{}]*,[^{}]*)\}")
MAX_CHOICES: Final = 50


def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """A predicate that is true for paths that the patterns leave out; the last match decides."""
    rules = [(not pattern.startswith("!"), _compiled(pattern.removeprefix("!"))) for pattern in patterns]

    def is_ignored(path: str) -> bool:
        verdict = False
        for leaves_out, rule in rules:
            if leaves_out != verdict and rule.match(path):
                verdict = leaves_out
        return verdict

    return is_ignored


def _compiled(pattern: str) -> re.Pattern[str]:
    anchored = "/" in pattern.rstrip("/")
    inside_only = pattern.endswith("/")
    body = "".join(
        _translated(part) for part in re.findall(r"\*\*/?|\*|\?|\[[^\]/]+\]|.", pattern.strip("/"), re.DOTALL)
    )
    return re.compile(
        f"{'' if anchored else '(?:.*/)?'}{body}{'/.*' if inside_only else '(?:/.*)?'}\\Z", re.DOTALL
    )


def _translated(part: str) -> str:
    if part.startswith("[") and len(part) > 1:
        return "[" + part[1:-1].replace("\\", "\\\\").replace("!", "^", 1 if part[1] == "!" else 0) + "]"
    return {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part) or re.escape(part)


def path_matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """A predicate that is true for paths that a glob of JavaScript's tools names from its first folder on.

    Unlike in a .gitignore, a name alone is that of a file at the top, and a folder is not all below it.
    """
    rules = [_compiled_path(one) for pattern in patterns for one in _without_braces(pattern)]
    return lambda path: any(rule.match(path) for rule in rules)


def _compiled_path(pattern: str) -> re.Pattern[str]:
    parts = re.findall(r"\*\*/|\*\*$|\*|\?|\[[^\]/]+\]|.", pattern.removeprefix("./"), re.DOTALL)
    return re.compile("".join(map(_translated, parts)) + r"\Z", re.DOTALL)


def _without_braces(pattern: str) -> list[str]:
    """`{a,b}/*.md` as `a/*.md` and `b/*.md`; where that gets too many, the rest is left as it is."""
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        one = waiting.pop()
        braces = _BRACES.search(one)
        if braces is None or len(done) + len(waiting) >= MAX_CHOICES:
            done.append(one)
        else:
            choices = braces[1].split(",")[:MAX_CHOICES]
            waiting += [f"{one[: braces.start()]}{choice}{one[braces.end() :]}" for choice in choices]
    return done
