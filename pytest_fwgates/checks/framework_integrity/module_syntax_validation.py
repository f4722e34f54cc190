"""Every module can be read at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework import datafiles, reading
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.framework.references import is_template
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.index import Framework

# Batch files and PowerShell scripts are by custom in other encodings, too; a hook may be a program.
_SHELL: Final = (".sh", ".bash", ".zsh")
_HOOK: Final = (*_SHELL, ".js", ".mjs", ".cjs", ".ts", ".py")


def unparsable_modules(framework: Framework) -> list[Finding]:
    """Every module can be read at all.

    Why: a file that its reader gives up on is a module that is not there: no hook runs, no plugin loads,
    and nothing says so.

    Rule: modules are UTF-8 (https://www.rfc-editor.org/rfc/rfc3629) without NUL, and no deeper or larger
    than can be examined. Manifests, settings, `hooks.json` and `.mcp.json` are JSON
    (https://www.rfc-editor.org/rfc/rfc8259: no comments, no comma at the end), `.toml` files are TOML
    (https://toml.io/en/v1.0.0), workflows and the YAML of `.claude` are YAML (https://yaml.org/spec/1.2.2/).
    Frontmatter and XML have criteria of their own.

    Mend: the line is where the parser gave up; what is wrong stands there or just before it.
    """
    return [
        Finding(
            f"cannot be parsed: {problem.reason}", path=problem.path, line=problem.line, subject="unparsable"
        )
        for problem in _problems(framework)
    ]


def examined(framework: Framework) -> int:
    """How many files `unparsable_modules` reads."""
    documents = len(framework.documents) + len(framework.unreadable_documents)
    return documents + len(_data(framework)) + len(_scripts(framework))


def _problems(framework: Framework) -> Iterator[Unreadable]:
    yield from framework.unreadable_documents
    for path in _data(framework):
        problem = datafiles.unparsable(framework.root, path)
        if problem is not None:
            yield problem
    for path in _scripts(framework):
        text = reading.read_text(framework.root, path)
        if isinstance(text, Unreadable):
            yield text


def _data(framework: Framework) -> list[str]:
    return [path for path in framework.files if datafiles.is_data(path) and not is_template(path)]


def _scripts(framework: Framework) -> list[str]:
    return [
        module.path
        for module in framework.modules
        if module.kind in {"hook", "script"}
        and module.path.endswith(_HOOK if module.kind == "hook" else _SHELL)
        and not is_template(module.path)
    ]
