"""`fwgates framework`: what is seen as the framework, before anything is judged."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from pytest_fwgates import exitstatus
from pytest_fwgates.checks.framework_integrity import token_budget_compliance
from pytest_fwgates.cli.context import frameworks, where
from pytest_fwgates.framework import configuration, index, tokens
from pytest_fwgates.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.index import Framework


def command(
    roots: Annotated[
        list[str] | None, typer.Option("--framework-root", help="The framework (default: the repository).")
    ] = None,
    *,
    modules: Annotated[bool, typer.Option("--modules", help="List every module with its kind.")] = False,
    sizes: Annotated[
        bool, typer.Option("--tokens", help="List every module with its estimated tokens, the largest first.")
    ] = False,
) -> int:
    """Show the layout that was recognised, the modules by kind, and what is left out."""
    settings = configuration.read(where().start, where().root)
    base, folders = frameworks(roots)
    for folder in folders:
        framework = index.load(base / folder, settings)
        lists = (*(_modules(framework) if modules else ()), *(_tokens(framework) if sizes else ()))
        for line in (*_summary(framework), *lists):
            typer.echo(printable(line))
    return exitstatus.ALLOW


def _summary(framework: Framework) -> Iterator[str]:
    yield f"framework: {framework.root}"
    yield f"module folders: {_listed(framework.layout.module_roots)}"
    yield f"plugins: {_listed(framework.layout.plugins)}"
    counts = Counter(module.kind for module in framework.modules)
    for kind, count in sorted(counts.items()):
        yield f"{kind:>10}: {count}"
    if not counts:
        yield "no modules: no file here is of a kind that a framework has"
    yield f"other files: {len(framework.files) - len(framework.modules)}"
    yield f"ignored by configuration: {len(framework.discovery.ignored)}"
    for problem in framework.problems:
        yield f"{problem.path}: {problem.message}"


def _listed(folders: frozenset[str]) -> str:
    return ", ".join(folder or "." for folder in sorted(folders)) or "none"


def _modules(framework: Framework) -> Iterator[str]:
    for module in framework.modules:
        yield f"{module.kind:>10}  {module.path}"


def _tokens(framework: Framework) -> Iterator[str]:
    """What no budget limits is at least shown."""
    yield f"tokens, estimated with {tokens.ENCODING}, which is not Claude's own count (mostly higher):"
    for size in token_budget_compliance.sizes(framework):
        shown = "cannot be read" if size.expanded is None else f"{size.expanded}"
        parts = f", itself {size.tokens}, with {size.files - 1} included" if size.files > 1 else ""
        budget = f", of a budget of {size.limit}" if size.limit else ""
        yield f"{shown:>14}  {size.kind:<9}  {size.path}{parts}{budget}"
