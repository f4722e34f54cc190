"""No module is larger than the budget of tokens that it declares or that the profile sets for its kind."""

from __future__ import annotations

import posixpath
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.framework import reading, tokens
from pytest_fwgates.framework.kinds import MEMORY_FILES
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.framework.references import is_template
from pytest_fwgates.framework.resolution import references, resolve
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_fwgates.framework.index import Document, Framework, Module
    from pytest_fwgates.framework.tokens import Budget

NO_BUDGETS: Final[Mapping[str, int]] = MappingProxyType({})


class Use(msgspec.Struct, frozen=True):
    """What a module uses of its budget.

    Attributes:
        tokens: The estimate, with whatever a command includes; None where a file could not be read.
        files: How many files were counted.
        limit: The smaller of the budgets that it has.
        declared: The budget in the module, if that is the smaller one.
        problem: Why it could not be counted.
    """

    path: str
    kind: str
    tokens: int | None
    files: int
    limit: int
    declared: Budget | None = None
    problem: str = ""


def over_budget(framework: Framework, budgets: Mapping[str, int] = NO_BUDGETS) -> list[Finding]:
    """No module is larger than the budget of tokens that it declares or that the profile sets for its kind.

    Why: what is loaded takes room from the work itself, and a component that grows makes every command grow
    that includes it, without any change to the command.

    Rule: the estimated tokens of a module, and of a command with all that it includes (each file once), are
    at most its own `<token_budget>` (or `token_budget:` in its frontmatter) and at most the budget of its
    kind in the profile's `token_budgets`. Modules without a budget are not counted. The count is an ESTIMATE
    by the tokenizer of another family of models; Claude's own count is mostly higher.

    Mend: shorten the module, include less, or raise the budget on purpose.
    """
    return judged(framework, budgets)[0]


def judged(framework: Framework, budgets: Mapping[str, int]) -> tuple[list[Finding], float | None]:
    """What `over_budget` finds, and the largest share that any module uses of its budget, if one has any."""
    used = uses(framework, budgets)
    shares = (use.tokens / use.limit for use in used if use.tokens is not None)
    return [*_unreadable_budgets(framework), *_excesses(used)], max(shares, default=None)


def examined(framework: Framework) -> int:
    """How many modules are searched for a budget."""
    return len(framework.modules)


def uses(framework: Framework, budgets: Mapping[str, int]) -> list[Use]:
    """What each module that has a budget uses of it."""
    counter = _Counter(framework)
    return [
        use for module in framework.modules if (use := _use(framework, module, budgets, counter)) is not None
    ]


def _declared(framework: Framework, module: Module) -> Budget | None:
    """A document that is no module and a template speak of the budgets of others."""
    facts = framework.facts.get(module.path)
    is_module = module.kind != "document" or posixpath.basename(module.path) in MEMORY_FILES
    return facts.budget if facts and is_module and not is_template(module.path) else None


def _use(framework: Framework, module: Module, budgets: Mapping[str, int], counter: _Counter) -> Use | None:
    declared = _declared(framework, module)
    own = declared.limit if declared else None
    limits = [limit for limit in (own, budgets.get(module.kind)) if limit is not None]
    if not limits:
        return None
    limit = min(limits)
    paths = counter.expanded(module.path) if module.kind == "command" else [module.path]
    counts = [counter.of(path) for path in paths]
    problem = counts[0].reason if isinstance(counts[0], Unreadable) else ""
    total = sum(count for count in counts if isinstance(count, int))
    said = declared if own == limit else None
    return Use(module.path, module.kind, None if problem else total, len(paths), limit, said, problem)


def _excesses(used: Iterable[Use]) -> Iterator[Finding]:
    for use in used:
        if use.tokens is None:
            yield Finding(f"its tokens could not be counted: {use.problem}", use.path, subject="uncountable")
        elif use.tokens > use.limit:
            line, column = (use.declared.line, use.declared.column) if use.declared else (None, None)
            whose = "it declares" if use.declared else f"the profile sets for a {use.kind}"
            included = use.files - 1
            parts = f" with {included} included file{'s' if included > 1 else ''}" if included else ""
            yield Finding(
                f"an estimated {use.tokens} tokens{parts} exceed the {use.limit} that {whose}",
                use.path,
                line,
                column,
                subject=f"token budget {'declared' if use.declared else 'of the kind'}",
            )


def _unreadable_budgets(framework: Framework) -> Iterator[Finding]:
    for module in framework.modules:
        budget = _declared(framework, module)
        if budget and budget.limit is None:
            message = f"token budget {budget.written} is no number of tokens above 0"
            yield Finding(message, module.path, budget.line, budget.column)


class _Counter:
    """Counts every file once, however many commands include it."""

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._documents = {document.path: document for document in framework.documents}
        self._known: dict[str, int | Unreadable] = {}

    def of(self, path: str) -> int | Unreadable:
        if path not in self._known:
            text = reading.read_text(self._framework.root, path)
            self._known[path] = text if isinstance(text, Unreadable) else tokens.count(text)
        return self._known[path]

    def expanded(self, command: str) -> list[str]:
        """A command and all that it includes, each file once; a cycle ends where it began.

        Claude Code also puts the files that a command itself names as `@path` into the prompt.
        """
        seen = {command: None}
        waiting = [command]
        while waiting:
            document = self._documents.get(waiting.pop())
            for path in self._pulled_in_by(document, command) if document else ():
                if path not in seen:
                    seen[path] = None
                    waiting.append(path)
        return list(seen)

    def _pulled_in_by(self, document: Document, command: str) -> Iterator[str]:
        for reference in references(document.facts):
            if reference.form == "include" or (reference.form == "import" and document.path == command):
                found = resolve(self._framework, document, reference)
                if found and found.state == "file":
                    yield found.path
