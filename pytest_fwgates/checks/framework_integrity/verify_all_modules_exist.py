"""Every include, import and manifest entry names a file of the framework."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.references import is_placeholder
from pytest_fwgates.framework.resolution import references, resolve
from pytest_fwgates.framework.suggest import nearest_file
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.manifests import Entry, Manifest
    from pytest_fwgates.framework.tree import Found

_BUILT_FOLDERS: Final = frozenset({"node_modules", ".venv", "venv", "dist", "build", "out", "target"})


def missing_modules(framework: Framework) -> list[Finding]:
    """Every include, import and manifest entry names a file of the framework.

    Why: a module that is not there is left out in silence; the command then runs on half of its
    instructions, and a plugin without its script fails at the user's.

    Rule: what these name exists: `<include>path</include>`, `<include component="path"/>`,
    `<component>path.md</component>` and `<delegate>path.md</delegate>`, from the file, from any folder above
    it, or from a module root; `@path` imports of CLAUDE.md and its kin and of rules
    (https://docs.claude.com/en/docs/claude-code/memory); component paths of plugin.json and sources of
    marketplace.json (https://docs.claude.com/en/docs/claude-code/plugins-reference); scripts that hooks run
    from `${CLAUDE_PLUGIN_ROOT}` or `$CLAUDE_PROJECT_DIR`. Code, placeholders and files of the target project
    are not judged.

    Mend: create the module, correct the path (the message proposes the nearest), or drop the reference.
    Paths in the wrong case or out of the framework are validate_module_references' matter, symbolic links
    that lead nowhere framework_structure_integrity's. What a document or manifest refers to that cannot be
    parsed is not known here; that it cannot be parsed is a finding of module_syntax_validation, which is
    mandatory in the same gate.
    """
    findings: list[Finding] = []
    for document in framework.documents:
        findings += _of_document(framework, document)
    for manifest in framework.manifests:
        findings += _of_manifest(framework, manifest)
    return findings


def examined(framework: Framework) -> int:
    """How many modules `missing_modules` searches: documents and manifests."""
    return len(framework.documents) + len(framework.manifests)


def _of_document(framework: Framework, document: Document) -> Iterator[Finding]:
    folder = posixpath.dirname(document.path)
    for reference in references(document.facts):
        found = resolve(framework, document, reference)
        if found is not None and found.state == "missing":
            yield Finding(
                _message(framework, folder, reference.shown, found),
                path=document.path,
                line=reference.line,
                column=reference.column,
                severity="high",
                subject=f"{reference.form} {reference.target}",
            )


def _of_manifest(framework: Framework, manifest: Manifest) -> Iterator[Finding]:
    folder = posixpath.dirname(manifest.path)
    for entry in manifest.entries:
        found = framework.tree.find(entry.path)
        if found.state == "missing" and not _is_built(entry) and not is_placeholder(entry.written):
            yield Finding(
                _message(framework, folder, f"{entry.what} {entry.written}", found),
                path=manifest.path,
                line=entry.line,
                column=entry.column,
                severity="high",
                subject=f"{entry.what} {entry.written}",
            )


def _is_built(entry: Entry) -> bool:
    """Scripts in these folders are made by an installation, not kept in a repository."""
    return entry.what == "script" and not _BUILT_FOLDERS.isdisjoint(entry.path.split("/"))


def _message(framework: Framework, folder: str, what: str, found: Found) -> str:
    nearest = nearest_file(found.path, framework.tree.files)
    hint = f"; did you mean {posixpath.relpath(nearest, folder or '.')}?" if nearest else ""
    return f"{what} does not exist{hint}"
