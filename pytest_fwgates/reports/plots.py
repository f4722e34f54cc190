"""The pictures of the HTML report as files of their own, one for each criterion that has samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.reports import html_plots, quantities, strips
from pytest_fwgates.reports.markup import Html, element, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.model import JudgedCriterion, Verdict

MARK: Final = "<!-- a plot of fwgates -->"
"""How a file begins that may be replaced."""
_STYLE: Final = verbatim(
    "text{fill:#57606a;font:10.5px system-ui,sans-serif}.curve{fill:none;stroke:#0969da;stroke-width:1.75}"
    ".grid{stroke:#d0d7de;stroke-dasharray:2 3}.axis{stroke:#57606a}"
    ".limit{stroke:#cf222e;stroke-width:1.25;stroke-dasharray:5 3}"
    "circle{fill:#fff;stroke:#0969da;stroke-width:1.75}.bar{fill:#0969da}.bad{fill:#cf222e}"
)


def plots(verdict: Verdict) -> Iterator[tuple[str, bytes]]:
    """The name of each file, and what is in it; nothing of a criterion whose samples cannot be drawn."""
    for row in verdict.criteria:
        pictures = _pictures(row) if row.samples else ""
        if pictures:
            name = "".join(letter if letter.isalnum() or letter in "_-" else "_" for letter in row.id)
            yield f"{name}.svg", f"{MARK}\n{pictures}".encode()


def _pictures(row: JudgedCriterion) -> Html:
    """Both pictures below each other."""
    threshold = quantities.threshold_of(row)
    shares = html_plots.picture(row, "plot")
    if not shares:
        return Html()
    return element(
        "svg",
        element("style", _STYLE),
        element("svg", shares, width="320", height="172"),
        element("svg", strips.strip(row, threshold, "plot"), y="180", width="320", height="72"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox="0 0 320 256",
        width="640",
    )
