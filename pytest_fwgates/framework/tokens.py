"""Tokens: how many a text has, and how many a module says that it may have.

The count is an ESTIMATE. Claude's own tokenizer is not published; this is the one of another family of models
(cl100k), whose tables come with a package and need no network. On English prose and XML Claude counts some
10 to 30 % more, so a budget that is nearly used up here is exceeded there.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from pytest_fwgates.framework.frontmatter import Frontmatter

ENCODING: Final = "cl100k_base"
MAX_BUDGETS: Final = 50
_NUMBER: Final = r"\d{1,3}(?:[,_ ]\d{3}){1,4}|\d{1,12}(?:\.\d{1,3})?"
_LIMIT: Final = re.compile(
    rf"(?:(?:[<≤~]|<=|max(?:imum)?|up to)\s*)?(?:(?:{_NUMBER})\s*k?\s*(?:-|\u2013|to)\s*)?"
    rf"(?P<number>{_NUMBER})\s*(?P<thousands>k?)\s*(?:tokens?)?\s*(?:max(?:imum)?)?",
    re.IGNORECASE,
)
_SPOILT: Final = re.compile(r"-?\s?\d[\w.,]{0,30}(?:\s+tokens?)?")
_ELEMENT: Final = re.compile(
    r"<token_budget(?:\s[^<>]*?\b(?:max|limit|value|tokens)\s*=\s*[\"'](?P<attribute>[^\"'<>]{0,60})[\"'][^<>]*>"
    r"|\s{0,9}>\s{0,99}+(?P<text>[^<>]{0,60}?)\s{0,99}</token_budget\s{0,9}>)"
)
_KEY: Final = re.compile(
    r"^token[_-]budget:[ \t]*[\"']?(?P<text>[^\"'#\n]{1,60}?)[\"']?[ \t]*(?:#.*)?$", re.MULTILINE
)


class Budget(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A budget that a module declares for itself.

    Attributes:
        written: As it stands there.
        limit: In tokens; None where it was meant as a number and is none.
    """

    written: str
    limit: int | None
    line: int
    column: int


def count(text: str) -> int:
    """The estimated number of tokens of a text."""
    import toktok  # type: ignore[import-untyped]  # noqa: PLC0415 - only where something has a budget

    return int(toktok.batch_count([text], ENCODING, threads=1)[0])


def may_declare_budget(text: str, front: Frontmatter | None) -> bool:
    """Whether `declared_budget` can find any."""
    return "<token_budget" in text or (front is not None and _KEY.search(front.text) is not None)


def declared_budget(shown: str, front: Frontmatter | None) -> Budget | None:
    """The budget of the module itself, in its frontmatter or in a tag.

    Where several tags differ, they are those of others, which the module hands work to; then its own is the
    one in its `<metadata>`.

    Args:
        shown: The text without its examples.
        front: Its frontmatter.
    """
    key = _KEY.search(front.text) if front and front.closed else None
    if front and key:
        line = front.text.count("\n", 0, key.start()) + 2
        return _budget(key["text"], line, 1)
    matches = list(islice(_ELEMENT.finditer(shown), MAX_BUDGETS))
    found = [(match, _placed(shown, match)) for match in matches]
    own = [budget for match, budget in found if budget and _is_in_metadata(shown, match.start())]
    budgets = own or [budget for _, budget in found if budget]
    return budgets[0] if len({budget.limit for budget in budgets}) == 1 else None


def _placed(text: str, match: re.Match[str]) -> Budget | None:
    line = text.count("\n", 0, match.start()) + 1
    column = match.start() - text.rfind("\n", 0, match.start())
    return _budget((match["attribute"] or match["text"] or "").strip(), line, column)


def _budget(written: str, line: int, column: int) -> Budget | None:
    match = _LIMIT.fullmatch(written)
    if match:
        number = float(re.sub(r"[,_ ]", "", match["number"]))
        limit = int(number * 1000 if match["thousands"] else number)
        return Budget(written, limit or None, line, column)
    return Budget(written, None, line, column) if _SPOILT.fullmatch(written) else None


def _is_in_metadata(text: str, offset: int) -> bool:
    opened = text.rfind("<metadata", 0, offset)
    return opened != -1 and text.find("</metadata", opened, offset) == -1
