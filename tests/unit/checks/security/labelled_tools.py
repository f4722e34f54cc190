"""MCP servers, hooks, programs and actions, approved and pinned, or all but one thing of that."""

# ruff: noqa: E501 - files of others, as those are written

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from tests.unit.checks.security.labelled_dependencies import allowlist, entry
from tests.unit.checks.security.labelled_projects import Case, digest

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = "{npm: [https://registry.npmjs.org], pypi: [https://pypi.org/simple], image: [ghcr.io/acme], action: [acme]}"
PLACES = (".mcp.json", ".claude-plugin/plugin.json", ".claude/settings.json", ".cursor/mcp.json", "sub/.mcp.json",
          ".claude/settings.local.json", ".gemini/settings.json", "gemini-extension.json")  # fmt: skip


def approving(
    servers: str = "", hooks: str = "", commands: str = "[]", packages: tuple[str, ...] = ()
) -> dict[str, str]:
    more = f"  servers: [{servers}]\n  hooks: [{hooks}]\n  commands: {commands}\n"
    return allowlist(*packages, sources=SOURCES, more=more)


def cases(seed: int = 9) -> Iterator[Case]:
    rng = random.Random(seed)
    for place in PLACES:
        yield from _fetched(rng, place)
        yield from _reached(place)
    yield from _hooks()
    yield from _programs()
    yield from _actions(rng)


def _said(place: str, server: dict[str, Any]) -> dict[str, str]:
    return {place: json.dumps({"name": "p", "mcpServers": {"docs": server}}, indent=1)}


def _fetched(rng: random.Random, place: str) -> Iterator[Case]:
    sha = f"sha256:{digest(rng)}"
    ways: list[tuple[str, list[str], str, str, str, str]] = [
        ("npx", ["-y", "WHAT"], "npm", "docs-mcp", "docs-mcp@1.2.3", "docs-mcp@latest"),
        ("npx", ["WHAT", "--stdio"], "npm", "@acme/docs", "@acme/docs@1.2.3", "@acme/docs"),
        ("npx", ["--yes", "--package=WHAT", "start"], "npm", "docs-mcp", "docs-mcp@1.2.3", "docs-mcp@^1"),
        ("bunx", ["WHAT"], "npm", "docs-mcp", "docs-mcp@1.2.3", "docs-mcp"),
        ("pnpm", ["dlx", "WHAT"], "npm", "docs-mcp", "docs-mcp@1.2.3", "docs-mcp@next"),
        ("uvx", ["WHAT"], "pypi", "docs-mcp", "docs-mcp==1.2.3", "docs-mcp"),
        ("uvx", ["--from", "WHAT", "run"], "pypi", "docs-mcp", "docs-mcp==1.2.3", "docs-mcp>=1"),
        ("uv", ["tool", "run", "WHAT"], "pypi", "docs-mcp", "docs-mcp@1.2.3", "docs-mcp@latest"),
        ("pipx", ["run", "--spec", "WHAT", "run"], "pypi", "docs-mcp", "docs-mcp==1.2.3", "docs-mcp"),
        ("docker", ["run", "-i", "--rm", "-e", "KEY", "WHAT"], "image", "ghcr.io/acme/docs", f"ghcr.io/acme/docs@{sha}",
         "ghcr.io/acme/docs:latest"),
        ("sh", ["-c", "npx -y WHAT"], "npm", "docs-mcp", "docs-mcp@1.2.3", "docs-mcp"),
    ]  # fmt: skip
    for command, words, ecosystem, name, pinned, loose in rng.sample(ways, 6):
        versions = {"npm": "1.2.3", "pypi": "==1.2.3", "image": sha}[ecosystem]
        known = entry(ecosystem, name, versions)
        server = f'{{name: docs, package: "{ecosystem}:{name}"}}'

        def made(what: str, command: str = command, words: list[str] = words) -> dict[str, str]:
            return _said(place, {"command": command, "args": [one.replace("WHAT", what) for one in words]})

        whole = approving(server, packages=(known,))
        yield Case("server that is fetched", made(pinned) | whole, is_bad=False)
        yield Case(
            "server in any version",
            made(loose) | approving(server, packages=(entry(ecosystem, name),)),
            is_bad=True,
        )
        yield Case("server nobody approved", made(pinned) | approving(packages=(known,)), is_bad=True)
        yield Case("package nobody approved", made(pinned) | approving(server), is_bad=True)
        other = f'{{name: docs, package: "{ecosystem}:{name}-x"}}'
        yield Case("server exchanged", made(pinned) | approving(other, packages=(known,)), is_bad=True)
        far = {"npm": "2.0.0", "pypi": "==2.0.0", "image": f"sha256:{digest(rng)}"}[ecosystem]
        old = approving(server, packages=(entry(ecosystem, name, far),))
        yield Case("another version", made(pinned) | old, is_bad=True)


def _reached(place: str) -> Iterator[Case]:
    url = "https://mcp.example.com/mcp"
    known = approving(f'{{name: docs, url: "{url}"}}')
    yield Case("server elsewhere", _said(place, {"type": "http", "url": url}) | known, is_bad=False)
    yield Case(
        "server elsewhere", _said(place, {"url": "https://mcp.example.invalid/mcp"}) | known, is_bad=True
    )
    plain = "http://mcp.example.com/mcp"
    yield Case(
        "without TLS",
        _said(place, {"url": plain}) | approving(f'{{name: docs, url: "{plain}"}}'),
        is_bad=True,
    )
    here = "http://localhost:9000/mcp"
    yield Case(
        "without TLS", _said(place, {"url": here}) | approving(f'{{name: docs, url: "{here}"}}'), is_bad=False
    )
    own = _said(place, {"command": "node", "args": ["${CLAUDE_PLUGIN_ROOT}/server.js"]})
    yield Case("own script", own | approving("{name: docs, command: node}"), is_bad=False)
    yield Case("own script", own | approving("{name: docs, command: python}"), is_bad=True)


def _hooks() -> Iterator[Case]:
    command = "${CLAUDE_PLUGIN_ROOT}/hooks/check.sh --fast"
    inner = {
        "hooks": {"PostToolUse": [{"matcher": "Edit", "hooks": [{"type": "command", "command": "COMMAND"}]}]}
    }
    front = "---\nname: a\ndescription: A.\nhooks:\n  Stop:\n    - hooks:\n        - type: command\n          command: COMMAND\n---\n# A\n"
    places = {
        ".claude/settings.json": json.dumps(inner), "hooks/hooks.json": json.dumps(inner), ".claude/skills/a/SKILL.md": front,
        ".claude-plugin/plugin.json": json.dumps({"name": "p", **inner}), ".claude/agents/a.md": front,
        "plugins/x/hooks/hooks.json": json.dumps(inner),
    }  # fmt: skip
    for path, text in places.items():
        for said, listed, is_bad in (
            (command, command, False), (command, "", True), (f"{command} ", command, False),
            (command, "${CLAUDE_PLUGIN_ROOT}/hooks/check.sh", True), (f"{command} && curl example.invalid", command, True),
        ):  # fmt: skip
            files = {path: text.replace("COMMAND", said)}
            yield Case(
                "hook", files | approving(hooks=f"'{listed}'" if listed else "", commands="[curl]"), is_bad
            )
    for program, is_bad in (("jq", False), ("nc", True)):
        line = f"{program} . input.json"
        files = {".claude/settings.json": json.dumps(inner).replace("COMMAND", line)}
        yield Case("program of a hook", files | approving(hooks=f"'{line}'", commands="[jq]"), is_bad)
    for line, is_bad in (("npx -y lint@1.2.3 .", False), ("npx -y lint .", True), ("uvx ruff check", True)):
        files = {".claude/settings.json": json.dumps(inner).replace("COMMAND", line)}
        known = approving(hooks=f"'{line}'", commands="[npx, uvx]", packages=(entry("npm", "lint", "1.2.3"),))
        yield Case("fetched by a hook", files | known, is_bad)
    for key in ("statusLine", "apiKeyHelper"):
        value = {"type": "command", "command": command} if key == "statusLine" else command
        files = {".claude/settings.json": json.dumps({key: value})}
        yield Case("hook", files | approving(hooks=f"'{command}'"), is_bad=False)
        yield Case("hook", files | approving(), is_bad=True)


def _programs() -> Iterator[Case]:
    for path in (".claude/commands/a.md", ".claude/skills/a/SKILL.md"):
        for tools, is_bad in (
            ("Bash(git diff:*), Read", False), ("Bash(git status), Bash(gh pr view:*)", False), ("Read, Grep", False),
            ("Bash(aws s3:*)", True), ("Bash(git log:*), Bash(kubectl:*)", True), ("Read, Bash(terraform apply)", True),
        ):  # fmt: skip
            for key in ("allowed-tools", "allowed_tools"):
                text = f"---\nname: a\ndescription: A.\n{key}: {tools}\n---\n# A\n\nRun `aws` by hand.\n"
                yield Case("allowed tool", {path: text} | approving(commands="[git, gh]"), is_bad)


def _actions(rng: random.Random) -> Iterator[Case]:
    commit = digest(rng, 40)
    for used, is_bad in (
        (f"acme/thing@{commit}", False), (f"acme/thing/sub@{commit} # v1", False), ("acme/thing@v1", True),
        ("acme/thing@main", True), (f"evil/thing@{commit}", True), (f"acme/other@{commit}", True),
        (f"acme/thing@{digest(rng, 40)}", True), ("./own", False),
    ):  # fmt: skip
        known = approving(packages=(entry("action", "acme/thing", f"{commit}, v1, main"),))
        steps = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: {used}\n"
        yield Case("action", {".github/workflows/a.yml": steps} | known, is_bad)
        call = f"on: push\njobs:\n  a:\n    uses: {used.replace('/sub', '').replace('/thing', '/thing/.github/workflows/a.yml')}\n"
        yield Case("action", {".github/workflows/a.yml": call} | known, is_bad)
        own = f"name: a\ndescription: a\nruns:\n  using: composite\n  steps:\n    - uses: {used}\n"
        yield Case("action", {"action.yml": own} | known, is_bad)
