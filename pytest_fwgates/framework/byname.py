"""Components that are included by their bare names, without a folder or an ending.

Some module systems look a name up; to others `<include>header</include>` is something else altogether. So a
name counts only in a framework that includes some component by its exact name.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.references import is_placeholder
from pytest_fwgates.framework.tree import Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fwgates.framework.parsing import Document, Module

_NAME: Final = re.compile(r"[A-Za-z0-9]++(?:[-_][A-Za-z0-9]++)*+")
# A single word that names no component may be any value: `true`, `header`.
_PARTS: Final = re.compile(r"[-_]")
_NO_NAME: Final = re.compile(r".*[-_](?:name|here)")


def is_name(target: str) -> bool:
    """Whether an include names its target rather than giving a path."""
    return _NAME.fullmatch(target) is not None


class Shared:
    """Components and rules by their names."""

    def __init__(self, modules: Iterable[Module], documents: Iterable[Document]) -> None:
        """`documents` tell whether names are in use."""
        self._paths: dict[str, list[str]] = {}
        for module in modules:
            if module.kind in {"component", "rule"}:
                self._paths.setdefault(_stem(module.path).casefold(), []).append(module.path)
        self._are_in_use = any(
            include.form == "include" and is_name(include.target) and self._exact(include.target)
            for document in documents
            for include in document.facts.includes
        )

    def find(self, name: str) -> Found | None:
        """What a name leads to; None where it may not be meant as the name of a component."""
        if exact := self._exact(name):
            return Found("file" if len(exact) == 1 else "unknown", exact[0])
        if not self._are_in_use or is_placeholder(name) or _NO_NAME.fullmatch(name):
            return None
        if alike := self._paths.get(name.casefold()):
            return Found("case", alike[0])
        return Found("missing", f"{name}.md") if _PARTS.search(name) else None

    def _exact(self, name: str) -> list[str]:
        return [path for path in self._paths.get(name.casefold(), ()) if _stem(path) == name]


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]
