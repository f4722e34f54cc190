"""The findings by file, and the lines that they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.reports import selection
from pytest_fwgates.reports.markup import Fitting, Html, element, join, text
from pytest_fwgates.reports.standing import BLOCKING, ORDER, Standing, in_order, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_fwgates.model import Finding, JudgedCriterion, Verdict

SHOWN: Final = 1_000
"""How many findings a page holds."""
OVERLOOKED: Final = 100
"""How many that comments in the framework have overlooked."""
UNFOLDED: Final = 100
"""After how many findings the files are folded."""

_SIZE: Final = 1_500_000
_OVERLOOKED_SIZE: Final = 200_000
_PATH_LIMIT: Final = 300
_KINDS: Final[Mapping[Standing, str]] = {
    **dict.fromkeys(ORDER, "soft"),
    **dict.fromkeys(BLOCKING, "bad"),
    "needs approval": "ask",
    "passed": "good",
    "not applicable": "good",
}


class Shown(NamedTuple):
    """A finding that has room, and where it is in the page."""

    rank: int
    finding: Finding
    item: Html


class Findings(NamedTuple):
    """The section, and where in it the first finding of each criterion is."""

    section: Html
    anchors: dict[str, str]


def tag(one: Standing, count: int | None = None) -> Html:
    """The word, coloured, and how many there are of it."""
    number = "" if count is None else f"{count:,} "
    return element("span", number, one, class_=f"tag {_KINDS[one]}")


def findings(verdict: Verdict) -> Findings:
    """All that have room: the worst of each criterion first, then what blocks."""
    rows = [(row, selection.worst_first(row.findings)) for row in in_order(verdict.criteria) if row.findings]
    firsts = [(found[0], row) for row, found in rows]
    candidates = firsts + [(finding, row) for row, found in rows for finding in found[1:]]
    fitting = Fitting(len(candidates), count=SHOWN, size=_SIZE)
    items = fitting(
        element("li", *_about(finding, row, standing(row)), id=f"f{number}")
        for number, (finding, row) in enumerate(candidates, start=1)
    )
    shown = [
        Shown(ORDER.index(standing(row)), finding, item)
        for item, (finding, row) in zip(items, candidates, strict=False)
    ]
    anchors = {row.id: f"f{number}" for number, (_, row) in enumerate(firsts[: len(shown)], start=1)}
    return Findings(join([*_files(shown), fitting.rest("findings")]), anchors)


def overlooked(verdict: Verdict) -> Html:
    """What comments in the framework's files ask to overlook: none of it counts."""
    found = [(finding, row) for row in in_order(verdict.criteria) for finding in row.suppressed]
    fitting = Fitting(len(found), count=OVERLOOKED, size=_OVERLOOKED_SIZE)
    items = list(fitting(element("li", *_about(finding, row)) for finding, row in found))
    ask = element("p", "Comments in the files ask for it, and the profile allows it. None of this counts.")
    return join([ask, element("ol", *items, class_="findings"), fitting.rest("findings")] if found else [])


def _files(shown: Sequence[Shown]) -> Iterator[Html]:
    """A list for each file, what blocks first; folded after the first of them."""
    files: dict[str, list[Shown]] = {}
    for one in sorted(shown, key=lambda one: (one.rank, one.finding.path or "", one.finding.line or 0)):
        files.setdefault(one.finding.path or "", []).append(one)
    before = 0
    for path, found in files.items():
        count = f"{len(found):,} {'finding' if len(found) == 1 else 'findings'}"
        name = element("code", text(path, _PATH_LIMIT)) if path else "of no file"
        yield element(
            "details",
            element("summary", element("h3", name, " ", element("span", count, class_="count"))),
            element("ol", *(one.item for one in found), class_="findings"),
            **({"open": "open"} if before < UNFOLDED else {}),
        )
        before += len(found)


def _about(finding: Finding, row: JudgedCriterion, where: Standing | None = None) -> Iterator[Html]:
    where_in = "".join(f":{one}" for one in (finding.line, finding.column) if one)
    place = element("code", text(finding.path or "", _PATH_LIMIT), where_in, class_="place")
    about = (
        *((tag(where), " ") if where else ()),
        *((place, " ") if finding.path else ()),
        element("span", row.id, class_="criterion"),
        " ",
        element("span", finding.severity, class_=f"severity {finding.severity}"),
    )
    yield element("p", finding.message, class_="message")
    if finding.excerpt:
        yield element("pre", element("code", *_line(finding)))
    yield element("p", *about, class_="about")


def _line(finding: Finding) -> Iterator[Html | str]:
    """The offending line; the character that is meant, if that is known, is marked."""
    at = (finding.column or 0) - 1
    if not 0 <= at < len(finding.excerpt):
        yield finding.excerpt
        return
    yield finding.excerpt[:at]
    yield element("mark", finding.excerpt[at])
    yield finding.excerpt[at + 1 :]
