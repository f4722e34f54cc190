"""Files of a framework that hold data rather than text: do they parse?

Only syntax is looked at: a parser's events are counted off and thrown away, nothing is built from them.
"""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

import yaml

from pytest_fwgates.framework import reading
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

# JSON that others read strictly. A tsconfig.json or .vscode/settings.json may hold comments.
_JSON: Final = re.compile(
    r"(?:.*/)?(?:package\.json|composer\.json|gemini-extension\.json|\.mcp\.json"
    r"|\.claude/[^/]+\.json|[^/]+-plugin/[^/]+\.json|hooks/hooks[^/]*\.json)\Z"
)
_YAML: Final = re.compile(r"(?:\.github/workflows/[^/]+|(?:.*/)?\.claude/.+)\.ya?ml\Z")
_TOML_PLACE: Final = re.compile(r"\(at (?:line (?P<line>\d+), column \d+|end of document)\)\Z")
_MAX_TOML: Final = 1_000_000
_MAX_EVENTS: Final = 500_000
_MAX_DEPTH: Final = 200
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def is_data(path: str) -> bool:
    """Whether a file is one that a tool reads as strict JSON, TOML or YAML."""
    ending = posixpath.splitext(path)[1]
    if ending == ".json":
        return _JSON.match(path) is not None
    return ending == ".toml" or (ending in {".yml", ".yaml"} and _YAML.match(path) is not None)


def unparsable(root: Path, path: str) -> Unreadable | None:
    """Why a data file does not parse, with the parser's line; None if it does."""
    text = reading.read_text(root, path)
    if isinstance(text, Unreadable):
        return text
    read = {".json": _json, ".toml": _toml}.get(posixpath.splitext(path)[1], _yaml)
    try:
        return read(path, text)
    except (RecursionError, ValueError) as error:
        return Unreadable(path, f"nested too deeply, or a number too long ({type(error).__name__})")


def _json(path: str, text: str) -> Unreadable | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return Unreadable(path, f"not valid JSON: {error.msg}", error.lineno)
    return None


def _toml(path: str, text: str) -> Unreadable | None:
    if len(text) > _MAX_TOML:
        return Unreadable(path, f"TOML of more than {_MAX_TOML // 1_000_000} MB")
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        message = _TOML_PLACE.sub("", str(error)).strip()
        line = int(place["line"]) if place and place["line"] else text.rstrip().count("\n") + 1
        return Unreadable(path, f"not valid TOML: {message}", line)
    return None


def _yaml(path: str, text: str) -> Unreadable | None:
    depth = 0
    try:
        for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH or count > _MAX_EVENTS:
                return Unreadable(path, "YAML nested or repeated beyond what can be examined")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "cannot be read"
        return Unreadable(path, f"not valid YAML: {reason}", mark.line + 1 if mark else None)
    return None
