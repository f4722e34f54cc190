"""A markdown document as facts: links, anchors, includes, frontmatter; each with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from pytest_fwgates.framework import frontmatter, html, syntax
from pytest_fwgates.framework.commonmark import (
    MAX_NESTING,
    TooComplex,
    block_tokens,
    inline_tokens,
    plain_links,
    rendered_text,
)
from pytest_fwgates.framework.delegations import Delegation, delegations, may_delegate
from pytest_fwgates.framework.elements import Elements, elements, may_hold_elements
from pytest_fwgates.framework.frontmatter import Frontmatter  # noqa: TC001 - msgspec evaluates it
from pytest_fwgates.framework.includes import Include, includes, may_hold_includes
from pytest_fwgates.framework.lint import Slip, Slips
from pytest_fwgates.framework.mentions import Mention, may_mention, mentions
from pytest_fwgates.framework.names import named_files
from pytest_fwgates.framework.places import Places
from pytest_fwgates.framework.slugs import numbered, slug
from pytest_fwgates.framework.syntax import Damage, Damages
from pytest_fwgates.framework.tokens import Budget, declared_budget, may_declare_budget
from pytest_fwgates.framework.visible import Examples, fenced, visible, without_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from pytest_fwgates.framework.fences import Reading

_MARKED_UP: Final = re.compile(r"[*_`\[\]<&\\]")
# `{#id}`, `{: .class #id }`: pandoc's and kramdown's; MkDocs and other generators of sites have it, too.
_EXPLICIT_ID: Final = re.compile(
    r"(?<![{$])\{:?[ \t]{0,9}(?:[^{}#\n]{0,200}[ \t])?#(?P<id>[^\s{}]{1,200})[^{}\n]{0,200}\}"
)
_TARGET_ATTRIBUTES: Final = ("href", "src")
# Other tags, such as a prompt's own `<file src="…">`, are not followed by anything that reads HTML.
_LINKING_TAGS: Final = frozenset({"a", "area", "audio", "embed", "iframe", "img", "source", "track", "video"})
_ANCHOR_ATTRIBUTES: Final = ("id", "name")


class Link(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A link as written; `line` and `column` are those of its first character."""

    target: str
    line: int
    column: int
    origin: Literal["link", "image", "definition", "html"]


class Facts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that the checks need to know of a document's text.

    Attributes:
        links: Links, images, reference definitions and HTML targets, in document order.
        anchors: Every fragment that the document answers to, lower case.
        includes: `<include>` tags and `@` imports, outside of examples.
        frontmatter: The block opened by `---` on line 1, if there is one.
        is_frontmatter_misplaced: Whether keys stand at the top that no `---` on line 1 makes frontmatter.
        delegations: Where it hands work over to another module.
        named: Every markdown file that its text names, anywhere, as written.
        damage: Where the markdown means something else than its author wrote.
        slips: Where a rule of a markdown linter is broken.
        lint_settings: What the document's own comments set for that linter, as written.
        elements: Tags that have a partner, and tags that ought to have one.
        budget: How many tokens it says that it may have.
        mentions: Commands, agents and skills that it calls by name.
    """

    links: tuple[Link, ...]
    anchors: frozenset[str]
    includes: tuple[Include, ...]
    frontmatter: Frontmatter | None
    is_frontmatter_misplaced: bool = False
    delegations: tuple[Delegation, ...] = ()
    named: frozenset[str] = frozenset()
    damage: tuple[Damage, ...] = ()
    slips: tuple[Slip, ...] = ()
    lint_settings: tuple[str, ...] = ()
    elements: Elements = Elements()
    budget: Budget | None = None
    mentions: tuple[Mention, ...] = ()


def parse(text: str) -> Facts:
    """The facts of a document.

    Raises:
        TooComplex: the text is built to take unreasonably long, or nests deeper than anyone reads.
    """
    newlines = syntax.newlines(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    named = named_files(text)
    front = frontmatter.find(lines)
    if front and front.closed and front.plausible:
        lines[: front.last_line] = [""] * front.last_line
    text = "\n".join(lines)
    gathered = _Gathered(lines)
    gathered.read(text)
    has_references = may_hold_includes(text)
    delegates = may_delegate(text)
    has_elements = may_hold_elements(text)
    has_budget = may_declare_budget(text, front)
    searched = has_references or delegates or has_elements or has_budget
    names_any = may_mention(text)
    examples = fenced(lines) if searched or names_any or gathered.links else Examples((), is_closed=False)
    shown = visible(lines, examples) if searched else ""
    damage = ((newlines,) if newlines else ()) + gathered.damages.all(lines)
    slips, lint_settings = gathered.slips.all(text, gathered.damages.fences)
    return Facts(
        links=_shown(gathered.links, examples, gathered.damages.fences),
        anchors=frozenset(gathered.anchors()),
        includes=includes(shown) if has_references else (),
        frontmatter=front,
        is_frontmatter_misplaced=front is None and frontmatter.is_misplaced(lines),
        delegations=delegations(lines, shown, examples) if delegates else (),
        named=named,
        damage=damage,
        slips=slips,
        lint_settings=lint_settings,
        elements=elements(shown, lines, examples) if has_elements else Elements(),
        budget=declared_budget(shown, front) if has_budget else None,
        mentions=mentions(lines, examples) if names_any else (),
    )


def _shown(links: list[Link], examples: Examples, fences: Reading) -> tuple[Link, ...]:
    """Without what the author meant as an example, even where CommonMark ends the fence too early."""
    if examples.is_closed:
        links = [link for link in links if not examples.lines[link.line - 1]]
    if fences.hidden:
        links = [link for link in links if not fences.hides(link.line)]
    return tuple(sorted(links, key=lambda link: (link.line, link.column)))


class _Gathered:
    """Collects the facts of one document while its tokens pass by."""

    def __init__(self, lines: list[str]) -> None:
        self.places = Places(lines)
        self.environment: dict[str, Any] = {}
        self.links: list[Link] = []
        self.headings: list[str] = []
        self.explicit: set[str] = set()
        self.open_heading: list[str] | None = None
        self.slips = Slips(self.places, lines)

    def read(self, text: str) -> None:
        tokens = block_tokens(text, self.environment)
        self._definitions()
        self.damages = Damages(self.places, self.environment.get("references", {}))
        previous = tokens[0] if tokens else None
        for token in tokens:
            if token.level >= MAX_NESTING - 1:
                raise TooComplex
            if token.type == "inline":
                self._inline(token, previous)
            elif token.type == "fence":
                self.damages.fence(token)
            elif token.type == "table_open":
                self.slips.table(token)
            elif token.type == "html_block":
                self._html(token.content, token, 0)
                self.damages.html_block(token)
                self._html_headings(token.content)
            previous = token

    def anchors(self) -> Iterator[str]:
        yield from (anchor.lower() for anchor in self.explicit)
        yield from numbered(self.headings)

    def _definitions(self) -> None:
        found = [*self.environment.get("references", {}).items()]
        found += [(item["label"], item) for item in self.environment.get("duplicate_refs", [])]
        for label, definition in found:
            if not label.startswith("^"):  # a footnote whose text is one word
                line, column = self.places.first("[", definition["map"][0])
                self.links.append(Link(definition["href"], line, column, "definition"))

    def _inline(self, token: Token, opening: Token | None) -> None:
        content = token.content
        is_heading = opening is not None and opening.type == "heading_open"
        # Nearly every cell and item is plain; all that is looked for has one of these characters.
        is_marked_up = "]" in content or "<" in content or "|" in content or "{" in content
        if is_heading or is_marked_up:
            self.places.enter(token)
        if is_marked_up:
            self._marked_up(content)
        if opening and is_heading:
            text = self._heading(content)
            if opening.level == 0:
                self.slips.heading(int(opening.tag[1]), text)
        elif self.open_heading is not None:
            self.open_heading.append(rendered_text(content, self.environment))

    def _marked_up(self, content: str) -> None:
        self.damages.inline(content)
        self.slips.inline(content)
        if "#" in content and "{" in content:
            self.explicit |= {match["id"] for match in _EXPLICIT_ID.finditer(without_spans(content))}
        if "](" in content or html.may_matter(content):
            plain = plain_links(content)
            for offset, target in plain or ():
                self.links.append(Link(target, *self.places.at(offset), "link"))
            for child in () if plain is not None else inline_tokens(content, self.environment):
                self._child(child)

    def _child(self, child: Token) -> None:
        if child.type == "html_inline":
            self._html(child.content, None, child.meta["offset"])
        elif child.type in {"link_open", "image"} and "offset" in child.meta:
            is_link = child.type == "link_open"
            target = str(child.attrGet("href" if is_link else "src") or "")
            line, column = self.places.at(child.meta["offset"])
            self.links.append(Link(target, line, column, "link" if is_link else "image"))

    def _heading(self, content: str) -> str:
        text = content
        if content.endswith("}") and (explicit := _EXPLICIT_ID.fullmatch(content, content.rfind("{"))):
            self.explicit.add(slug(content[: explicit.start()].strip()))
        if _MARKED_UP.search(text):
            text = rendered_text(text, self.environment)
        self._named(text)
        return text

    def _named(self, heading: str) -> None:
        """Space at an end becomes a hyphen on the host, but not with every renderer: both will do."""
        self.headings.append(slug(heading))
        if heading != heading.strip():
            self.explicit.add(slug(heading.strip()))

    def _html(self, text: str, block: Token | None, offset: int) -> None:
        if not html.may_matter(text):
            return
        if block is not None:
            self.places.enter(block)
        for tag in html.tags(text):
            line, column = self.places.at(offset + tag.offset)
            for name in _TARGET_ATTRIBUTES:
                if name in tag.attributes and tag.name in _LINKING_TAGS:
                    self.links.append(Link(tag.attributes[name], line, column, "html"))
            self.explicit |= {tag.attributes[name] for name in _ANCHOR_ATTRIBUTES if name in tag.attributes}

    def _html_headings(self, text: str) -> None:
        if self.open_heading is None and not html.has_heading(text):
            return
        for part, opens, closes in html.heading_parts(text):
            if opens:
                self.slips.html_heading()
                self.open_heading = []
            if self.open_heading is not None:
                self.open_heading.append(part)
                if closes:
                    self._named("".join(self.open_heading))
                    self.open_heading = None
