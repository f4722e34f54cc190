"""YAML says what it says, and does nothing else to whoever loads it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from pytest_fwgates.checks.security.payload.events import payloads
from pytest_fwgates.framework import reading
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.model import Finding
from pytest_fwgates.tools.adapter import Scan, unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.index import Framework

_YAML = (".yml", ".yaml")
_MARKDOWN = (".md", ".mdc", ".markdown")
_ONE_DOCUMENT = ("action.yml", "action.yaml", ".pre-commit-config.yaml", "dependabot.yml", "dependabot.yaml")


class Source(NamedTuple):
    """A stream of YAML: a file of it, or the frontmatter of a document, which begins below its line."""

    path: str
    text: str
    above: int
    is_front: bool


def dangerous_yaml(framework: Framework) -> list[Finding]:
    """The findings of `scan` alone."""
    return list(scan(framework).findings)


def scan(framework: Framework) -> Scan:
    """YAML says what it says, and does nothing else to whoever loads it.

    Why: an unsafe loader runs what a tag names, aliases of aliases fill any memory, and of two equal keys one
    reader takes the first and the next the last, so that what was reviewed is not what happens.

    Rule: over the events of every `.yml` and `.yaml` file and of all frontmatter, tracked or ignored by
    configuration: tags that construct objects of a language, aliases that expand to more than 100,000 nodes
    or name what they stand in, duplicate keys, `__proto__`, keys whose letters pass for others, characters
    that nobody sees, nesting beyond 100, `%TAG`, merge keys in frontmatter, a second document where one is
    read, scalars that are data (https://yaml.org/spec/1.2.2/). Local tags such as `!Ref` are an application's
    own, and `!!python/name:` in `mkdocs.yml` is its documented way to name a function without calling it.

    Mend: as the message says; none of it is needed to say anything.
    """
    found: list[Finding] = []
    lost: list[Unreadable] = []
    for source in _sources(framework):
        if isinstance(source, Unreadable):
            lost.append(source)
        else:
            found += _in(source)
    # A document without frontmatter was searched for one.
    searched = sum(path.endswith((*_YAML, *_MARKDOWN)) for path in framework.everything) - len(lost)
    return Scan(tuple(found), searched, unread(lost))


def _in(source: Source) -> list[Finding]:
    found = payloads(
        source.text,
        is_front=source.is_front,
        one_document=_is_one(source),
        names_functions=posixpath.basename(source.path).startswith("mkdocs"),
    )
    return [
        Finding(
            f"{one.what}; {one.why}",
            source.path,
            one.line + source.above,
            one.column,
            severity=one.severity,
            subject=f"{one.kind} {one.what}",
        )
        for one in found
    ]


def _sources(framework: Framework) -> Iterator[Source | Unreadable]:
    for path in framework.everything:
        if not path.endswith((*_YAML, *_MARKDOWN)):
            continue
        text = reading.read_any_text(framework.root, path)
        if isinstance(text, Unreadable):
            yield text
        elif text is None:
            continue
        elif path.endswith(_YAML):
            yield Source(path, text, 0, is_front=False)
        elif front := _front(text):
            yield Source(path, front, 1, is_front=True)


def _front(text: str) -> str:
    """What stands between the first line of dashes and the next."""
    if not text.startswith(("---\n", "--- \n")):
        return ""
    begin = text.index("\n") + 1
    end = text.find("\n---", begin - 1)
    return text[begin : end + 1] if end >= begin else ""


def _is_one(source: Source) -> bool:
    """Whether whoever reads it reads one document; a stream of several is a matter of course elsewhere."""
    folder, name = posixpath.split(source.path)
    return source.is_front or name in _ONE_DOCUMENT or folder.endswith(".github/workflows")
