"""Defects of module_syntax_validation: files that their readers give up on."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from .ground import dump
from .plant import Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "module_syntax_validation"
_WORKFLOW: Final = """\
name: {name}
on: [push]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Test
        run: make test
      - name: Lint
        run: make lint
"""
_TOML: Final = """\
[project]
name = "{name}"
version = "1.2.0"
keywords = ["one", "two"]

[tool.{name}]
strict = true
limit = 20
"""


def _read(ground: Ground, pattern: str) -> tuple[str, str] | None:
    """A file of the framework whose path matches, and its text."""
    path = ground.pick([path for path in sorted(ground.files) if re.fullmatch(pattern, path)])
    if path is None:
        return None
    text = (ground.framework.root / path).read_bytes().decode()
    return (path, text) if text.count("\n") > 4 and "\r" not in text else None


def _json(ground: Ground) -> tuple[str, str]:
    """A manifest of the framework, or a new one."""
    known = _read(ground, r"(?:.*/)?(?:package\.json|[^/]+-plugin/[^/]+\.json|hooks/hooks\.json)")
    if known and ground.rng.random() < 0.5:
        return known
    value = {
        "name": ground.name(),
        "version": "1.2.0",
        "keywords": ["one", "two"],
        "author": {"name": "Owner"},
    }
    path = ground.rng.choice(
        [f"plugins/{ground.name()}/.claude-plugin/plugin.json", f"{ground.name()}/.mcp.json"]
    )
    return path, dump(value)


def _places(path: str, lines: list[str], number: int) -> tuple[tuple[str, int], ...]:
    """A line and the next one that is not blank: a parser sees what is wrong before it or behind it."""
    following = next((n for n in range(number + 1, len(lines)) if lines[n].strip()), number)
    return (path, number + 1), (path, following + 1)


@plants(CRITERION, "JSON")
def broken_json(ground: Ground) -> Plant | None:
    """A comma too many or missing, a comment, a single quote, a brace that is lost."""
    path, text = _json(ground)
    lines = text.rstrip("\n").split("\n")
    pairs = [n for n, line in enumerate(lines) if re.match(r'\s*"\w+": ".*",$', line)]
    last = [n for n, line in enumerate(lines[:-1]) if line.endswith('"') and lines[n + 1].strip()[0] in "]}"]
    kind = ground.rng.choice(["comma", "no comma", "comment", "single quotes", "bare key", "brace"])
    number = ground.pick(last if kind == "comma" else pairs)
    if kind == "brace":
        return Plant(
            {path: "\n".join(lines[:-1]) + "\n"},
            tuple((path, n) for n in range(len(lines) - 1, len(lines) + 2)),
        )
    if number is None:
        return None
    line = lines[number]
    broken = {
        "comma": line + ",",
        "no comma": line.removesuffix(","),
        "comment": line + " // the same as in the other one",
        "single quotes": line.replace('"', "'"),
        "bare key": re.sub(r'"(\w+)":', r"\1:", line, count=1),
    }[kind]
    text = "\n".join([*lines[:number], broken, *lines[number + 1 :]]) + "\n"
    return Plant({path: text}, _places(path, lines, number))


@plants(CRITERION, "TOML")
def broken_toml(ground: Ground) -> Plant | None:
    """A value without quotes, without an equals sign, twice the same key, an open list."""
    known = _read(ground, r"(?:.*/)?pyproject\.toml")
    new = f"{ground.name()}/pyproject.toml", _TOML.format(name=ground.name())
    path, text = known if known and ground.rng.random() < 0.5 else new
    lines = text.rstrip("\n").split("\n")
    pairs = [n for n, line in enumerate(lines) if re.match(r'\w+ = "[A-Za-z][^"]*"$', line)]
    number = ground.pick(pairs)
    if number is None:
        return None
    line = lines[number]
    broken = ground.rng.choice(
        [
            [line.replace('"', "")],
            [line.replace(" = ", ": ")],
            [line, line],
            [line.removesuffix('"')],
            [line + '"'],
        ]
    )
    text = "\n".join([*lines[:number], *broken, *lines[number + 1 :]]) + "\n"
    return Plant({path: text}, _places(path, text.split("\n"), number))


@plants(CRITERION, "YAML")
def broken_yaml(ground: Ground) -> Plant | None:
    """A tab, an indent that fits nowhere, a colon without quotes, a list that is not closed."""
    known = _read(ground, r"\.github/workflows/[^/]+\.ya?ml")
    new = f".github/workflows/{ground.name()}.yml", _WORKFLOW.format(name=ground.name())
    path, text = known if known and ground.rng.random() < 0.5 else new
    lines = text.rstrip("\n").split("\n")
    pairs = [n for n, line in enumerate(lines) if re.match(r"\s+[\w-]+: [A-Za-z][\w ./@-]*$", line)]
    pairs = [
        n for n in pairs if not re.search(r"[|>][+-]?$", "\n".join(lines[max(n - 8, 0) : n]), re.MULTILINE)
    ]
    number = ground.pick(pairs)
    if number is None:
        return None
    line = lines[number]
    broken = ground.rng.choice(
        [
            "\t" + line.lstrip(),
            re.sub(r": (.*)", r": a: \1", line, count=1),
            re.sub(r": (.*)", r': "\1" more', line, count=1),
            re.sub(r": (.*)", r": [\1] more", line, count=1),
            re.sub(r": (.*)", r": @\1", line, count=1),
        ]
    )
    text = "\n".join([*lines[:number], broken, *lines[number + 1 :]]) + "\n"
    return Plant({path: text}, _places(path, lines, number))


def _spoilt(ground: Ground, path: str, data: bytes) -> Plant:
    """A byte at a random place that is no UTF-8, or a NUL."""
    lines = data.split(b"\n")
    number = ground.rng.randrange(len(lines))
    place = ground.rng.randrange(len(lines[number]) + 1) if lines[number].isascii() else 0
    byte = ground.rng.choice([b"\xff", b"\xe9", b"\0", b"\xc3\x28"])
    lines[number] = lines[number][:place] + byte + lines[number][place:]
    return Plant({path: b"\n".join(lines)}, ((path, number + 1),))


@plants(CRITERION, "document that is no text")
def binary_document(ground: Ground) -> Plant | None:
    """A document with a byte that is no UTF-8, or a NUL."""
    path = ground.document()
    return _spoilt(ground, path, ground.texts[path].encode()) if path else None


@plants(CRITERION, "script that is no text")
def binary_script(ground: Ground) -> Plant | None:
    """The same in a shell script or a hook."""
    known = _read(ground, r"(?!.*(?:template|fixture|test)).*\.sh")
    if known and ground.rng.random() < 0.5:
        return _spoilt(ground, known[0], known[1].encode())
    folder, files = ground.plugin()
    path = posixpath.join(folder, ground.rng.choice(["scripts", "hooks"]), f"{ground.name()}.sh")
    plant = _spoilt(ground, path, b"#!/usr/bin/env bash\nset -euo pipefail\necho done\n")
    return Plant({**files, **plant.files}, plant.places)


@plants(CRITERION, "too deep")
def too_deep(ground: Ground) -> Plant | None:
    """A document that nests deeper than anybody reads."""
    path = ground.document()
    put = ground.put(path, ["> " * 500 + "deep"]) if path else None
    return Plant({path: put[0]}, ((path, 0),)) if path and put else None
