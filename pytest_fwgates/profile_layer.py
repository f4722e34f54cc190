"""One profile file by itself: read, checked against the schema, and the place of everything in it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec

from pytest_fwgates import catalogue, thresholds, yamldoc
from pytest_fwgates.framework.kinds import Kind
from pytest_fwgates.profile_schema import (
    SECTIONS,
    SEVERITY_LIMITS,
    Body,
    Count,
    Names,
    ProfileError,
    SarifReport,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_GATE_LISTS: Final = ("mandatory_gates", "advisory_gates", "disabled_gates")
_YAML_WORDS: Final = {"`object`": "a mapping", "`array`": "a list", "`null`": "nothing", "`str`": "text"}
_FREE_KEYS: Final[dict[yamldoc.Path, Any]] = {
    ("token_budgets",): Annotated[int, msgspec.Meta(gt=0)],
    ("quality_gates", "criteria"): thresholds.Value,
    ("baseline", "enforce_from"): dt.date,
    ("approvals", "roles"): Names,
    ("approvals", "minimum"): Count,
    ("approvals", "identities"): Names,
    ("performance", "headers"): str,
}
"""Mappings whose keys are free, and what their values are."""


@dataclass(frozen=True)
class Layer:
    """A profile, of one file or of several that extend each other.

    Attributes:
        shown: What people call the file; of several the one that extends the others.
        places: File and line of every key and item that a file has, from below the top-level key.
        gates: File and line of every gate that is listed.
        limits: Parsed thresholds by canonical criterion id.
    """

    environment: str
    shown: str
    body: Body
    places: dict[yamldoc.Path, tuple[str, int]]
    gates: dict[str, tuple[str, int]]
    limits: dict[str, thresholds.Threshold]

    def has(self, *path: str | int) -> bool:
        """Whether a file says something at `path`, so that it is no default."""
        return path in self.places

    def place(self, *path: str | int) -> str:
        """``file:line`` of `path` or of the nearest thing that it would stand in."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.places:
                file, line = self.places[path[:end]]
                return f"{file}:{line}"
        return self.shown


def layer_of(text: str, environment: str, shown: str) -> Layer:
    """Read and check one file; pure.

    Raises:
        ProfileError: with ``file:line``, what is wrong and what is allowed.
    """
    try:
        document = yamldoc.load(text)
    except yamldoc.YamlError as error:
        hint = "; YAML is indented with spaces, not tabs" if "\t" in text else ""
        raise ProfileError(f"{shown}:{error.line}: not valid YAML: {error.message}{hint}") from None
    for twice in document.duplicates:
        raise ProfileError(f"{shown}:{twice.line}: {twice.key!r} again; it stands at line {twice.first_line}")
    _check_shape(document, environment, shown)
    document = _with_severity_limits(document, environment, shown)
    _check_keys(document, environment, shown)
    body = _convert(document, environment, shown)
    gate_lines = _check_gates(document, body, environment, shown)
    limits = _limits(document, body, environment, shown)
    body = _with_canonical_grace(document, body, environment, shown)
    places = {path[1:]: (shown, line) for path, (line, _) in document.places.items() if path}
    return Layer(environment, shown, body, places, {g: (shown, n) for g, n in gate_lines.items()}, limits)


def _check_shape(document: yamldoc.Loaded, environment: str, shown: str) -> None:
    value = document.value
    if value is None:
        raise ProfileError(f"{shown}:1: the file is empty; expected one top-level key {environment!r}")
    if not isinstance(value, dict):
        raise ProfileError(f"{shown}:1: expected one top-level key {environment!r}, got a {_kind(value)}")
    gates = "write quality_gates, or name another folder with --gate-profiles DIR"
    if list(value) != [environment]:
        keys = ", ".join(repr(str(key)) for key in value) or "none"
        line, _ = document.position(*([str(next(iter(value)))] if value else []))
        raise ProfileError(
            f"{shown}:{line}: expected the one top-level key {environment!r}, got {keys}; {gates}"
        )
    body = value[environment]
    if not isinstance(body, dict) or not {"quality_gates", "extends"} & set(body):
        line, _ = document.position(environment)
        raise ProfileError(f"{shown}:{line}: {environment!r} has no quality_gates; {gates}")


def _with_severity_limits(document: yamldoc.Loaded, environment: str, shown: str) -> yamldoc.Loaded:
    """Limits of severities, which the pipeline document has among the criteria, where they belong."""
    body = document.value[environment]
    gates = body.get("quality_gates")
    criteria = gates.get("criteria") if isinstance(gates, dict) else None
    security = body.get("security", {})
    if not isinstance(criteria, dict) or not isinstance(security, dict):
        return document
    places = dict(document.places)
    for name in [name for name in SEVERITY_LIMITS if name in criteria]:
        place = places[environment, "quality_gates", "criteria", name]
        if name in security:
            raise ProfileError(f"{shown}:{place[0]}: {name!r} stands under security already; write it once")
        body["security"] = security = {**security, name: criteria.pop(name)}
        places[environment, "security", name] = place
        places.setdefault((environment, "security"), place)
    return replace(document, places=places)


def _check_keys(document: yamldoc.Loaded, environment: str, shown: str) -> None:
    """Every key is text, and no section has one that it does not know."""
    for path, mapping in _mappings(document.value[environment], ()):
        allowed = _fields(path)
        for key in mapping:
            line, _ = document.position(environment, *path, str(key))
            if not isinstance(key, str):
                raise ProfileError(f"{shown}:{line}: the key {key} is a {_kind(key)}; put it in quotes")
            if allowed and key not in allowed:
                raise ProfileError(f"{shown}:{line}: unknown key {key!r}; allowed: {', '.join(allowed)}")


def _mappings(value: Any, path: yamldoc.Path) -> Iterator[tuple[yamldoc.Path, dict[Any, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from _mappings(inner, (*path, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _mappings(inner, (*path, index))


def _fields(path: yamldoc.Path) -> tuple[str, ...]:
    """The keys of the section at `path`; empty where they are free."""
    if path == ("token_budgets",):
        return get_args(Kind)
    if path[:2] == ("security", "sarif") and len(path) == 3:  # noqa: PLR2004 - an item of that list
        return SarifReport.__struct_fields__
    section = SECTIONS.get(path[0]) if len(path) == 1 else None if path else Body
    return section.__struct_fields__ if section else ()


def _convert(document: yamldoc.Loaded, environment: str, shown: str) -> Body:
    body = document.value[environment]
    gates = body.get("quality_gates", {})
    if "extends" in body and isinstance(gates, dict):  # the mandatory gates are those of the other profile
        body = {**body, "quality_gates": {"mandatory_gates": [], **gates}}
    try:
        return msgspec.convert(body, Body)
    except msgspec.ValidationError as error:
        message, _, where = str(error).rpartition(" - at `$")
        path = _path(where, body)
        line, _ = document.position(environment, *path)
        for word, plain in _YAML_WORDS.items():
            message = message.replace(word, plain)
        message += _choices(path)
        raise ProfileError(f"{shown}:{line}: {path[-1]}: {message}") from None


def _path(where: str, body: Any) -> yamldoc.Path:
    """A path of msgspec as ours; it writes ``[...]`` for the value of a key that is free."""
    path: list[str | int] = []
    for part in re.findall(r"\w+|\.{3}", where):
        if part == "...":
            values = body
            for key in path:
                values = values[key]
            path.append(_first_wrong(values, _FREE_KEYS[tuple(path)]))
        else:
            path.append(int(part) if part.isdecimal() else part)
    return tuple(path)


def _first_wrong(values: Mapping[str, Any], wanted: Any) -> str:
    """The first key whose value is not what is `wanted`."""
    for key, value in values.items():
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError:
            return key
    raise AssertionError(values)  # pragma: no cover - one of them was refused


def _choices(path: yamldoc.Path) -> str:
    """What is allowed at `path`, where it is one of some words."""
    fields = get_type_hints(SECTIONS[path[0]]) if path[0] in SECTIONS else {}
    hint = fields.get(str(path[-1]))
    return f"; allowed: {', '.join(get_args(hint))}" if get_origin(hint) is Literal else ""


def _check_gates(document: yamldoc.Loaded, body: Body, environment: str, shown: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    for key in _GATE_LISTS:
        for index, gate in enumerate(getattr(body.quality_gates, key)):
            line, _ = document.position(environment, "quality_gates", key, index)
            _check_name(gate, "gate", shown, line)
            if gate in lines:
                raise ProfileError(
                    f"{shown}:{line}: gate {gate!r} in {key} is listed already at line {lines[gate]}; "
                    "a gate stands in one list, once"
                )
            lines[gate] = line
    for section in ("exemptions", "baseline"):
        for index, gate in enumerate(getattr(body, section).refused_gates):
            line, _ = document.position(environment, section, "refused_gates", index)
            _check_name(gate, "gate", shown, line)
    if "extends" in document.value[environment]:
        line, _ = document.position(environment, "extends")
        _check_name(body.extends, "profile", shown, line)
    for index, stage in enumerate(body.stages):
        line, _ = document.position(environment, "stages", index)
        _check_name(stage, "stage", shown, line)
    if not body.stages:
        line, _ = document.position(environment, "stages")
        raise ProfileError(f"{shown}:{line}: stages is empty; leave the key out for the default stages")
    return lines


def _check_name(name: str, what: str, shown: str, line: int) -> None:
    if not _NAME.fullmatch(name):
        raise ProfileError(f"{shown}:{line}: {name!r} is not a {what} name; letters, digits, '_' and '-'")


def _limits(
    document: yamldoc.Loaded, body: Body, environment: str, shown: str
) -> dict[str, thresholds.Threshold]:
    limits: dict[str, thresholds.Threshold] = {}
    for name, raw in body.quality_gates.criteria.items():
        line, _ = document.position(environment, "quality_gates", "criteria", name)
        identifier = catalogue.load().canonical(name)
        if identifier in limits:
            raise ProfileError(
                f"{shown}:{line}: {name!r} names {identifier!r}, which has a threshold already"
            )
        try:
            limits[identifier] = thresholds.parse(raw)
        except thresholds.ThresholdError as error:
            raise ProfileError(f"{shown}:{line}: criteria: {name}: {error}") from None
    return limits


def _with_canonical_grace(document: yamldoc.Loaded, body: Body, environment: str, shown: str) -> Body:
    """`body` with the ids of criteria for whatever names `baseline.enforce_from` has for them."""
    days: dict[str, dt.date] = {}
    for name, day in body.baseline.enforce_from.items():
        identifier = catalogue.load().canonical(name)
        if identifier in days:
            line, _ = document.position(environment, "baseline", "enforce_from", name)
            raise ProfileError(f"{shown}:{line}: {name!r} names {identifier!r}, which has a day already")
        days[identifier] = day
    return msgspec.structs.replace(body, baseline=msgspec.structs.replace(body.baseline, enforce_from=days))


def _kind(value: object) -> str:
    return {
        list: "list",
        str: "text",
        int: "number",
        float: "number",
        bool: "truth value",
        type(None): "null",
    }.get(type(value), type(value).__name__)
