"""Defects of yaml_frontmatter_validation: frontmatter that does not parse, or lacks what it must name."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from . import texts
from .plant import Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "yaml_frontmatter_validation"
_PLAIN: Final = re.compile(r"(?P<key>[A-Za-z][\w-]*): (?P<value>[A-Za-z][^#:\"'\[\]{}]*)")


def _block(ground: Ground) -> tuple[str, list[str], int]:
    """A module with frontmatter, its lines, and how many of them that is: of the framework, or a new one."""
    known = [path for path, text in ground.texts.items() if _is_whole(ground, path, text)]
    path = ground.pick(sorted(known)) if ground.rng.random() < 0.8 else None
    path, text = (
        (path, ground.texts[path])
        if path
        else ground.module(ground.rng.choice(["command", "agent", "skill"]))
    )
    lines = text.split("\n")
    return path, lines, texts.frontmatter_end(lines)


def _is_whole(ground: Ground, path: str, text: str) -> bool:
    lines = text.split("\n")
    block = lines[1 : texts.frontmatter_end(lines) - 1]
    is_module = ground.kinds[path] in {"command", "agent", "skill"}
    return is_module and bool(block) and all(re.match(r"[A-Za-z][\w-]*:", line) for line in block)


def _changed(path: str, lines: list[str], number: int, *new: str, line: int = -1) -> Plant:
    """The line replaced; the defect stands in it, or in another one."""
    text = "\n".join([*lines[:number], *new, *lines[number + 1 :]])
    return Plant({path: text}, ((path, (number if line < 0 else line) + 1),))


def _plain(ground: Ground) -> tuple[str, list[str], int, re.Match[str]] | None:
    """A line of frontmatter with a plain value."""
    path, lines, end = _block(ground)
    found = [(n, match) for n in range(1, end - 1) if (match := _PLAIN.fullmatch(lines[n]))]
    picked = ground.pick(found)
    return (path, lines, *picked) if picked else None


@plants(CRITERION, "unquoted colon")
def colon(ground: Ground) -> Plant | None:
    """A value with a colon in it."""
    if (place := _plain(ground)) is None:
        return None
    path, lines, number, match = place
    value = ground.rng.choice(
        [f"Use when: {match['value']}", f"{match['value']}: as before", f"{match['value']}:"]
    )
    return _changed(path, lines, number, f"{match['key']}: {value}")


@plants(CRITERION, "text after a list")
def after_list(ground: Ground) -> Plant | None:
    """`[a] | --b`, as arguments are written."""
    path, lines, end = _block(ground)
    number = ground.rng.randrange(1, end)
    hint = ground.rng.choice(["[file] | --all", "[a] [b]", "[name] and more", "[issue-number] --fix"])
    key = ground.rng.choice(["argument-hint", "arguments", "usage"])
    if any(line.startswith(f"{key}:") for line in lines[:end]):
        return None
    return _changed(path, lines, number, f"{key}: {hint}", lines[number])


@plants(CRITERION, "open quote or bracket")
def open_value(ground: Ground) -> Plant | None:
    """A value whose quote or bracket is not closed, or that goes on behind it."""
    if (place := _plain(ground)) is None:
        return None
    path, lines, number, match = place
    value = match["value"]
    kind = ground.rng.choice(["quote", "behind", "bracket", "star", "at"])
    wrong = {
        "quote": f'"{value}',
        "behind": f'"{value}" and more',
        "bracket": f"[{value}",
        "star": f"*{value}",
        "at": f"@{value}",
    }[kind]
    return _changed(path, lines, number, f"{match['key']}: {wrong}")


@plants(CRITERION, "key twice")
def twice(ground: Ground) -> Plant | None:
    """A key that comes a second time."""
    path, lines, end = _block(ground)
    first = ground.rng.randrange(1, end - 1)
    number = ground.rng.randrange(first + 1, end)
    key = lines[first].partition(":")[0]
    return _changed(path, lines, number, f"{key}: {ground.sentence().rstrip('.')}", lines[number])


@plants(CRITERION, "tab")
def tab(ground: Ground) -> Plant | None:
    """A tab as indent."""
    path, lines, end = _block(ground)
    number = ground.rng.randrange(1, end)
    block = ground.rng.choice([["metadata:", "\tauthor: owner"], ["tags:", "\t- one", "\t- two"]])
    if any(line.startswith(block[0]) for line in lines[:end]):
        return None
    return _changed(path, lines, number, *block, lines[number], line=number + 1)


@plants(CRITERION, "indent")
def indent(ground: Ground) -> Plant | None:
    """A key that is indented below a value."""
    path, lines, end = _block(ground)
    number = ground.rng.randrange(2, end)
    return _changed(path, lines, number, f"  {ground.name()}: yes", lines[number])


@plants(CRITERION, "required key")
def required(ground: Ground) -> Plant | None:
    """A skill or agent without its name or description."""
    path, lines, end = _block(ground)
    in_claude = "/.claude/agents/" in f"/{path}"
    keys = ("name", "description") if posixpath.basename(path) == "SKILL.md" or in_claude else ()
    is_agent = any(path.startswith(f"{root}/agents/".lstrip("/")) for root in ground.framework.layout.plugins)
    keys = keys or (("description",) if is_agent else ())
    if not keys:
        path, text = ground.module("skill")
        lines, keys = text.split("\n"), ("name", "description")
        end = texts.frontmatter_end(lines)
    key = ground.rng.choice(keys)
    number = next((n for n in range(1, end - 1) if lines[n].startswith(f"{key}:")), None)
    if number is None:
        return None
    new = ground.rng.choice(
        [[], [f"{key}:"], [f'{key}: ""'], [f"{key.capitalize()}: {lines[number][len(key) + 2 :]}"]]
    )
    return _changed(path, lines, number, *new, line=0) if end > 3 or new else None


@plants(CRITERION, "never closed")
def unclosed(ground: Ground) -> Plant | None:
    """Frontmatter without its second `---`."""
    path, lines, end = _block(ground)
    if "---" in lines[end:] or "..." in lines[end:]:
        return None
    return _changed(path, lines, end - 1, line=0)


@plants(CRITERION, "below line 1")
def below(ground: Ground) -> Plant | None:
    """Frontmatter that begins too late, or without its first `---`."""
    path, lines, _ = _block(ground)
    new = ground.rng.choice([["", "---"], ["<!-- generated -->", "---"], []])
    return _changed(path, lines, 0, *new, line=0)


@plants(CRITERION, "no mapping")
def no_mapping(ground: Ground) -> Plant | None:
    """A list instead of keys and values, or a dash too many."""
    path, lines, end = _block(ground)
    block = [f"- {line}" for line in lines[1 : end - 1]]
    return Plant({path: "\n".join(["---", *block, *lines[end - 1 :]])}, ((path, 1), (path, 2)))
