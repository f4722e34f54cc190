"""The framework as the checks see it: what there is, of which kind, and the facts of every document."""

from __future__ import annotations

import hashlib
import posixpath
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.framework import discover, reading
from pytest_fwgates.framework.byname import Shared
from pytest_fwgates.framework.configuration import Settings
from pytest_fwgates.framework.inventory import files as dependencies
from pytest_fwgates.framework.kinds import MARKDOWN, Layout
from pytest_fwgates.framework.manifests import Manifest, read_manifest
from pytest_fwgates.framework.parsing import WORTH_CACHING, Document, Module, parse_all
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.framework.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pytest_fwgates.framework.discover import Discovery, Problem
    from pytest_fwgates.framework.markdown import Facts
    from pytest_fwgates.framework.parsing import Watch

__all__ = ["Document", "Framework", "Module", "load", "tree_digest"]

DEFAULTS: Final = Settings()
_MARKDOWN: Final = tuple(MARKDOWN)


class Framework(msgspec.Struct, frozen=True, dict=True, eq=False):
    """A framework. Nothing is parsed before it is asked for, and nothing twice.

    Attributes:
        root: The directory that all paths are relative to.
        files: Every file, as a relative path with forward slashes, sorted.
        modules: The files that have a kind.
        layout: Where modules live.
        problems: Links and directories that lead nowhere.
        entry_points: Patterns of modules that are used from outside.
        cache: The file that keeps facts between runs, if any.
        watch: Follows how far the parsing is.
    """

    root: Path
    files: tuple[str, ...]
    modules: tuple[Module, ...]
    layout: Layout
    problems: tuple[Problem, ...]
    discovery: Discovery
    entry_points: tuple[str, ...] = ()
    cache: Path | None = None
    watch: Watch | None = None

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of module that the framework has.

        Besides, `dependency` if a file names what others wrote, and `python` if there is any.
        """
        found = {str(module.kind) for module in self.modules}
        if any(map(dependencies.form, self.everything)):
            found.add("dependency")
        if any(path.endswith((".py", ".pyw")) for path in self.everything):
            found.add("python")
        return frozenset(found)

    @cached_property
    def everything(self) -> tuple[str, ...]:
        """Every file under its own name, also those that `ignore` leaves out: what security looks at."""
        paths = {*self.files, *self.discovery.ignored}
        return tuple(sorted(path for path in paths if self.discovery.links.get(path) not in paths))

    @cached_property
    def module_folders(self) -> frozenset[str]:
        """Folders that directly hold commands, agents, skills, components or rules."""
        kinds = {"command", "agent", "skill", "component", "rule"}
        return frozenset(posixpath.dirname(module.path) for module in self.modules if module.kind in kinds)

    @cached_property
    def shared(self) -> Shared:
        """Components and rules by their names."""
        return Shared(self.modules, self.documents)

    @cached_property
    def tree(self) -> Tree:
        """Look-ups by path."""
        return Tree(self.discovery)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every markdown file that could be parsed."""
        return tuple(item for item in self._parsed if isinstance(item, Document))

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """Every manifest that could be parsed."""
        return tuple(item for item in self._read_manifests if isinstance(item, Manifest))

    @property
    def unreadable_documents(self) -> tuple[Unreadable, ...]:
        """Markdown files that could not be examined."""
        return tuple(item for item in self._parsed if isinstance(item, Unreadable))

    @cached_property
    def facts(self) -> Mapping[str, Facts]:
        """The facts of each parsed document by its path."""
        return {document.path: document.facts for document in self.documents}

    def warm(self) -> None:
        """Fill the cache, if there is one that will be read."""
        if self.cache is not None and len(self._sources) >= WORTH_CACHING:
            parse_all(self.root, self._sources, self.cache, self.watch)

    @cached_property
    def _sources(self) -> tuple[Module, ...]:
        modules = (module for module in self.modules if module.path.endswith(_MARKDOWN))
        return tuple(module for module in modules if not self._is_read_elsewhere(module.path))

    @cached_property
    def _parsed(self) -> tuple[Document | Unreadable, ...]:
        return tuple(parse_all(self.root, self._sources, self.cache, self.watch))

    @cached_property
    def _read_manifests(self) -> tuple[Manifest | Unreadable, ...]:
        sources = (module.path for module in self.modules if module.kind == "manifest")
        return tuple(_read_manifest(self.root, path) for path in sources if not self._is_read_elsewhere(path))

    def _is_read_elsewhere(self, path: str) -> bool:
        """A link to another file of the framework is examined under that file's own name."""
        return path in self.discovery.links and self.discovery.links[path] in self.tree.files


def load(
    root: Path, settings: Settings = DEFAULTS, *, cache: Path | None = None, watch: Watch | None = None
) -> Framework:
    """Find out what a directory holds.

    Args:
        root: The directory; nothing outside of it is ever read.
        settings: What the repository says of itself. What it ignores still counts as existing.
        cache: Keeps facts between runs. One inside the root is not used: it might have been committed.
        watch: Follows how far the parsing is.
    """
    discovery = discover.discover(root, settings.ignore)
    layout = Layout(discovery.files, settings.kinds)
    modules = ((path, layout.kind(path)) for path in discovery.files)
    return Framework(
        root=root,
        files=discovery.files,
        modules=tuple(Module(path, kind) for path, kind in modules if kind is not None),
        layout=layout,
        problems=discovery.problems,
        discovery=discovery,
        entry_points=settings.entry_points,
        cache=None if cache is None or cache.resolve().is_relative_to(root.resolve()) else cache,
        watch=watch,
    )


def digest_of(base: Path, roots: Iterable[str], settings: Settings = DEFAULTS) -> str:
    """The digest of one framework that is `base` itself, or of several in it."""
    return digest_of_all({root: load(base / root, settings) for root in roots})


def digest_of_all(frameworks: Mapping[str, Framework]) -> str:
    """The digest of the frameworks by their paths, "." for one alone."""
    digests = {root: tree_digest(framework) for root, framework in frameworks.items()}
    if list(digests) == ["."]:
        return digests["."]
    lines = "".join(f"{root}\0{digest}\n" for root, digest in sorted(digests.items()))
    return f"sha256:{hashlib.sha256(lines.encode('utf-8', 'surrogateescape')).hexdigest()}"


def tree_digest(framework: Framework) -> str:
    """A digest of the path and content of every file; the same for the same tree on any machine.

    Signed approvals are left out, so that one can be added to what it approves.
    """
    digest = hashlib.sha256()
    for line in _digest_lines(framework):
        digest.update(line)
    return f"sha256:{digest.hexdigest()}"


def _digest_lines(framework: Framework) -> Iterator[bytes]:
    # A name may hold any byte but NUL, a newline too.
    paths = {*framework.files, *framework.discovery.links, *(problem.path for problem in framework.problems)}
    for path in sorted(path for path in paths if not _is_approval(framework, path)):
        content = reading.content_digest(framework.root, path)
        yield f"{path}\0{content}\n".encode()


def _is_approval(framework: Framework, path: str) -> bool:
    """Whether the file approves the others: it names their digest, so it cannot be part of it."""
    folder, name = posixpath.split(path)
    return (
        folder == "environments/approvals"
        and name.endswith((".yml", ".yml.sig"))
        and path not in framework.discovery.links
    )


def _read_manifest(root: Path, path: str) -> Manifest | Unreadable:
    text = reading.read_text(root, path)
    return text if isinstance(text, Unreadable) else read_manifest(path, text)
