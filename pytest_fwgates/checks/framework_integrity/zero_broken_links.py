"""Every relative link, image and fragment leads somewhere."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.references import Local, copied_folder, is_template, local
from pytest_fwgates.framework.sites import has_other_anchors, has_routes
from pytest_fwgates.framework.suggest import nearest_file, nearest_fragment, same_but_punctuation
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.tree import Found

# Pages that GitHub serves two levels above a file's own folder: /owner/repository/<page>.
_GITHUB_PAGES: Final = frozenset(
    {
        "",
        "actions",
        "activity",
        "archive",
        "assets",
        "blame",
        "blob",
        "branches",
        "commit",
        "commits",
        "compare",
        "contributors",
        "discussions",
        "edit",
        "fork",
        "forks",
        "graphs",
        "issues",
        "labels",
        "milestone",
        "milestones",
        "network",
        "new",
        "packages",
        "projects",
        "pull",
        "pulls",
        "pulse",
        "raw",
        "releases",
        "search",
        "security",
        "settings",
        "stargazers",
        "subscription",
        "tags",
        "tree",
        "watchers",
        "wiki",
        "workflows",
    }
)
_LEVELS_TO_PAGES: Final = 2
_LINE_ANCHOR: Final = re.compile(r"L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?\Z")
_FOOTNOTE: Final = re.compile(r"fn(?:ref)?[-:]?[\w-]+\Z")
# Files that are by custom named without an ending, in capitals or not.
_BARE_NAMES: Final = frozenset(
    {"makefile", "dockerfile", "gemfile", "rakefile", "justfile", "procfile", "vagrantfile"}
)
_ENDING: Final = re.compile(r"\.[A-Za-z][A-Za-z0-9]*\Z")
_PAGES: Final = frozenset({".html", ".htm"})
_PAGE_SOURCES: Final = (".md", ".mdx", ".markdown", ".rst", ".adoc", ".ipynb")
_SITE: Final = re.compile(r"www\.|(?!example\.)[a-z0-9-]+\.(?:ai|com|dev|io|net|org)(?:/|\Z)")
_CAPITALS: Final = re.compile(r"[A-Z][A-Z0-9_-]{3,}\Z")


def broken_links(framework: Framework) -> list[Finding]:
    """Every relative link, image and fragment leads somewhere.

    Why: an agent or a reader that follows a broken link loses the instructions behind it, in silence.

    Rule: the target of a relative link, image, reference definition or HTML `href`/`src` is a file or
    directory of the framework, in exactly that case; its fragment is an anchor of the target: a heading's
    (https://docs.github.com/en/get-started/writing-on-github: section links) or an element's `id` or `name`.
    Code, placeholders, templates, external and site-absolute addresses are not judged.

    Mend: correct the path or fragment; the message proposes the nearest one that exists. A document that
    cannot be read is module_syntax_validation's matter.
    """
    findings: list[Finding] = []
    for document in framework.documents:
        if not is_template(document.path):
            findings += _of_document(framework, document)
    return findings


def examined(framework: Framework) -> int:
    """How many documents `broken_links` searches."""
    return sum(not is_template(document.path) for document in framework.documents)


def _of_document(framework: Framework, document: Document) -> Iterator[Finding]:
    for link in document.facts.links:
        target = local(link.target)
        problem = None if target is None else _problem(framework, document, target)
        if problem is not None:
            yield Finding(
                message=problem,
                path=document.path,
                line=link.line,
                column=link.column,
                severity="medium",
                subject=f"link {link.target}",
            )


def _problem(framework: Framework, document: Document, target: Local) -> str | None:
    """What is wrong with a target, or None."""
    if not target.path:
        return _fragment_problem(framework, document.path, target, document.path)
    folder = posixpath.dirname(document.path)
    found = framework.tree.find(posixpath.join(folder, target.path))
    if not f"{found.path}/".startswith(copied_folder(document.path)):
        return None  # it leads to a file of the project that the template is for
    if found.state == "file":
        return _fragment_problem(framework, found.path, target, target.path)
    if found.state == "case":
        actual = posixpath.relpath(found.path, folder or ".")
        return f"broken link: {target.path} differs only in case from {actual}"
    if found.state == "outside":
        return _outside_problem(framework.root, target.path, found)
    return _missing_problem(framework, folder, target.path, found) if found.state == "missing" else None


def _missing_problem(framework: Framework, folder: str, target: str, found: Found) -> str | None:
    if _SITE.match(target):
        return f"broken link: {target} has no scheme; did you mean https://{target}?"
    if _is_route(framework, target, found.path):
        return None
    nearest = nearest_file(found.path, framework.tree.files)
    hint = f"; did you mean {posixpath.relpath(nearest, folder or '.')}?" if nearest else ""
    return f"broken link: {target} does not exist{hint}"


def _fragment_problem(framework: Framework, path: str, target: Local, shown: str) -> str | None:
    facts = framework.facts.get(path)
    fragment = target.fragment.removeprefix("user-content-").lower()
    if facts is None or not fragment or fragment in facts.anchors or fragment == "top":
        return None
    if fragment.startswith(":~:") or _LINE_ANCHOR.match(target.fragment) or _FOOTNOTE.match(fragment):
        return None
    nearest = nearest_fragment(fragment, facts.anchors)
    if nearest and same_but_punctuation(fragment, nearest) and has_other_anchors(framework.files, path):
        return None
    hint = f"; did you mean #{nearest}?" if nearest else ""
    return f"broken link: {posixpath.basename(shown)} has no anchor #{target.fragment}{hint}"


def _outside_problem(root: Path, target: str, found: Found) -> str | None:
    """A README's `../../issues` is a page of its repository on GitHub; three levels up is another one."""
    levels = found.path.count("../") + found.path.endswith("..")
    page = found.path.removeprefix("../../").removeprefix("..").split("/")[0]
    if (
        levels > _LEVELS_TO_PAGES
        or (levels == _LEVELS_TO_PAGES and page in _GITHUB_PAGES)
        or _is_in_repository(root, found.path)
    ):
        return None
    return f"broken link: {target} leads out of the framework root"


def _is_in_repository(root: Path, path: str) -> bool:
    """Whether a path outside of the root exists in the git repository that the root is a folder of."""
    top = next((parent for parent in root.resolve().parents if (parent / ".git").exists()), None)
    if top is None or (root / ".git").exists():
        return False
    target = Path(posixpath.normpath((root.resolve() / path).as_posix()))
    return target.is_relative_to(top) and target.exists()


def _is_route(framework: Framework, target: str, path: str) -> bool:
    """Whether it may be a page of a website that is made from these files: no ending, or a built page's."""
    stem, ending = posixpath.splitext(path)
    page = stem if ending in _PAGES else path
    has_source = any(f"{page}{source}" in framework.tree.files for source in _PAGE_SOURCES)
    if ending in _PAGES or target.endswith("/"):
        return has_source
    name = posixpath.basename(path)
    if _ENDING.match(ending) or _CAPITALS.match(name) or name.lower() in _BARE_NAMES:
        return False
    # `./name` and `../name` are written as paths; `name` and `this/that` may be any word.
    return has_source or not target.startswith(("./", "../")) or has_routes(framework.files)
