"""Defects of zero_broken_links."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from . import texts, words
from .ground import relative
from .plant import Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "zero_broken_links"
_LINK: Final = re.compile(r"(?<!!)\[[^\[\]]+\]\((?P<path>[^()\s#?:]*)(?:#(?P<fragment>[^()\s]*))?\)")


class Existing(NamedTuple):
    """A link of the framework that leads somewhere, with the index of its line and the span of its path."""

    source: str
    line: int
    start: int
    end: int
    target: str
    fragment: str


def existing(ground: Ground) -> list[Existing]:
    """Every link of a document to another one; not those whose fragment leads nowhere as it is."""
    found = []
    for source, text in ground.texts.items():
        if "](" not in text:
            continue
        for number, line in texts.prose(text):
            for match in _LINK.finditer(line):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(source), match["path"] or "."))
                target = target if match["path"] else source
                fragment = match["fragment"] or ""
                if target in ground.texts and (not fragment or fragment in _slugs(ground.texts[target])):
                    found.append(Existing(source, number, *match.span("path"), target, fragment))
    return found


@lru_cache(maxsize=2048)
def _slugs(text: str) -> frozenset[str]:
    plain = (re.sub(r"[^\w\- ]", "", heading.text.lower()) for heading in texts.headings(text))
    return frozenset(slug.replace(" ", "-") for slug in plain)


def _said(ground: Ground, inline: str, source: str | None = None) -> Plant | None:
    source = source or ground.document()
    said = ground.say(source, inline)
    return Plant({source: said[0]}, ((source, said[1]),)) if source and said else None


def _text(ground: Ground) -> str:
    return words.name(ground.rng).replace("-", " ")


def _gone(ground: Ground, ending: str = ".md") -> str:
    folder = ground.rng.choice(["", "", "./", "../", "guides/", "../reference/"])
    return f"{folder}{ground.name()}{ending}"


def _inside(ground: Ground, source: str) -> str:
    """A path that does not lead out of the framework."""
    path = _gone(ground)
    return path.removeprefix("../") if "/" not in source else path


@plants(CRITERION, "missing file")
def missing_file(ground: Ground) -> Plant | None:
    """A link to a file that is not there."""
    source = ground.document()
    title = ground.rng.choice(["", ' "Read it"'])
    return _said(ground, f"[{_text(ground)}]({_inside(ground, source or '')}{title})", source)


@plants(CRITERION, "misspelt target")
def misspelt(ground: Ground) -> Plant | None:
    """A link of the framework with a slip of the pen in it."""
    links = [link for link in existing(ground) if link.target != link.source]
    link = ground.pick(links)
    if link is None:
        return None
    lines = ground.texts[link.source].split("\n")
    line = lines[link.line]
    folder, name = posixpath.split(line[link.start : link.end])
    wrong = posixpath.join(folder, words.slip(posixpath.splitext(name)[0], ground.rng) + ".md")
    if (
        relative("x", posixpath.normpath(posixpath.join(posixpath.dirname(link.source), wrong)))
        in ground.files
    ):
        return None
    text = texts.replaced(lines, link.line, line[: link.start] + wrong + line[link.end :])
    return Plant({link.source: text}, ((link.source, link.line + 1),))


@plants(CRITERION, "renamed target")
def renamed_target(ground: Ground) -> Plant | None:
    """A file is renamed, and a link to it is not."""
    link = ground.pick([link for link in existing(ground) if link.target != link.source])
    if link is None:
        return None
    new = posixpath.join(posixpath.dirname(link.target), f"{ground.name()}.md")
    return Plant({link.target: None, new: ground.texts[link.target]}, ((link.source, link.line + 1),))


@plants(CRITERION, "letter case")
def letter_case(ground: Ground) -> Plant | None:
    """A link that differs from its file in case alone."""
    source, target = ground.document(), ground.document()
    if source is None or target is None:
        return None
    folder, name = posixpath.split(relative(source, target))
    wrong = posixpath.join(folder, words.other_case(name.removesuffix(".md"), ground.rng) + ".md")
    return _said(ground, f"[{_text(ground)}]({wrong.replace(' ', '%20')})", source)


@plants(CRITERION, "missing fragment")
def missing_fragment(ground: Ground) -> Plant | None:
    """A link to a section that is not there, of the same or of another document."""
    source, target = ground.document(), ground.document()
    if source is None or target is None:
        return None
    path = ground.rng.choice(["", relative(source, target).replace(" ", "%20")])
    return _said(ground, f"[{_text(ground)}]({path}#{ground.name()})", source)


@plants(CRITERION, "misspelt fragment")
def misspelt_fragment(ground: Ground) -> Plant | None:
    """A link to a heading with a slip of the pen in it."""
    source = ground.document()
    plain = [
        heading.text.lower().replace(" ", "-")
        for heading in texts.headings(ground.texts[source or ""] if source else "")
        if re.fullmatch(r"[A-Za-z ]{5,}", heading.text)
    ]
    slug = ground.pick(plain)
    wrong = words.slip(slug, ground.rng) if slug else ""
    return _said(ground, f"[{_text(ground)}](#{wrong})", source) if slug and wrong not in plain else None


@plants(CRITERION, "renamed heading")
def renamed_heading(ground: Ground) -> Plant | None:
    """A heading is renamed, and a link to it is not."""
    found = [
        (link, heading)
        for link in existing(ground)
        if link.fragment
        for heading in texts.headings(ground.texts[link.target])
        if re.fullmatch(r"[A-Za-z ]+", heading.text)
        if link.fragment == heading.text.lower().replace(" ", "-")
    ]
    picked = ground.pick(found)
    if picked is None:
        return None
    link, heading = picked
    if sum(other.text == heading.text for other in texts.headings(ground.texts[link.target])) > 1:
        return None
    lines = ground.texts[link.target].split("\n")
    text = texts.replaced(lines, heading.line, f"{'#' * heading.level} {_text(ground).capitalize()}")
    return Plant({link.target: text}, ((link.source, link.line + 1),))


@plants(CRITERION, "reference definition")
def definition(ground: Ground) -> Plant | None:
    """A reference definition whose target is not there."""
    source, label = ground.document(), ground.name()
    said, offset = ground.said(f"[{_text(ground)}][{label}]")
    title = ground.rng.choice(["", ' "Title"'])
    written = f"[{label}]: {_inside(ground, source or '')}{title}"
    put = ground.put(source, [*said, "", written]) if source else None
    del offset
    return Plant({source: put[0]}, ((source, put[1] + len(said) + 1),)) if source and put else None


@plants(CRITERION, "image")
def image(ground: Ground) -> Plant | None:
    """An image that is not there."""
    ending = ground.rng.choice([".png", ".svg", ".jpg", ".gif"])
    return _said(ground, f"![{_text(ground)}](images/{ground.name()}{ending})")


@plants(CRITERION, "HTML attribute")
def attribute(ground: Ground) -> Plant | None:
    """An `href` or `src` that leads nowhere, in a sentence or in a block."""
    source = ground.document()
    inline = ground.rng.choice(
        [
            f'<a href="{ground.name()}.md">{_text(ground)}</a>',
            f'<img src="images/{ground.name()}.png" alt="{_text(ground)}">',
            f"<a href='guides/{ground.name()}.md#{ground.name()}'>{_text(ground)}</a>",
        ]
    )
    if ground.rng.random() < 0.5 or source is None:
        return _said(ground, inline, source)
    put = ground.put(source, ['<div align="center">', f"  {inline}", "</div>"])
    return Plant({source: put[0]}, ((source, put[1] + 1),)) if put else None


@plants(CRITERION, "out of the root")
def outside(ground: Ground) -> Plant | None:
    """A link that leads out of the framework."""
    source = ground.document()
    up = "../" * ((source or "").count("/") + 1)
    return _said(ground, f"[{_text(ground)}]({up}{ground.name()}/{ground.name()}.md)", source)
