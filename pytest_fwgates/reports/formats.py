"""The formats that a verdict can be told in, by name; each is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from pytest_fwgates.model import Verdict

Format: TypeAlias = Literal["text", "json", "junit", "sarif", "html", "markdown", "github"]

NAMES: Final[tuple[Format, ...]] = get_args(Format)
_MODULES: Final[dict[Format, str]] = {"text": "terminal", "json": "verdict_json"}
"""Where the module is not named like the format."""


def render(name: Format, verdict: Verdict) -> bytes:
    """The report, as UTF-8 and with a final newline."""
    module = import_module(f"pytest_fwgates.reports.{_MODULES.get(name, name)}")
    found: str | bytes = module.render(verdict)
    content = found.encode("utf-8", "replace") if isinstance(found, str) else found
    return content if content.endswith(b"\n") or not content else content + b"\n"
