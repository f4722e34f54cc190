"""Globs in the manner of a .gitignore, for the paths that a user leaves out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
