"""Calling a command is quick."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fwgates.framework.expansion import Entries, Expansion

PERCENTS: Final = (95, 99)
THRESHOLD: Final = "< 200ms"


def resolving(entries: Entries) -> Callable[[], Expansion]:
    """A call that resolves the next entry point each time.

    Why: what a command includes is read before anything else happens, every time it is called.

    Rule: the entry points in turn; each is found by its name, its file is read and its frontmatter parsed,
    and everything that it includes is read too, as a host does. p95 has to be below the threshold and p99
    below that of `p99_response_time`, as judged there.
    """
    names = itertools.cycle(entries.names)
    return lambda: entries.resolve(next(names))
