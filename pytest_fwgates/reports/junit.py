"""The verdict as JUnit XML that every known consumer shows correctly.

The form is the common core of the Ant and Jenkins schemas: flat suites, exact counts, properties first. What
each consumer makes of it was measured; `docs/junit.md` says so.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final

from pytest_fwgates.reports.junit_cases import LONGEST, cases, frame
from pytest_fwgates.reports.selection import shortened
from pytest_fwgates.reports.standing import DECISIONS, stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_fwgates.model import Verdict
    from pytest_fwgates.reports.junit_cases import Case

NAME: Final = "fwgates"
_BODY: Final = 1_000


def render(verdict: Verdict) -> str:
    """The document; see `junit_cases.cases` for what is in it."""
    suites: dict[str, list[Case]] = {}
    found = cases(verdict)
    for case in found:
        suites.setdefault(case.suite, []).append(case)
    root = ET.Element("testsuites", {"name": NAME, **_counts(found)})
    del root.attrib["skipped"]  # the schema has it in suites alone
    about = _about(verdict)
    for name, members in suites.items():
        attributes = {"name": name, **_counts(members), "timestamp": verdict.decided_at[:19]}
        suite = ET.SubElement(root, "testsuite", attributes)
        _properties(suite, about)
        for case in members:
            _add(suite, case)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _counts(members: Sequence[Case]) -> dict[str, str]:
    def of(element: str) -> str:
        return str(sum(case.element == element for case in members))

    return {
        "tests": str(len(members)),
        "failures": of("failure"),
        "errors": of("error"),
        "skipped": of("skipped"),
        "time": f"{math.fsum(case.seconds for case in members):.3f}",
    }


def _about(verdict: Verdict) -> dict[str, str]:
    """What the run came to as a whole, and how long its stages took."""
    about = {
        "fwgates.decision": DECISIONS[verdict.decision],
        "fwgates.environment": verdict.environment,
        "fwgates.profile": verdict.profile,
        "fwgates.partial": "true" if verdict.partial else "",
        "fwgates.commit": verdict.commit or "",
        "fwgates.tree_digest": verdict.tree_digest,
        "fwgates.policy_digest": verdict.policy_digest,
        "fwgates.ledger": verdict.ledger,
    }
    for stage in stages(verdict):
        target = f", target {stage.target_s} s{', OVER TARGET' * stage.is_over}" if stage.target_s else ""
        about[f"fwgates.stage.{stage.name}"] = f"{stage.duration_s:.1f} s{target}"
    return {name: value for name, value in about.items() if value}


def _properties(parent: ET.Element, values: dict[str, str]) -> None:
    if values:
        holder = ET.SubElement(parent, "properties")
        for name, value in values.items():
            ET.SubElement(holder, "property", {"name": _short(name), "value": _short(value)})


def _add(suite: ET.Element, case: Case) -> None:
    attributes = {"classname": case.suite, "name": case.name, "time": f"{case.seconds:.3f}"}
    if case.file:
        attributes["file"] = case.file
        if case.line is not None:
            attributes["line"] = str(case.line)
    element = ET.SubElement(suite, "testcase", {key: _short(value) for key, value in attributes.items()})
    _properties(element, case.properties)
    if case.element is not None:
        result = ET.SubElement(element, case.element, {"type": case.kind, "message": _short(case.reason)})
        result.text = "\n".join(shortened(line, _BODY) for line in _body(case))


def _body(case: Case) -> Iterable[str]:
    """Never empty: some consumers take an element without text for no element."""
    if case.element == "skipped" or not case.file:
        return (case.reason,)
    place = f"{case.file}:{case.line}" if case.line is not None else case.file
    return (f"{place}: {case.reason}", *frame(case))


def _short(text: str) -> str:
    return shortened(text, LONGEST)
