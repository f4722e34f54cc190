"""Something wrong with a policy file, at its place; it never hides what is right beside it."""

from __future__ import annotations

import msgspec


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing wrong.

    Attributes:
        path: The file, as it is shown to people.
        line: 1-based; None where the whole file is meant.
        kind: A word that stays when the text is worded anew.
        message: What is wrong and what would mend it; the same from day to day.
    """

    path: str
    line: int | None
    kind: str
    message: str

    def __str__(self) -> str:
        """``file:line: what is wrong``."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"
