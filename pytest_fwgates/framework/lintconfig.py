"""A repository's configuration of markdownlint: which rules hold for which document, with which parameters.

As markdownlint-cli2 reads it (https://github.com/DavidAnson/markdownlint-cli2#configuration): of each folder
its first `.markdownlint.*` counts, else that of the nearest folder above, unless a `.markdownlint-cli2.*` on
the way has a `config`; those of several folders add up. `extends` is followed to files of the repository;
what would have to be downloaded or executed (a package, `.markdownlint.cjs`) is not.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_fwgates.framework import lintfiles
from pytest_fwgates.framework.globs import matcher, path_matcher
from pytest_fwgates.framework.lint import STYLES, Rule, is_meant
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_fwgates.framework.index import Document, Framework
    from pytest_fwgates.framework.lint import Slip
    from pytest_fwgates.framework.markdown import Facts

_TITLE: Final = re.compile(r"\^?(?:\\s\*)?\"?\??(?P<key>\w{1,60})\"?\??(?:\\s\*)?(?:\[:=\]|:|=)?")
_MAX_PATTERNS: Final = 100
_MAX_STARS: Final = 6

Rules = dict[str, Any]


class Setting(NamedTuple):
    """What a configuration says of a rule: whether it holds, whether it names the rule, and how."""

    is_on: bool
    is_named: bool
    parameters: dict[str, Any]


class Configuration:
    """Which rules hold for which document; `problems` are what cannot be read or followed."""

    def __init__(self, framework: Framework) -> None:
        files = lintfiles.read(framework)
        self.problems: list[Unreadable] = files.problems
        self._files = files
        for path, rules in files.sources:
            files.problems.extend(Unreadable(path, reason) for reason in _unfollowed(rules))
        self._rules_of = cache(self._merged)
        self._is_ignored_in = cache(self._ignored)

    def slips(self, document: Document) -> Iterator[tuple[Slip, bool]]:
        """The slips of a document that its configuration, or a comment in it, makes findings.

        With each, whether it would be one but for the document's own comments.
        """
        facts = document.facts
        if not facts.slips or self.leaves_out(document.path):
            return
        folder = posixpath.dirname(document.path)
        rules = dict(self._rules_of(folder))
        configured = _judge(facts, rules, comments=False)
        commented = configured
        if not self._options(folder, "noInlineConfig"):
            for written in facts.lint_settings:
                rules |= lintfiles.settings(written)
            commented = _judge(facts, rules, comments=True)
        for slip, by_files, by_comments in zip(facts.slips, configured, commented, strict=True):
            if by_files or by_comments:
                yield slip, not by_comments

    def is_on(self, rule: Rule, path: str) -> bool:
        """Whether a rule holds for a document, but for what its comments say."""
        return _setting(rule, self._rules_of(posixpath.dirname(path))).is_on

    def leaves_out(self, path: str) -> bool:
        """Whether a document is ignored altogether."""
        if any(is_ignored(path) for is_ignored in self._is_ignored_in(posixpath.dirname(path))):
            return True
        return any(
            path.startswith(folder) and _ignores(lines)(path.removeprefix(folder))
            for folder, lines in self._files.ignores.items()
        )

    def _configured(self, folder: str) -> list[str]:
        """The nearest folder with a configuration, and those above it; without any, the root."""
        folders = [folder, *_above(folder)]
        while folders[0] and folders[0] not in self._files.rules and folders[0] not in self._files.options:
            del folders[0]
        return folders

    def _merged(self, folder: str) -> Rules:
        folders = self._configured(folder)
        if folders[0] in self._files.rules:
            return self._files.rules[folders[0]]
        config: Rules = {}
        has_config = False
        for above in folders:
            options = self._files.options.get(above, {}).get("config")
            if isinstance(options, dict):
                config = {**options, **config}
                has_config = True
            if above in self._files.rules and not has_config:
                return self._files.rules[above]
        return config

    def _options(self, folder: str, key: str) -> Any:
        """What the nearest folder above says that says anything."""
        found = (self._files.options.get(above, {}) for above in (folder, *_above(folder)))
        return next((options[key] for options in found if key in options), None)

    def _ignored(self, folder: str) -> tuple[Callable[[str], bool], ...]:
        """What `ignores` leave out, and the `globs` of the root; the former count from the nearest folder."""
        ignores = _below(self._configured(folder)[0], self._options(folder, "ignores"))
        globs = self._files.options.get("", {}).get("globs")
        left_out = [one[1:] for one in _texts(globs) if one.startswith(("!", "#"))]
        return (ignores, _below("", left_out))


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def _below(folder: str, patterns: Any) -> Callable[[str], bool]:
    is_ignored = path_matcher(_harmless(patterns))
    prefix = posixpath.join(folder, "")
    return lambda path: is_ignored(path.removeprefix(prefix))


@cache
def _ignores(lines: tuple[str, ...]) -> Callable[[str], bool]:
    return matcher([one for one in _harmless(lines) if not one.startswith("#")])


def _harmless(patterns: Any) -> list[str]:
    """Patterns come from the framework, so only those that match in no time are taken."""
    return [one for one in _texts(patterns) if one.count("*") <= _MAX_STARS][:_MAX_PATTERNS]


def _texts(values: Any) -> list[str]:
    listed = values if isinstance(values, list | tuple) else ()
    return [one.strip() for one in listed if isinstance(one, str) and one.strip()]


def _judge(facts: Facts, rules: Rules, *, comments: bool) -> list[bool]:
    """Whether each slip is a finding by these rules, with or without the comments that switch them."""
    front = facts.frontmatter
    keys = front.text if front and front.closed and front.plausible else ""
    held = {rule: _setting(rule, rules) for rule in {slip.rule for slip in facts.slips}}
    style = _style(held.get("MD055"), facts.slips)
    return [
        (slip.on if comments and slip.on is not None else held[slip.rule].is_on)
        and _counts(slip, held[slip.rule], keys, style)
        for slip in facts.slips
    ]


def _setting(rule: Rule, rules: Rules) -> Setting:
    """As markdownlint decides: `default` first, then the rule's names and tags in their order."""
    on = next((_enables(value) for key, value in rules.items() if key.lower() == "default"), True)
    setting = Setting(on, is_named=False, parameters={})
    for name, value in rules.items():
        if is_meant(rule, name.lower()):
            parameters = value if isinstance(value, dict) else {}
            setting = Setting(_enables(value), is_named=True, parameters=parameters)
    return setting


def _enables(setting: Any) -> bool:
    if isinstance(setting, dict):
        return setting.get("enabled", True) is not False
    return setting not in (False, None, "off")


def _counts(slip: Slip, setting: Setting, frontmatter: str, style: str) -> bool:
    """Whether a slip that is a finding only by the configuration is one.

    A rule that is switched on without being named reports what harms a reader; one that the configuration
    names does as markdownlint does.
    """
    match slip.condition:
        case "title":
            return _has_title(frontmatter, setting.parameters.get("front_matter_title"))
        case "named":
            is_elsewhere = slip.rule == "MD024" and setting.parameters.get("siblings_only")
            return setting.is_named and not is_elsewhere
        case "style":
            return setting.is_named and style in STYLES and STYLES[slip.found] != style
        case _:
            return True


def _has_title(frontmatter: str, pattern: Any) -> bool:
    """Whether the frontmatter has the title of the page; a pattern is only followed where it is a key's."""
    known = _TITLE.fullmatch(pattern) if isinstance(pattern, str) else None
    if pattern == "" or (pattern is not None and known is None):
        return False
    key = re.escape(known["key"]) if known else "title"
    return re.search(rf'^\s*"?{key}"?\s*[:=]', frontmatter, re.IGNORECASE | re.MULTILINE) is not None


def _style(setting: Setting | None, slips: Sequence[Slip]) -> str:
    """The style of a table's rows that is asked for; `consistent` is that of the first row."""
    asked = setting.parameters.get("style") or "consistent" if setting else ""
    if asked != "consistent":
        return str(asked)
    return next((STYLES[slip.found] for slip in slips if slip.condition == "style"), "")


def _unfollowed(rules: Rules) -> Iterator[str]:
    """Parameters that are not followed: patterns are not run, and usual tables are not kept row by row."""
    title = _setting("MD001", rules).parameters.get("front_matter_title")
    if title and not (isinstance(title, str) and _TITLE.fullmatch(title)):
        yield "the front_matter_title of MD001 is a pattern, which is not followed; a key's name would be"
    style = _setting("MD055", rules).parameters.get("style")
    if style and style not in ("consistent", STYLES[-1]):
        yield f"the style of MD055 is followed as consistent or {STYLES[-1]} only"
