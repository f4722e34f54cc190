"""What a written reference means, before asking whether its target exists.

A reference is only worth judging where its author meant a file of this framework. Placeholders, addresses
of other sites, routes of a website that is built elsewhere and texts that become files of other projects
are told apart here, for all checks alike.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final
from urllib.parse import unquote

import msgspec

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PLACEHOLDER: Final = re.compile(
    r"[{}<>$|*\[\]`…]|\.{3}|(?:^|/)path/to\b|(?:^|/)(?:your|my)[-_]|X{3,}|Y{4}|N{3,}|\b(?:TODO|TBD)\b(?!\.\w)"
)
_PLACEHOLDER_NAMES: Final = frozenset(
    {
        "url",
        "uri",
        "link",
        "href",
        "src",
        "path",
        "file",
        "filename",
        "file-name",
        "file_name",
        "file-path",
        "filepath",
        "image",
        "img",
        "target",
        "foo",
        "bar",
        "baz",
        "placeholder",
    }
)
_TEMPLATE_FOLDERS: Final = frozenset(
    {"template", "templates", "_templates", "issue_template", "pull_request_template"}
)
# What is in these is copied into a project as it is, also out of a template.
_AGENT_FOLDERS: Final = frozenset({".agents", ".claude", ".codex", ".cursor", ".gemini", ".opencode"})
_SAMPLE_FOLDERS: Final = frozenset({"fixtures", "__fixtures__", "testdata", "test-data", "test_data"})
_TEMPLATE_ENDINGS: Final = (".template", ".tmpl", ".tpl", ".j2", ".jinja", ".hbs", ".mustache")
_TEMPLATE_STEM: Final = re.compile(r"(?:^|[._-])(?:template|templates|tmpl)$", re.IGNORECASE)


class Local(msgspec.Struct, frozen=True):
    """A reference to something in the same repository.

    Attributes:
        path: Percent-decoded, without query and fragment; empty for the referring file itself.
        fragment: Percent-decoded, without `#`; empty if there is none.
    """

    path: str
    fragment: str


def local(target: str) -> Local | None:
    """The path and fragment of a link's target, or None if it leads elsewhere or nowhere in particular."""
    target = target.strip()
    if not target or target.startswith("/") or _SCHEME.match(target) or is_placeholder(target):
        return None
    path, _, fragment = target.partition("#")
    return Local(unquote(path.partition("?")[0]), unquote(fragment))


def is_placeholder(target: str) -> bool:
    """Whether the text stands for a path that the reader is to fill in."""
    if _PLACEHOLDER.search(target):
        return True
    return posixpath.splitext(target.partition("#")[0].lower())[0] in _PLACEHOLDER_NAMES


def is_sample(path: str) -> bool:
    """Whether a file may be made to be wrong."""
    return not _SAMPLE_FOLDERS.isdisjoint(posixpath.dirname(path).lower().split("/"))


def is_template(path: str) -> bool:
    """Whether a file becomes a file of some other place, or is made to be wrong."""
    if is_sample(path):
        return True
    folder, name = posixpath.split(path.removeprefix(f"{copied_folder(path)}/"))
    folders = {part.lower() for part in folder.split("/")}
    stem = posixpath.splitext(name)[0]
    if stem.lower() in {"readme", "index"}:
        return False
    return (
        not folders.isdisjoint(_TEMPLATE_FOLDERS)
        or stem.lower().endswith(_TEMPLATE_ENDINGS)
        or _TEMPLATE_STEM.search(stem) is not None
    )


def copied_folder(path: str) -> str:
    """The settings of an agent, within a template, that a file is copied with; nothing if there are none.

    They are a framework themselves, but what lies around them will be another project.
    """
    parts = path.lower().split("/")
    for depth in range(len(parts) - 2, 0, -1):
        if parts[depth] in _AGENT_FOLDERS:
            above = "/".join(path.split("/")[: depth + 1])
            return above if not _TEMPLATE_FOLDERS.isdisjoint(parts[:depth]) else ""
    return ""
