"""The gate mark: what a gate author writes, and how the closest mark of a test is found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.model import Level

# Plain text, because a mark called with one callable takes it for the decorated object.
mandatory: Final[Level] = "mandatory"
advisory: Final[Level] = "advisory"

DEFAULT_STAGE: Final = "framework_validation"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

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
        raise TypeError(f"gate() needs a level first: @gate(mandatory, ...) or @gate(advisory, ...), got {level!r}")
    mark = pytest.mark.gate(level, *gates, stage=stage, requires=tuple(requires), threshold=threshold)
    try:
        read(mark.mark)
    except MarkError as error:
        raise TypeError(str(error)) from None
    return mark


def read(mark: pytest.Mark) -> Declaration:
    """What `mark` declares, however it was written.

    Raises:
        MarkError: no or an unknown level, a bad name, an unknown keyword.
    """
    if not mark.args:
        raise MarkError("a gate mark needs a level: @gate(mandatory, ...) or @gate(advisory, ...)")
    level, *gates = mark.args
    if level not in {"mandatory", "advisory"}:
        raise MarkError(f"unknown level {level!r}; allowed: mandatory, advisory")
    unknown = set(mark.kwargs) - {"stage", "requires", "threshold"}
    if unknown:
        raise MarkError(f"unknown keyword {min(unknown)!r}; allowed: stage, requires, threshold")
    stage = mark.kwargs.get("stage", DEFAULT_STAGE)
    requires = tuple(mark.kwargs.get("requires", ()))
    for name in (*gates, stage, *requires):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise MarkError(f"{name!r} is not a name; letters, digits, '_' and '-'")
    return Declaration(level, tuple(dict.fromkeys(gates)), stage, requires, mark.kwargs.get("threshold"))


def closest(item: pytest.Item) -> pytest.Mark | None:
    """The gate mark that counts for `item`: of a parameter, else the test, else its class or module.

    pytest lists a function's own marks before those of its parameters and a base class's before those
    of its subclass, so within one node the last one is the closest.
    """
    return next((marks[-1] for _, marks in _by_node(item)), None)


def conflict(node: pytest.Item) -> str | None:
    """Why the gate marks above `node` cannot be used, or None.

    Raises nothing: two marks on one object would otherwise let the weaker one win by its place.
    """
    for owner, marks in _by_node(node):
        own = _written_on(owner, marks)
        if len(own) > 1:
            return f"two gate marks on {owner.name!r}; leave one"
        for mark in own:
            try:
                read(mark)
            except MarkError as error:
                return str(error)
    return None


def _by_node(node: pytest.Item) -> Iterator[tuple[pytest.Item | pytest.Collector, list[pytest.Mark]]]:
    for owner in node.iter_parents():
        marks = [mark for mark in owner.own_markers if mark.name == "gate"]
        if marks:
            yield owner, marks  # type: ignore[misc]  # iter_parents() of an item yields items and collectors


def _written_on(owner: pytest.Item | pytest.Collector, marks: list[pytest.Mark]) -> list[pytest.Mark]:
    """The marks that stand on `owner` itself: not inherited by a class, not of a parameter."""
    if isinstance(owner, pytest.Class):
        written = vars(owner.obj).get("pytestmark", [])
        marks_here = {id(getattr(mark, "mark", mark)) for mark in (written if isinstance(written, list) else [written])}
        return [mark for mark in marks if id(mark) in marks_here] or marks[-1:]
    of_parameter = {id(mark) for mark in getattr(getattr(owner, "callspec", None), "marks", ())}
    return [mark for mark in marks if id(mark) not in of_parameter]
