"""A profile that extends another one: what it adds, and the refusal of what would loosen; pure.

Gates are added to those of the other profile, and so are budgets, refused gates and thresholds; every other
key replaces the one below it. Each key of `Body` has a rule here; one without may not be changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from pytest_fwgates import catalogue
from pytest_fwgates.profile_layer import Layer
from pytest_fwgates.profile_schema import SECTIONS, SEVERITY_LIMITS, Body, ProfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_fwgates.yamldoc import Path

_STRICTNESS: Final = ("disabled_gates", "advisory_gates", "mandatory_gates")
_SEVERITIES: Final = ("low", "medium", "high", "critical")
_Rule: TypeAlias = "Callable[[Any, Any], str]"


def extended(upper: Layer, base: Layer) -> Layer:
    """`upper` on top of the `base` that it extends.

    Raises:
        ProfileError: `upper` would let something through that `base` does not, with both places.
    """
    sections = {name: _section(name, upper, base) for name in Body.__struct_fields__}
    sections["quality_gates"] = msgspec.structs.replace(
        sections["quality_gates"], criteria=_criteria(upper, base), **_gate_lists(upper, base)
    )
    return Layer(
        upper.environment,
        upper.shown,
        Body(**sections),
        {**base.places, **upper.places},
        {**base.gates, **upper.gates},
        {**base.limits, **upper.limits},
    )


def _section(name: str, upper: Layer, base: Layer) -> Any:
    if name not in SECTIONS:
        return _value((name,), getattr(upper.body, name), getattr(base.body, name), upper, base)
    section = SECTIONS[name]
    pairs = {
        key: (getattr(getattr(upper.body, name), key), getattr(getattr(base.body, name), key))
        for key in section.__struct_fields__
    }
    return section(**{key: _value((name, key), *pair, upper, base) for key, pair in pairs.items()})


def _value(path: Path, new: Any, old: Any, upper: Layer, base: Layer) -> Any:
    """What counts of a key: the base's where the file above says nothing of it."""
    if path in _ELSEWHERE or not upper.has(*path):
        return old
    rule = _free if path in _FIRST and not base.has(path[0]) else _RULES.get(path, _unchanged)
    looser = rule(new, old)
    if looser:
        raise _loosens(upper.place(*path), base.place(*path), f"{path[-1]}: {looser}")
    if path not in _JOINED:
        return new
    return {**old, **new} if isinstance(old, dict) else tuple(dict.fromkeys((*old, *new)))


def _loosens(place: str, base: str, why: str) -> ProfileError:
    return ProfileError(f"{place} loosens {base}: {why}")


def _gate_lists(upper: Layer, base: Layer) -> dict[str, tuple[str, ...]]:
    """The gates of both; of a gate that both list the stricter list counts, which must be the upper one."""
    lists = _lists(base)
    for gate, name in _lists(upper).items():
        if gate in lists and _STRICTNESS.index(name) < _STRICTNESS.index(lists[gate]):
            why = f"gate {gate!r} is in {lists[gate]} there and in {name} here"
            raise _loosens(_place_of_gate(gate, upper), _place_of_gate(gate, base), why)
        # A gate of the document that nobody lists is not enforced; any other keeps its marks' levels.
        if gate not in lists and gate not in catalogue.DOCUMENT_GATES and name != "mandatory_gates":
            why = f"gate {gate!r} is not listed there, so its marks decide; here it may only be mandatory"
            raise _loosens(_place_of_gate(gate, upper), base.place("quality_gates"), why)
        lists[gate] = name
    return {name: tuple(gate for gate, its in lists.items() if its == name) for name in _STRICTNESS}


def _lists(layer: Layer) -> dict[str, str]:
    gates = layer.body.quality_gates
    return {gate: name for name in _STRICTNESS for gate in getattr(gates, name)}


def _place_of_gate(gate: str, layer: Layer) -> str:
    file, line = layer.gates[gate]
    return f"{file}:{line}"


def _criteria(upper: Layer, base: Layer) -> dict[str, bool | int | float | str]:
    """The thresholds as they are written; only one that the base sets can be known to become stricter."""
    canonical = catalogue.load().canonical
    written = {canonical(name): name for name in base.body.quality_gates.criteria}
    above = upper.body.quality_gates.criteria
    for name in above:
        identifier = canonical(name)
        place = upper.place("quality_gates", "criteria", name)
        if identifier not in base.limits:
            why = f"{name}: the gate test decides there; set the threshold there to tighten it here"
            raise _loosens(place, base.place("quality_gates", "criteria"), why)
        new, old = upper.limits[identifier], base.limits[identifier]
        if not new.is_no_looser_than(old):
            there = base.place("quality_gates", "criteria", written[identifier])
            raise _loosens(place, there, f"{name}: {new.text!r} is not within {old.text!r}")
    tightened = {canonical(name) for name in above}
    kept = {
        name: base.body.quality_gates.criteria[name] for one, name in written.items() if one not in tightened
    }
    return {**kept, **above}


def _free(_new: object, _old: object) -> str:
    return ""


def _unchanged(new: object, old: object) -> str:
    return "" if new == old else f"it is {_shown(old)} there and cannot be changed here"


def _never_on(new: bool, old: bool) -> str:  # noqa: FBT001 - a rule of a truth value
    return "it is false there" if new and not old else ""


def _blocks(new: str, old: str) -> str:
    return f"it is {old} there" if old == "block" != new else ""


def _no_greater(new: float, old: float) -> str:
    return f"{new:g} is more than {old:g}" if new > old else ""


def _no_limit_greater(new: int | None, old: int | None) -> str:
    if old is None:
        return ""
    return f"there is a limit of {old}" if new is None else _no_greater(new, old)


def _reports_no_less(new: str, old: str) -> str:
    return f"{new} is more than {old}" if _SEVERITIES.index(new) > _SEVERITIES.index(old) else ""


def _no_smaller(new: float, old: float) -> str:
    return f"{new:g} is less than {old:g}" if new < old else ""


def _nothing_more(new: tuple[str, ...], old: tuple[str, ...]) -> str:
    more = [one for one in new if one not in old]
    return f"{', '.join(more)} is not there" if more else ""


def _nothing_less(new: tuple[str, ...], old: tuple[str, ...]) -> str:
    less = [one for one in old if one not in new]
    return f"{', '.join(less)} is left out; a list of stages says all of them" if less else ""


def _each_no_greater(new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    more = [key for key, value in new.items() if key in old and value > old[key]]
    return f"{more[0]}: {new[more[0]]} is more than {old[more[0]]}" if more else ""


def _each_no_smaller(new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    less = [key for key, value in new.items() if value < old.get(key, value)]
    return f"{less[0]}: {new[less[0]]} is less than {old[less[0]]}" if less else ""


def _nobody_more(new: Mapping[str, tuple[str, ...]], old: Mapping[str, tuple[str, ...]]) -> str:
    if old and not new:
        return "without roles everybody who may sign could approve"
    more = [name for role, names in new.items() for name in names if name not in old.get(role, ())]
    return f"{more[0]!r} has not that role there" if more else ""


def _no_more_grace(new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    more = [key for key in new if key not in old]
    return f"{more[0]} counts already there" if more else _each_no_greater(new, old)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


_RULES: Final[Mapping[Path, _Rule]] = {
    ("quality_gates", "bypass_allowed"): _never_on,
    ("quality_gates", "exemptions_allowed"): _never_on,
    ("quality_gates", "inline_suppressions_allowed"): _never_on,
    ("quality_gates", "flaky"): _blocks,
    ("quality_gates", "replaced"): _nothing_more,
    ("extends",): _free,
    ("stages",): _nothing_less,
    ("token_budgets",): _each_no_greater,
    ("exemptions", "horizon_days"): _no_greater,
    ("exemptions", "unused_runs"): _no_greater,
    ("exemptions", "refused_gates"): _free,
    ("baseline", "refused_gates"): _free,
    ("baseline", "enforce_from"): _no_more_grace,
    ("approvals", "required"): _no_smaller,
    ("approvals", "max_age_days"): _no_greater,
    ("approvals", "roles"): _nobody_more,
    ("approvals", "minimum"): _each_no_smaller,
    ("approvals", "identities"): _unchanged,
    ("security", "online"): _never_on,
    ("security", "severity_threshold"): _reports_no_less,
    ("security", "sarif"): _free,
    ("performance", "target"): _unchanged,
    ("performance", "method"): _unchanged,
    ("performance", "body"): _unchanged,
    ("performance", "status"): _unchanged,
    ("performance", "rate"): _no_smaller,
    ("performance", "users"): _no_smaller,
    ("performance", "duration"): _no_smaller,
    ("performance", "warmup"): _free,
    ("performance", "timeout"): _no_greater,
    ("performance", "headers"): _free,
    ("performance", "closed"): _never_on,
    ("performance", "engine"): _free,
    ("performance", "workers"): _free,
    **{("security", name): _no_limit_greater for name in SEVERITY_LIMITS},
    **{("framework_config", key): _free for key in SECTIONS["framework_config"].__struct_fields__},
    **{("infrastructure", key): _free for key in SECTIONS["infrastructure"].__struct_fields__},
}
"""Of each key: why the new value would be looser than the old one; empty where it is not."""

_JOINED: Final = {
    ("token_budgets",),
    ("exemptions", "refused_gates"),
    ("baseline", "refused_gates"),
    ("approvals", "minimum"),
    ("security", "sarif"),
    ("performance", "headers"),
}
"""Keys to whose content the file above adds."""

_FIRST: Final = {
    ("approvals", "roles"),
    ("approvals", "identities"),
    *(("performance", key) for key in SECTIONS["performance"].__struct_fields__),
}
"""Keys that may say anything where the profile below has nothing in their section."""

_ELSEWHERE: Final = {("quality_gates", name) for name in (*_STRICTNESS, "criteria")}
"""Keys that have functions of their own."""
