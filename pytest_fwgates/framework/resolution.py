"""Which file of the framework a reference leads to, and which are meant to lead to one at all."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from pytest_fwgates.framework.byname import is_name
from pytest_fwgates.framework.kinds import MEMORY_FILES
from pytest_fwgates.framework.references import copied_folder, is_placeholder, is_template
from pytest_fwgates.framework.tree import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.markdown import Facts

_TEXT_ENDINGS: Final = frozenset(
    {".md", ".markdown", ".mdc", ".txt", ".xml", ".json", ".yml", ".yaml", ".toml"}
)
_MARKDOWN_ENDINGS: Final = (".md", ".markdown", ".mdc")
_IMPORTING: Final = frozenset({"command", "agent", "skill", "component"})
_EXAMPLE_FOLDERS: Final = frozenset({"example", "examples", "test", "tests"})
_SHOWN: Final = {"include": "included", "import": "imported", "delegate": "delegate"}
# Of several places to look in, the one that says most counts.
_TELLING: Final = ("file", "unknown", "directory", "case", "outside", "missing")


class Reference(msgspec.Struct, frozen=True):
    """A reference to a path: as written, where, and of which form."""

    target: str
    line: int
    column: int
    form: Literal["include", "import", "delegate"]

    @property
    def shown(self) -> str:
        """How messages begin."""
        return f"{_SHOWN[self.form]} {self.target.partition('#')[0]}"


def references(facts: Facts) -> Iterator[Reference]:
    """Includes, imports and delegations to a path, each as it is written."""
    for include in facts.includes:
        yield Reference(include.target, include.line, include.column, include.form)
    for delegation in facts.delegations:
        if delegation.target.endswith(_MARKDOWN_ENDINGS):
            yield Reference(delegation.target, delegation.line, delegation.column, "delegate")


def resolve(framework: Framework, document: Document, reference: Reference) -> Found | None:
    """Where a reference leads, or None where its author did not mean a file of this framework."""
    path = reference.target.partition("#")[0]
    if reference.form != "import":
        return included(framework, document, path)
    is_meant = is_local_path(path) and _means_the_framework(framework, document, path)
    return _imported(framework, document, path) if is_meant else None


def is_local_path(path: str) -> bool:
    """Whether it is written like a path of this framework at all: not a home, a URL, a sentence."""
    if not path or path.startswith(("/", "~")) or ":" in path or any(map(str.isspace, path)):
        return False
    return ("/" in path or posixpath.splitext(path)[1] in _TEXT_ENDINGS) and not is_placeholder(path)


def is_memory(document: Document) -> bool:
    """Whether Claude Code reads it into its memory by itself, and then what it imports."""
    return posixpath.basename(document.path) in MEMORY_FILES or document.kind == "rule"


def included(framework: Framework, document: Document, path: str) -> Found | None:
    """Look where module systems look: beside the file, in the folders above it, in the module roots.

    A bare name is that of a component. None if it is neither a path nor such a name.
    """
    if is_name(path):
        return framework.shared.find(path)
    if not is_local_path(path):
        return None
    folder = posixpath.dirname(document.path)
    names = [path] if posixpath.splitext(path)[1] else [path, f"{path}.md"]
    found = [_first_found(framework, folder, name) for name in names]
    return min(found, key=lambda item: _TELLING.index(item.state))


def _first_found(framework: Framework, folder: str, path: str) -> Found:
    """The first file; else what says most of all that was found on the way."""
    missed: list[Found] = []
    for base in (folder, *_above(folder), *sorted(framework.layout.module_roots)):
        found = framework.tree.find(posixpath.join(base, path))
        if found.state == "file":
            return found
        # From a folder further up every `..` leads out some day; that of the file itself was meant.
        if found.state != "outside" or base == folder:
            missed.append(found)
    told = min(missed, key=lambda item: _TELLING.index(item.state))
    if told.state != "missing":
        return told
    # For the message: the folder in which it was to be expected.
    expected = (item for item in missed if posixpath.dirname(item.path) in framework.tree.directories)
    return next(expected, None) or Found("missing", path)


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def _imported(framework: Framework, document: Document, path: str) -> Found:
    """Claude Code resolves an import from the importing file, and leaves out in silence what is missing.

    Commands are run from the project's root, and rules are often written as if they were.
    """
    beside = framework.tree.find(posixpath.join(posixpath.dirname(document.path), path))
    if beside.state not in {"missing", "case"}:
        return beside
    at_root = framework.tree.find(path)
    if at_root.state == "outside":
        return beside
    return min(beside, at_root, key=lambda item: _TELLING.index(item.state))


def _means_the_framework(framework: Framework, document: Document, path: str) -> bool:
    """Whether an `@path` is a file of the framework rather than of the project it is used in, or a name."""
    ending = posixpath.splitext(path)[1]
    if is_template(document.path) or copied_folder(document.path):
        return False
    if not _EXAMPLE_FOLDERS.isdisjoint(document.path.lower().split("/")):
        return False
    if is_memory(document):
        return ending in _TEXT_ENDINGS and ".local." not in path and _is_no_package(framework, path)
    if ending not in _MARKDOWN_ENDINGS:
        return False
    # A command runs in a project's root, where `./` is the project.
    if document.kind in {"skill", "agent", "component"} and path.startswith(("./", "../")):
        return True
    return document.kind in _IMPORTING and _is_in_framework_folder(framework, path)


def _is_no_package(framework: Framework, path: str) -> bool:
    """`@scope/name/file.json` is a file of a package, unless there is such a folder."""
    top = path.partition("/")[0]
    return path.endswith(_MARKDOWN_ENDINGS) or top in {path, ".", ".."} or top in framework.tree.directories


def _is_in_framework_folder(framework: Framework, path: str) -> bool:
    """Whether a path from the root names a folder that the framework keeps modules in."""
    folder = posixpath.dirname(posixpath.normpath(path))
    if framework.tree.find(folder).state != "directory":
        return False
    return folder.startswith(".claude/") or folder in framework.module_folders
