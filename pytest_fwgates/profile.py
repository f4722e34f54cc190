"""`environments/<env>.yml` as a typed, frozen profile: the policy that a run is judged by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec

from pytest_fwgates import catalogue, thresholds, yamldoc
from pytest_fwgates.framework.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_fwgates.model import Enforcement

MAX_BYTES: Final = 1_000_000
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_GATE_LISTS: Final = ("mandatory_gates", "advisory_gates", "disabled_gates")


class ProfileError(ValueError):
    """The profile cannot be used; the text is ``file:line: what is wrong, and what is allowed``."""


class FrameworkConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the framework itself is to run in this environment."""

    debug_mode: bool = False
    verbose_logging: bool = False
    test_data_enabled: bool = False
    performance_monitoring: Literal["none", "basic", "full"] = "none"


class Infrastructure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the framework runs in this environment."""

    monitoring: str = ""
    logging: str = ""
    deployment: Literal["manual", "automated", "blue_green"] = "manual"
    scaling: Literal["disabled", "enabled", "auto"] = "disabled"


class QualityGates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a failure does; see `docs/profiles.md` for each key."""

    mandatory_gates: tuple[str, ...]
    advisory_gates: tuple[str, ...] = ()
    disabled_gates: tuple[str, ...] = ()
    bypass_allowed: bool = False
    criteria: dict[str, bool | int | float | str] = {}
    flaky: Literal["block", "allow"] = "block"
    replaced: tuple[str, ...] = ()


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    quality_gates: QualityGates
    framework_config: FrameworkConfig = FrameworkConfig()
    infrastructure: Infrastructure = Infrastructure()
    stages: tuple[str, ...] = catalogue.DEFAULT_STAGES
    token_budgets: dict[str, Annotated[int, msgspec.Meta(gt=0)]] = {}


_SECTIONS: Final[dict[str | int, Any]] = {
    "quality_gates": QualityGates,
    "framework_config": FrameworkConfig,
    "infrastructure": Infrastructure,
}
_YAML_WORDS: Final = {"`object`": "a mapping", "`array`": "a list", "`null`": "nothing", "`str`": "text"}


class Profile(msgspec.Struct, frozen=True):
    """One environment's policy.

    Attributes:
        environment: The file's stem and its one top-level key.
        source: The file, as it is shown to people.
        gate_lines: The 1-based line of `source` at which each listed gate stands.
        limits: Parsed threshold overrides by canonical criterion id.
        token_budgets: How many tokens a module of a kind may have.
    """

    environment: str
    source: str
    framework_config: FrameworkConfig
    infrastructure: Infrastructure
    quality_gates: QualityGates
    stages: tuple[str, ...]
    gate_lines: dict[str, int]
    limits: dict[str, thresholds.Threshold]
    token_budgets: dict[str, int] = {}

    def enforcement_of_gate(self, gate: str) -> Enforcement | None:
        """What the profile says of `gate`; None where it does not list it."""
        gates = self.quality_gates
        if gate in gates.mandatory_gates:
            return "block"
        if gate in gates.advisory_gates:
            return "require_approval"
        return "none" if gate in gates.disabled_gates else None

    def place_of_gate(self, gate: str) -> str:
        """``file:line`` where the profile lists `gate`."""
        return f"{self.source}:{self.gate_lines[gate]}"


def read(path: Path, shown: str) -> Profile:
    """Read the profile at `path`, which errors call `shown`.

    Raises:
        ProfileError: the file cannot be read or is not a profile.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProfileError(f"{shown}: cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise ProfileError(f"{shown}: larger than {MAX_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ProfileError(f"{shown}:{line}: not UTF-8") from None
    return parse(text, path.stem, shown)


def parse(text: str, environment: str, shown: str) -> Profile:
    """Turn the text of a profile into policy; pure.

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
    _check_keys(document, environment, shown)
    body = _convert(document, environment, shown)
    gate_lines = _check_gates(document, body, environment, shown)
    limits = _limits(document, body, environment, shown)
    return Profile(
        environment,
        shown,
        body.framework_config,
        body.infrastructure,
        body.quality_gates,
        body.stages,
        gate_lines,
        limits,
        body.token_budgets,
    )


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
    if not isinstance(body, dict) or "quality_gates" not in body:
        line, _ = document.position(environment)
        raise ProfileError(f"{shown}:{line}: {environment!r} has no quality_gates; {gates}")


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
    section = _SECTIONS.get(path[0]) if len(path) == 1 else None if path else _Body
    return section.__struct_fields__ if section else ()


def _convert(document: yamldoc.Loaded, environment: str, shown: str) -> _Body:
    body = document.value[environment]
    try:
        return msgspec.convert(body, _Body)
    except msgspec.ValidationError as error:
        message, _, where = str(error).rpartition(" - at `$")
        path = _path(where, body)
        line, _ = document.position(environment, *path)
        for word, plain in _YAML_WORDS.items():
            message = message.replace(word, plain)
        message += _choices(path)
        raise ProfileError(f"{shown}:{line}: {path[-1]}: {message}") from None


def _path(where: str, body: Any) -> yamldoc.Path:
    """A path of msgspec as ours; it writes ``[...]`` for a mapping's value: that of a limit or a budget."""
    path: list[str | int] = []
    for part in re.findall(r"\w+|\.{3}", where):
        if part == "..." and path == ["token_budgets"]:
            budgets = body["token_budgets"].items()
            path.append(next(key for key, raw in budgets if type(raw) is not int or raw <= 0))
        elif part == "...":
            limits = body["quality_gates"]["criteria"]
            path.append(next(key for key, raw in limits.items() if not isinstance(raw, thresholds.Value)))
        else:
            path.append(int(part) if part.isdecimal() else part)
    return tuple(path)


def _choices(path: yamldoc.Path) -> str:
    """What is allowed at `path`, where it is one of some words."""
    fields = get_type_hints(_SECTIONS[path[0]]) if path[0] in _SECTIONS else {}
    hint = fields.get(str(path[-1]))
    return f"; allowed: {', '.join(get_args(hint))}" if get_origin(hint) is Literal else ""


def _check_gates(document: yamldoc.Loaded, body: _Body, environment: str, shown: str) -> dict[str, int]:
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
    document: yamldoc.Loaded, body: _Body, environment: str, shown: str
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


def _kind(value: object) -> str:
    return {
        list: "list",
        str: "text",
        int: "number",
        float: "number",
        bool: "truth value",
        type(None): "null",
    }.get(type(value), type(value).__name__)
