"""Defects of verify_xml_structure: tags without a partner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from . import texts, words
from .plant import Content, Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "verify_xml_structure"
_TAG: Final = re.compile(r"<(?P<slash>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>(?:\s[^<>]*?)?)(?P<empty>/?)>")
_HIDDEN: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "li", "link", "meta", "p", "source", "track"}
    | {"td", "th", "tr", "wbr"}
)


class Element(NamedTuple):
    """An element that is closed, with the spans of its two tags."""

    name: str
    opening: tuple[int, int]
    closing: tuple[int, int]


def balanced(text: str) -> list[Element]:
    """The elements of a text in which every tag has its partner; none where one has not."""
    if "<" not in text:
        return []
    lines = text.split("\n")
    hidden = {*range(texts.frontmatter_end(lines)), *texts.fenced(text)}
    shown = [" " * len(line) if number in hidden else line for number, line in enumerate(lines)]
    masked = _HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), "\n".join(shown))
    stack: list[tuple[str, tuple[int, int]]] = []
    found: list[Element] = []
    for match in _TAG.finditer(masked):
        name = match["name"]
        if match["empty"] or name.lower() in _VOID:
            continue
        if not match["slash"]:
            stack.append((name, match.span()))
        elif not stack or stack[-1][0] != name:
            return []
        else:
            _, opening = stack.pop()
            found.append(Element(name, opening, match.span()))
    return [] if stack else found


def _starts_line(text: str, offset: int) -> bool:
    return not text[text.rfind("\n", 0, offset) + 1 : offset].strip()


def _new(ground: Ground) -> tuple[str, str]:
    """A module with elements in it."""
    steps = [f'  <step name="{ground.name()}">\n    {ground.sentence()}\n  </step>' for _ in range(3)]
    process = "\n".join(["<process>", *steps, "</process>"])
    examples = [
        f"  <example>\n    <input>{ground.sentence()}</input>\n    <output>Done.</output>\n  </example>"
    ] * 2
    blocks = [
        f"<role>\n{ground.sentence()}\n</role>",
        process,
        "\n".join(["<examples>", *examples, "</examples>"]),
    ]
    ground.rng.shuffle(blocks)
    return ground.module("command", *blocks)


class _Place(NamedTuple):
    path: str
    text: str
    elements: list[Element]


def _place(ground: Ground) -> _Place:
    """A document of the framework that has elements, or a new one; tags that start their lines."""
    path, text = _new(ground)
    known = [path for path, text in ground.texts.items() if "</" in text and len(balanced(text)) > 1]
    if known and ground.rng.random() < 0.8:
        path = ground.pick(sorted(known))
        text = ground.texts[path]
    elements = [one for one in balanced(text) if _starts_line(text, one.opening[0])]
    return _Place(path, text, elements)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _cut(text: str, span: tuple[int, int]) -> str:
    """The text without a tag, and without its line if nothing else is in it."""
    start, end = text.rfind("\n", 0, span[0]) + 1, (text.find("\n", span[1]) + 1) or len(text)
    alone = not text[start : span[0]].strip() and not text[span[1] : end].strip()
    return text[:start] + text[end:] if alone else text[: span[0]] + text[span[1] :]


def _plant(path: str, text: Content, *lines: int) -> Plant:
    return Plant({path: text}, tuple((path, line) for line in lines))


@plants(CRITERION, "end tag taken away")
def without_end(ground: Ground) -> Plant | None:
    """An element that is never closed."""
    path, text, elements = _place(ground)
    one = ground.pick(elements)
    return _plant(path, _cut(text, one.closing), _line(text, one.opening[0])) if one else None


@plants(CRITERION, "start tag taken away")
def without_start(ground: Ground) -> Plant | None:
    """A closing tag that closes nothing."""
    path, text, elements = _place(ground)
    one = ground.pick(elements)
    if one is None:
        return None
    cut = _cut(text, one.opening)
    return _plant(path, cut, _line(cut, one.closing[0] - (len(text) - len(cut))))


@plants(CRITERION, "misspelt end tag")
def misspelt_end(ground: Ground) -> Plant | None:
    """A slip of the pen in a closing tag."""
    path, text, elements = _place(ground)
    one = ground.pick([one for one in elements if len(one.name) > 3])
    if one is None:
        return None
    start, end = one.closing
    broken = f"{text[:start]}</{words.slip(one.name, ground.rng)}>{text[end:]}"
    return _plant(path, broken, _line(text, start))


@plants(CRITERION, "misspelt start tag")
def misspelt_start(ground: Ground) -> Plant | None:
    """A slip of the pen in an opening tag. Of a name that comes once nobody knows which tag is right."""
    path, text, elements = _place(ground)
    one = ground.pick([one for one in elements if len(one.name) > 3])
    if one is None:
        return None
    start = one.opening[0]
    broken = f"{text[:start]}<{words.slip(one.name, ground.rng)}{text[start + 1 + len(one.name) :]}"
    is_known = sum(other.name == one.name for other in elements) > 1
    lines = [_line(text, start)] if is_known else [_line(text, start), _line(text, one.closing[0])]
    return _plant(path, broken, *lines)


@plants(CRITERION, "crossed tags")
def crossed(ground: Ground) -> Plant | None:
    """Two closing tags that change places."""
    path, text, elements = _place(ground)
    pairs = [
        (inner, outer)
        for inner in elements
        for outer in elements
        if inner.name != outer.name and inner.closing[1] <= outer.closing[0]
        if not text[inner.closing[1] : outer.closing[0]].strip()
    ]
    pair = ground.pick(pairs)
    if pair is None:
        return None
    inner, outer = pair
    between = text[inner.closing[1] : outer.closing[0]]
    broken = f"{text[: inner.closing[0]]}</{outer.name}>{between}</{inner.name}>{text[outer.closing[1] :]}"
    return _plant(path, broken, _line(text, inner.closing[0]))


@plants(CRITERION, "end tag without slash")
def without_slash(ground: Ground) -> Plant | None:
    """`<step>` where `</step>` was meant: one of the two is never closed."""
    path, text, elements = _place(ground)
    one = ground.pick(elements)
    if one is None:
        return None
    start, end = one.closing
    broken = f"{text[:start]}<{one.name}>{text[end:]}"
    return _plant(path, broken, _line(text, one.opening[0]), _line(text, start))


@plants(CRITERION, "end tag twice")
def end_twice(ground: Ground) -> Plant | None:
    """A closing tag in a line of its own, which closes nothing."""
    path, text, elements = _place(ground)
    one = ground.pick([one for one in elements if _starts_line(text, one.closing[0])])
    if one is None:
        return None
    end = one.closing[1]
    broken = f"{text[:end]}\n</{one.name}>{text[end:]}"
    # Of siblings of the same name nobody knows which of the ends is too much.
    return _plant(path, broken, _line(text, end) + 1)


@plants(CRITERION, "quote of an attribute")
def quote(ground: Ground) -> Plant | None:
    """An attribute that loses one of its quotes."""
    path, text, elements = _place(ground)
    one = ground.pick([one for one in elements if text[slice(*one.opening)].count('"') == 2])
    if one is None:
        return None
    start, end = one.opening
    place = ground.rng.choice([text.index('"', start), text.rindex('"', start, end)])
    return _plant(path, text[:place] + text[place + 1 :], _line(text, start))


@plants(CRITERION, "tag without >")
def without_bracket(ground: Ground) -> Plant | None:
    """A closing tag at the end of its line, or an opening one with attributes, that loses its `>`."""
    path, text, elements = _place(ground)
    ends = [one.closing for one in elements if text[one.closing[1] : one.closing[1] + 1] in {"\n", ""}]
    one = ground.pick(ends)
    return _plant(path, text[: one[1] - 1] + text[one[1] :], _line(text, one[0])) if one else None
