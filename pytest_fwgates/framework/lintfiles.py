"""The files that configure markdownlint in a repository, read as data and with their `extends` followed."""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_fwgates import yamldoc
from pytest_fwgates.framework import reading
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from pytest_fwgates.framework.index import Framework

_FILE: Final = re.compile(
    r"(?P<folder>(?:.*/)?)(?P<of>\.github/linters/|\.trunk/configs/)?"
    r"(?P<name>\.markdown-?lint(?P<options>-cli2)?(?P<ending>rc|\.jsonc?|\.ya?ml)|\.markdownlintignore)\Z"
)
# Of several files of a folder the first counts; the names of other tools come last.
_PRECEDENCE: Final = (".jsonc", ".json", ".yaml", ".yml", "rc")
# Strings are taken whole, so that what looks like a comment in one of them stays.
_JSON_EXTRAS: Final = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\.)*+")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL
)
_MAX_CHARACTERS: Final = 100_000
_MAX_CHAIN: Final = 20


class Files(NamedTuple):
    """What the files of each folder say, by the folder's path (the root's is empty).

    Attributes:
        rules: Of the `.markdownlint.*` that counts.
        options: Of the `.markdownlint-cli2.*` that counts.
        ignores: The lines of `.markdownlintignore`, by the folder's path with a slash at its end.
        problems: What could not be read or followed.
        sources: Each file that counts, with its rules.
    """

    rules: dict[str, dict[str, Any]]
    options: dict[str, dict[str, Any]]
    ignores: dict[str, tuple[str, ...]]
    problems: list[Unreadable]
    sources: list[tuple[str, dict[str, Any]]]


def read(framework: Framework) -> Files:
    """Read every file that configures markdownlint."""
    files = Files({}, {}, {}, [], [])
    found = [match for path in framework.files if ".markdown" in path and (match := _FILE.match(path))]
    for match in sorted(found, key=_rank):
        folder = match["folder"].rstrip("/")
        kept = files.options if match["options"] else files.rules
        if match["name"] == ".markdownlintignore":
            text = reading.read_text(framework.root, match[0])
            if isinstance(text, Unreadable):
                files.problems.append(text)
            else:
                files.ignores[match["folder"]] = tuple(text.splitlines())
        elif folder not in kept:
            value = kept[folder] = _file(framework, match, files.problems)
            rules = value.get("config") if match["options"] else value
            files.sources.append((match[0], rules if isinstance(rules, dict) else {}))
    return files


def settings(written: str) -> dict[str, Any]:
    """The settings of a comment in a document; nothing where they cannot be read."""
    try:
        return _keyed(_parsed(written, ""))
    except ValueError:
        return {}


def _rank(match: re.Match[str]) -> tuple[bool, bool, int]:
    ending = match["ending"]
    is_other = match["of"] is not None or "-lint" in match["name"]
    return is_other, ending is None, _PRECEDENCE.index(ending) if ending else 0


def _file(framework: Framework, match: re.Match[str], problems: list[Unreadable]) -> dict[str, Any]:
    value = _loaded(framework, match[0], problems)
    if not match["options"]:
        return _extended(framework, match[0], value, problems)
    if isinstance(value.get("config"), dict):
        config = _keyed(value["config"])
        return {**value, "config": _extended(framework, match[0], config, problems)}
    return value


def _extended(
    framework: Framework, path: str, config: dict[str, Any], problems: list[Unreadable]
) -> dict[str, Any]:
    """The configuration with all that it extends, which it overrides key by key."""
    seen = [path]
    while (target := config.pop("extends", None)) and isinstance(target, str):
        found = posixpath.normpath(posixpath.join(posixpath.dirname(seen[-1]), target))
        reason = _unfollowed(framework, target, found, seen)
        if reason:
            problems.append(Unreadable(path, f"extends {target}, {reason}"))
            break
        seen.append(found)
        config = {**_loaded(framework, found, problems), **config}
    return config


def _unfollowed(framework: Framework, target: str, found: str, seen: list[str]) -> str:
    """Why `extends` is not followed; nothing where it is."""
    if found in seen or len(seen) > _MAX_CHAIN:
        return "which leads back to itself" if found in seen else "a chain that is too long"
    state = framework.tree.find(found).state
    if state == "file":
        return ""
    if target.startswith(("/", "~")) or state == "outside":
        return "which lies outside of the framework and is not followed"
    if state != "unknown" and "://" not in target and (target.startswith(".") or _is_file_name(target)):
        return "which does not exist"
    return "which is a package and is not followed; the rules may be others than it says"


def _is_file_name(target: str) -> bool:
    return not target.startswith("@") and target.endswith((".json", ".jsonc", ".yaml", ".yml", ".toml"))


def _loaded(framework: Framework, path: str, problems: list[Unreadable]) -> dict[str, Any]:
    text = reading.read_text(framework.root, path)
    if isinstance(text, Unreadable):
        problems.append(text)
        return {}
    try:
        return _keyed(_parsed(text, path))
    except ValueError as error:
        line = getattr(error, "lineno", None) or getattr(error, "line", None)
        reason = getattr(error, "msg", None) or getattr(error, "message", None) or "too large or too deep"
        problems.append(Unreadable(path, str(reason), line))
        return {}


def _keyed(value: Any) -> dict[str, Any]:
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def _plain_json(text: str) -> str:
    """Without comments, and then without the commas that end a list."""
    for _ in range(2):
        text = _JSON_EXTRAS.sub(lambda match: match["string"] or "", text)
    return text


def _parsed(text: str, path: str) -> Any:
    """The data in a text, of which the name, or else the beginning, says how it is written."""
    if len(text) > _MAX_CHARACTERS:
        raise ValueError
    try:
        if path.endswith(".toml"):
            return tomllib.loads(text)
        if path.endswith(("rc", ".json", ".jsonc")) or (not path and text.startswith("{")):
            return json.loads(_plain_json(text))
    except RecursionError:
        raise ValueError from None
    return yamldoc.load(text).value
