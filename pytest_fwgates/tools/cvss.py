"""How severe an advisory says that it is; whoever does not say is taken for high."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fwgates.model import Severity

_WORDS: Final[dict[str, Severity]] = {
    "critical": "critical",
    "high": "high",
    "moderate": "medium",
    "medium": "medium",
    "low": "low",
}
_WEIGHTS: Final = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES: Final = {"N": (0.85, 0.85), "L": (0.62, 0.68), "H": (0.27, 0.5)}


def severity(word: str, vectors: Iterable[str]) -> Severity:
    """By the word of the database, else by a vector of CVSS 3; high where neither says."""
    if known := _WORDS.get(word.lower()):
        return known
    scores = [score for vector in vectors if (score := base_score(vector)) is not None]
    if not scores:
        return "high"
    worst = max(scores)
    return "critical" if worst >= 9 else "high" if worst >= 7 else "medium" if worst >= 4 else "low"  # noqa: PLR2004


def base_score(vector: str) -> float | None:
    """The base score of a vector of CVSS 3.0 or 3.1 (https://www.first.org/cvss/v3.1/specification-document)."""
    if not vector.startswith(("CVSS:3.0/", "CVSS:3.1/")) or len(vector) > 300:  # noqa: PLR2004
        return None
    said = dict(part.split(":", 1) for part in vector.split("/")[1:] if ":" in part)
    try:
        changed = {"U": False, "C": True}[said["S"]]
        impacts = [_WEIGHTS["C"][said[key]] for key in "CIA"]
        reach = _WEIGHTS["AV"][said["AV"]] * _WEIGHTS["AC"][said["AC"]] * _WEIGHTS["UI"][said["UI"]]
        ease = 8.22 * reach * _PRIVILEGES[said["PR"]][changed]
    except KeyError:
        return None
    whole = 1 - math.prod(1 - one for one in impacts)
    impact = 7.52 * (whole - 0.029) - 3.25 * (whole - 0.02) ** 15 if changed else 6.42 * whole
    if impact <= 0:
        return 0.0
    return _rounded_up(min((1.08 if changed else 1.0) * (impact + ease), 10.0))


def _rounded_up(score: float) -> float:
    tenths = round(score * 100_000)
    return tenths / 100_000 if tenths % 10_000 == 0 else (tenths // 10_000 + 1) / 10
