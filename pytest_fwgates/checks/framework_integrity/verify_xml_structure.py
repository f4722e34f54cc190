"""The XML in modules is balanced."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.references import is_sample
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.elements import Fault
    from pytest_fwgates.framework.index import Document, Framework

# A name is a tag of the framework if so many other modules close it, for each one that leaves it open.
CLOSING_MODULES: Final = 2
_MESSAGES: Final = {
    "unopened": "</{0}> closes nothing; add <{0}> or drop it",
    "unslashed": "<{0}> opens it again; did you mean </{0}>?",
    "crossed": "</{0}> closes around <{1}>, which is closed later; move </{1}> before it",
}
_MISSPELT_START: Final = "<{0}> is closed as </{1}>; did you mean <{1}>?"
_MISSPELT_END: Final = "</{0}> closes nothing; did you mean </{1}>?"


def broken_xml(framework: Framework) -> list[Finding]:
    """The XML in modules is balanced: what is opened is closed, in order, by the same name.

    Why: a model takes everything up to an end tag as part of the element. Without it the rules of one
    section become an example of another, and tools that cut modules at their tags lose the rest.

    Rule: a tag that is structure has its partner, elements nest (https://www.w3.org/TR/xml/#sec-starttags),
    and quotes of attributes are closed. Structure is what the file itself closes elsewhere, what other
    modules close, what carries attributes, and every closing tag. A name that is only ever opened is a
    placeholder. Examples in code, HTML's void elements and the end tags that HTML leaves out are not judged.

    Mend: add, rename or move the tag that the message names; put a tag that is only spoken of in backticks.
    """
    documents = _searched(framework)
    closed = Counter(name for document in documents for name in document.facts.elements.paired)
    loose = Counter(name for document in documents for name in document.facts.elements.loose)
    tags = {name for name, count in closed.items() if count >= CLOSING_MODULES * max(loose[name], 1)}
    return [finding for document in documents for finding in _of_document(document, tags)]


def examined(framework: Framework) -> int:
    """How many documents `broken_xml` searches."""
    return len(_searched(framework))


def _searched(framework: Framework) -> list[Document]:
    return [document for document in framework.documents if not is_sample(document.path)]


def _of_document(document: Document, tags: set[str]) -> Iterator[Finding]:
    for fault in document.facts.elements.faults:
        if fault.is_certain or fault.name in tags:
            yield Finding(
                _message(fault),
                path=document.path,
                line=fault.line,
                column=fault.column,
                severity="medium",
                subject=f"{fault.kind} {fault.name} {fault.other}",
            )


def _message(fault: Fault) -> str:
    name, other = fault.name, fault.other
    if fault.kind == "unclosed":
        before = f" before </{other}>" if other else ""
        return f"<{name}> is never closed; add </{name}>{before}"
    if fault.kind == "misspelt":
        return (_MISSPELT_END if fault.is_closing else _MISSPELT_START).format(name, other)
    if fault.kind == "flawed":
        slash = "</" if fault.is_closing else "<"
        return f"<{name}>: {other}" if other.endswith("quote") else f"{slash}{name} {other}"
    return _MESSAGES[fault.kind].format(name, other)
