"""A shell script as pipelines of commands of words: what is code, and what is only text, in one pass.

Quotes, comments, here-documents, substitutions and `${{ ... }}` are told apart, so that a script that prints
or writes down a dangerous command is no script that runs it. Nothing is expanded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pytest_fwgates.checks.security.workflow.words import Command, Word

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fwgates.checks.security.workflow.words import Origin, Pipeline

MAX_DEPTH: Final = 50
"""Substitutions within each other; what lies deeper counts as one word."""

_PLAIN: Final = re.compile(r"[^\s'\"\\$`|&;()<>#]++")
_BLANK: Final = re.compile(r"[ \t\r]++")
_EXPRESSION: Final = re.compile(r"\$\{\{[^\n$]{0,500}?\}\}")
_ARITHMETIC: Final = re.compile(r"\$?\(\([^\n(]{0,200}?\)\)")
_PARENTHESES: Final = frozenset({"(", "$", "<"})
_IN_QUOTES: Final = re.compile(r"[^\"\\$`]++")
_HERE: Final = re.compile(r"<<(-?)[ \t]{0,20}(?:'([^'\n]{0,200})'|\"([^\"\n]{0,200})\"|\\?([\w.!-]{1,200}))")
_REDIRECTION: Final = re.compile(r"(?:<<<|>>|>\||>&|<&|&>>|&>|>|<)")


@dataclass
class _Frame:
    """A script within the script; the outermost is the script itself."""

    kind: Literal["", "(", "$", "<", "`"]
    quoted: bool = False
    pipeline: Pipeline = field(default_factory=list)
    command: Command | None = None
    word: list[str] | None = None
    start: int = 0
    origin: Origin = ""
    word_origin: Origin = ""
    substitutions: str = ""
    redirected: str = ""
    done: list[Pipeline] = field(default_factory=list)
    inner: list[Pipeline] = field(default_factory=list)


class Parser:
    """Reads one script; `pipelines` holds all of them, inner ones before those that they stand in."""

    def __init__(self, text: str, origin: Callable[[Pipeline], Origin]) -> None:
        """Read `text`; `origin` says where the output of a pipeline comes from."""
        self.text = text
        self.pipelines: list[Pipeline] = []
        self._origin = origin
        self._at = 0
        self._frames = [_Frame("")]
        self._pending: list[tuple[Command, str, bool]] = []
        while self._at < len(text):
            if self._frames[-1].quoted:
                self._in_quotes()
            else:
                self._step()
        while len(self._frames) > 1:
            self._pop()
        self._end_pipeline()

    def _step(self) -> None:
        char = self.text[self._at]
        self._handlers.get(char, Parser._plain)(self)

    def _plain(self) -> None:
        match = _PLAIN.match(self.text, self._at)
        self._add(match[0] if match else self.text[self._at])

    def _add(self, text: str, *, length: int = 0) -> None:
        frame = self._frames[-1]
        if frame.word is None:
            frame.word, frame.start = [], self._at
            frame.word_origin, frame.substitutions, frame.inner = "", "", []
        frame.word.append(text)
        self._at += length or len(text)

    def _in_quotes(self) -> None:
        match = _IN_QUOTES.match(self.text, self._at)
        char = self.text[self._at]
        if match:
            self._add(match[0])
        elif char == '"':
            self._frames[-1].quoted = False
            self._at += 1
        elif char == "\\":
            self._escape()
        else:
            self._step()

    def _escape(self) -> None:
        following = self.text[self._at + 1 : self._at + 2]
        if following == "\n":
            self._at += 2
        else:
            self._add(following, length=2)

    def _single(self) -> None:
        end = self.text.find("'", self._at + 1)
        end = len(self.text) if end < 0 else end
        self._add(self.text[self._at + 1 : end], length=end + 1 - self._at)

    def _double(self) -> None:
        self._add("", length=1)
        self._frames[-1].quoted = True

    def _dollar(self) -> None:
        match = _EXPRESSION.match(self.text, self._at)
        if match:
            self._add(match[0])
        elif arithmetic := _ARITHMETIC.match(self.text, self._at):
            self._add(arithmetic[0])  # where << is no here-document
        elif self.text.startswith("$(", self._at):
            self._push("$", 2)
        else:
            self._add("$")

    def _backtick(self) -> None:
        if self._frames[-1].kind == "`":
            self._pop()
        else:
            self._push("`", 1)

    def _push(self, kind: Literal["(", "$", "<", "`"], length: int) -> None:
        self._add("", length=length)
        if len(self._frames) <= MAX_DEPTH:
            self._frames.append(_Frame(kind))

    def _pop(self) -> None:
        """A substitution or group ends: its origin is that of the word that it stands in."""
        self._end_pipeline()
        inner = self._frames.pop()
        frame = self._frames[-1]
        self._at += 1
        if inner.kind == "(" and frame.word is not None and not any(frame.word):
            frame.word = None
            self._command().origin = inner.origin
            self._command().inner = inner.done
            return
        frame.inner += inner.done
        frame.word_origin = max(frame.word_origin, inner.origin)
        frame.substitutions += inner.kind

    def _open(self) -> None:
        """A group, unless it follows a word as in `name()` or stands in `((`."""
        if arithmetic := _ARITHMETIC.match(self.text, self._at):
            self._add(arithmetic[0])
        else:
            self._push("(", 1)

    def _close(self) -> None:
        if self._frames[-1].kind in _PARENTHESES:
            self._pop()
        else:  # of `case`
            self._at += 1
            self._end_pipeline()

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self._at)
        self._at = match.end() if match else self._at + 1
        self._end_word()

    def _comment(self) -> None:
        if self._frames[-1].word is not None:
            self._add("#")
            return
        end = self.text.find("\n", self._at)
        self._at = len(self.text) if end < 0 else end

    def _newline(self) -> None:
        self._end_word()
        self._at += 1
        for command, delimiter, tabs in self._pending:
            command.here.append(self._body(delimiter, tabs=tabs))
        self._pending.clear()
        frame = self._frames[-1]
        if frame.command is not None or not frame.pipeline:  # else it goes on after `|`
            self._end_pipeline()

    def _body(self, delimiter: str, *, tabs: bool) -> Word:
        """The here-document that begins here; without its end it reaches to that of the script."""
        start = self._at
        while self._at < len(self.text):
            end = self.text.find("\n", self._at)
            end = len(self.text) if end < 0 else end
            line = self.text[self._at : end]
            begin, self._at = self._at, end + 1
            if (line.lstrip("\t") if tabs else line) == delimiter:
                return Word(self.text[start:begin], start)
        return Word(self.text[start:], start)

    def _pipe(self) -> None:
        if self.text.startswith("||", self._at):
            self._separator(2)
            return
        self._at += 2 if self.text.startswith("|&", self._at) else 1
        self._end_command()

    def _ampersand(self) -> None:
        if self.text.startswith("&>", self._at):
            self._redirect()
        else:
            self._separator(2 if self.text.startswith("&&", self._at) else 1)

    def _semicolon(self) -> None:
        self._separator(1)

    def _separator(self, length: int) -> None:
        self._at += length
        self._end_pipeline()

    def _redirect(self) -> None:
        frame = self._frames[-1]
        if self.text.startswith(("<(", ">("), self._at):
            self._push("<", 2)
            return
        if frame.word is not None and "".join(frame.word).isdecimal():
            frame.word = None
        self._end_word()
        command = self._command()
        here = _HERE.match(self.text, self._at) if not self.text.startswith("<<<", self._at) else None
        if here:
            self._pending.append((command, here[2] or here[3] or here[4] or "", bool(here[1])))
            self._at = here.end()
            return
        match = _REDIRECTION.match(self.text, self._at)
        frame.redirected = match[0] if match else ">"
        self._at = match.end() if match else self._at + 1

    def _command(self) -> Command:
        frame = self._frames[-1]
        if frame.command is None:
            frame.command = Command(self._at)
        return frame.command

    def _end_word(self) -> None:
        frame = self._frames[-1]
        if frame.word is None:
            return
        text = "".join(frame.word)
        only = not text and frame.substitutions != ""
        word = Word(text, frame.start, frame.word_origin, only, "<" in frame.substitutions, frame.inner)
        if frame.command is None:
            frame.command = Command(word.start)
        frame.word = None
        redirected, frame.redirected = frame.redirected, ""
        if redirected == "<<<":
            frame.command.here.append(word)
        elif ">" in redirected:
            frame.command.outputs.append(text)
        elif redirected:
            frame.command.inputs.append(word)
        elif not redirected:
            frame.command.words.append(word)

    def _end_command(self) -> None:
        self._end_word()
        frame = self._frames[-1]
        frame.redirected = ""
        if frame.command is not None:
            frame.pipeline.append(frame.command)
            frame.command = None

    def _end_pipeline(self) -> None:
        self._end_command()
        frame = self._frames[-1]
        if frame.pipeline:
            self.pipelines.append(frame.pipeline)
            frame.done.append(frame.pipeline)
            frame.origin = max(frame.origin, self._origin(frame.pipeline))
            frame.pipeline = []

    _handlers: ClassVar[dict[str, Callable[[Parser], None]]] = {
        " ": _blank,
        "\t": _blank,
        "\r": _blank,
        "\n": _newline,
        "'": _single,
        '"': _double,
        "\\": _escape,
        "$": _dollar,
        "`": _backtick,
        "|": _pipe,
        "&": _ampersand,
        ";": _semicolon,
        "(": _open,
        ")": _close,
        "<": _redirect,
        ">": _redirect,
        "#": _comment,
    }
