"""MCP servers, hooks, programs and actions are approved, pinned, and from an approved source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.security.approval import hold
from pytest_fwgates.checks.security.supply.shown import short
from pytest_fwgates.framework.inventory.read import inventory
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.checks.security.approval.allowed import Allowed, Server
    from pytest_fwgates.framework.index import Framework
    from pytest_fwgates.framework.inventory.model import Component
    from pytest_fwgates.framework.inventory.tools import Tool
    from pytest_fwgates.model import Severity


_LOCAL: Final = re.compile(r"\Ahttps?://(?:localhost|127\.[\d.]{1,12}|\[::1\])(?:[:/]|\Z)|\A\$")


def loose_tools(framework: Framework) -> list[Finding]:
    """What is fetched anew, in whatever version there is, each time that a tool runs."""
    return [found for tool in inventory(framework).tools for found in _loose(tool)]


def unapproved_tools(framework: Framework, allowed: Allowed) -> list[Finding]:
    """MCP servers, hooks, programs and actions are approved, pinned, and from an approved source.

    Why: a server or a hook runs with the rights of whoever uses the framework, without being asked again.

    Rule: each MCP server, hook command, program of a hook or of `allowed-tools`, and each action of a
    workflow stands on the allow-list; what it fetches has an entry there, too, in an approved version and
    from an approved source. `loose_tools` finds what names no single version.

    Mend: pin the version; add an entry, or use something else.
    """
    findings: list[Finding] = []
    seen: set[tuple[str, str, str]] = set()
    for tool in inventory(framework).tools:
        key = (tool.kind, tool.name, tool.path)
        if tool.kind == "mcp" or key not in seen:
            findings += _of_tool(tool, allowed)
        seen.add(key)
    moving: set[tuple[str, str]] = set()
    for manifest in inventory(framework).manifests:
        for one in hold.names_of(manifest.components, frozenset()):
            if one.ecosystem != "action":
                continue
            findings += _of_component(hold.Use(manifest.path, one), allowed)
            if not one.commit and (one.name, one.requested) not in moving:
                moving.add((one.name, one.requested))
                findings.append(_moving(manifest.path, one))
    return findings


def examined(framework: Framework) -> int:
    """How many files are searched for tools: manifests, settings, modules with frontmatter and workflows."""
    everything = inventory(framework)
    return everything.searched + sum(one.format == "workflow" for one in everything.manifests)


def has_tools(framework: Framework) -> bool:
    """Whether there is anything that could be on an allow-list."""
    everything = inventory(framework)
    actions = (one for manifest in everything.manifests for one in manifest.components)
    return bool(everything.tools) or any(one.ecosystem == "action" for one in actions)


def _loose(tool: Tool) -> Iterator[Finding]:
    one = tool.fetched
    if one is not None and one.origin != "local" and not _is_fixed(one):
        sign = ":" if one.ecosystem == "image" else "@"
        asked = f"{short(one.written)}{f'{sign}{short(one.requested)}' if one.requested else ''}"
        how = "name a digest: image@sha256:..." if one.ecosystem == "image" else "name one version"
        message = f"{_called(tool)} fetches {asked}, in whatever version there is when it runs; {how}"
        yield _finding(tool, "high", message)
    if tool.url and not tool.url.startswith("https://") and not _LOCAL.match(tool.url):
        why = "anybody on the way can answer; use https://"
        yield _finding(tool, "high", f"{_called(tool)} is at {short(tool.url)}, without TLS: {why}")


def _is_fixed(one: Component) -> bool:
    return one.commit if one.ecosystem == "image" or one.origin == "git" else bool(one.version or one.hashes)


def _of_tool(tool: Tool, allowed: Allowed) -> Iterator[Finding]:
    if tool.kind == "hook":
        if tool.name not in allowed.hooks:
            what = f"hook {short(tool.name)} is not on the allow-list"
            yield _finding(tool, "high", f"{what}; add its command to hooks of {allowed.shown}")
        return
    if tool.kind == "cli":
        if tool.program not in allowed.commands:
            what = f"program {short(tool.program)} is not on the allow-list"
            yield _finding(tool, "medium", f"{what}; add it to commands of {allowed.shown}")
    else:
        entries = [one for one in allowed.servers if one.name == tool.name]
        if not entries:
            message = f"{_called(tool)} is not on the allow-list; add it to servers of {allowed.shown}"
            yield _finding(tool, "high", message)
            return
        if not any(_is_server(tool, one) for one in entries):
            yield _exchanged(tool, entries[0], allowed)
    if tool.fetched is not None and tool.fetched.origin != "local":
        yield from _of_component(hold.Use(tool.path, tool.fetched), allowed)


def _is_server(tool: Tool, entry: Server) -> bool:
    """Whether what is run under an approved name is what was approved."""
    if tool.url:
        return tool.url == entry.url
    if tool.fetched is not None:
        return _package(tool) == entry.package
    return not entry.url and not entry.package and tool.program == entry.command


def _exchanged(tool: Tool, entry: Server, allowed: Allowed) -> Finding:
    said = short(tool.url or _package(tool) or tool.program or "a script of the framework")
    meant = short(entry.url or entry.package or entry.command or "a script of the framework")
    message = f"{_called(tool)} is {said}; what servers of {allowed.shown} approve under that name is {meant}"
    return _finding(tool, "high", message)


def _package(tool: Tool) -> str:
    return f"{tool.fetched.ecosystem}:{tool.fetched.name}" if tool.fetched else ""


def _of_component(use: hold.Use, allowed: Allowed) -> Iterator[Finding]:
    entry = allowed.package(use.one.ecosystem, use.one.name)
    what = f"{use.one.ecosystem} {short(use.one.written)}"
    if entry is None:
        message = f"{what} is not on the allow-list; add it to packages of {allowed.shown}"
        yield Finding(message, use.path, use.one.line, use.one.column, severity="high")
        return
    yield from hold.of_versions(use, entry, allowed)
    if not allowed.has_source(use.one):
        message = f"{what} is from no approved source; add it to sources of {allowed.shown}"
        yield Finding(message, use.path, use.one.line, use.one.column, severity="high")


def _moving(path: str, one: Component) -> Finding:
    name = f"{short(one.written)}@{short(one.requested)}"
    message = (
        f"action {name} is not pinned to a commit, so what was approved can be exchanged: name the commit"
    )
    return Finding(message, path, one.line, one.column, severity="medium")


def _called(tool: Tool) -> str:
    return f"{'MCP server' if tool.kind == 'mcp' else 'a command'} {short(tool.name)}"


def _finding(tool: Tool, severity: Severity, message: str) -> Finding:
    return Finding(message, tool.path, tool.line, tool.column, severity=severity)
