"""Defects of markdown_syntax_check: what is left open, and what is left undefined."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from . import texts, words
from .ground import relative
from .links import existing
from .plant import Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "markdown_syntax_check"
_LANGUAGES: Final = ("bash", "python", "json", "yaml", "", "text")
_CODE: Final = ("make build", "ls -l", "echo done", "print(1)", "key: value", "cd src && make")


def _block(ground: Ground, block: list[str], offset: int = 0) -> Plant | None:
    path = ground.document()
    put = ground.put(path, block) if path else None
    return Plant({path: put[0]}, ((path, put[1] + offset),)) if path and put else None


def _said(ground: Ground, path: str | None, inline: str) -> Plant | None:
    said = ground.say(path, inline)
    return Plant({path: said[0]}, ((path, said[1]),)) if path and said else None


@plants(CRITERION, "end of a fence taken away")
def fence_end(ground: Ground) -> Plant | None:
    """A fence of the framework that loses its end."""
    fences = [
        (path, token.map)
        for path, text in ground.texts.items()
        for token in texts.tokens(text)
        if token.type == "fence" and not token.level and token.map and token.map[1] - token.map[0] > 2
    ]
    picked = ground.pick(fences)
    if picked is None:
        return None
    path, (first, end) = picked
    lines = ground.texts[path].split("\n")
    return Plant({path: texts.without(lines, end - 1)}, ((path, first + 1),))


@plants(CRITERION, "fence without end")
def open_fence(ground: Ground) -> Plant | None:
    """A new fence that is never closed."""
    language = ground.rng.choice(_LANGUAGES)
    return _block(ground, [f"```{language}", *ground.rng.sample(_CODE, 2)])


@plants(CRITERION, "fence in a fence")
def nested(ground: Ground) -> Plant | None:
    """A fence of markdown that shows a fence with as many backticks."""
    inner = [f"```{ground.rng.choice(_LANGUAGES[:4])}", ground.rng.choice(_CODE), "```"]
    shown = ["# Title", "", ground.sentence(), "", *inner, "", ground.sentence()]
    return _block(ground, [f"```{ground.rng.choice(['markdown', 'md'])}", *shown, "```"])


@plants(CRITERION, "end of a fence outside its item")
def outside_item(ground: Ground) -> Plant | None:
    """A fence in a list item or quote whose end stands at the margin."""
    language, code = ground.rng.choice(_LANGUAGES[:4]), ground.rng.choice(_CODE)
    item = [f"1. {ground.sentence()}", "", f"   ```{language}", f"   {code}", "```"]
    listed = [f"- {ground.sentence()}", f"  ```{language}", f"  {code}", "```"]
    block, offset = ground.rng.choice([(item, 2), (listed, 1)])
    return _block(ground, [*block, "", ground.sentence()], offset)


@plants(CRITERION, "comment without end")
def comment(ground: Ground) -> Plant | None:
    """A comment that is never closed, alone in its line or behind a sentence."""
    opened = f"<!-- {ground.sentence()}"
    inline = ground.rng.choice([opened, f"{opened}\nTODO later", f"{ground.sentence()} {opened}"])
    return _block(ground, inline.split("\n"))


@plants(CRITERION, "end of a comment taken away")
def comment_end(ground: Ground) -> Plant | None:
    """A comment of the framework that loses its end."""
    found = []
    for path, text in ground.texts.items():
        for token in texts.tokens(text) if "<!--" in text else ():
            content = token.content
            whole = (
                re.fullmatch(r"<!--(?:(?!-->)[^`])*-->\s*", content) if token.type == "html_block" else None
            )
            if whole and token.map and not token.level:
                found.append((path, token.map))
    picked = ground.pick(found)
    if picked is None:
        return None
    path, (first, end) = picked
    lines = ground.texts[path].split("\n")
    last = max(n for n in range(first, end) if "-->" in lines[n])
    text = texts.replaced(lines, last, lines[last].replace("-->", "").rstrip())
    return Plant({path: text}, ((path, first + 1),))


@plants(CRITERION, "label without definition")
def undefined(ground: Ground) -> Plant | None:
    """A reference that nothing defines."""
    label, text = ground.name(), words.name(ground.rng).replace("-", " ")
    return _said(ground, ground.document(), ground.rng.choice([f"[{text}][{label}]", f"[{label}][]"]))


@plants(CRITERION, "definition taken away")
def definition_away(ground: Ground) -> Plant | None:
    """A reference of the framework, or a new one beside it, that loses its definition."""
    path, label = ground.document(), ground.name()
    other = ground.name()
    said, offset = ground.said(
        f"[{words.name(ground.rng).replace('-', ' ')}][{words.slip(label, ground.rng)}]"
    )
    sound = f"See [the first][{label}] and [the second][{other}]."
    block = [
        sound,
        "",
        *said,
        "",
        f"[{label}]: https://example.org/one",
        f"[{other}]: https://example.org/two",
    ]
    put = ground.put(path, block) if path else None
    return Plant({path: put[0]}, ((path, put[1] + 2 + offset),)) if path and put else None


@plants(CRITERION, "definition that defines nothing")
def broken_definition(ground: Ground) -> Plant | None:
    """A definition right below text, with an open `<`, or with a title without quotes."""
    path, label = ground.document(), ground.name()
    using = f"{ground.sentence()} See [the guide][{label}]."
    target = posixpath.basename(path or "")
    block, offset = ground.rng.choice(
        [
            ([using, f"[{label}]: ./{target}"], 1),
            ([using, "", f"[{label}]: <./{target}"], 2),
            ([using, "", f"[{label}]: ./{target} The guide"], 2),
        ]
    )
    put = ground.put(path, block) if path and " " not in target else None
    return Plant({path: put[0]}, ((path, put[1] + offset),)) if path and put else None


@plants(CRITERION, "link without )")
def unclosed_link(ground: Ground) -> Plant | None:
    """A link of the framework, or a new one, without its end."""
    link = ground.pick([link for link in existing(ground) if link.target != link.source])
    if link and ground.rng.random() < 0.5:
        lines = ground.texts[link.source].split("\n")
        line = lines[link.line]
        end = line.index(")", link.end)
        text = texts.replaced(lines, link.line, line[:end] + line[end + 1 :])
        # A second ) would end the link: then it leads somewhere else, which is another defect.
        return (
            Plant({link.source: text}, ((link.source, link.line + 1),))
            if ")" not in line[end + 1 :]
            else None
        )
    path, target = ground.document(), ground.document()
    address = ground.rng.choice(["https://example.org/guide", relative(path or "", target or "x")])
    return _said(ground, path, f"[the guide]({address} and more") if " " not in address else None


@plants(CRITERION, "link with a space")
def space(ground: Ground) -> Plant | None:
    """A link to a file with a space in its name, without `<` and `>`."""
    path = ground.document()
    if path is None:
        return None
    target = f"{ground.name()} guide.md"
    put = _said(ground, path, f"[the guide]({ground.rng.choice(['', './'])}{target})")
    beside = posixpath.join(posixpath.dirname(path), target)
    return Plant({**put.files, beside: ground.body("Guide")}, put.places) if put else None


@plants(CRITERION, "ends of lines")
def ends(ground: Ground) -> Plant | None:
    """A carriage return alone, or two of them and a line feed."""
    path = ground.document()
    if path is None:
        return None
    text = ground.texts[path].rstrip("\n") + "\n"
    if ground.rng.random() < 0.3:
        return Plant({path: text.replace("\n", "\r\r\n")}, ((path, 1),))
    lines = text.split("\n")
    # Above a blank line it would be the carriage return of a CRLF.
    number = ground.pick([n for n in range(len(lines) - 1) if lines[n + 1]])
    if number is None:
        return None
    wrong = ground.rng.choice(["\r", "\r\r\n"])
    broken = "\n".join(lines[: number + 1]) + wrong + "\n".join(lines[number + 1 :])
    return Plant({path: broken}, ((path, number + 1),))
