"""Requirements files of pip, as pip reads them.

Reference: https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from pytest_fwgates.framework.inventory import specifiers
from pytest_fwgates.framework.inventory.model import MAX_COMPONENTS, Index, Manifest, Note
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.inventory.model import Component, Kind

_COMMENT: Final = re.compile(r"(?:^|\s)#.*+")
_OPTION: Final = re.compile(r"\A(-[a-zA-Z]|--[a-z][a-z-]{1,40})(?:\s*+=\s*+|\s++|(?<=-[a-zA-Z])|\Z)(.*+)")
_HASH: Final = re.compile(r"\s--hash[=\s]\s*+([a-z0-9]{2,10}:[0-9a-zA-Z]{8,200})")
_PER_REQUIREMENT: Final = re.compile(r"\s--(?:hash|global-option|config-settings?|install-option)\b.*+")
_TEMPLATE: Final = re.compile(r"\{\{|\{%|\$\{|<[a-z]")
_INDEXES: Final[dict[str, Kind]] = {
    "-i": "primary",
    "--index-url": "primary",
    "--extra-index-url": "extra",
    "-f": "links",
    "--find-links": "links",
}
_EDITABLE: Final = ("-e", "--editable")


class _Line(NamedTuple):
    text: str
    number: int


def read(path: str, text: str, *, is_exact: bool) -> Manifest | None:
    """A requirements file; None where nothing in it is a requirement, so that it is some other text."""
    found: list[Component] = []
    indexes: list[Index] = []
    notes: list[Note] = []
    unread: list[Unreadable] = []
    options = 0
    for line in _logical(text):
        if line.text.startswith("-"):
            options += 1
            one = _option(line, indexes, notes)
        else:
            one = _requirement(line)
            if one is None and not _TEMPLATE.search(line.text):
                unread.append(Unreadable(path, "not a requirement that pip could read", line.number))
        if one is not None:
            found.append(one)
        if len(found) > MAX_COMPONENTS:
            unread.append(Unreadable(path, f"more than {MAX_COMPONENTS} requirements", line.number))
            break
    if len(unread) > len(found) + options:
        return None  # prose that is called like a requirements file
    return Manifest(
        path,
        "requirements",
        "declares",
        "pypi",
        tuple(found),
        tuple(indexes),
        tuple(notes),
        is_exact=is_exact,
        unread=tuple(unread),
    )


def _logical(text: str) -> Iterator[_Line]:
    """Lines without comments, continued ones joined, each with the number of its first."""
    parts: list[str] = []
    begin = 0
    for number, raw in enumerate(text.split("\n"), 1):
        begin = begin if parts else number
        if raw.endswith("\\") and not raw.lstrip().startswith("#"):
            parts.append(raw[:-1])
            continue
        parts.append(raw)
        line = _COMMENT.sub("", " ".join(parts)).strip()
        parts = []
        if line:
            yield _Line(line, begin)
    if rest := _COMMENT.sub("", " ".join(parts)).strip():
        yield _Line(rest, begin)


def _requirement(line: _Line) -> Component | None:
    bare = _PER_REQUIREMENT.sub("", line.text, count=1).strip()
    one = specifiers.read(bare, line.number)
    if one is None:
        return None
    return structs.replace(one, hashes=(*one.hashes, *_HASH.findall(line.text)))


def _option(line: _Line, indexes: list[Index], notes: list[Note]) -> Component | None:
    match = _OPTION.match(line.text)
    if match is None:
        return None
    name, value = match[1], match[2].strip()
    kind = _INDEXES.get(name)
    if kind and value and (kind != "links" or "://" in value):
        indexes.append(Index(value, line.number, kind))
    elif name == "--trusted-host":
        notes.append(Note("trusted_host", value, line.number))
    elif name in _EDITABLE:
        return specifiers.read(value, line.number)
    return None
