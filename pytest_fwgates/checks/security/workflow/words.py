"""What a shell script is made of: words, commands, pipelines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Origin = Literal["", "decoded", "fetched"]
"""Where the output of a command comes from, as far as that matters."""


@dataclass
class Word:
    """A word without its quotes.

    Attributes:
        start: Its offset in the script.
        origin: Of what a substitution in it puts there.
        only: Whether it is a substitution and nothing else.
        piped: Whether that is the name of a pipe, as of `<(...)`.
        inner: The pipelines of the substitutions in it.
    """

    text: str
    start: int
    origin: Origin = ""
    only: bool = False
    piped: bool = False
    inner: list[Pipeline] = field(default_factory=list)


@dataclass
class Command:
    """A simple command or a group in parentheses.

    Attributes:
        outputs: Files that it is redirected to.
        inputs: Files and descriptors that it reads from.
        here: Here-documents and here-strings that it reads.
        origin: Of what a group in it prints.
        inner: The pipelines of that group.
    """

    start: int
    words: list[Word] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    inputs: list[Word] = field(default_factory=list)
    here: list[Word] = field(default_factory=list)
    origin: Origin = ""
    inner: list[Pipeline] = field(default_factory=list)


Pipeline: TypeAlias = list[Command]
