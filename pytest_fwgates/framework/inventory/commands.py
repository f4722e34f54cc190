"""What a shell command runs: programs, and packages or images that it fetches to run them. Nothing is run."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.framework.inventory import images, npm, shellwords, specifiers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.framework.inventory.model import Component

MAX_COMMAND: Final = 20_000
_MAX_INNER: Final = 50
_OPERATORS: Final = frozenset(";&|()\n<>")
_ASSIGNMENT: Final = re.compile(r"\A[A-Za-z_]\w{0,200}\+?=")
_PLAIN: Final = re.compile(r"\A[A-Za-z0-9_][\w.+-]{0,100}\Z")


class Run(NamedTuple):
    """One program that a command starts.

    Attributes:
        program: Its name without folders; empty for a script of the framework's own.
        fetched: The package or image that is fetched to be run.
    """

    program: str
    fetched: Component | None = None


def runs(text: str, line: int = 1, column: int = 1) -> list[Run]:
    """The programs of a shell command, in their order; those in `bash -c "..."`, too."""
    found: list[Run] = []
    pending = [text[:MAX_COMMAND]]
    for _ in range(_MAX_INNER):
        if not pending:
            break
        command = pending.pop(0)
        pending += _substituted(command)
        for words in _simple(command):
            found += _run(words, pending, line, column)
    return found


def of_words(program: str, arguments: Sequence[str], line: int, column: int) -> list[Run]:
    """The same for a program with its arguments, as manifests of servers have it."""
    pending: list[str] = []
    found = list(_run([program, *arguments][:1000], pending, line, column))
    for inner in pending[:_MAX_INNER]:
        found += runs(inner, line, column)
    return found


def _substituted(text: str) -> list[str]:
    """The commands in `$(...)`, outside of single quotes; inner ones within the outer."""
    found: list[str] = []
    begin, depth, quote = 0, 0, ""
    place = 0
    while place < len(text):
        sign = text[place]
        if sign == "\\" and quote != "'":
            place += 1
        elif quote == "'" or (sign == "'" and not quote):
            quote = "'" if sign != "'" or not quote else ""
        elif depth:
            depth += (sign == "(") - (sign == ")")
            if not depth:
                found.append(text[begin:place])
        elif text.startswith("$(", place) and not text.startswith("$((", place):
            begin, depth = place + 2, 1
            place += 1
        elif sign == '"':
            quote = "" if quote else '"'
        place += 1
    return found


def _simple(text: str) -> Iterator[list[str]]:
    """The simple commands of a line, as words."""
    lexer = shlex.shlex(
        text.replace("\\\n", " ").replace("\n", " ; "), posix=True, punctuation_chars=";&|()<>"
    )
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    skip = False
    try:
        for word in lexer:
            if word and _OPERATORS.issuperset(word):
                if word[0] in "<>":
                    skip = True  # the file of a redirection is no program
                    continue
                yield words
                words = []
            elif skip:
                skip = False
            else:
                words.append(word)
    except ValueError:  # a quote is open
        pass
    yield words


def _run(words: Sequence[str], pending: list[str], line: int, column: int) -> Iterator[Run]:
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word in shellwords.RESERVED or _ASSIGNMENT.match(word):
            if word in {"for", "case", "select", "function"}:
                return
            continue
        name = _program(word)
        if name in shellwords.WRAPPERS:
            if name in {"sudo", "xargs", "nice"}:
                yield Run(name)
            while place < len(words) and words[place].startswith("-"):
                place += 1
            continue
        if name in shellwords.BUILTINS:
            if name == "eval" and place < len(words):
                pending.append(" ".join(words[place:]))
            return
        rest = words[place:]
        if name in shellwords.SHELLS and (inner := _inner(rest)):
            pending.append(inner)
        yield Run(name, _fetched(name, rest, line, column))
        return


def _inner(rest: Sequence[str]) -> str:
    """The command that a shell is given as text: `bash -lc "..."`, `cmd /c ...`."""
    if rest and rest[0].lower() in {"/c", "/k"}:
        return shlex.join(rest[1:])
    for place, word in enumerate(rest):
        if not word.startswith("-"):
            break
        if word.endswith("c") and not word.startswith("--"):
            return rest[place + 1] if place + 1 < len(rest) else ""
    return ""


def _program(word: str) -> str:
    """The name of a program; empty where the word is a path to the framework's own file, or a variable."""
    if word.startswith("/") and not any(sign in word for sign in "$`*"):
        word = word.rpartition("/")[2]
    if "/" in word or "\\" in word or not _PLAIN.match(word):
        return word if word in shellwords.BUILTINS else ""
    return word.removesuffix(".exe")


def _fetched(  # noqa: PLR0911 - one for each program
    program: str, rest: Sequence[str], line: int, column: int
) -> Component | None:
    """What a program that fetches packages is told to fetch and run."""
    if program in {"npx", "bunx", "pnpx"}:
        return _npm(_first(rest, {"-c", "--call"}, ("-p", "--package")), line, column)
    if program in {"npm", "pnpm", "yarn", "bun"} and rest and rest[0] in {"exec", "dlx", "x"}:
        return _npm(_first(rest[1:], {"-c", "--call"}, ("-p", "--package")), line, column)
    if program == "uvx":
        return _python(_first(rest, shellwords.UV_VALUES, ("--from",)), line, column)
    if program == "uv" and list(rest[:2]) == ["tool", "run"]:
        return _python(_first(rest[2:], shellwords.UV_VALUES, ("--from",)), line, column)
    if program == "pipx" and rest[:1] == ["run"]:
        return _python(
            _first(rest[1:], {"--python", "--index-url", "-i", "--pip-args"}, ("--spec",)), line, column
        )
    if program in {"docker", "podman", "nerdctl"} and "run" in rest[:3]:
        return images.image(_docker_image(rest[rest.index("run") + 1 :]), line, column)
    if program == "deno" and rest[:1] == ["run"]:
        target = next((one for one in rest[1:] if one.startswith(("npm:", "jsr:", "https:", "http:"))), "")
        return _npm(target.removeprefix("npm:"), line, column) if target.startswith("npm:") else None
    return None


def _first(words: Sequence[str], with_value: frozenset[str] | set[str], naming: tuple[str, ...]) -> str:
    """The package that is named by an option, else the first word that is no option."""
    place = 0
    while place < len(words):
        word = words[place]
        key, equals, value = word.partition("=")
        if key in naming:
            return value if equals else (words[place + 1] if place + 1 < len(words) else "")
        if not word.startswith("-"):
            return word
        place += 1 + (word in with_value)
    return ""


def _docker_image(words: Sequence[str]) -> str:
    place = 0
    while place < len(words):
        word = words[place]
        if not word.startswith("-"):
            return word
        place += 1 if "=" in word or word in shellwords.DOCKER_FLAGS else 2
    return ""


def _npm(written: str, line: int, column: int) -> Component | None:
    if not written or any(sign in written for sign in "${}<>`"):
        return None
    name, _, version = written.rpartition("@") if "@" in written[1:] else (written, "", "")
    origin, _ = npm.origin_of(written)
    if origin != "registry":
        version, name = written, written
    return npm.declared(name, version, (line, column))


def _python(written: str, line: int, column: int) -> Component | None:
    if not written or any(sign in written for sign in "${}`"):
        return None
    name, at, version = written.partition("@") if "://" not in written else (written, "", "")
    return specifiers.read(
        f"{name}=={version}" if at and version[:1].isdigit() else name, line, column=column
    )
