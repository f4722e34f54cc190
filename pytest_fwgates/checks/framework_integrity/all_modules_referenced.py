"""Every component and rule is used by something."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework.globs import matcher
from pytest_fwgates.framework.kinds import MARKDOWN
from pytest_fwgates.framework.usage import hinted, reached, referenced
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_fwgates.framework.index import Framework

_SHARED: Final = frozenset({"component", "rule"})


def orphans(framework: Framework) -> list[Finding]:
    """Every component and rule is used by something.

    Why: an orphan is maintained, reviewed and paid for, and does nothing; often it is what a lost include
    leaves behind.

    Rule: from the entry points, which are all files but components and rules, one arrives at each component
    and rule: by includes, imports, delegations and links, or because a text, script or configuration names
    its path or its file name. Rules in `.claude/rules` are read by Claude Code itself
    (https://docs.claude.com/en/docs/claude-code/memory) and so are entry points, too.

    Mend: refer to the module from the one that needs it, or delete it. What is used from outside of the
    framework belongs to `entry_points` in `fwgates.toml`.
    """
    subjects = _subjects(framework)
    references = referenced(framework, subjects)
    is_entry = matcher(framework.entry_points)
    entries = {path for path in references if path not in subjects}
    entries |= {path for path in subjects if is_entry(path) or "/.claude/rules/" in f"/{path}"}
    seen = reached([references], entries)
    if subjects - seen:
        hints = hinted(framework, subjects - seen)
        seen = reached([references, hints], entries | (hints.keys() - subjects))
    return [
        Finding(_message(path, references), path=path, subject="orphan") for path in sorted(subjects - seen)
    ]


def examined(framework: Framework) -> int:
    """How many components and rules `orphans` looks for references to."""
    return len(_subjects(framework))


def _subjects(framework: Framework) -> frozenset[str]:
    """Components and rules, each under its own name. Of files that are no text the name is hardly written."""
    return frozenset(
        module.path
        for module in framework.modules
        if module.kind in _SHARED
        and module.path not in framework.discovery.links
        and posixpath.splitext(module.path)[1] in MARKDOWN
    )


def _message(path: str, references: Mapping[str, frozenset[str]]) -> str:
    referring = sorted(source for source, targets in references.items() if path in targets)
    if not referring:
        return "nothing refers to this module; refer to it, delete it, or list it in entry_points"
    others = f" and {len(referring) - 1} more" if len(referring) > 1 else ""
    return f"no entry point leads to this module; only orphans refer to it: {referring[0]}{others}"
