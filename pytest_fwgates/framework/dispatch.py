"""Block rules chosen by the first character of a line, instead of each being asked at every line.

markdown-it-py asks up to eleven rules at every line of every paragraph, and nearly all of them look at its
first character and say no. Which rules can say yes to which character is in the CommonMark specification
(https://spec.commonmark.org/0.31.2/, chapter 4 and 5); an indented line is asked of all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from markdown_it.rules_block import StateBlock

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

BlockRule = Callable[[StateBlock, int, int, bool], bool]

CODE_INDENT: Final = 4
_FIRST: Final = {
    "code": "",
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
}
"""The characters that a block of a rule begins with; a rule that is not named here takes any."""

_UNDERLINE: Final = "|-:"  # what the second line of a table begins with


def by_first_character(parser: MarkdownIt, visit: Callable[[StateBlock], None]) -> MarkdownIt:
    """Have `parser` ask at a line only those rules that may begin there.

    Args:
        parser: With all its rules enabled or disabled; what is changed later has no effect.
        visit: Called once for every line that a chain of rules is tried at.
    """
    ruler = parser.block.ruler
    names = {rule.fn: rule.name for rule in ruler.__rules__}
    alternatives = {chain for rule in ruler.__rules__ for chain in rule.alt}
    chains = {
        chain: [_dispatching([(names[rule], rule) for rule in ruler.getRules(chain)], visit)]
        for chain in ("", *alternatives)
    }
    ruler.getRules = lambda chainName="": chains.get(chainName, [])  # type: ignore[method-assign]  # noqa: N803
    return parser


def _dispatching(rules: list[tuple[str, BlockRule]], visit: Callable[[StateBlock], None]) -> BlockRule:
    """One rule that stands for all of a chain, in their order."""
    everywhere = tuple(rule for _, rule in rules)
    table = next((rule for name, rule in rules if name == "table"), None)
    others = tuple(rule for name, rule in rules if name not in _FIRST and rule is not table)
    starting = {
        character: tuple(
            rule for name, rule in rules if rule is not table and character in _FIRST.get(name, character)
        )
        for character in {one for first in _FIRST.values() for one in first}
    }

    def dispatch(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        visit(state)
        if state.sCount[start] - state.blkIndent >= CODE_INDENT:
            return any(rule(state, start, end, silent) for rule in everywhere)
        source = state.src
        if table is not None and start + 1 < end:
            below = state.bMarks[start + 1] + state.tShift[start + 1]
            if source[below : below + 1] in _UNDERLINE and table(state, start, end, silent):
                return True
        first = state.bMarks[start] + state.tShift[start]
        for rule in starting.get(source[first : first + 1], others):  # noqa: SIM110 - a generator takes longer
            if rule(state, start, end, silent):
                return True
        return False

    return dispatch
