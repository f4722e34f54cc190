"""Defects of markdown_linting: headings, links and tables that are not what they look like."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.lintconfig import Configuration

from . import texts, words
from .ground import relative
from .plant import Plant, plants

if TYPE_CHECKING:
    from pytest_fwgates.framework.lint import Rule

    from .ground import Ground

CRITERION: Final = "markdown_linting"


def _document(ground: Ground, rule: Rule) -> str | None:
    """A document for which the framework has not switched the rule off."""
    configuration = Configuration(ground.framework)
    held = [
        path
        for path in ground.texts
        if configuration.is_on(rule, path)
        and not configuration.leaves_out(path)
        and "markdownlint-disable" not in ground.texts[path]
    ]
    return str(ground.pick(sorted(held))) if held else None


def _said(ground: Ground, rule: Rule, inline: str) -> Plant | None:
    path = _document(ground, rule)
    said = ground.say(path, inline)
    return Plant({path: said[0]}, ((path, said[1]),)) if path and said else None


@plants(CRITERION, "MD001 level of a heading")
def increment(ground: Ground) -> Plant | None:
    """A heading two or three levels below the one above it."""
    path = _document(ground, "MD001")
    text = ground.texts[path] if path else ""
    gap = ground.pick(texts.gaps(text))
    above = [heading for heading in texts.headings(text) if gap and heading.line < gap]
    if path is None or gap is None or not above or above[-1].level > 4 or "<h" in text or "===" in text:
        return None
    level = min(above[-1].level + ground.rng.choice([2, 3]), 6)
    lines = text.split("\n")
    heading = f"{'#' * level} {ground.name().replace('-', ' ').capitalize()}"
    return Plant({path: "\n".join([*lines[:gap], heading, "", *lines[gap:]])}, ((path, gap + 1),))


@plants(CRITERION, "MD001 of the framework")
def deepened(ground: Ground) -> Plant | None:
    """A heading of the framework that slips a level too deep."""
    path = _document(ground, "MD001")
    text = ground.texts[path] if path else ""
    found = [
        lower
        for upper, lower in itertools.pairwise(texts.headings(text))
        if lower.level == upper.level + 1 and lower.level < 6
    ]
    heading = ground.pick(found)
    if path is None or heading is None or "<h" in text or "===" in text:
        return None
    lines = text.split("\n")
    return Plant(
        {path: texts.replaced(lines, heading.line, "#" + lines[heading.line])}, ((path, heading.line + 1),)
    )


@plants(CRITERION, "MD011 reversed link")
def reversed_link(ground: Ground) -> Plant | None:
    """A link that is written the wrong way round."""
    target = ground.document() or "a.md"
    address = ground.rng.choice(
        ["https://example.org/guide", relative("x.md", target), "#usage", "./guide.md"]
    )
    text = words.name(ground.rng).replace("-", " ")
    return _said(ground, "MD011", f"({text})[{address}]") if " " not in address else None


@plants(CRITERION, "MD024 heading twice")
def duplicate(ground: Ground) -> Plant | None:
    """A heading that stands in its section already."""
    path = _document(ground, "MD024")
    text = ground.texts[path] if path else ""
    found = texts.headings(text)
    heading = ground.pick([one for one in found if one.level in {2, 3}])
    if path is None or heading is None or "===" in text:
        return None
    end = next((one.line for one in found if one.line > heading.line and one.level < heading.level), 10**9)
    gap = ground.pick([gap for gap in texts.gaps(text) if heading.line < gap <= end])
    if gap is None:
        return None
    lines = text.split("\n")
    block = [lines[heading.line], "", ground.sentence(), ""]
    broken = "\n".join([*lines[:gap], *block, *lines[gap:]])
    # Of two equal headings the second one is reported: above others of the name these are.
    later = [one.line for one in found if one.line >= gap and one.text == heading.text and one.line < end]
    return Plant({path: broken}, ((path, gap + 1),)) if not later else None


@plants(CRITERION, "MD042 empty link")
def empty(ground: Ground) -> Plant | None:
    """A link without a target."""
    text = words.name(ground.rng).replace("-", " ")
    return _said(ground, "MD042", f"[{text}]({ground.rng.choice(['', '<>', '#'])})")


def _tables(ground: Ground, rule: Rule) -> list[tuple[str, int, int]]:
    """The tables of the framework that begin at the margin: path, first line and end, counted from 0."""
    configuration = Configuration(ground.framework)
    return [
        (path, *token.map)  # type: ignore[misc]
        for path, text in ground.texts.items()
        if "|" in text and configuration.is_on(rule, path) and not configuration.leaves_out(path)
        for token in texts.tokens(text)
        if token.type == "table_open" and not token.level and token.map
        if "markdownlint-disable" not in text
    ]


@plants(CRITERION, "MD055 text below a table")
def below_table(ground: Ground) -> Plant | None:
    """A sentence right below a table."""
    table = ground.pick(_tables(ground, "MD055"))
    if table is None:
        return None
    path, _, end = table
    lines = ground.texts[path].split("\n")
    return Plant({path: "\n".join([*lines[:end], ground.sentence(), *lines[end:]])}, ((path, end + 1),))


@plants(CRITERION, "MD056 cells of a row")
def cells(ground: Ground) -> Plant | None:
    """A row with a cell too many or too few, or with a | in its text."""
    table = ground.pick(_tables(ground, "MD056"))
    if table is None:
        return None
    path, first, end = table
    lines = ground.texts[path].split("\n")
    rows = [n for n in range(first + 2, end) if lines[n].startswith("|") and lines[n].rstrip().endswith("|")]
    rows = [
        n for n in rows if "\\|" not in lines[n] and lines[n].count("|") == lines[first + 1].count("|") >= 4
    ]
    number = ground.pick(rows)
    if number is None:
        return None
    row = lines[number].rstrip()
    fewer = row[: row[:-1].rindex("|") + 1]
    broken = ground.rng.choice([f"{row} more |", fewer, f"| `a | b` {row[1:]}"])
    return Plant({path: texts.replaced(lines, number, broken)}, ((path, number + 1),))


@plants(CRITERION, "MD056 header without table")
def header(ground: Ground) -> Plant | None:
    """A table whose second line has a cell less than its header."""
    table = ground.pick(_tables(ground, "MD056"))
    if table is None:
        return None
    path, first, _ = table
    lines = ground.texts[path].split("\n")
    line = lines[first + 1].rstrip()
    if not line.startswith("|") or line.count("|") < 4 or not lines[first].startswith("|"):
        return None
    return Plant(
        {path: texts.replaced(lines, first + 1, line[: line[:-1].rindex("|") + 1])}, ((path, first + 1),)
    )
