"""Where a shell script runs what it has just downloaded or decoded, so that nobody can review it.

The script is read as a shell would read it: a pipe from a fetching program to one that takes its program from
there, a substitution that `eval`, `source` or `bash -c` runs, a file that is written and then started. What
is only printed, quoted, stored, unpacked or handed to `jq` is no code; what is verified in between is known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.checks.security.workflow.programs import (
    FETCHING,
    SHELLS,
    Call,
    called,
    decodes,
    inner_scripts,
    reads_program,
    runs_words,
    verifies,
)
from pytest_fwgates.checks.security.workflow.shell import Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.checks.security.workflow.words import Command, Origin, Pipeline, Word

_SUSPICIOUS: Final = re.compile(
    r"curl|wget|fetch|aria2c|\bhttps?\b|lwp-download|base64|openssl|xxd|base32|uudecode"
)
POWERSHELL: Final = re.compile(
    r"(?i)\b(?:iex|invoke-expression|scriptblock\]::create)\b[^\n|(]{0,20}+\([^\n|]{0,120}?"
    r"\b(?:iwr|irm|curl|wget|downloadstring|invoke-webrequest|invoke-restmethod|frombase64string)\b"
    r"|\b(?:iwr|irm|downloadstring|invoke-webrequest|invoke-restmethod|curl|wget)\b[^\n|]{0,300}"
    r"\|[ \t]{0,20}(?:iex|invoke-expression)\b"
)
_MAX_DEPTH: Final = 4
_MAX_SCRIPTS: Final = 2_000


class Hit(NamedTuple):
    """Something that is run unseen.

    Attributes:
        offset: Of the command that fetches or decodes it, in the script.
        message: What happens.
        certain: Whether it is never a file that somebody might look at.
    """

    offset: int
    message: str
    certain: bool = True


def run_unseen(script: str) -> Iterator[Hit]:
    """What a script downloads or decodes and then runs, in no order."""
    for match in POWERSHELL.finditer(script):
        yield Hit(match.start(), "what is downloaded is handed to Invoke-Expression")
    pending = [(script, 0, 0)]
    for _ in range(_MAX_SCRIPTS):
        if not pending:
            return
        text, offset, depth = pending.pop()
        if not _SUSPICIOUS.search(text):
            continue
        pipelines = Parser(text, _origin).pipelines
        for hit in (*_direct(pipelines), *_stored(pipelines)):
            yield hit._replace(offset=offset + hit.offset)
        if depth < _MAX_DEPTH:
            inner = (word for pipeline in pipelines for word in _inner(pipeline))
            pending += [(word.text, offset + word.start, depth + 1) for word in inner]


def started(script: str) -> Iterator[str]:
    """The files that a script starts, by their paths."""
    for pipeline in Parser(script, _origin).pipelines:
        yield from (name for command in pipeline if (call := called(command)) for name in started_by(call))


def _inner(pipeline: Pipeline) -> Iterator[Word]:
    """Text in a pipeline that is a script itself."""
    for place, command in enumerate(pipeline):
        yield from inner_scripts(command)
        call = called(command) if place else None
        if call is not None and call.name in SHELLS and reads_program(call):
            yield from (word for earlier in pipeline[:place] for word in earlier.here)
            return


def _origin(pipeline: Pipeline) -> Origin:
    """Where the output of a pipeline comes from: the last command may still be a filter."""
    found: Origin = ""
    for command in pipeline:
        found = max(found, _own_origin(command))
    return found


def _own_origin(command: Command) -> Origin:
    call = called(command)
    if call is None:
        return command.origin
    if call.name in FETCHING:
        return "fetched"
    if decodes(call):
        return "decoded"
    # Printing what a substitution fetched prints it; what other programs make of an argument is their own.
    if call.name in {"echo", "printf"}:
        return max((word.origin for word in call.arguments), default="")
    return command.origin


def _direct(pipelines: list[Pipeline]) -> Iterator[Hit]:
    for pipeline in pipelines:
        origin: Origin = ""
        start = pipeline[0].start
        for command in pipeline:
            call = called(command)
            if origin and call is not None and reads_program(call):
                yield Hit(start, f"what is {_said(origin)} is piped into {call.name}")
                break
            own = _own_origin(command)
            if own > origin:
                origin, start = own, command.start
            if call is not None:
                yield from _substituted(command, call)
            elif command.words and command.words[0].only and command.words[0].origin:
                yield Hit(command.start, f"what is {_said(command.words[0].origin)} is run as a command")


def _substituted(command: Command, call: Call) -> Iterator[Hit]:
    """Words that the command takes for code, and what a substitution put into them."""
    for word in (*runs_words(call), *(command.here if reads_program(call) else ())):
        if word.origin:
            yield Hit(command.start, f"{call.name} runs what is {_said(word.origin)}")
            return


def _said(origin: Origin) -> str:
    return "downloaded" if origin == "fetched" else "decoded"


def _stored(pipelines: list[Pipeline]) -> Iterator[Hit]:
    """Files that are downloaded and then started without anything that verifies one in between."""
    files: dict[str, int] = {}
    for pipeline in pipelines:
        fetched = _origin(pipeline) == "fetched"
        for command in pipeline:
            call = called(command)
            if call is None:
                continue
            if verifies(call):
                files.clear()
            for name in started_by(call):
                if name in files:
                    yield Hit(files.pop(name), f"{name[:80]} is downloaded and run", certain=False)
            if fetched:
                files.update((_plain(name), pipeline[0].start) for name in written_by(command, call))


def written_by(command: Command, call: Call) -> Iterator[str]:
    """The files that a command writes, as far as its words tell."""
    yield from command.outputs
    words = [word.text for word in call.arguments]
    if call.name == "tee":
        yield from (word for word in words if not word.startswith("-"))
    if call.name not in FETCHING:
        return
    remote = call.name == "wget"
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        short = word.startswith("-") and not word.startswith("--")
        if word in {"--output", "--output-document"} or (short and word.endswith("o" if not remote else "O")):
            yield following
            remote = False
        elif word.startswith(("--output=", "--output-document=")):
            yield word.partition("=")[2]
            remote = False
        elif word == "--remote-name" or (short and call.name == "curl" and word.endswith("O")):
            remote = True
    for word in words if remote else ():
        if "://" in word:
            yield word.partition("?")[0].rpartition("/")[2]


def started_by(call: Call) -> Iterator[str]:
    """The files that a call starts, by their paths."""
    if call.path:
        yield _plain(call.path)
    if call.name in SHELLS or call.name in {"source", ".", "python", "python3", "node", "perl", "ruby"}:
        first = next((word.text for word in call.arguments if not word.text.startswith("-")), "")
        if first:
            yield _plain(first)


def _plain(path: str) -> str:
    return path.removeprefix("./")
