"""Container images that files use: Dockerfile, Compose, and references to images anywhere.

References: https://docs.docker.com/reference/dockerfile/, https://github.com/compose-spec/compose-spec
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates import yamldoc
from pytest_fwgates.framework.inventory import plain
from pytest_fwgates.framework.inventory.model import DIGEST, Component, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTRUCTION: Final = re.compile(r"\A\s*+(FROM|ARG|COPY|RUN|ADD)\s++(.*+)", re.IGNORECASE | re.DOTALL)
_FLAG: Final = re.compile(r"--[a-z][a-z-]{0,30}(?:=\S++)?\s*+")
_STAGED: Final = 3
_VARIABLE: Final = re.compile(r"\$(?:\{([A-Za-z_]\w{0,100})(?::?[-+]([^}]{0,300}))?\}|([A-Za-z_]\w{0,100}))")
_REFERENCE: Final = re.compile(
    r"\A[a-z0-9][\w.-]{0,200}(?::\d{1,5})?(?:/[\w.-]{1,200}){0,10}(?::[\w][\w.-]{0,127})?(?:@[\w:]{1,150})?\Z",
    re.IGNORECASE,
)
_HUB: Final = "docker.io"


def image(reference: str, line: int, column: int = 1) -> Component | None:
    """The image that a reference names; None where it is none, or holds a variable."""
    reference = reference.strip().strip("\"'")
    if not _REFERENCE.match(reference) or reference.lower() == "scratch":
        return None
    bare, _, digest = reference.partition("@")
    path, _, tag = bare.rpartition(":") if ":" in bare.rpartition("/")[2] else (bare, "", "")
    return Component(
        "image",
        full_name(path),
        path,
        line,
        column,
        requested=tag,
        version=tag if DIGEST.match(digest) else "",
        hashes=(digest,) if DIGEST.match(digest) else (),
        source=full_name(path).partition("/")[0],
        commit=bool(DIGEST.match(digest)),
    )


def full_name(path: str) -> str:
    """``python`` is ``docker.io/library/python``."""
    first, slash, _ = path.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return path.lower()
    return f"{_HUB}/{'' if slash else 'library/'}{path}".lower()


def dockerfile(path: str, text: str) -> Manifest:
    """The images that a Dockerfile builds on or copies from."""
    values: dict[str, str] = {}
    stages: set[str] = set()
    found: list[Component] = []
    begun = False
    for line, instruction in _instructions(text):
        match = _INSTRUCTION.match(instruction)
        if match is None:
            continue
        word, rest = match[1].upper(), match[2]
        if word == "ARG" and not begun:
            name, _, value = rest.strip().partition("=")
            values[name] = value.strip().strip("\"'")
        elif word == "FROM":
            begun = True
            bare = rest
            while flag := _FLAG.match(bare):
                bare = bare[flag.end() :]
            words = bare.split(None, _STAGED)
            _use(words[0] if words else "", line, values, stages, found)
            if len(words) >= _STAGED and words[1].lower() == "as":
                stages.add(words[2].lower())
        elif word in {"COPY", "ADD", "RUN"}:
            for use in _taken_from(rest):
                _use(use, line, values, stages, found)
    return Manifest(path, "dockerfile", "uses", "image", tuple(found))


def _taken_from(rest: str) -> Iterator[str]:
    """Stages and images that `--from=` or a mount names."""
    for word in rest.split():
        if word.startswith("--from="):
            yield word.removeprefix("--from=")
        elif word.startswith("--mount="):
            options = (part.partition("=") for part in word.removeprefix("--mount=").split(","))
            yield from (value for key, _, value in options if key == "from")
        elif not word.startswith("--"):
            return


def _use(reference: str, line: int, values: dict[str, str], stages: set[str], found: list[Component]) -> None:
    filled = with_defaults(reference, values)
    if filled.lower() in stages or filled.isdecimal():
        return
    one = image(filled, line)
    if one is not None:
        found.append(one)


def with_defaults(text: str, values: dict[str, str]) -> str:
    """The text with variables that have a default; another variable stays, and makes it no reference."""
    return _VARIABLE.sub(
        lambda match: values.get(match[1] or match[3] or "") or match[2] or match[0], text[:1000]
    )


def _instructions(text: str) -> Iterator[tuple[int, str]]:
    """Instructions, continued lines joined, each with the number of its first line."""
    parts: list[str] = []
    begin = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        begin = begin if parts else number
        if line.rstrip().endswith("\\"):
            parts.append(line.rstrip()[:-1])
            continue
        yield begin, " ".join([*parts, line])
        parts = []
    if parts:
        yield begin, " ".join(parts)


def compose(path: str, text: str) -> Manifest | None:
    """The images that a Compose file runs and does not build itself; None where it is none.

    Raises:
        YamlError: it cannot be read.
    """
    loaded = yamldoc.load(text, plain_is_text=True)
    services = plain.table(loaded.value, "services")
    if not services:
        return None
    found = []
    for name, said in services.items():
        written = plain.text(said, "image")
        if not written or (isinstance(said, dict) and "build" in said):
            continue
        one = image(with_defaults(written, {}), *loaded.position("services", str(name), "image"))
        found += [one] if one else []
    return Manifest(path, "compose", "uses", "image", tuple(found))


def of_container(value: Any) -> str:
    """The image of a workflow's `container:` or of one of its `services:`."""
    return value if isinstance(value, str) else plain.text(value, "image")
