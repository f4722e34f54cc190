# ruff: noqa: E501 - patterns and examples, which are easier to read whole
"""Malicious content: what modules, hooks and scripts do, or have done, that no framework needs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fwgates.checks.security import markdown_injection_scan
from pytest_fwgates.checks.security.malware import languages, places, prose
from pytest_fwgates.checks.security.malware.hits import KINDS, Hit
from pytest_fwgates.checks.security.malware.othercode import code_hits
from pytest_fwgates.checks.security.malware.pycode import python_hits
from pytest_fwgates.checks.security.malware.shellflow import may_be_malicious, shell_hits
from pytest_fwgates.framework import reading
from pytest_fwgates.framework.commonmark import TooComplex
from pytest_fwgates.framework.kinds import MARKDOWN, MEMORY_FILES
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.model import Finding
from pytest_fwgates.tools.adapter import Scan, unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.index import Framework

_GRAVE: Final = frozenset({"exfiltration", "reverse shell", "miner"})
_OF_WORKFLOWS: Final = frozenset({"exfiltration", "reverse shell", "miner", "destructive", "dns", "history"})
_ORDERS: Final = frozenset({"override", "persona", "role", "reveal", "encoded override"})


class Source(NamedTuple):
    """A file that holds programs, or tells somebody to run some.

    Attributes:
        form: Its language, `markdown`, or the kind of file.
    """

    path: str
    form: str
    text: str


class Place(NamedTuple):
    """A hit, by its line."""

    line: int
    hit: Hit


def malicious(framework: Framework) -> list[Finding]:
    """The findings of `scan` alone."""
    return list(scan(framework).findings)


def scan(framework: Framework) -> Scan:
    """Nothing in a framework harms those who use it.

    Why: whoever installs a framework lets its hooks and scripts run on his machine, and lets a model do what
    its modules say.

    Rule: programs are parsed, by their language, and values are followed from where they come from to where
    they go; nothing is run. A finding is code that is downloaded or decoded and then run; credentials or the
    whole environment that leave the machine, by the web, by mail, by a copy or in names that are looked up
    (https://attack.mitre.org/tactics/TA0010/); a shell for another machine; what starts by itself from then
    on (https://attack.mitre.org/tactics/TA0003/); a history or a log that is wiped, a protection that is
    turned off (https://attack.mitre.org/tactics/TA0005/); the user's files or disks destroyed; mining.
    In modules that goes for commands that they tell to run, in fences, in sentences and as dynamic
    context, and for orders to override instructions or to send credentials away. What is printed, quoted,
    compared or searched for is no deed; a command below a heading, an introduction or a comment that speaks
    of attacks, dangers or what not to do is a report.

    Mend: as the message says.
    """
    found: list[Finding] = []
    lost: list[Unreadable] = []
    searched = 0
    told = _told(framework)
    for source in _sources(framework):
        if isinstance(source, Unreadable):
            lost.append(source)
            continue
        searched += 1
        found += [
            Finding(
                f"{one.hit.what}; {KINDS[one.hit.kind].why}",
                source.path,
                one.line,
                severity=one.hit.weight,
                subject=f"{one.hit.kind} {one.hit.what}",
            )
            for one in _placed(source, page=source.path not in told)
        ]
    return Scan(tuple(found), searched, unread(lost))


def _sources(framework: Framework) -> Iterator[Source | Unreadable]:
    for path in framework.everything:
        form = places.form(path)
        if not form and not places.may_have_shebang(path):
            continue
        text = reading.read_any_text(framework.root, path)
        if isinstance(text, Unreadable):
            yield text
        elif text is not None and (form := form or places.by_shebang(text)):
            yield Source(path, form, text)


def _placed(source: Source, *, page: bool) -> list[Place]:
    """What a file holds, in the order of its lines; each line and kind once, each download once."""
    found: dict[tuple[int | str, str], Place] = {}
    for one in (*_in(source, page=page), *_orders(source)):
        once = one.hit.what if one.hit.what.endswith("and run") else one.line
        found.setdefault((once, one.hit.kind), one)
    return sorted(found.values(), key=lambda one: one.line)


def _in(source: Source, *, page: bool) -> Iterator[Place]:
    if source.form == "markdown":
        yield from _in_module(source, page=page)
        return
    said = _said(source)
    if said is None:
        yield from _at(hits(source.form, source.text), source.text, 1)
        return
    workflow = source.form == "yaml"
    for one in said:
        for place in _at(hits(one.language, one.text), one.text, one.line):
            if place.hit.kind in _OF_WORKFLOWS or not (workflow or place.hit.kind == "unguarded"):
                yield place


def _said(source: Source) -> list[prose.Said] | None:
    """The commands in a file that is no program itself."""
    match source.form:
        case "json":
            return places.of_json(source.path, source.text)
        case "yaml":
            return places.of_yaml(source.text)
        case "make":
            return places.of_make(source.text)
        case "image":
            return places.of_image(source.text)
    return None


def hits(form: str, text: str) -> list[Hit]:  # noqa: PLR0911
    """What a program in a language does."""
    match form:
        case "bash":
            return shell_hits(text, _inline) if may_be_malicious(text) else []
        case "python":
            found = python_hits(text)
            return code_hits(text, languages.SCRIPTING) if found is None else found
        case "javascript":
            return code_hits(text, languages.JAVASCRIPT)
        case "powershell":
            return code_hits(text, languages.POWERSHELL)
        case "batch":
            return hits("bash", places.of_batch(text))
        case "scripting":
            return code_hits(text, languages.SCRIPTING)
    return []


def _inline(program: str, code: str) -> Iterator[Hit]:
    """What the code does that a shell hands to another interpreter."""
    form = {"python": "python", "node": "javascript", "deno": "javascript", "bun": "javascript", "pwsh": "powershell", "powershell": "powershell"}.get(program, "scripting")  # fmt: skip
    yield from hits(form, code)


def _at(found: list[Hit], text: str, first: int) -> Iterator[Place]:
    for hit in found:
        yield Place(first + text.count("\n", 0, hit.offset), hit)


def _in_module(source: Source, *, page: bool) -> Iterator[Place]:  # noqa: C901
    text = source.text
    if not prose.may_harm(text):
        return
    front = text[: text.find("\n---", 4)] if text.startswith("---\n") else ""
    if "hooks:" in front:
        for said in places.of_yaml(front[4:]):
            yield from _at(hits("bash", said.text), said.text, said.line + 1)
    body = "\n" * front.count("\n") + text[len(front) :]
    for said in prose.dynamic(body):
        yield from _at(hits("bash", said.text), said.text, said.line)
    try:
        told = prose.commands(body.replace("\n---", "\n   ", 1) if front else body)
    except TooComplex:
        return  # markdown_injection_scan says so
    for one in told:
        if isinstance(one, prose.Told):
            if not page:
                yield Place(one.line, Hit(0, "exfiltration", one.what))
            continue
        for place in _at(_of_said(one), one.text, one.line):
            known = place.hit.weight == "medium"
            if place.hit.kind in _GRAVE or not (page or known):
                yield place


def _of_said(said: prose.Said) -> list[Hit]:
    form = places.ALIASES.get(said.language, "")
    if form in {"json", "image", "make"}:
        inner = _said(Source(f"fence.{form}", form, said.text)) or []
        return [hit for one in inner for hit in hits(one.language, one.text)]
    return hits(form, said.text)


def _told(framework: Framework) -> frozenset[str]:
    """The documents that a model is told to follow; the others are for people."""
    return frozenset(
        module.path
        for module in framework.modules
        if module.kind != "document" or posixpath.basename(module.path) in MEMORY_FILES
    )


def _orders(source: Source) -> Iterator[Place]:
    """Orders to override what a model was told, which `markdown_injection_scan` finds."""
    if not source.path.endswith((*MARKDOWN, ".mdc", ".mdx")) and source.form not in {
        "json",
        "bash",
        "python",
        "javascript",
    }:
        return
    for one in markdown_injection_scan.orders_in(source.path, source.text):
        if one.kind in _ORDERS:
            yield Place(one.line, Hit(0, "order", one.what))
