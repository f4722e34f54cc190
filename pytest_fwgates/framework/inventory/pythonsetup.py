"""What a setup.cfg and a setup.py (never run) declare, and the indexes that a pip.conf sets."""

from __future__ import annotations

import ast
import configparser
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.inventory import specifiers
from pytest_fwgates.framework.inventory.model import Component, Index, Manifest, Note, pypi_name
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.inventory.model import Kind, Scope

_SETUP_KEYS: Final[dict[str, Scope]] = {
    "install_requires": "runtime",
    "setup_requires": "build",
    "tests_require": "development",
    "extras_require": "optional",
}
_MAX_PYTHON: Final = 1_000_000


def setup_cfg(path: str, text: str) -> Manifest | None:
    """What a setup.cfg declares; None where it holds something else."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return Manifest(path, "setup.cfg", "declares", "pypi", unread=(Unreadable(path, "not valid INI"),))
    if not parser.has_section("metadata") and not parser.has_section("options"):
        return None
    lines = _lines(text)
    listed: list[tuple[str, Scope]] = [
        (parser.get("options", key, fallback=""), scope) for key, scope in _SETUP_KEYS.items()
    ]
    if parser.has_section("options.extras_require"):
        listed += [(value, "optional") for _, value in parser.items("options.extras_require")]
    found = [
        one
        for value, scope in listed
        for word in value.split("\n")
        if word.strip() and not word.strip().startswith("#")
        if (one := specifiers.read(word.strip(), lines.get(word.strip(), 1), scope=scope))
    ]
    links = parser.get("options", "dependency_links", fallback="").split()
    indexes = tuple(Index(one, lines.get(one, 1), "links") for one in links if "://" in one)
    name = parser.get("metadata", "name", fallback="").strip()
    own = (pypi_name(name),) if name else ()
    return Manifest(
        path, "setup.cfg", "declares", "pypi", tuple(found), indexes, is_published=True, own_names=own
    )


def pip_conf(path: str, text: str) -> Manifest | None:
    """The indexes that a configuration of pip sets."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return Manifest(path, "pip.conf", "configures", "pypi", unread=(Unreadable(path, "not valid INI"),))
    indexes: list[Index] = []
    notes: list[Note] = []
    kinds: tuple[tuple[str, Kind], ...] = (
        ("index-url", "primary"),
        ("extra-index-url", "extra"),
        ("find-links", "links"),
    )
    for section in parser.sections():
        for key, kind in kinds:
            urls = [url for url in parser.get(section, key, fallback="").split() if "://" in url]
            indexes += [Index(url, _line_of(text, url), kind) for url in urls]
        hosts = parser.get(section, "trusted-host", fallback="").split()
        notes += [Note("trusted_host", host, _line_of(text, host)) for host in hosts]
    return Manifest(path, "pip.conf", "configures", "pypi", (), tuple(indexes), tuple(notes))


def setup_py(path: str, text: str) -> Manifest | None:
    """What the call of setup() in a setup.py lists as plain texts; nothing is run."""
    if len(text) > _MAX_PYTHON:
        return Manifest(
            path, "setup.py", "declares", "pypi", unread=(Unreadable(path, "Python of more than 1 MB"),)
        )
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Manifest(path, "setup.py", "declares", "pypi", unread=(Unreadable(path, "not valid Python"),))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) == "setup"]
    if not calls:
        return None
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: list[Component] = []
    indexes: list[Index] = []
    own: list[str] = []
    for keyword in (keyword for call in calls for keyword in call.keywords):
        value = named.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
        if keyword.arg == "name" and isinstance(value, ast.Constant) and isinstance(value.value, str):
            own.append(pypi_name(value.value))
        for constant in _texts(value) if value is not None else ():
            word, line = str(constant.value), constant.lineno
            if keyword.arg in _SETUP_KEYS:
                one = specifiers.read(
                    word, line, column=constant.col_offset + 1, scope=_SETUP_KEYS[keyword.arg]
                )
                found += [one] if one else []
            elif keyword.arg == "dependency_links" and "://" in word:
                indexes.append(Index(word, line, "links"))
    return Manifest(
        path,
        "setup.py",
        "declares",
        "pypi",
        tuple(found),
        tuple(indexes),
        is_published=True,
        own_names=tuple(own),
    )


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _texts(value: ast.expr) -> Iterator[ast.Constant]:
    """The plain texts in a list, or in the lists that are a mapping's values."""
    parts = value.values if isinstance(value, ast.Dict) else [value]
    for part in parts:
        for one in part.elts if isinstance(part, ast.List | ast.Tuple | ast.Set) else [part]:
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one


def _lines(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        found.setdefault(line.strip(), number)
    return found


def _line_of(text: str, word: str) -> int:
    return text.count("\n", 0, max(text.find(word), 0)) + 1
