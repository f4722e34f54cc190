"""Every reference is to the right kind of thing, in the right case, inside of the framework."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.references import is_placeholder, is_template
from pytest_fwgates.framework.resolution import references, resolve
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.manifests import Entry, Manifest
    from pytest_fwgates.framework.plugins import Listed
    from pytest_fwgates.framework.tree import Found

_MARKDOWN: Final = frozenset({"commands", "agents"})
_JSON: Final = frozenset({"hooks", "lspServers"})
_PLUGIN_PARTS: Final = (
    *("agents", "commands", "skills", "hooks", "bin", "monitors", "output-styles", "themes", "workflows"),
    *(".mcp.json", ".lsp.json", "SKILL.md", "settings.json"),
)


def mismatched_references(framework: Framework) -> list[Finding]:
    """Every reference is to the right kind of thing, in the right case, inside of the framework.

    Why: a path in the wrong case works on a Mac and fails on Linux; one that leads out of the framework or of
    a plugin works for its author alone; a marketplace that disagrees with a plugin installs something else
    than it shows.

    Rule: includes, imports, delegations and manifest entries name files in exactly their case. None leads
    out of the framework's root, and none of a plugin's manifest out of the plugin. An include names a file,
    `commands` and `agents` name markdown, `skills` folders with a SKILL.md, `hooks` JSON, a marketplace's
    `source` a folder (https://docs.claude.com/en/docs/claude-code/plugins-reference). A plugin has the name
    and, where both state one, the version that its marketplace gives it; its folder holds a plugin.json or
    something else of a plugin.

    Mend: write the path as the message shows it; copy what is used into the framework or plugin; let
    plugin.json and marketplace.json agree.
    """
    findings = [finding for document in framework.documents for finding in _of_document(framework, document)]
    files = sorted(framework.tree.files)
    for manifest in framework.manifests:
        if not is_template(manifest.path):
            findings += _of_manifest(framework, manifest, files)
            findings += _of_marketplace(framework, manifest)
    return findings


def examined(framework: Framework) -> int:
    """How many modules `mismatched_references` searches: documents and manifests."""
    return len(framework.documents) + len(framework.manifests)


def _of_document(framework: Framework, document: Document) -> Iterator[Finding]:
    folder = posixpath.dirname(document.path)
    for reference in references(document.facts):
        found = resolve(framework, document, reference)
        problem = None if found is None else _place_problem(found, folder)
        if found and found.state == "directory" and reference.form != "import":
            problem = "is a directory; name the file in it"
        if problem:
            yield Finding(
                f"{reference.shown} {problem}",
                path=document.path,
                line=reference.line,
                column=reference.column,
                severity="high",
                subject=f"{reference.form} {reference.target}",
            )


def _place_problem(found: Found, folder: str) -> str | None:
    if found.state == "case":
        return f"differs only in case from {posixpath.relpath(found.path, folder or '.')}"
    return "leads out of the framework root" if found.state == "outside" else None


def _of_manifest(framework: Framework, manifest: Manifest, files: Sequence[str]) -> Iterator[Finding]:
    folder = posixpath.dirname(manifest.path)
    for entry in manifest.entries:
        if is_placeholder(entry.written):
            continue
        found = framework.tree.find(entry.path)
        problem = _place_problem(found, folder) or _plugin_problem(manifest, entry)
        problem = problem or _kind_problem(entry, found, files)
        if problem:
            yield Finding(
                f"{entry.key or entry.what} {entry.written} {problem}",
                path=manifest.path,
                line=entry.line,
                column=entry.column,
                severity="high",
                subject=f"{entry.what} {entry.written}",
            )


def _plugin_problem(manifest: Manifest, entry: Entry) -> str | None:
    """An installed plugin is a copy of its folder; nothing beside it comes along."""
    folder, name = posixpath.split(manifest.path)
    plugin = posixpath.dirname(folder)
    if name != "plugin.json" or not plugin or f"{entry.path}/".startswith(f"{plugin}/"):
        return None
    return "leads out of the plugin, and is not installed with it"


def _kind_problem(entry: Entry, found: Found, files: Sequence[str]) -> str | None:
    if found.state == "file":
        return _file_problem(entry, posixpath.splitext(found.path)[1].lower())
    return _directory_problem(entry, _below(found.path, files)) if found.state == "directory" else None


def _file_problem(entry: Entry, ending: str) -> str | None:
    if entry.what == "plugin":
        return "is a file; the source of a plugin is its folder"
    if entry.key == "skills":
        return "is a file; name the folder that holds SKILL.md"
    if entry.key in _MARKDOWN and ending != ".md":
        return "is no markdown file"
    return "is no JSON file" if entry.key in _JSON and ending != ".json" else None


def _directory_problem(entry: Entry, inside: Sequence[str]) -> str | None:
    if entry.key in _JSON:
        return "is a directory; name the JSON file in it"
    if entry.key == "skills" and not any(posixpath.basename(file) == "SKILL.md" for file in inside):
        return "is a directory without a SKILL.md"
    if entry.key in _MARKDOWN and not any(file.endswith(".md") for file in inside):
        return "is a directory without a markdown file"
    return None


def _below(folder: str, files: Sequence[str]) -> Sequence[str]:
    """The files in a folder, out of sorted ones."""
    # "0" is the character after "/".
    return files[bisect_left(files, f"{folder}/") : bisect_left(files, f"{folder}0")] if folder else files


def _of_marketplace(framework: Framework, manifest: Manifest) -> Iterator[Finding]:
    own = {item.path: item for item in framework.manifests}
    for listed in manifest.listed:
        described = own.get(posixpath.normpath(posixpath.join(listed.folder, ".claude-plugin/plugin.json")))
        for key, message in _disagreements(framework, listed, described):
            line, column = listed.places[key]
            yield Finding(
                message, manifest.path, line, column, severity="high", subject=f"{key} of {listed.source}"
            )


def _disagreements(
    framework: Framework, listed: Listed, described: Manifest | None
) -> Iterator[tuple[str, str]]:
    """What a marketplace and its plugin do not say alike: the key and the message."""
    if described is None:
        if not listed.is_complete and _is_no_plugin(framework, listed.folder):
            yield (
                "source",
                f"plugin {listed.source} has no .claude-plugin/plugin.json, nor anything of a plugin",
            )
        return
    for key, here, there in (
        ("name", listed.name, described.name),
        ("version", listed.version, described.version),
    ):
        if here and there and here != there:
            yield key, f"{key} {here} is {there} in {described.path}; let both say the same"


def _is_no_plugin(framework: Framework, folder: str) -> bool:
    """Whether a folder holds neither a manifest, which is optional, nor any part of a plugin."""
    parts = (*_PLUGIN_PARTS, ".claude-plugin/plugin.json")
    if framework.tree.find(folder).state != "directory":
        return False
    return all(framework.tree.find(posixpath.join(folder, part)).state == "missing" for part in parts)
