"""markdown-it-py, set up to be quick on what we look for and bounded on what is hostile.

Three changes to the stock parser: every link, image and raw tag remembers where in its block it began;
destinations stay as they were written; and the few rules that can take quadratic time pay for it out of
a budget, so that hostile text ends in `TooComplex` rather than in a wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_inline import StateInline, html_inline, image, link

from pytest_fwgates.framework.blockstate import BlockState
from pytest_fwgates.framework.dispatch import by_first_character

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_NESTING: Final = 100
MAX_LINES: Final = 200_000
# Real documents visit a line three or four times; quotes inside of quotes more often. Some seconds at worst.
VISITS: Final = 300_000
VISITS_PER_LINE: Final = 12
# Characters that the inline scanner may have to look at again. Real documents stay far below.
STEPS: Final = 100_000_000
STEPS_PER_LINK: Final = 500
MAX_LABEL: Final = 1000

_MARKED: Final = re.compile(r"[\\`<]|!\[")
_PLAIN_LINK: Final = re.compile(r"\[[^\[\]]*+\]\((?P<target>[^\s()<>\\&\x00-\x1f\x7f]++)\)")

InlineRule = Callable[[StateInline, bool], bool]


class TooComplex(Exception):  # noqa: N818 - it is a verdict on the text, not an error of ours
    """The text is built so that parsing it would take unreasonably long."""


def block_tokens(text: str, environment: dict[str, Any]) -> list[Token]:
    """The block structure of a document; inline text stays unparsed in its tokens' content."""
    tokens: list[Token] = []
    lines = text.count("\n") + 1
    if lines > MAX_LINES:
        raise TooComplex
    environment["visits"] = VISITS + VISITS_PER_LINE * lines
    environment["steps"] = STEPS
    parser = _PLAIN if "|" in text else _WITHOUT_TABLES
    state = BlockState(text, parser, environment, tokens)
    parser.block.tokenize(state, 0, state.lineMax)
    return tokens


def inline_tokens(text: str, environment: dict[str, Any]) -> list[Token]:
    """Links, images, raw HTML and code spans of one block; emphasis is not looked at."""
    return _PLAIN.inline.parse(text, _PLAIN, environment, [])


def plain_links(text: str) -> list[tuple[int, str]] | None:
    """Offset and destination of every link of a block that has nothing else to parse.

    None where only the parser can tell: nearly every block with links has plain ones, which one expression
    finds in a twentieth of the time.
    """
    if _MARKED.search(text):
        return None
    found = [(match.start(), match["target"]) for match in _PLAIN_LINK.finditer(text)]
    return found if text.count("[") == len(found) == text.count("]") else None


def rendered_text(text: str, environment: dict[str, Any]) -> str:
    """What a reader sees of a heading: no markers, no tags, no images."""
    tokens = _FULL.inline.parse(text, _FULL, environment, [])
    return "".join(_text_of(token) for token in tokens)


def _text_of(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    return token.content if token.type in {"text", "text_special", "code_inline"} else ""


def _spend(environment: Any, steps: int) -> None:
    left = environment.get("steps", STEPS) - steps
    if left < 0:
        raise TooComplex
    environment["steps"] = left


def _pay_for_visit(state: StateBlock) -> None:
    """A line of a container that its rules are tried at costs one of the visits."""
    state.env["visits"] -= 1
    if state.env["visits"] < 0:
        raise TooComplex


def _bounded_reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A label has at most 999 characters (CommonMark 0.31, section 4.7), so no need to look further."""
    begin = state.bMarks[start] + state.tShift[start]
    if state.src.find("]:", begin, begin + MAX_LABEL) == -1:
        return False
    return reference(state, start, end, silent)


def _placed(rule: InlineRule, kinds: frozenset[str]) -> InlineRule:
    """The rule, remembering in its token's meta where in the block's text it began."""

    def placed(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        start = state.pos
        if state.src[start] in "!<" and start + 1 < state.posMax and state.src[start + 1] in "[!?":
            _spend(state.env, state.posMax - start)
        before = len(state.tokens)
        if not rule(state, silent):
            return False
        for token in state.tokens[before:]:
            if token.type in kinds:
                _spend(state.env, STEPS_PER_LINK)
                token.meta["offset"] = start
                break
        return True

    return placed


def _as_written(url: str) -> str:
    return url


def _accepted(_url: str) -> bool:
    """Every destination makes a link; what it leads to is judged later."""
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    parser.block.ruler.at("reference", _bounded_reference)
    parser.inline.ruler.at("link", _placed(link, frozenset({"link_open"})))
    parser.inline.ruler.at("image", _placed(image, frozenset({"image"})))
    parser.inline.ruler.at("html_inline", _placed(html_inline, frozenset({"html_inline"})))
    parser.normalizeLink = _as_written  # type: ignore[method-assign]
    parser.validateLink = _accepted  # type: ignore[method-assign,assignment]
    return parser


_FULL: Final = _parser()
_PLAIN: Final = _parser().disable(["emphasis", "newline", "entity"])
_WITHOUT_TABLES: Final = by_first_character(_parser().disable("table"), _pay_for_visit)
_PLAIN.inline.ruler2.disable(["balance_pairs", "emphasis"])
_PLAIN.inline.terminator_re = re.compile(r"[\\`\[\]!<]")  # where no rule is left that begins with any other
by_first_character(_PLAIN, _pay_for_visit)
