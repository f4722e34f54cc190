"""Edits of a whole framework that keep its meaning: what they add to the findings is false."""

from __future__ import annotations

import itertools
import posixpath
import re
from typing import TYPE_CHECKING, Final, TypeAlias

from . import texts
from .plant import Content  # noqa: TC001 - of a type alias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markdown_it.token import Token

    from .ground import Ground

Files: TypeAlias = "dict[str, Content]"
Edit: TypeAlias = "Callable[[Ground], tuple[Files, dict[str, str]]]"
"""Gives the files to write, and of new names the old ones."""

_DATA: Final = (".json", ".yml", ".yaml", ".toml")
_OTHER_MARK: Final = {"-": "*", "*": "+", "+": "-"}
_ITEM: Final = re.compile(r"(?P<before>[ \t>]*)(?P<mark>[-*+])(?P<after>[ \t]+(?![-*+][ \t]).*|\Z)")
_KEY: Final = re.compile(r"[A-Za-z][\w-]*:(?:\s|\Z)")
# A word that may begin a line without beginning a block.
_MAY_BEGIN: Final = re.compile(r"[A-Za-z(\"'`\[](?![^\s]*\]:)")
_NUMBERED: Final = re.compile(r"\d|\b(?:step|phase|part|first|second|third|next|finally)\b", re.IGNORECASE)
RENAMED: Final = 12


def _of_each(change: Callable[[Ground, str], str]) -> Edit:
    """An edit of every document by itself."""

    def edit(ground: Ground) -> tuple[Files, dict[str, str]]:
        changed = {path: change(ground, text) for path, text in ground.texts.items()}
        return {path: text for path, text in changed.items() if text != ground.texts[path]}, {}

    return edit


def line_ends(ground: Ground) -> tuple[Files, dict[str, str]]:
    """CRLF in documents and in data."""
    files: Files = {path: text.replace("\n", "\r\n") for path, text in ground.texts.items()}
    for path in ground.files - ground.framework.discovery.links.keys():
        data = (ground.framework.root / path).read_bytes() if path.endswith(_DATA) else b"\r"
        if b"\r" not in data:
            files[path] = data.replace(b"\n", b"\r\n")
    return files, {}


def blank_lines(ground: Ground, text: str) -> str:
    """Some blank lines at the end."""
    return text.rstrip("\n") + "\n" * ground.rng.randrange(2, 6)


def list_markers(ground: Ground, text: str) -> str:
    """Other marks of lists, so that lists that were apart stay apart."""
    del ground
    lines = text.split("\n")
    for token in texts.tokens(text):
        if token.type == "list_item_open" and token.markup in _OTHER_MARK and token.map:
            match = _ITEM.fullmatch(lines[token.map[0]])
            if match and match["mark"] == token.markup:
                lines[token.map[0]] = f"{match['before']}{_OTHER_MARK[token.markup]}{match['after']}"
    return "\n".join(lines)


def fence_lengths(ground: Ground, text: str) -> str:
    """One backtick more at each fence, or as many as it takes."""
    del ground
    lines = text.split("\n")
    for token in texts.tokens(text):
        if token.type != "fence" or token.map is None or token.markup[0] != "`":
            continue
        first, last = token.map[0], token.map[1] - 1
        if last <= first or lines[last].strip(" >") != token.markup:
            continue
        longest = max((len(run) for run in re.findall("`+", token.content)), default=0)
        mark = "`" * (max(longest, len(token.markup)) + 1)
        for number in (first, last):
            lines[number] = lines[number].replace(token.markup, mark, 1)
    return "\n".join(lines)


def reflow(ground: Ground, text: str) -> str:
    """Paragraphs of plain text, wrapped at another width."""
    width = ground.rng.choice([60, 80, 100, 10_000])
    lines = text.split("\n")
    for start, end in reversed(list(_paragraphs(texts.tokens(text)))):
        paragraph = lines[start:end]
        if not any(re.search(r"[<|{]|  $|\\$|^\s", line) for line in paragraph):
            lines[start:end] = _wrapped(" ".join(paragraph).split(" "), width)
    return "\n".join(lines)


def _paragraphs(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    for token in tokens:
        if token.type == "paragraph_open" and not token.level and token.map:
            yield token.map[0], token.map[1]


def _wrapped(words: list[str], width: int) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) < width or not _MAY_BEGIN.match(word):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def key_order(ground: Ground, text: str) -> str:
    """The keys of the frontmatter in another order, each with what belongs to it."""
    lines = text.split("\n")
    end = texts.frontmatter_end(lines)
    starts = [number for number in range(1, end - 1) if _KEY.match(lines[number])]
    if (
        not starts
        or starts[0] != 1
        or any(not re.match(r"[A-Za-z \t-]", line) for line in lines[1 : end - 1])
    ):
        return text
    blocks = [lines[start:stop] for start, stop in zip(starts, [*starts[1:], end - 1], strict=True)]
    ground.rng.shuffle(blocks)
    return "\n".join(["---", *(line for block in blocks for line in block), *lines[end - 1 :]])


def section_order(ground: Ground, text: str) -> str:
    """Two sections that stand beside each other change places, unless they are numbered or tags span them."""
    headings = texts.headings(text)
    names = [heading.text.lower() for heading in headings]
    tops = [heading for heading in headings if heading.level <= 2]
    lines = text.rstrip("\n").split("\n")
    places = [*(heading.line for heading in tops), len(lines)]
    pairs = [
        (places[n], places[n + 1], places[n + 2])
        for n in range(len(tops) - 1)
        if tops[n].level == tops[n + 1].level == 2
    ]
    bound = [one.line for one in headings if _NUMBERED.search(one.text) or names.count(one.text.lower()) > 1]
    pairs = [pair for pair in pairs if not any(pair[0] <= line < pair[2] for line in bound)]
    pair = ground.pick(pairs)
    if pair is None or "===" in text or "\n<" in text or re.search(r"\n\s+</?[a-z]", text):
        return text
    start, middle, end = pair
    swapped = [*lines[:start], *lines[middle:end], "", *lines[start:middle], *lines[end:]]
    return "\n".join(swapped).rstrip("\n") + "\n"


def rename(ground: Ground) -> tuple[Files, dict[str, str]]:
    """Modules under other names, with everything that names them."""
    files = {path: text for path, text in _all_texts(ground) if text is not None}
    everything = "\n".join(files.values())
    known = sorted(
        {_stem(path) for path in ground.texts if ground.kinds[path] not in {"document", "manifest"}}
    )
    ground.rng.shuffle(known)
    plain = (
        stem for stem in known if "-" in stem and not re.search(rf"#[^\s()]*{re.escape(stem)}", everything)
    )
    stems = list(itertools.islice(plain, RENAMED))
    names = {stem: ground.name() for stem in stems}
    if not names:
        return {}, {}
    word = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, stems))})(?![\w-])")
    changed: Files = {}
    for path, text in files.items():
        new = word.sub(lambda match: names[match[0]], path)
        renamed = word.sub(lambda match: names[match[0]], text)
        if new != path:
            changed[path] = None
        if (new, renamed) != (path, text):
            changed[new] = renamed
    return changed, {new: old for old, new in names.items()}


def _stem(path: str) -> str:
    folder, file = posixpath.split(path)
    return posixpath.basename(folder) if file == "SKILL.md" else posixpath.splitext(file)[0]


def _all_texts(ground: Ground) -> Iterator[tuple[str, str | None]]:
    for path in sorted(ground.files - ground.framework.discovery.links.keys()):
        try:
            yield path, (ground.framework.root / path).read_bytes().decode()
        except UnicodeDecodeError:
            yield path, None


EDITS: Final[dict[str, Edit]] = {
    "CRLF": line_ends,
    "blank lines at the end": _of_each(blank_lines),
    "other list markers": _of_each(list_markers),
    "longer fences": _of_each(fence_lengths),
    "paragraphs wrapped at another width": _of_each(reflow),
    "frontmatter in another order": _of_each(key_order),
    "sections in another order": _of_each(section_order),
    "modules renamed": rename,
}
