"""The words of shells that are no programs, and options of programs that fetch what they run."""

from __future__ import annotations

from typing import Final

# fmt: off
RESERVED: Final = frozenset({
    "if", "then", "else", "elif", "fi", "do", "done", "while", "until", "for", "case", "esac", "in",
    "select", "function", "{", "}", "!", "[[", "time",
})
BUILTINS: Final = frozenset({
    ".", ":", "[", "alias", "bg", "break", "builtin", "cd", "command", "continue", "declare", "dirs",
    "disown", "echo", "enable", "eval", "exec", "exit", "export", "false", "fc", "fg", "getopts", "hash",
    "help", "history", "jobs", "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd",
    "pwd", "read", "readarray", "readonly", "return", "set", "shift", "shopt", "source", "suspend", "test",
    "times", "trap", "true", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait", "]]", "]",
})
WRAPPERS: Final = frozenset({
    "exec", "command", "builtin", "env", "nohup", "time", "sudo", "nice", "xargs",
})
SHELLS: Final = frozenset({
    "sh", "bash", "zsh", "dash", "ksh", "fish", "cmd", "cmd.exe", "powershell", "pwsh",
})
UV_VALUES: Final = frozenset({
    "--with", "--with-requirements", "--python", "-p", "--index", "--index-url", "-i", "--default-index",
    "--extra-index-url", "--find-links", "-f", "--prerelease", "--cache-dir", "--directory", "--project",
    "--env-file", "--constraints", "-c",
})
DOCKER_FLAGS: Final = frozenset({
    "-i", "-t", "-d", "-it", "-ti", "-P", "-q", "--rm", "--init", "--privileged", "--read-only",
    "--interactive", "--tty", "--detach", "--quiet", "--publish-all", "--no-healthcheck", "--sig-proxy",
    "--disable-content-trust", "--oom-kill-disable",
})
# fmt: on
