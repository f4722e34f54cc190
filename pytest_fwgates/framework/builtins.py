"""What Claude Code and its kin bring along, so that a framework may name it without having it.

https://docs.claude.com/en/docs/claude-code/sub-agents,
https://docs.claude.com/en/docs/claude-code/slash-commands,
https://docs.claude.com/en/docs/claude-code/skills. A name too many here costs one missed slip; one too few
would cry wolf.
"""

from __future__ import annotations

from typing import Final

AGENTS: Final = (
    "bash", "build", "claude", "claude-code-guide", "default", "explore", "explorer", "fork", "general",
    "general-purpose", "output-style-setup", "plan", "statusline-setup", "worker",
)  # fmt: skip
COMMANDS: Final = (
    "add-dir", "agents", "batch", "bashes", "btw", "bug", "chrome", "claude-api", "clear", "color", "compact",
    "config", "context", "copy", "cost", "debug", "desktop", "diff", "doctor", "docx", "effort", "exit",
    "export", "extra-usage", "fast", "feedback", "fork", "help", "hooks", "ide", "init", "insights",
    "install-github-app", "install-slack-app", "keybindings", "keybindings-help", "login", "logout", "loop",
    "mcp", "memory", "mobile", "model", "output-style", "passes", "pdf", "permissions", "plan", "plugin",
    "pptx", "pr-comments", "privacy-settings", "quit", "release-notes", "reload-plugins", "remote-control",
    "remote-env", "rename", "resume", "review", "rewind", "sandbox", "schedule", "security-review",
    "settings", "simplify", "skill-creator", "skills", "stats", "status", "statusline", "stickers", "tasks",
    "terminal-setup", "theme", "todos", "upgrade", "usage", "usage-credits", "vim", "voice", "xlsx",
)  # fmt: skip
