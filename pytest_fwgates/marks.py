"""The gate mark: what a gate author writes, and how the closest mark of a test is found."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.model import Level

# Plain text, because a mark called with one callable takes it for the decorated object.
mandatory: Final[Level] = "mandatory"
advisory: Final[Level] = "advisory"

DEFAULT_STAGE: Final = "framework_validation"
KINDS: Final = (
    "command",
    "agent",
    "skill",
    "component",
    "rule",
    "hook",
    "document",
    "manifest",
    "workflow",
    "script",
)
"""The kinds of module that a criterion can require."""
OTHERS: Final = ("dependency", "python", "service")
"""What else it can require: a file that says which packages, images or actions are used; any Python; a
service that the profile names as target of the load, which no file of the framework is."""

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_DEFAULTS: Final = {"stage": DEFAULT_STAGE, "requires": (), "threshold": None}

RawThreshold: TypeAlias = "bool | int | float | str"


class MarkError(ValueError):
    """A gate mark cannot be used; the text says what is wrong and how to write it."""


class Declaration(NamedTuple):
    """What one gate mark declares."""

    level: Level
    gates: tuple[str, ...]
    stage: str
    requires: tuple[str, ...]
    threshold: RawThreshold | None


def gate(
    level: Level,
    /,
    *gates: str,
    stage: str = DEFAULT_STAGE,
    requires: Sequence[str] = (),
    threshold: RawThreshold | None = None,
) -> pytest.MarkDecorator:
    """Mark a test, a class or a module (``pytestmark``) as the gate test of a criterion.

    Args:
        level: `mandatory` (a failure blocks) or `advisory` (a failure requires approval).
        gates: The gates it belongs to. Without one the level holds wherever its stage is due.
        stage: Where in the pipeline it belongs.
        requires: Kinds of module without which the criterion is not applicable.
        threshold: The limit for the value that the test measures, such as ``"< 200ms"``.

    Raises:
        TypeError: the level or a name is not one; pytest shows it as a collection error.
    """
    if not isinstance(level, str):
        raise TypeError(
            f"gate() needs a level first: @gate(mandatory, ...) or @gate(advisory, ...), got {level!r}"
        )
    mark = pytest.mark.gate(level, *gates, stage=stage, requires=requires, threshold=threshold)
    try:
        read(mark.mark)
    except MarkError as error:
        raise TypeError(str(error)) from None
    return mark


def read(mark: pytest.Mark) -> Declaration:
    """What `mark` declares, however it was written.

    Raises:
        MarkError: no or an unknown level, a bad name, kind or threshold, an unknown keyword.
    """
    given = {**_DEFAULTS, **mark.kwargs}
    if len(given) > len(_DEFAULTS):
        unknown = min(mark.kwargs.keys() - _DEFAULTS.keys())
        raise MarkError(f"unknown keyword {unknown!r}; allowed: {', '.join(_DEFAULTS)}")
    try:
        return _declaration(mark.args, given["stage"], given["requires"], given["threshold"])
    except TypeError:  # a list among them, which no cache takes
        return _declaration.__wrapped__(mark.args, given["stage"], given["requires"], given["threshold"])


@functools.lru_cache(maxsize=1024, typed=True)  # a mark is read when it is written, collected and judged
def _declaration(args: tuple[Any, ...], stage: Any, requires: Any, threshold: Any) -> Declaration:
    if not args:
        raise MarkError("a gate mark needs a level: @gate(mandatory, ...) or @gate(advisory, ...)")
    level, *gates = args
    if level not in ("mandatory", "advisory"):
        raise MarkError(f"unknown level {level!r}; allowed: mandatory, advisory")
    for name in (*gates, stage):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise MarkError(f"{name!r} is not a name; letters, digits, '_' and '-'")
    plain = (str.__str__(name) for name in dict.fromkeys(gates))  # no member of an enum: those cross nowhere
    return Declaration(
        "mandatory" if level == "mandatory" else "advisory",
        tuple(plain),
        str.__str__(stage),
        _kinds(requires),
        _checked(threshold),
    )


def _kinds(requires: object) -> tuple[str, ...]:
    """An unknown kind would make the criterion not applicable everywhere."""
    if not isinstance(requires, list | tuple | set | frozenset):
        raise MarkError(f"requires is a list of kinds, not {requires!r}")
    allowed = (*KINDS, *OTHERS)
    wrong = [kind for kind in requires if kind not in allowed]
    if wrong:
        raise MarkError(f"unknown kind {wrong[0]!r} in requires; allowed: {', '.join(allowed)}")
    return tuple(str.__str__(kind) for kind in requires)


def _checked(threshold: Any) -> RawThreshold | None:
    if threshold is None:
        return None
    from pytest_fwgates import thresholds  # noqa: PLC0415 - most marks have none, and every run loads this

    try:
        thresholds.parse(threshold)
    except (thresholds.ThresholdError, TypeError) as error:
        raise MarkError(f"threshold: {error}") from None
    return cast("RawThreshold", threshold)


def closest(item: pytest.Item) -> pytest.Mark | None:
    """The gate mark that counts for `item`: of a parameter, else the test, else its class or module.

    pytest lists a function's own marks before those of its parameters and a base class's before those
    of its subclass, so within one node the last one is the closest.
    """
    for owner in item.iter_parents():
        for mark in reversed(owner.own_markers):
            if mark.name == "gate":
                return mark
    return None


def is_ours(node: pytest.Item) -> bool:
    """Whether the gate marks above `node` are meant for us: another project may have its own `gate`."""
    return all(
        bool(mark.args) and mark.args[0] in ("mandatory", "advisory")
        for _, marks in _by_node(node)
        for mark in marks
    )


def conflict(node: pytest.Item) -> str | None:
    """Why the gate marks above `node` cannot be used, or None.

    Two marks on one object are refused, because the weaker one might win by its place.
    """
    for owner, marks in _by_node(node):
        if len(marks) > 1 or isinstance(owner, pytest.Class):
            for written in _written_together(owner, marks):
                if len(written) > 1:
                    return f"two gate marks on {owner.name!r}; leave one"
        try:
            for mark in marks:
                read(mark)
        except MarkError as error:
            return str(error)
    return None


def _by_node(node: pytest.Item) -> Iterator[tuple[pytest.Item | pytest.Collector, list[pytest.Mark]]]:
    for owner in node.iter_parents():
        if owner.own_markers:
            marks = [mark for mark in owner.own_markers if mark.name == "gate"]
            if marks:
                yield owner, marks  # type: ignore[misc]  # of an item it yields items and collectors


def _written_together(
    owner: pytest.Item | pytest.Collector, marks: list[pytest.Mark]
) -> Iterator[list[pytest.Mark]]:
    """The marks of each object behind a node: a class and its bases; a function and its parameters."""
    if isinstance(owner, pytest.Class):
        for one in owner.obj.__mro__:
            written = vars(one).get("pytestmark", [])
            listed = written if isinstance(written, list) else [written]
            found = [cast("pytest.Mark", getattr(mark, "mark", mark)) for mark in listed]
            yield [mark for mark in found if mark.name == "gate"]
        return
    of_parameters = getattr(getattr(owner, "callspec", None), "marks", ())
    ids = {id(mark) for mark in of_parameters}
    yield [mark for mark in marks if id(mark) in ids]
    yield [mark for mark in marks if id(mark) not in ids]
