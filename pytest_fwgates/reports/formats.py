"""The formats that a verdict can be told in, by name; each is loaded when it is asked for."""

from __future__ import annotations

import posixpath
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from msgspec import structs

from pytest_fwgates.enforcement import BUILT_IN

if TYPE_CHECKING:
    from pytest_fwgates.model import Finding, Verdict

Format: TypeAlias = Literal["text", "json", "junit", "sarif", "html", "markdown", "github"]

NAMES: Final[tuple[Format, ...]] = get_args(Format)
_MODULES: Final[dict[Format, str]] = {"text": "terminal", "json": "verdict_json"}
"""Where the module is not named like the format."""

_AS_JUDGED: Final = frozenset({"text", "json"})
"""Formats whose paths count from the framework; those of the others are for a repository's readers."""


def from_repository(verdict: Verdict) -> Verdict:
    """The verdict with the paths of its findings from the top of the git repository."""
    if not verdict.framework_path:
        return verdict
    rows = [
        row
        if row.nodeid == BUILT_IN  # the paths of policy count from there anyway
        else structs.replace(
            row,
            findings=_moved(row.findings, verdict.framework_path),
            suppressed=_moved(row.suppressed, verdict.framework_path),
        )
        for row in verdict.criteria
    ]
    return structs.replace(verdict, criteria=tuple(rows))


def _moved(findings: tuple[Finding, ...], folder: str) -> tuple[Finding, ...]:
    return tuple(
        one if one.path is None else structs.replace(one, path=posixpath.normpath(f"{folder}/{one.path}"))
        for one in findings
    )


def render(name: Format, verdict: Verdict) -> bytes:
    """The report, as UTF-8 and with a final newline."""
    verdict = verdict if name in _AS_JUDGED else from_repository(verdict)
    module = import_module(f"pytest_fwgates.reports.{_MODULES.get(name, name)}")
    found: str | bytes = module.render(verdict)
    content = found.encode("utf-8", "replace") if isinstance(found, str) else found
    return content if content.endswith(b"\n") or not content else content + b"\n"
