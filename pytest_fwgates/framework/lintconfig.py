"""A repository's configuration of markdownlint: which rules it has switched off, and where.

The nearest folder above a document that has a configuration decides, as with markdownlint-cli2. Files that
would have to be executed (`.markdownlint.cjs`) are not read.
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates import yamldoc
from pytest_fwgates.framework import reading
from pytest_fwgates.framework.globs import matcher
from pytest_fwgates.framework.lint import Rule, is_meant
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fwgates.framework.index import Framework

_CONFIGURATION: Final = re.compile(
    r"(?P<folder>(?:.*/)?)(?:\.github/linters/|\.trunk/configs/)?"
    r"(?P<name>\.markdown-?lint(?P<options>-cli2)?(?:rc|\.jsonc?|\.ya?ml)|\.markdownlintignore)\Z"
)
# Strings are taken whole, so that what looks like a comment in one of them stays.
_JSON_EXTRAS: Final = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\.)*+")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL
)
_MAX_CHARACTERS: Final = 100_000
_MAX_PATTERNS: Final = 100
_MAX_STARS: Final = 6


class Configuration:
    """Which rules hold for which document; `problems` are the files that cannot be read."""

    def __init__(self, framework: Framework) -> None:
        self.problems: list[Unreadable] = []
        self._rules: dict[str, dict[str, Any]] = {}
        self._ignores: list[tuple[str, Callable[[str], bool]]] = []
        found = (_CONFIGURATION.match(path) for path in framework.files if ".markdown" in path)
        # `.markdownlint-cli2` sorts before `.markdownlint.`, which adds to it.
        for match in sorted(filter(None, found), key=lambda match: match[0]):
            text = reading.read_text(framework.root, match[0])
            if isinstance(text, Unreadable):
                self.problems.append(text)
            elif match["name"] == ".markdownlintignore":
                self._ignore(match["folder"], text.splitlines())
            else:
                self._read(match, text)

    def is_on(self, rule: Rule, path: str) -> bool:
        """Whether a rule holds for a document."""
        folder = posixpath.dirname(path)
        while f"{folder}/".lstrip("/") not in self._rules and folder:
            folder = posixpath.dirname(folder)
        return _is_on(rule, self._rules.get(f"{folder}/".lstrip("/"), {}))

    def leaves_out(self, path: str) -> bool:
        """Whether a document is ignored altogether."""
        return any(
            path.startswith(folder) and is_ignored(path.removeprefix(folder))
            for folder, is_ignored in self._ignores
        )

    def _read(self, match: re.Match[str], text: str) -> None:
        try:
            value = _parsed(match[0], text)
        except ValueError as error:
            line = getattr(error, "lineno", None) or getattr(error, "line", None)
            reason = getattr(error, "msg", None) or getattr(error, "message", None) or "too large or too deep"
            self.problems.append(Unreadable(match[0], str(reason), line))
            return
        value = value if isinstance(value, dict) else {}
        if match["options"]:
            self._ignore(match["folder"], value.get("ignores"))
            value = value.get("config")
        if isinstance(value, dict):
            rules = {str(key).lower(): setting for key, setting in value.items()}
            self._rules.setdefault(match["folder"], {}).update(rules)

    def _ignore(self, folder: str, patterns: Any) -> None:
        """Patterns come from the framework, so only those that match in no time are taken."""
        written = [pattern for pattern in patterns or () if isinstance(pattern, str) and pattern.strip()]
        plain = [pattern.strip() for pattern in written if pattern.count("*") <= _MAX_STARS]
        kept = [pattern for pattern in plain if not pattern.startswith("#")][:_MAX_PATTERNS]
        if kept:
            self._ignores.append((folder, matcher(kept)))


def _is_on(rule: Rule, settings: dict[str, Any]) -> bool:
    """As markdownlint decides: `default` first, then the rule's names and tags in their order."""
    on = _enables(settings.get("default", True))
    for name, setting in settings.items():
        if is_meant(rule, name):
            on = _enables(setting)
    return on


def _enables(setting: Any) -> bool:
    if isinstance(setting, dict):
        return setting.get("enabled", True) is not False
    return setting not in (False, None, "off")


def _parsed(path: str, text: str) -> Any:
    if len(text) > _MAX_CHARACTERS:
        raise ValueError
    if path.endswith(("rc", ".json", ".jsonc")):
        try:
            return json.loads(_JSON_EXTRAS.sub(lambda match: match["string"] or "", text))
        except RecursionError:
            raise ValueError from None
    return yamldoc.load(text).value
