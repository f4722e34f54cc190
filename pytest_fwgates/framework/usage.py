"""Which shared modules something refers to: by a reference, by its path, by its file name.

Told generously. A false orphan costs more trust than a missed one costs tokens, and modules are also put to
use by scripts, by configuration and by plain words.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework import graph, reading
from pytest_fwgates.framework.kinds import SCRIPTS
from pytest_fwgates.framework.names import last_word, named_files
from pytest_fwgates.framework.resolution import is_memory

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pytest_fwgates.framework.index import Framework

_TEXTS: Final = SCRIPTS | {
    *(".md", ".markdown", ".mdc", ".mdx", ".txt", ".rst", ".html"),
    *(".json", ".yml", ".yaml", ".toml", ".xml", ".ini", ".cfg"),
}
_PATH: Final = re.compile(r"(?<![\w.-])[\w.-]++(?:/[\w.*-]++)++")
# A word of several parts that stands in quotes is a name; a single one may be any word.
_QUOTED: Final = re.compile(r"(?<=[\"'`>\[])[A-Za-z0-9]++(?:[-_][A-Za-z0-9]++)++(?=[\"'`<\]|#])")
# Rules take effect where they are copied to, and they are copied by the folder.
_COPIED: Final = re.compile(r"(?:\b(?:cp|rsync|ln|Copy-Item|copytree)\b)[^\n]{0,300}")
_RULES: Final = re.compile(r"(?<![\w.-])rules(?:/[\w.-]++)*+")
_FOLDERS: Final = frozenset({"components", "modules", "rules"})
MAX_FOLDERS: Final = 8
MAX_BYTES: Final = 100_000_000
"""How much text is searched for looser words; what is not searched might refer to anything."""


def referenced(framework: Framework, subjects: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Which of the subjects each document refers to."""
    names = _Names(framework, subjects)
    found: dict[str, set[str]] = {
        document.path: {target for name in document.facts.named for target in names.find(name)}
        for document in framework.documents
    }
    for edge in (*graph.includes(framework), *graph.delegations(framework)):
        if edge.target in subjects:
            found[edge.source].add(edge.target)
    return {source: frozenset(targets - {source}) for source, targets in found.items()}


def reached(graphs: Sequence[Mapping[str, frozenset[str]]], entries: Iterable[str]) -> set[str]:
    """All that one arrives at from the entries."""
    seen = set(entries)
    waiting = list(seen)
    for source in waiting:  # it grows
        for references in graphs:
            fresh = references.get(source, frozenset()) - seen
            seen |= fresh
            waiting += fresh
    return seen


def hinted(framework: Framework, subjects: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Which of a few subjects each file at least hints at.

    With its file name in a script or in configuration, with its path without the ending, with its name in
    quotes, or with a pattern for its folder. All texts are read again for this, so ask it last.
    """
    names = _Names(framework, subjects)
    words = _words(subjects)
    # A pattern in a command loads what it matches; one in a report tells of it, and in a workflow it filters.
    told = {module.path for module in framework.modules if module.kind == "workflow"}
    told |= {doc.path for doc in framework.documents if doc.kind == "document" and not is_memory(doc)}
    found: dict[str, frozenset[str]] = {}
    left = MAX_BYTES
    for path in framework.files:
        text = reading.read_text(framework.root, path) if posixpath.splitext(path)[1] in _TEXTS else None
        if not isinstance(text, str):
            continue
        left -= len(text)
        if left < 0:
            return {path: frozenset(subjects)}
        hints = {target for name in named_files(text) for target in names.find(name)}
        hints.update(
            target for word in _hints(text, patterns=path not in told) for target in words.get(word, ())
        )
        found[path] = frozenset(hints - {path})
    return found


def _hints(text: str, *, patterns: bool) -> Iterator[str]:
    yield from _QUOTED.findall(text)
    for copied in _COPIED.findall(text):
        yield from (f"copied {folder}" for folder in _RULES.findall(copied))
    for match in _PATH.finditer(text):
        parts = match[0].removeprefix("./").rstrip("./").split("/")
        if "*" not in match[0]:
            yield "/".join(parts[-2:])
        elif patterns and parts[-1].endswith(("*", ".md")):
            fixed = next(number for number, part in enumerate(parts) if "*" in part)
            yield "/".join(parts[:fixed]) + ("/**" if "**" in match[0] else "/*")


def _words(subjects: Iterable[str]) -> dict[str, list[str]]:
    """What else a subject may be called: its name, its name after its folder's, a pattern for its folder."""
    words: dict[str, list[str]] = {}
    for path in subjects:
        *folders, name = path.split("/")[-MAX_FOLDERS:]
        stem = posixpath.splitext(name)[0]
        called = [stem, "/".join([*folders[-1:], stem])]
        called += ["/".join([*folders[start:], "*"]) for start in range(len(folders))]
        # `all/**` of a whole framework is a filter; of `all/components/**` somebody makes use.
        own = next((number for number, folder in enumerate(folders) if folder in _FOLDERS), len(folders))
        ends = range(own + 1, len(folders) + 1)
        called += ["/".join([*folders[start:end], "**"]) for end in ends for start in range(end)]
        if own < len(folders) and folders[own] == "rules":
            called += [f"copied {'/'.join(folders[own:end])}" for end in ends]
        for word in dict.fromkeys(called):
            words.setdefault(word, []).append(path)
    return words


class _Names:
    """The subjects by their file names."""

    def __init__(self, framework: Framework, subjects: Collection[str]) -> None:
        self._subjects: dict[str, list[str]] = {}
        for path in sorted(subjects):
            self._subjects.setdefault(_word(path), []).append(path)
        for link, target in framework.discovery.links.items():
            if target in subjects:
                self._subjects.setdefault(_word(link), []).append(target)
        shared = [path for path in framework.files if path not in subjects and _word(path) in self._subjects]
        self._shared = {_word(path) for path in shared}

    def find(self, name: str) -> list[str]:
        """The subjects that a written name may mean: those at that path, else all, if nothing else may."""
        word = _word(name)
        paths = self._subjects.get(word, [])
        tail = name.replace("../", "").replace("./", "").strip("/")
        if not paths or "/" not in tail:
            return paths
        exact = [path for path in paths if f"/{path}".endswith(f"/{tail}")]
        return exact or ([] if word in self._shared or len(paths) > 1 else paths)


def _word(path: str) -> str:
    """How a file name looks when it is cut out of a text: after its last space."""
    return last_word(posixpath.basename(path))
