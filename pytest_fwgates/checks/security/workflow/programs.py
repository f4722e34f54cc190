"""What programs do with their arguments and their input, as far as it decides what is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.framework.inventory.shellwords import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.checks.security.workflow.words import Command, Word

FETCHING: Final = frozenset({"curl", "wget", "fetch", "aria2c", "http", "https", "lwp-download", "curlie"})
SHELLS: Final = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash", "fish"})

_WRAPPERS: Final[dict[str, frozenset[str]]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C", "-r", "-t", "-D", "-R", "-T", "-U"}),
    "doas": frozenset({"-u", "-C"}),
    "env": frozenset({"-u", "-C", "-S"}),
    "timeout": frozenset({"-k", "-s"}),
    "nice": frozenset({"-n"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "nohup": frozenset(),
    "exec": frozenset({"-a"}),
    "command": frozenset(),
    "builtin": frozenset(),
    "time": frozenset({"-f", "-o"}),
    "busybox": frozenset(),
    "setsid": frozenset(),
    "ionice": frozenset({"-c", "-n", "-p"}),
    "caffeinate": frozenset({"-t", "-w"}),
    "unbuffer": frozenset(),
    "proxychains": frozenset({"-f"}),
    "torsocks": frozenset(),
}
"""Programs that run what follows, and their options that take a value."""

_REMOTE: Final = frozenset({"ssh", "docker", "podman", "nerdctl", "kubectl", "wsl", "chroot", "lxc"})
_TEXT_RUNNERS: Final = _REMOTE | {"su", "runuser", "script", "vagrant", "watch", "flock", "parallel", "xargs"}
_CODE_OPTIONS: Final[dict[str, frozenset[str]]] = {
    "python": frozenset({"-c"}),
    "node": frozenset({"-e", "--eval", "-p", "--print"}),
    "deno": frozenset({"eval"}),
    "perl": frozenset({"-e", "-E"}),
    "ruby": frozenset({"-e"}),
    "php": frozenset({"-r"}),
    "pwsh": frozenset({"-c", "-command", "-Command"}),
}
_VERSIONED: Final = re.compile(r"\A(python|node|perl|ruby|php|bash)[\d.]{0,8}\Z")
_ASSIGNMENT: Final = re.compile(r"\A[A-Za-z_]\w{0,200}(?:\[[^\]\n]{0,100}\])?\+?=")
_DURATION: Final = re.compile(r"\A[\d.]{1,12}[smhd]?\Z")
_CHECKSUMS: Final = frozenset({
    "sha256sum", "sha512sum", "sha384sum", "sha1sum", "shasum", "md5sum", "b2sum", "gpgv", "cosign",
    "minisign", "signify", "slsa-verifier", "rekor-cli",
})  # fmt: skip


class Call(NamedTuple):
    """A program with its arguments.

    Attributes:
        name: Without folders and version: `python` for `/usr/bin/python3.11`.
        path: As it was written, where that is a path.
    """

    name: str
    path: str
    arguments: tuple[Word, ...]


def called(command: Command) -> Call | None:
    """What a command runs, behind assignments, keywords, `sudo` and their like."""
    words = command.words
    place = 0
    while place < len(words):
        word = words[place].text
        if word in RESERVED or (_ASSIGNMENT.match(word) and not words[place].only):
            place += 1
            continue
        base = word.rpartition("/")[2].removesuffix(".exe")
        if base not in _WRAPPERS:
            break
        place = _behind(words, place + 1, base)
    if place >= len(words) or not words[place].text:
        return None
    word = words[place].text
    name = word.rpartition("/")[2].removesuffix(".exe")
    match = _VERSIONED.match(name)
    return Call(match[1] if match else name, word if "/" in word else "", tuple(words[place + 1 :]))


def _behind(words: list[Word], place: int, wrapper: str) -> int:
    """The place of what a wrapper runs."""
    while place < len(words):
        word = words[place].text
        if word == "--":
            return place + 1
        if word.startswith("-"):
            place += 2 if word in _WRAPPERS[wrapper] else 1
        elif wrapper == "timeout" and _DURATION.match(word):
            place += 1
        else:
            break
    return place


def reads_program(call: Call) -> bool:
    """Whether it takes its program from its input."""
    words = [word.text for word in call.arguments]
    if call.name in SHELLS:
        return _shell_reads(words)
    if call.name in _CODE_OPTIONS:
        return _interpreter_reads(words, _CODE_OPTIONS[call.name])
    if call.name in {"iex", "Invoke-Expression"}:
        return True
    if call.name in {"source", "."}:
        return words[:1] in (["/dev/stdin"], ["-"])
    if call.name == "xargs":  # `xargs sh -c` and `xargs -I{} bash -c {}` make commands of what they read
        return any(word in SHELLS for word in words) and "-c" in words
    return call.name in _REMOTE and _remote_reads(words)


def _remote_reads(words: list[str]) -> bool:
    """`ssh host bash -s`, `docker exec -i box sh`: a shell on another machine."""
    for place, word in enumerate(words):
        if word in SHELLS:
            return _shell_reads(words[place + 1 :])
    return False


def _shell_reads(words: list[str]) -> bool:
    value = False
    for word in words:
        if value:  # of `-o pipefail`
            value = False
        elif word in {"-", "/dev/stdin", "/proc/self/fd/0"}:
            return True
        elif not word.startswith(("-", "+")):
            return False
        elif not word.startswith("--"):
            if "s" in word or "c" in word:
                return "s" in word
            value = word.endswith("o")
    return True


def _interpreter_reads(words: list[str], code: frozenset[str]) -> bool:
    for word in words:
        if word in {"-", "/dev/stdin"}:
            return True
        if word in code or word == "-m" or not word.startswith("-"):
            return False
        if any(len(one) == 2 and one[1] in word[1:] for one in code if not word.startswith("--")):  # noqa: PLR2004
            return False  # perl -pe
    return True


def runs_words(call: Call) -> Iterator[Word]:
    """The arguments that a program takes for code, or for the pipe that its code comes from."""
    if call.name in {"eval", "iex", "Invoke-Expression"}:
        yield from call.arguments
    elif call.name in {"source", "."}:
        yield from (word for word in call.arguments[:1] if word.piped)
    elif call.name in SHELLS:
        code = inline(call)
        if code is not None:
            yield code
        else:
            first = next((word for word in call.arguments if not word.text.startswith("-")), None)
            if first is not None and first.piped:
                yield first
    elif call.name in _CODE_OPTIONS:
        previous = ""
        for word in call.arguments:
            if previous in _CODE_OPTIONS[call.name] or (word.piped and not previous):
                yield word
            previous = word.text


def inline(call: Call) -> Word | None:
    """The script that a shell is given with `-c`."""
    for place, word in enumerate(call.arguments):
        if not word.text.startswith("-"):
            return None
        if "c" in word.text and not word.text.startswith("--"):
            return call.arguments[place + 1] if place + 1 < len(call.arguments) else None
    return None


def inner_scripts(command: Command) -> Iterator[Word]:
    """Text in a command that is a script itself."""
    call = called(command)
    if call is None:
        return
    if call.name in SHELLS:
        code = inline(call)
        if code is not None:
            yield code
        elif reads_program(call):
            yield from command.here
    elif call.name == "eval":
        yield from call.arguments
    elif call.name in _TEXT_RUNNERS:
        yield from (word for word in call.arguments if " " in word.text)
        yield from command.here if reads_program(call) else ()


def decodes(call: Call) -> bool:
    """Whether it makes readable what was not."""
    words = [word.text for word in call.arguments]
    if call.name in {"base64", "base32", "basenc"}:
        return any(word in {"-d", "-D", "--decode", "-di"} for word in words)
    if call.name == "openssl":
        return "-d" in words
    if call.name == "xxd":
        return any(word.startswith("-") and "r" in word for word in words)
    return call.name == "uudecode"


def verifies(call: Call) -> bool:
    """Whether it holds a file against a checksum or signature."""
    words = [word.text for word in call.arguments]
    if call.name in {"gpg", "gpg2"}:
        return "--verify" in words
    if call.name == "openssl":
        return "dgst" in words
    if call.name == "gh":
        return words[:2] == ["attestation", "verify"]
    return call.name in _CHECKSUMS
