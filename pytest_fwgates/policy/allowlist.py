"""`environments/allowlist.yml`: what may be used; each entry by itself, so that none hides another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, TypeVar

import msgspec

from pytest_fwgates import yamldoc
from pytest_fwgates.checks.security.approval.allowed import Allowed, Package, Server
from pytest_fwgates.framework.inventory import ranges
from pytest_fwgates.framework.inventory.model import Ecosystem, pypi_name
from pytest_fwgates.framework.spelling import Names
from pytest_fwgates.policy.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES: Final = 2_000_000
MAX_ENTRIES: Final = 20_000
_KEY: Final = "allowlist"
_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
_Command = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
_Versions = Annotated[str, msgspec.Meta(min_length=1, max_length=ranges.MAX_LENGTH)]


MISSING: Final = (
    "there is no allow-list; `fwgates init --allowlist` writes environments/allowlist.yml of what is there, "
    "for you to read"
)
"""What a person is told who has none and needs one."""


class _Package(msgspec.Struct, forbid_unknown_fields=True):
    """A package, image or action that may be used."""

    name: _Line
    ecosystem: Ecosystem
    versions: _Versions
    licence: Annotated[str, msgspec.Meta(max_length=500)] = ""


class _Server(msgspec.Struct, forbid_unknown_fields=True):
    """An MCP server that may be used; at most one of package, command and url."""

    name: _Line
    package: Annotated[str, msgspec.Meta(max_length=500)] = ""
    command: Annotated[str, msgspec.Meta(max_length=500)] = ""
    url: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    """What is in the file, below its one top-level key."""

    sources: dict[Ecosystem, tuple[_Line, ...]] = {}
    licences: tuple[_Line, ...] = ()
    packages: tuple[_Package, ...] = ()
    servers: tuple[_Server, ...] = ()
    hooks: tuple[_Command, ...] = ()
    commands: tuple[_Line, ...] = ()


class Document(msgspec.Struct, forbid_unknown_fields=True):
    """The allow-list of a repository: what its framework may use."""

    allowlist: _Body


class Parsed(NamedTuple):
    """The sound entries of a file, None where it cannot be used, and what is wrong with the others."""

    allowed: Allowed | None
    problems: tuple[Problem, ...]


def read(path: Path, shown: str) -> Parsed | None:
    """The allow-list in the file at `path`; None where there is none."""
    try:
        if not path.is_file() and not path.is_symlink():
            return None
        with path.open("rb") as stream:
            return of_bytes(stream.read(MAX_BYTES + 1), shown)
    except OSError as error:
        return _unreadable(shown, None, f"cannot be read: {error.strerror}")


def of_bytes(content: bytes, shown: str) -> Parsed:
    """The allow-list in the content of a file."""
    if len(content) > MAX_BYTES:
        return _unreadable(shown, None, f"larger than {MAX_BYTES} bytes")
    try:
        return parse(content.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        return _unreadable(shown, error.object.count(b"\n", 0, error.start) + 1, "not UTF-8")


def parse(text: str, shown: str) -> Parsed:
    """The allow-list in `text`, which problems call `shown`."""
    try:
        document = yamldoc.load(text, plain_is_text=True)
    except yamldoc.YamlError as error:
        return _unreadable(shown, error.line, f"not valid YAML: {error.message}")
    value = document.value
    if not isinstance(value, dict) or list(value) != [_KEY]:
        return _unreadable(shown, 1, f"expected the one top-level key {_KEY!r}")
    body = {} if value[_KEY] is None else value[_KEY]
    if not isinstance(body, dict):
        return _unreadable(shown, document.position(_KEY)[0], f"{_KEY}: expected a mapping")
    problems = [
        Problem(shown, one.line, "malformed", f"{one.key!r} again; it stands at line {one.first_line}")
        for one in document.duplicates
    ]
    return _Reader(document, shown, problems).body(body)


def json_schema() -> bytes:
    """The JSON Schema of the file."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Document)), indent=2) + b"\n"


def _unreadable(shown: str, line: int | None, message: str) -> Parsed:
    return Parsed(None, (Problem(shown, line, "unreadable", message),))


_Entry = TypeVar("_Entry", bound=msgspec.Struct)
_WORDS: Final = {"`object`": "a mapping", "`array`": "a list", "`null`": "nothing", "`str`": "text"}


class _Reader:
    """The entries of one document, and the problems that they have."""

    def __init__(self, document: yamldoc.Loaded, shown: str, problems: list[Problem]) -> None:
        self._document, self._shown, self._problems = document, shown, problems

    def body(self, raw: dict[Any, Any]) -> Parsed:
        self._check_keys(raw, _Body)
        packages = [
            Package(one.ecosystem, _name(one), one.versions, one.licence, line)
            for line, one in self._entries(raw, "packages", _Package)
            if self._is_sound_package(one, line)
        ]
        servers = [
            Server(one.name, one.package, one.command, one.url, line)
            for line, one in self._entries(raw, "servers", _Server)
        ]
        hooks = self._texts(raw, "hooks", _Command)
        allowed = Allowed(
            sources=self._sources(raw),
            licences=tuple(self._texts(raw, "licences", _Line)),
            packages=tuple(self._once(packages, lambda one: (one.ecosystem, one.name))),
            servers=tuple(self._once(servers, lambda one: (one.name, one.package, one.command, one.url))),
            hooks=frozenset(" ".join(one.split()) for one in hooks),
            commands=frozenset(self._texts(raw, "commands", _Line)),
            shown=self._shown,
        )
        return Parsed(allowed, tuple(self._problems))

    def _add(self, message: str, *path: str | int, line: int | None = None) -> None:
        at = line or self._document.position(_KEY, *path)[0]
        self._problems.append(Problem(self._shown, at, "malformed", message))

    def _check_keys(self, raw: dict[Any, Any], section: type[msgspec.Struct], *path: str | int) -> bool:
        fields = section.__struct_fields__
        for key in raw:
            if key not in fields:
                meant = Names(fields).nearest(str(key))
                hint = f"did you mean {meant!r}?" if meant else f"allowed: {', '.join(fields)}"
                self._add(f"unknown key {str(key)!r}; {hint}", *path, str(key))
        return all(key in fields for key in raw)

    def _list(self, raw: dict[Any, Any], key: str) -> Iterator[tuple[int, Any]]:
        listed = raw.get(key)
        if listed is not None and not isinstance(listed, list):
            self._add(f"{key}: expected a list", key)
        elif listed and len(listed) > MAX_ENTRIES:
            self._add(f"{key}: more than {MAX_ENTRIES} entries; the others are not read", key, MAX_ENTRIES)
        yield from enumerate(listed[:MAX_ENTRIES] if isinstance(listed, list) else ())

    def _entries(self, raw: dict[Any, Any], key: str, section: type[_Entry]) -> Iterator[tuple[int, _Entry]]:
        for index, one in self._list(raw, key):
            if not isinstance(one, dict):
                self._add(f"{key}: expected a mapping of {', '.join(section.__struct_fields__)}", key, index)
            elif self._check_keys(one, section, key, index) and (
                entry := self._converted(one, section, key, index)
            ):
                yield self._document.position(_KEY, key, index)[0], entry

    def _texts(self, raw: dict[Any, Any], key: str, kind: Any) -> list[str]:
        found = (self._converted(one, kind, key, index) for index, one in self._list(raw, key))
        return [one for one in found if one is not None]

    def _sources(self, raw: dict[Any, Any]) -> dict[str, tuple[str, ...]]:
        said = raw.get("sources") or {}
        found = self._converted(said, dict[Ecosystem, tuple[_Line, ...]], "sources")
        return dict(found or {})

    def _converted(self, raw: Any, kind: Any, *path: str | int) -> Any:
        try:
            return msgspec.convert(raw, kind)
        except msgspec.ValidationError as error:
            message, _, where = str(error).partition(" - at `$")
            for word, plain in _WORDS.items():
                message = message.replace(word, plain)
            inner = [int(part) if part.isdecimal() else part for part in re.findall(r"\w+", where)]
            self._add(": ".join((str(inner[-1] if inner else path[0]), message)), *path, *inner)
            return None

    def _is_sound_package(self, one: _Package, line: int) -> bool:
        readable = one.ecosystem not in {"pypi", "npm"} or "/" in one.versions  # an address
        if not readable and one.versions.strip() != "*" and ranges.parse(one.ecosystem, one.versions) is None:
            self._add(f"versions: {one.versions!r} is no range of versions of {one.ecosystem}", line=line)
            return False
        return True

    def _once(self, entries: list[Any], key: Any) -> Iterator[Any]:
        first: dict[Any, Any] = {}
        for one in entries:
            if key(one) in first:
                at = first[key(one)].line
                self._add(f"{one.name!r} again; it stands at line {at}, and only that counts", line=one.line)
            else:
                first[key(one)] = one
                yield one


def _name(one: _Package) -> str:
    """As the inventory compares names."""
    if one.ecosystem == "pypi":
        return pypi_name(one.name)
    return one.name if one.ecosystem == "npm" else one.name.lower()
