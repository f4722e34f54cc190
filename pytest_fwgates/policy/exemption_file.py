"""`environments/exemptions.yml`: each entry by itself, so that a wrong one hides no other; pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple, get_args

import msgspec

from pytest_fwgates import catalogue, yamldoc
from pytest_fwgates.framework.spelling import Names
from pytest_fwgates.policy import scope
from pytest_fwgates.policy.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 1_000_000
MAX_ENTRIES: Final = 1_000

Reason = Literal["false_positive", "accepted_risk", "planned_fix", "third_party", "test_data"]

_KEY: Final = "exemptions"
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{16}")
_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
_Few = Annotated[tuple[str, ...], msgspec.Meta(max_length=1000)]
_Names = Annotated[tuple[_Line, ...], msgspec.Meta(min_length=1, max_length=100)]


class Exemption(msgspec.Struct, frozen=True):
    """A permission for named findings of one criterion.

    Attributes:
        criterion: Its canonical id.
        paths: Globs for the files of the findings; see `scope`.
        fingerprints: Of the findings. With `paths`, a finding has to fit both.
        created: The day, in UTC, that it counts from.
        expires: The last day, in UTC, that it counts on.
        path: The file that it stands in, as it is shown to people.
        line: Where its entry begins, 1-based.
    """

    id: str
    criterion: str
    paths: tuple[str, ...]
    fingerprints: tuple[str, ...]
    environments: tuple[str, ...]
    reason: Reason
    text: str
    owner: str
    approver: str
    ticket: str
    created: dt.date
    expires: dt.date
    path: str
    line: int


class Parsed(NamedTuple):
    """The sound entries of a file, and what is wrong with the others."""

    exemptions: tuple[Exemption, ...]
    problems: tuple[Problem, ...]


class _Scope(msgspec.Struct, forbid_unknown_fields=True):
    paths: _Few = ()
    fingerprints: _Few = ()


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    id: _Line
    criterion: _Line
    scope: _Scope
    environments: _Names
    reason: Reason
    text: _Text
    owner: _Line
    approver: _Line
    ticket: _Line
    created: _Line
    expires: _Line


class _FaultError(ValueError):
    """An entry cannot be used; with the key that is wrong, as a path from the entry."""

    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.path = path


_WORDS: Final = {"`object`": "a mapping", "`array`": "a list", "`null`": "nothing", "`str`": "text"}


def of_bytes(content: bytes, shown: str) -> Parsed:
    """The exemptions in the content of a file, from the work tree or from a git object."""
    if len(content) > MAX_BYTES:
        return unreadable(shown, None, f"larger than {MAX_BYTES} bytes")
    try:
        return parse(content.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        return unreadable(shown, error.object.count(b"\n", 0, error.start) + 1, "not UTF-8")


def parse(text: str, shown: str) -> Parsed:
    """The exemptions in `text`, which problems call `shown`."""
    try:
        document = yamldoc.load(text, plain_is_text=True)
    except yamldoc.YamlError as error:
        return unreadable(shown, error.line, f"not valid YAML: {error.message}")
    value = {_KEY: None} if document.value is None else document.value
    if not isinstance(value, dict) or list(value) != [_KEY]:
        return unreadable(shown, 1, f"expected the one top-level key {_KEY!r}")
    entries = [] if value[_KEY] is None else value[_KEY]
    if not isinstance(entries, list):
        return unreadable(shown, document.position(_KEY)[0], f"{_KEY}: expected a list")
    return _entries(document, entries, shown)


def unreadable(shown: str, line: int | None, message: str) -> Parsed:
    """Nothing but the one problem that the file has."""
    return Parsed((), (Problem(shown, line, "unreadable", message),))


def _entries(document: yamldoc.Loaded, entries: list[Any], shown: str) -> Parsed:
    sound: dict[str, Exemption] = {}
    problems: list[Problem] = []
    twice = _duplicates(document)
    problems += [_twice(shown, one) for one in twice.get(-1, ())]
    for index, raw in enumerate(entries[:MAX_ENTRIES]):
        line, _ = document.position(_KEY, index)
        if index in twice:
            problems += [_twice(shown, one) for one in twice[index]]
            continue
        try:
            one = _exemption(raw, shown, line)
        except _FaultError as error:
            at, _ = document.position(_KEY, index, *error.path)
            problems.append(Problem(shown, at, "malformed", f"{_called(raw)}{error}"))
            continue
        if one.id in sound:
            message = (
                f"exemption {one.id!r} again; it stands at line {sound[one.id].line}, and only that counts"
            )
            problems.append(Problem(shown, line, "duplicate_id", message))
            continue
        sound[one.id] = one
    if len(entries) > MAX_ENTRIES:
        line, _ = document.position(_KEY, MAX_ENTRIES)
        message = f"more than {MAX_ENTRIES} exemptions; from here on none is read"
        problems.append(Problem(shown, line, "unreadable", message))
    return Parsed(tuple(sound.values()), tuple(problems))


def _duplicates(document: yamldoc.Loaded) -> dict[int, list[yamldoc.Duplicate]]:
    """The keys that came twice, by the entry that they stand in; -1 for outside of all."""
    found: dict[int, list[yamldoc.Duplicate]] = {}
    for one in document.duplicates:
        at = one.inside[1] if len(one.inside) > 1 and one.inside[0] == _KEY else -1
        found.setdefault(int(at), []).append(one)
    return found


def _twice(shown: str, one: yamldoc.Duplicate) -> Problem:
    return Problem(shown, one.line, "malformed", f"{one.key!r} again; it stands at line {one.first_line}")


def _called(raw: Any) -> str:
    name = raw.get("id") if isinstance(raw, dict) else None
    return f"exemption {name!r}: " if isinstance(name, str) and _ID.fullmatch(name) else ""


def _exemption(raw: Any, shown: str, line: int) -> Exemption:
    """One entry, checked.

    Raises:
        _FaultError: it cannot be used.
    """
    _check_keys(raw, _Entry)
    _check_keys(raw.get("scope", {}), _Scope, "scope")
    try:
        entry = msgspec.convert(raw, _Entry)
    except msgspec.ValidationError as error:
        raise _converted(error) from None
    for fault in _faults(entry):
        raise fault
    created, expires = _day(entry.created, "created"), _day(entry.expires, "expires")
    if expires < created:
        raise _FaultError(f"expires: {expires} is before it was created, {created}", "expires")
    criterion = catalogue.load().canonical(entry.criterion)
    return Exemption(
        entry.id, criterion, entry.scope.paths, entry.scope.fingerprints, entry.environments, entry.reason,
        entry.text, entry.owner, entry.approver, entry.ticket, created, expires, shown, line,
    )  # fmt: skip


def _check_keys(raw: Any, section: type[msgspec.Struct], *path: str) -> None:
    if not isinstance(raw, dict):
        what = path[-1] if path else "an exemption"
        raise _FaultError(f"{what}: expected a mapping of {', '.join(section.__struct_fields__)}", *path)
    for key in raw:
        if key not in section.__struct_fields__:
            meant = Names(section.__struct_fields__).nearest(str(key))
            hint = f"did you mean {meant!r}?" if meant else f"allowed: {', '.join(section.__struct_fields__)}"
            raise _FaultError(f"unknown key {str(key)!r}; {hint}", *path, str(key))


def _converted(error: msgspec.ValidationError) -> _FaultError:
    message, _, where = str(error).partition(" - at `$")
    for word, plain in _WORDS.items():
        message = message.replace(word, plain)
    path = [int(part) if part.isdecimal() else part for part in re.findall(r"\w+", where)]
    if path[-1:] == ["reason"]:
        message = f"expected one of {', '.join(get_args(Reason))}"
    return _FaultError(f"{path[-1]}: {message}" if path else message, *path)


def _faults(entry: _Entry) -> Iterator[_FaultError]:
    if not _ID.fullmatch(entry.id):
        yield _FaultError(f"id: {entry.id!r} is not letters, digits, '.', '_' and '-'", "id")
    for key in ("text", "owner", "approver", "ticket"):
        if not getattr(entry, key).strip():
            yield _FaultError(f"{key}: is blank", key)
    if not entry.scope.paths and not entry.scope.fingerprints:
        yield _FaultError("scope: name the paths or the fingerprints of the findings", "scope")
    for index, pattern in enumerate(entry.scope.paths):
        if fault := scope.fault(pattern):
            yield _FaultError(f"paths: {fault}", "scope", "paths", index)
    for index, one in enumerate(entry.scope.fingerprints):
        if not _FINGERPRINT.fullmatch(one):
            why = f"fingerprints: {one!r} is not 16 hexadecimal digits"
            yield _FaultError(why, "scope", "fingerprints", index)


def _day(text: str, key: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if day == dt.date.min or day.isoformat() != text:
        raise _FaultError(f"{key}: {text!r} is not a day; write it as 2026-03-31", key)
    return day
