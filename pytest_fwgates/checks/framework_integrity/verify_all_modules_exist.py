"""Every include, import and manifest entry names a file of the framework."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.kinds import MEMORY_FILES
from pytest_fwgates.framework.references import is_placeholder, is_template
from pytest_fwgates.framework.suggest import nearest_file
from pytest_fwgates.framework.tree import Found
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.includes import Include
    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.manifests import Entry, Manifest

_TEXT_ENDINGS: Final = frozenset(
    {".md", ".markdown", ".mdc", ".txt", ".xml", ".json", ".yml", ".yaml", ".toml"}
)
_MARKDOWN_ENDINGS: Final = (".md", ".markdown", ".mdc")
_IMPORTING: Final = frozenset({"command", "agent", "skill", "component"})
_BUILT_FOLDERS: Final = frozenset({"node_modules", ".venv", "venv", "dist", "build", "out", "target"})
_EXAMPLE_FOLDERS: Final = frozenset({"example", "examples", "test", "tests"})


def missing_modules(framework: Framework) -> list[Finding]:
    """Every include, import and manifest entry names a file of the framework.

    Why: a module that is not there is left out in silence; the command then runs on half of its
    instructions, and a plugin without its script fails at the user's.

    Rule: what these name exists: `<include>path</include>` and `<include component="path"/>`, from the
    including file, from any folder above it, or from a module root; `@path` imports of CLAUDE.md and its
    kin and of rules (https://docs.claude.com/en/docs/claude-code/memory); component paths of plugin.json
    and sources of marketplace.json (https://docs.claude.com/en/docs/claude-code/plugins-reference);
    scripts that hooks run from `${CLAUDE_PLUGIN_ROOT}` or `$CLAUDE_PROJECT_DIR`. Symbolic links lead to
    something inside of the framework. Code, placeholders and files of the target project are not judged.

    Mend: create the module, correct the path (the message proposes the nearest), or drop the reference.
    """
    unread = (*framework.unreadable_documents, *framework.unreadable_manifests)
    findings = [
        Finding(
            f"could not be examined: {item.reason}", path=item.path, line=item.line, subject="unexaminable"
        )
        for item in unread
    ]
    findings += [
        Finding(problem.message, path=problem.path, subject="problem") for problem in framework.problems
    ]
    for document in framework.documents:
        findings += _of_document(framework, document)
    for manifest in framework.manifests:
        findings += _of_manifest(framework, manifest)
    return findings


def examined(framework: Framework) -> int:
    """How many modules `missing_modules` searches: documents and manifests."""
    read = len(framework.documents) + len(framework.manifests)
    return read + len(framework.unreadable_documents) + len(framework.unreadable_manifests)


def _of_document(framework: Framework, document: Document) -> Iterator[Finding]:
    for reference in document.facts.includes:
        problem = _problem(framework, document, reference)
        if problem is not None:
            yield Finding(
                problem,
                path=document.path,
                line=reference.line,
                column=reference.column,
                severity="high",
                subject=f"{reference.form} {reference.target}",
            )


def _problem(framework: Framework, document: Document, reference: Include) -> str | None:
    path = reference.target.partition("#")[0]
    if not _is_local_path(path):
        return None
    if reference.form == "include":
        return _include_problem(framework, document, path)
    return _import_problem(framework, document, path)


def _is_local_path(path: str) -> bool:
    """Whether it is written like a path of this framework at all: not a home, a URL, a sentence."""
    if not path or path.startswith(("/", "~")) or ":" in path or any(map(str.isspace, path)):
        return False
    return ("/" in path or posixpath.splitext(path)[1] in _TEXT_ENDINGS) and not is_placeholder(path)


def _include_problem(framework: Framework, document: Document, path: str) -> str | None:
    folder = posixpath.dirname(document.path)
    names = [path] if posixpath.splitext(path)[1] else [path, f"{path}.md"]
    found = [_first_found(framework, folder, name) for name in names]
    if any(item.state in {"file", "directory", "unknown"} for item in found):
        return None
    return _message(framework, folder, "included", path, found[0])


def _first_found(framework: Framework, folder: str, path: str) -> Found:
    """Look where module systems look: beside the file, in the folders above it, in the module roots."""
    bases = [folder, *_above(folder), *sorted(framework.layout.module_roots)]
    missed: list[Found] = []
    for base in bases:
        found = framework.tree.find(posixpath.join(base, path))
        if found.state not in {"missing", "outside", "case"}:
            return found
        missed.append(found)
    # For the message: the right name in the wrong case, or the folder in which it was to be expected.
    wrong_case = (item for item in missed if item.state == "case")
    expected = (item for item in missed if posixpath.dirname(item.path) in framework.tree.directories)
    return next(wrong_case, None) or next(expected, None) or Found("missing", path)


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def _import_problem(framework: Framework, document: Document, path: str) -> str | None:
    """Claude Code resolves an import from the importing file, and leaves out in silence what is missing."""
    if not _means_the_framework(framework, document, path):
        return None
    folder = posixpath.dirname(document.path)
    found = framework.tree.find(posixpath.join(folder, path))
    if found.state not in {"missing", "case"}:
        return None
    # Commands are run from the project's root, and rules are often written as if they were.
    at_root = framework.tree.find(path)
    if at_root.state not in {"missing", "case", "outside"}:
        return None
    return _message(framework, folder, "imported", path, found)


def _means_the_framework(framework: Framework, document: Document, path: str) -> bool:
    """Whether an `@path` is a file of the framework rather than of the project it is used in, or a name."""
    ending = posixpath.splitext(path)[1]
    if is_template(document.path) or not _EXAMPLE_FOLDERS.isdisjoint(document.path.lower().split("/")):
        return False
    if posixpath.basename(document.path) in MEMORY_FILES or document.kind == "rule":
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


def _of_manifest(framework: Framework, manifest: Manifest) -> Iterator[Finding]:
    folder = posixpath.dirname(manifest.path)
    for entry in manifest.entries:
        found = framework.tree.find(entry.path)
        if found.state in {"missing", "case"} and not _is_built(entry) and not is_placeholder(entry.written):
            yield Finding(
                _message(framework, folder, entry.what, entry.written, found),
                path=manifest.path,
                line=entry.line,
                column=entry.column,
                severity="high",
                subject=f"{entry.what} {entry.written}",
            )


def _is_built(entry: Entry) -> bool:
    """Scripts in these folders are made by an installation, not kept in a repository."""
    return entry.what == "script" and not _BUILT_FOLDERS.isdisjoint(entry.path.split("/"))


def _message(framework: Framework, folder: str, what: str, path: str, found: Found) -> str:
    if found.state == "case":
        return f"{what} {path} differs only in case from {posixpath.relpath(found.path, folder or '.')}"
    nearest = nearest_file(found.path, framework.tree.files)
    hint = f"; did you mean {posixpath.relpath(nearest, folder or '.')}?" if nearest else ""
    return f"{what} {path} does not exist{hint}"
