"""What a framework has others run: MCP servers, hooks, and programs that modules may use.

References: https://docs.claude.com/en/docs/claude-code/mcp, https://docs.claude.com/en/docs/claude-code/hooks,
https://docs.claude.com/en/docs/claude-code/slash-commands (allowed-tools), https://code.visualstudio.com/docs/copilot/chat/mcp-servers
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from pytest_fwgates.framework.inventory import commands, jsonplaces, plain
from pytest_fwgates.framework.inventory.model import Component  # noqa: TC001 - msgspec evaluates it

if TYPE_CHECKING:
    from collections.abc import Iterator

Place: TypeAlias = Callable[..., tuple[int, int]]

_DEPTH: Final = 8
_MAX_TOOLS: Final = 5_000
_SERVERS: Final = ("mcpServers", "mcp_servers", "mcp", "servers")
_COMMANDS: Final = frozenset({"command", "bash", "powershell"})
_HELPERS: Final = ("apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper")
_PERMITTED: Final = re.compile(r"\bBash\(\s*+([^()\s:*]{1,200})")


class Tool(msgspec.Struct, frozen=True, gc=False):
    """Something that is run on behalf of the framework.

    Attributes:
        kind: `mcp`: a server; `hook`: a command at an event; `cli`: a program.
        name: Of a server its name, of a hook its whole command, of a program its name.
        program: That is started; empty for a script of the framework's own.
        fetched: The package or image that is fetched to be run.
        url: Of a server that runs elsewhere.
    """

    kind: Literal["mcp", "hook", "cli"]
    name: str
    path: str
    line: int
    column: int = 1
    program: str = ""
    fetched: Component | None = None
    url: str = ""


def of_json(path: str, text: str) -> list[Tool]:
    """The servers, hooks and programs that a manifest or settings file names.

    Raises:
        JsonError: it cannot be read.
    """
    loaded = jsonplaces.load(text, _DEPTH)
    found: list[Tool] = []
    top: list[tuple[tuple[str | int, ...], Any]] = [((), loaded.value)]
    plugins = plain.items(loaded.value, "plugins")
    top += [(("plugins", number), one) for number, one in enumerate(plugins)]
    for where, value in top:
        found += _servers(path, loaded, where, value)
        found += of_hooks(path, loaded.place, where, value)
        if len(found) > _MAX_TOOLS:
            raise jsonplaces.JsonError(f"more than {_MAX_TOOLS} servers, hooks and programs")
    return found


def _servers(
    path: str, loaded: jsonplaces.Loaded, where: tuple[str | int, ...], value: Any
) -> Iterator[Tool]:
    for key in _SERVERS:
        if key == "servers" and not path.endswith("mcp.json"):
            continue
        said = plain.table(value, key)
        said, inner = (
            (plain.table(said, "servers"), (key, "servers")) if "servers" in said else (said, (key,))
        )
        for name, server in said.items():
            if isinstance(server, dict):
                yield _server(path, name, server, loaded.place(*where, *inner, name))


def _server(path: str, name: str, server: dict[str, Any], place: tuple[int, int]) -> Tool:
    program = server.get("command")
    words = [str(one) for one in plain.items(server, "args")]
    if isinstance(program, list):  # opencode writes both as one list
        words = [str(one) for one in program[1:]]
        program = str(program[0]) if program else ""
    program = program if isinstance(program, str) else ""
    url = plain.text(server, "url") or plain.text(server, "serverUrl") or plain.text(server, "httpUrl")
    started = []
    if program:
        split = program.split() if " " in program and not words else [program]
        started = commands.of_words(split[0], [*split[1:], *words], *place)
    fetched = next((one.fetched for one in started if one.fetched), None)
    ran = next((one.program for one in started if one.program), "")
    return Tool("mcp", name, path, *place, program=ran, fetched=fetched, url=url)


def of_hooks(path: str, place: Place, where: tuple[str | int, ...], value: Any) -> Iterator[Tool]:
    """The commands under `hooks`, `statusLine` and the helpers; `place` tells where a path stands."""
    if not isinstance(value, dict):
        return
    pending: list[tuple[tuple[str | int, ...], Any]] = [((*where, "statusLine"), value.get("statusLine"))]
    pending.append(((*where, "hooks"), value.get("hooks")))
    while pending:
        at, one = pending.pop()
        if isinstance(one, list):
            pending += [((*at, number), item) for number, item in reversed(list(enumerate(one)))]
        elif isinstance(one, dict):
            for key, item in reversed(one.items()):
                if key in _COMMANDS and isinstance(item, str):
                    yield from of_command(item, path, place(*at, str(key)))
                elif isinstance(item, dict | list):
                    pending.append(((*at, str(key)), item))
    for key in _HELPERS:
        if command := plain.text(value, key):
            yield from of_command(command, path, place(*where, key))


def of_command(command: str, path: str, place: tuple[int, int]) -> Iterator[Tool]:
    """A hook, and the programs that it starts."""
    yield Tool("hook", " ".join(command.split()), path, *place)
    for one in commands.runs(command, *place):
        if one.program:
            yield Tool("cli", one.program, path, *place, program=one.program, fetched=one.fetched)


def of_permission(value: Any, path: str, place: tuple[int, int]) -> Iterator[Tool]:
    """The programs that `allowed-tools` lets a module run: ``Bash(gh pr:*)``."""
    words = value if isinstance(value, str) else ", ".join(str(one) for one in value if isinstance(one, str))
    for match in _PERMITTED.finditer(words):
        for one in commands.runs(match[1], *place):
            if one.program:
                yield Tool("cli", one.program, path, *place, program=one.program)
