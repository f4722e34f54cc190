"""What the frontmatter of each kind of module may say, where its format is documented.

Sources, as of 2026: the Agent Skills specification (https://agentskills.io/specification) for every SKILL.md,
and Claude Code's documentation for the folders that Claude Code reads:
https://code.claude.com/docs/en/skills (commands take the same keys),
https://code.claude.com/docs/en/sub-agents, https://code.claude.com/docs/en/memory (rules) and
https://code.claude.com/docs/en/output-styles.

Keys that are not documented are nobody's business. Models and colours are no closed sets: new ones come,
and other tools have their own.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Check: TypeAlias = "Callable[[str, Any], Iterator[Fault]]"
Format = Literal["command", "agent", "skill", "open skill", "rule", "output style"]

MAX_NAME: Final = 64
MAX_DESCRIPTION: Final = 1024
MAX_COMPATIBILITY: Final = 500
_MODELS: Final = ("sonnet", "opus", "haiku", "fable", "inherit", "default", "opusplan", "best")
_ALIKE: Final = 0.8
_NUMBER: Final = re.compile(r"0*[1-9][0-9]{0,9}")


class Fault(msgspec.Struct, frozen=True):
    """One value that its format does not allow; `path` leads to it from the top of the frontmatter."""

    path: tuple[str | int, ...]
    message: str


def faults(written: Format, value: Mapping[Any, Any], folder: str = "") -> Iterator[Fault]:
    """What is wrong with the documented keys that are there; a key without a value is not there.

    Args:
        written: The format that the frontmatter is written in.
        value: The frontmatter.
        folder: Of a skill, the name of the folder that it is installed as, if that is known.
    """
    for key, check in _KEYS[written].items():
        if value.get(key) is not None:
            found = list(check(key, value[key]))
            yield from found
            if key == "name" and folder and not found:
                yield from _skill_folder(str(value[key]), folder)  # YAML makes a date of some names


def _skill_folder(name: str, folder: str) -> Iterator[Fault]:
    if name.strip() and name.strip() != folder:
        message = f"name {_shown(name)} is not that of the skill's folder; write: name: {folder}"
        yield Fault(("name",), message)


def _text(key: str, value: Any) -> Iterator[Fault]:
    """Text; a number or a truth value is read as its text."""
    if isinstance(value, dict | list):
        yield Fault((key,), f"{key} is a {_noun(value)}, not text; quote it")


def _strict_text(key: str, value: Any) -> Iterator[Fault]:
    """Text and nothing else: a name that is a number counts as missing."""
    if isinstance(value, dict | list | bool | int | float):
        yield Fault((key,), f"{key} is a {_noun(value)}, not text; quote it")


def _hint(key: str, value: Any) -> Iterator[Fault]:
    """Documented as `[issue-number]`, which is a list in YAML."""
    if isinstance(value, dict):
        yield Fault((key,), f"{key} is a {_noun(value)}, not text; quote it")


def _texts(key: str, value: Any) -> Iterator[Fault]:
    """Names or patterns, in one text or as a list."""
    if isinstance(value, dict | bool):
        yield Fault((key,), f"{key} is a {_noun(value)}, not a text or a list of texts")
    for number, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict | list):
            yield Fault((key, number), f"{key} holds a {_noun(item)} among its texts; quote the entry")


def _truth(key: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, bool) and value not in ("true", "false"):
        yield Fault((key,), f"{key} is {_shown(value)}, not true or false")


def _count(key: str, value: Any) -> Iterator[Fault]:
    is_number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    if not is_number and not (isinstance(value, str) and _NUMBER.fullmatch(value)):
        yield Fault((key,), f"{key} is {_shown(value)}, not a whole number above 0")


def _mapping(key: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault((key,), f"{key} is a {_noun(value)}, not a mapping of keys to values")


def _mapping_or_list(key: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict | list):
        yield Fault((key,), f"{key} is a {_noun(value)}, not a list or a mapping")


def _one_of(*allowed: str) -> Check:
    def check(key: str, value: Any) -> Iterator[Fault]:
        if value not in allowed:
            yield Fault((key,), f"{key} is {_shown(value)}; allowed: {', '.join(allowed)}")

    return check


def _effort(key: str, value: Any) -> Iterator[Fault]:
    """One of the levels; the SDK and Claude Code also take a number."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield from _one_of("low", "medium", "high", "xhigh", "max")(key, value)


def _model(key: str, value: Any) -> Iterator[Fault]:
    """Any text, for a provider may name its models as it likes; but not a slip of a known alias."""
    yield from _text(key, value)
    if isinstance(value, str) and value.isalpha() and value.lower() not in _MODELS:
        near = difflib.get_close_matches(value.lower(), _MODELS, n=1, cutoff=_ALIKE)
        if near:
            yield Fault((key,), f"model {_shown(value)} is none; did you mean {near[0]}?")


def _at_most(limit: int, check: Check) -> Check:
    def limited(key: str, value: Any) -> Iterator[Fault]:
        yield from check(key, value)
        if isinstance(value, str) and len(value.strip()) > limit:
            yield Fault((key,), f"{key} has {len(value.strip())} characters; at most {limit} are allowed")

    return limited


def _agent_name(key: str, value: Any) -> Iterator[Fault]:
    yield from _strict_text(key, value)
    if isinstance(value, str) and ":" in value:
        yield Fault((key,), f"name {_shown(value)} holds a colon; an agent of that name is not loaded")


def _skill_name(key: str, value: Any) -> Iterator[Fault]:
    """Lower-case letters and digits of any script, in parts that single hyphens join."""
    yield from _strict_text(key, value)
    if not isinstance(value, str) or not value.strip():
        return
    parts = value.strip().split("-")
    if len(value.strip()) > MAX_NAME:
        yield Fault((key,), f"name has {len(value.strip())} characters; at most {MAX_NAME} are allowed")
    elif not all(part.isalnum() and part == part.lower() for part in parts):
        message = f"name {_shown(value)} is not made of lower-case letters, digits and single hyphens"
        yield Fault((key,), message)


def _noun(value: Any) -> str:
    if isinstance(value, dict):
        return "mapping"
    if isinstance(value, list):
        return "list"
    if isinstance(value, bool):
        return "truth value"
    return "number" if isinstance(value, int | float) else "single value"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return f"a {_noun(value)}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]}…"


_OPEN_SKILL: Final[dict[str, Check]] = {
    "name": _skill_name,
    "description": _at_most(MAX_DESCRIPTION, _strict_text),
    "license": _text,
    "compatibility": _at_most(MAX_COMPATIBILITY, _text),
    "metadata": _mapping,
    "allowed-tools": _texts,
}
_COMMAND: Final[dict[str, Check]] = {
    "name": _text,
    "description": _text,
    "when_to_use": _text,
    "argument-hint": _hint,
    "arguments": _texts,
    "allowed-tools": _texts,
    "disallowed-tools": _texts,
    "disable-model-invocation": _truth,
    "user-invocable": _truth,
    "model": _model,
    "effort": _effort,
    "context": _one_of("fork"),
    "agent": _text,
    "background": _truth,
    "hooks": _mapping,
    "paths": _texts,
    "shell": _one_of("bash", "powershell"),
}
_MODES: Final = ("default", "acceptEdits", "auto", "dontAsk", "bypassPermissions", "plan", "manual")
_KEYS: Final[dict[Format, dict[str, Check]]] = {
    "command": _COMMAND,
    "skill": {**_COMMAND, **_OPEN_SKILL},
    "open skill": _OPEN_SKILL,
    "agent": {
        "name": _agent_name,
        "description": _strict_text,
        "tools": _texts,
        "disallowedTools": _texts,
        "model": _model,
        "permissionMode": _one_of(*_MODES),
        "maxTurns": _count,
        "skills": _texts,
        "mcpServers": _mapping_or_list,
        "hooks": _mapping,
        "memory": _one_of("user", "project", "local"),
        "background": _truth,
        "effort": _effort,
        "isolation": _one_of("worktree"),
        "initialPrompt": _text,
    },
    "rule": {"paths": _texts},
    "output style": {
        "name": _text,
        "description": _text,
        "keep-coding-instructions": _truth,
        "force-for-plugin": _truth,
    },
}
