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


class Size(msgspec.Struct, frozen=True):
    """How large a module is, whether or not it has a budget.

    Attributes:
        tokens: The estimate for the file itself; None where it could not be read.
        expanded: The same with all that a command includes; for other modules as `tokens`.
        files: How many files `expanded` counts.
        limit: The budget that it declares, if it does.
    """

    path: str
    kind: str
    tokens: int | None
    expanded: int | None
    files: int
    limit: int | None


def over_budget(framework: Framework, budgets: Mapping[str, int] = NO_BUDGETS) -> list[Finding]:
    """No module is larger than the budget of tokens that it declares or that the profile sets for its kind.

    Why: what is loaded takes room from the work itself, and a component that grows makes every command grow
    that includes it, without any change to the command.

    Rule: the estimated tokens of a module, and of a command with all that it includes (each file once), are
    at most its own `<token_budget>` (or `token_budget:` in its frontmatter) and at most the budget of its
    kind in the profile's `token_budgets`. Modules without a budget are not counted. The count is an ESTIMATE
    by the tokenizer of another family of models; Claude's own count is mostly higher.

    Mend: shorten the module, include less, or raise the budget on purpose. A document that cannot be read is
    module_syntax_validation's matter.
    """
    return judged(framework, budgets)[0]


def judged(framework: Framework, budgets: Mapping[str, int]) -> tuple[list[Finding], float | None]:
    """What `over_budget` finds, and the largest share that any module uses of its budget.

    The share is 0 where no module has a budget, and None where that of some module cannot be told.
    """
    used = uses(framework, budgets)
    spoilt = list(_unreadable_budgets(framework))
    shares = [use.tokens / use.limit for use in used if use.tokens is not None]
    share = None if spoilt or len(shares) < len(used) else max(shares, default=0.0)
    told = {item.path for item in framework.unreadable_documents}
    return [*spoilt, *_excesses(use for use in used if use.path not in told)], share


def sizes(framework: Framework) -> list[Size]:
    """How large every module is, the largest first."""
    counter = _Counter(framework)
    found = [_size(framework, module, counter) for module in framework.modules]
    return sorted(found, key=lambda size: (-(size.expanded or 0), size.path))


def _size(framework: Framework, module: Module, counter: _Counter) -> Size:
    own = counter.of(module.path)
    if isinstance(own, Unreadable):
        return Size(module.path, module.kind, None, None, 1, None)
    declared = _declared(framework, module)
    return Size(module.path, module.kind, own, *counter.total(module), declared.limit if declared else None)


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
    count = counter.of(module.path)
    problem = count.reason if isinstance(count, Unreadable) else ""
    total, files = counter.total(module)
    said = declared if own == limit else None
    return Use(module.path, module.kind, None if problem else total, files, limit, said, problem)


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

    def total(self, module: Module) -> tuple[int, int]:
        """The tokens of a module, of a command with all that it includes, and of how many files they are."""
        paths = self.expanded(module.path) if module.kind == "command" else [module.path]
        counts = [count for path in paths if isinstance(count := self.of(path), int)]
        return sum(counts), len(paths)

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
