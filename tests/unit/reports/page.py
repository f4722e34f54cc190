"""The HTML report, read by a parser that accepts nothing but valid HTML and shows what a browser would."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

import html5lib

from pytest_fwgates.reports import html

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pytest_fwgates.model import Verdict

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "nav", "section", "h1",
    "h2", "h3", "p", "b", "small", "span", "code", "pre", "mark", "a", "ul", "ol", "li", "dl", "div", "dt",
    "dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "figure", "figcaption", "svg",
    "desc", "path", "circle", "text",
}  # fmt: skip
ATTRIBUTES = {
    "aria-describedby", "aria-label", "aria-labelledby", "charset", "class", "content", "cx", "cy", "d",
    "data-label", "href", "http-equiv", "id", "lang", "name", "open", "r", "role", "scope", "text-anchor",
    "viewBox", "x", "y",
}  # fmt: skip


class Finding(NamedTuple):
    """A finding as the page shows it."""

    file: str
    standing: str
    place: str
    criterion: str
    severity: str
    message: str
    line: str | None


class Page:
    """What stands where; whatever is in it, it must be harmless."""

    def __init__(self, verdict: Verdict) -> None:
        self.source = html.render(verdict)
        self.source.encode()
        parser = html5lib.HTMLParser(
            html5lib.getTreeBuilder("lxml"), strict=True, namespaceHTMLElements=False
        )
        self.root: _Element = parser.parse(self.source).getroot()
        self._is_harmless()

    def _is_harmless(self) -> None:
        ids = [one.get("id") for one in self.root.iter() if one.get("id")]
        assert len(ids) == len(set(ids))
        for one in self.root.iter():
            assert isinstance(one.tag, str)  # no comment, either
            assert one.tag.rpartition("}")[2] in ELEMENTS
            assert set(one.attrib) <= ATTRIBUTES
            assert one.get("href", "#why")[0] == "#"
            assert one.get("href", "#why")[1:] in {*ids, "why"}
        (style,) = self.root.iter("style")
        digest = base64.b64encode(hashlib.sha256(str(style.text).encode()).digest()).decode()
        policy = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
        assert self.root.xpath("//meta[@http-equiv]/@content") == [policy.format(digest)]

    def section(self, name: str) -> _Element | None:
        """A section, where there is one."""
        found = self.root.xpath("//section[@id=$name]", name=name)
        assert len(found) <= 1
        return found[0] if found else None

    def texts(self, name: str, path: str) -> list[str]:
        """The texts of elements of a section."""
        section = self.section(name)
        return [] if section is None else [text(one) for one in section.xpath(path)]

    def rows(self, name: str) -> list[list[str]]:
        """The cells of the table in a section."""
        section = self.section(name)
        if section is None:
            return []
        return [[text(cell) for cell in row] for row in section.xpath("./table/tbody/tr")]

    def findings(self, name: str = "findings") -> list[Finding]:
        """All of them in their order."""
        section = self.section(name)
        return [] if section is None else [_finding(one) for one in section.xpath(".//ol/li")]

    @property
    def problems(self) -> list[str]:
        """What no criterion is to blame for."""
        found = self.texts("why", "./ul/li[span[@class='tag bad']]")
        return [one.removeprefix("problem ") for one in found]

    @property
    def left_out(self) -> list[int]:
        """How much has no room, of everything of which that is so."""
        found = [text(one) for one in self.root.xpath("//p[@class='rest']")]
        return [int(re.match(r"… and ([\d,]+) more ", one)[1].replace(",", "")) for one in found]  # type: ignore[index]


def text(one: _Element) -> str:
    """What stands in an element, without the end of the line that stands behind its last one."""
    return "".join(one.itertext()).removesuffix("\n")


def _finding(item: _Element) -> Finding:
    def only(path: str) -> str | None:
        found = item.xpath(path)
        assert len(found) <= 1
        return text(found[0]) if found else None

    return Finding(
        text(file[0]) if (file := item.xpath("ancestor::details/summary/h3/code")) else "",
        only("./p/span[starts-with(@class, 'tag')]") or "",
        only("./p/code[@class='place']") or "",
        only("./p/span[@class='criterion']") or "",
        only("./p/span[starts-with(@class, 'severity')]") or "",
        only("./p[@class='message']") or "",
        only("./pre"),
    )
