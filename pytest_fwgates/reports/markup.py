"""HTML that is escaped by construction: every text is, unless `element` has made it. Pure."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final, TypeAlias

from pytest_fwgates.reports.selection import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TEXT_LIMIT: Final = 500
"""Characters of one text; what is longer says so."""

_VOID: Final = frozenset({"meta"})
_WITHIN_A_LINE: Final = frozenset({"a", "b", "code", "mark", "small", "span"})


class Html(str):
    """Markup that needs no escaping; only this module makes it."""

    __slots__ = ()


Child: TypeAlias = Html | str


def text(content: str, limit: int = TEXT_LIMIT) -> Html:
    """`content` as it is, apart from what cannot be seen, which is spelled out, and what is too long."""
    return Html(html.escape(shortened(content, limit)))


def element(name: str, /, *children: Child, **attributes: Child) -> Html:
    """An element; a `str` among its children is text.

    Args:
        name: Its tag.
        children: What is in it.
        attributes: By name, ``class_`` for ``class``, ``aria_label`` for ``aria-label``; what is empty is
            left out.
    """
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value}
    given = "".join(f' {key}="{_markup(value)}"' for key, value in named.items())
    after = "" if name in _WITHIN_A_LINE else "\n"
    if name in _VOID:
        return Html(f"<{name}{given}>{after}")
    return Html(f"<{name}{given}>{join(children)}</{name}>{after}")


def join(children: Iterable[Child], between: Child = "") -> Html:
    """One after another; a `str` is text."""
    return Html(_markup(between).join(_markup(one) for one in children))


def verbatim(markup: str) -> Html:
    """Markup that is a constant of this package."""
    return Html(markup)


class Fitting:
    """As many of some items as there is room for, and how many there is none for.

    Attributes:
        left_out: How many of them have no room; known when all were asked for.
    """

    def __init__(self, total: int, *, count: int, size: int) -> None:
        """Make room.

        Args:
            total: How many items there are.
            count: How many are shown at most.
            size: How many bytes they have at most.
        """
        self.left_out = total
        self._count = count
        self._size = size

    def __call__(self, items: Iterable[Html]) -> Iterator[Html]:
        """Those of `items` that fit, from the first; what does not is not even asked for."""
        for number, one in enumerate(items):
            self._size -= len(one.encode())
            if self._size < 0:
                return
            self.left_out -= 1
            yield one
            if number + 1 == self._count:
                return

    def rest(self, what: str) -> Html:
        """A line that says how many are not shown, and where they are; empty where all are."""
        if not self.left_out:
            return Html()
        where = "The verdict (--gate-verdict) has them, and fwgates report makes other reports of it."
        return element("p", f"… and {self.left_out:,} more {what} not shown here. {where}", class_="rest")


def _markup(child: Child) -> Html:
    return child if isinstance(child, Html) else text(child)
