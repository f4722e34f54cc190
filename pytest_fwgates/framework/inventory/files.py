"""Which files say what a framework is made of, told from their paths."""

from __future__ import annotations

import posixpath
import re
from typing import Final

_REQUIREMENTS: Final = re.compile(
    r"\A(?:[\w.-]{0,100}[-_.])?requirements(?:[-_.][\w.-]{0,100})?\.(?:txt|in)\Z"
)
_CONSTRAINTS: Final = re.compile(r"\A(?:[\w-]{0,100}[-_])?constraints?(?:[-_.][\w.-]{0,100})?\.(?:txt|in)\Z")
_DOCKERFILE: Final = re.compile(r"\A(?:[\w-]{1,100}\.)?(?:dockerfile|containerfile)(?:[.-][\w.-]{1,100})?\Z")
_NOT_DOCKER: Final = (".md", ".markdown", ".txt", ".html", ".py", ".js", ".ts", ".json", ".dockerignore")
_COMPOSE: Final = re.compile(r"\A(?:docker-|podman-)?compose(?:[-_.][\w.-]{1,100})?\.ya?ml\Z")
_PYLOCK: Final = re.compile(r"\Apylock(?:\.[^.]{1,100})?\.toml\Z")
_BY_NAME: Final = {
    "pyproject.toml": "pyproject",
    "setup.cfg": "setup.cfg",
    "setup.py": "setup.py",
    "pipfile": "pipfile",
    "pipfile.lock": "Pipfile.lock",
    "pip.conf": "pip.conf",
    "pip.ini": "pip.conf",
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "pdm.lock": "pdm",
    "package.json": "package.json",
    "package-lock.json": "package-lock",
    "npm-shrinkwrap.json": "package-lock",
    "yarn.lock": "yarn.lock",
    "pnpm-lock.yaml": "pnpm-lock",
    "bun.lock": "bun.lock",
    ".npmrc": ".npmrc",
    ".yarnrc.yml": ".yarnrc.yml",
    "action.yml": "workflow",
    "action.yaml": "workflow",
}
_TOOLS: Final = frozenset(
    {
        ".mcp.json",
        "mcp.json",
        "mcp_config.json",
        "claude_desktop_config.json",
        "plugin.json",
        "marketplace.json",
        "gemini-extension.json",
        "settings.json",
        "settings.local.json",
        "hooks.json",
        "opencode.json",
        ".claude.json",
    }
)
_CONFIGURED: Final = frozenset({".claude", ".gemini", ".cursor", ".codex", ".opencode", ".agents", ".github"})
CODE: Final = frozenset({"workflow"})


def form(path: str) -> str | None:  # noqa: PLR0911 - one for each kind of name
    """The format of a file that declares, locks, uses or configures components; None for any other file."""
    folder, _, name = path.rpartition("/")
    name = name.lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.endswith((".txt", ".in")):
        if _CONSTRAINTS.match(name):
            return "constraints"
        inside = posixpath.basename(folder).lower() == "requirements"
        return "requirements" if inside or _REQUIREMENTS.match(name) else None
    if name.endswith((".yml", ".yaml")):
        if path.startswith(".github/workflows/"):
            return "workflow"
        return "compose" if _COMPOSE.match(name) else None
    if name.startswith("pylock") and _PYLOCK.match(name):
        return "pylock"
    if "file" in name and _DOCKERFILE.match(name) and not name.endswith(_NOT_DOCKER):
        return "dockerfile"
    return None


def holds_tools(path: str) -> bool:
    """Whether a file may name servers, hooks or programs: by its name, and where it lies."""
    folder, _, name = path.rpartition("/")
    if name not in _TOOLS:
        return False
    parent = posixpath.basename(folder)
    if name.startswith("settings"):
        return parent in _CONFIGURED
    if name in {"plugin.json", "marketplace.json"}:
        return parent.endswith("-plugin")
    return True
