"""A walk over the events of a YAML stream, which builds nothing of what they describe.

Safe loaders expand aliases a billionfold, loop on recursive ones and keep the last of equal keys; events do
none of it. https://yaml.org/spec/1.2.2/ has the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml

from pytest_fwgates.checks.security.payload.names import HIDDEN, disguise, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.model import Severity

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MOST_NODES: Final = 100_000
"""Nodes that aliases may add up to."""
DEEPEST: Final = 100
LONGEST_KEY: Final = 1_024
LONGEST_VALUE: Final = 1_000_000
LONGEST_FRONT: Final = 20_000
MOST_MERGES: Final = 20
_ENOUGH: Final = 10**18
_SHOWN: Final = 60

_CORE: Final = "tag:yaml.org,2002:"
_CORE_TYPES: Final = frozenset(
    {"str", "int", "float", "bool", "null", "map", "seq", "set", "omap", "pairs", "binary", "timestamp"}
    | {"merge", "value"}
)
_LANGUAGE: Final = re.compile(
    r"!{0,2}(?:python|ruby|perl|php|java|javax|jdk|com|org|net|sun|js|javascript|clr|dotnet|system|go|object|lua)"
    r"(?:[/.:]|$)",
    re.IGNORECASE,
)


class Payload(NamedTuple):
    """Something that YAML would do to its reader."""

    line: int
    column: int
    severity: Severity
    what: str
    why: str
    kind: str


@dataclass(slots=True)
class _Open:
    """A collection that has begun and not ended."""

    is_mapping: bool
    anchor: str | None
    size: int = 1
    is_key: bool = True
    key: str | None = None
    keys: dict[str, int] = field(default_factory=dict)
    merges: int = 0


def payloads(
    text: str, *, is_front: bool, one_document: bool, names_functions: bool = False
) -> Iterator[Payload]:
    """What the stream would do, as far as it can be parsed.

    Args:
        text: The stream.
        is_front: Whether it is the frontmatter of a document.
        one_document: Whether whoever reads it reads one document.
        names_functions: Whether its reader takes `!!python/name:` for a name and calls nothing.
    """
    walk = _Walk(is_front=is_front, one_document=one_document, names_functions=names_functions)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            yield from walk.see(event)
            if walk.is_over:
                return
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if "nesting depth" in str(error):  # libyaml's own limit, which it meets before it hands over an event
            mark = getattr(error, "problem_mark", None)
            yield Payload(
                mark.line + 1 if mark else 1,
                1,
                "high",
                f"nesting deeper than {DEEPEST}",
                "readers run out of stack; flatten it",
                "depth",
            )
        return  # what is no YAML is another criterion's matter


class _Walk:
    def __init__(self, *, is_front: bool, one_document: bool, names_functions: bool) -> None:
        self.names_functions = names_functions
        self.is_front = is_front
        self.one_document = one_document
        self.documents = 0
        self.events = 0
        self.stack: list[_Open] = []
        self.sizes: dict[str, int] = {}
        self.is_bomb = False
        self.is_over = False

    def see(self, event: Any) -> Iterator[Payload]:
        self.events += 1
        if isinstance(event, yaml.DocumentStartEvent):
            yield from self._document(event)
        elif isinstance(event, yaml.AliasEvent):
            yield from self._alias(event)
        elif isinstance(event, yaml.ScalarEvent):
            yield from self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            yield from self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            yield from self._end(event)

    def _document(self, event: Any) -> Iterator[Payload]:
        self.documents += 1
        self.sizes.clear()
        if self.documents > 1 and self.one_document:
            yield self._told(
                event, "high", f"document {self.documents} of the stream",
                "some readers take the first document and some the last; keep one", "documents",
            )  # fmt: skip
        if event.tags:
            yield self._told(
                event,
                "medium",
                "%TAG directive",
                "tags mean something else than they say; write them out",
                "tag",
            )

    def _alias(self, event: Any) -> Iterator[Payload]:
        if any(one.anchor == event.anchor for one in self.stack):
            yield self._told(
                event, "high", f"alias *{event.anchor[:_SHOWN]} inside of what it names",
                "a reader that follows it never ends; write the value out", "recursion",
            )  # fmt: skip
        size = self.sizes.get(event.anchor, 1)
        parent = self.stack[-1] if self.stack else None
        if parent and parent.is_mapping and not parent.is_key and parent.key == "<<":
            yield from self._merge(event, parent)
        yield from self._grow(event, size)
        self._step(None)

    def _grow(self, event: Any, size: int) -> Iterator[Payload]:
        if not self.stack:
            return
        top = self.stack[-1]
        top.size = min(top.size + size, _ENOUGH)
        total = min(sum(one.size for one in self.stack), _ENOUGH)
        if total > max(MOST_NODES, 10 * self.events) and not self.is_bomb:
            self.is_bomb = True
            yield self._told(
                event, "critical", f"aliases that expand to more than {MOST_NODES:,} nodes",
                "a reader runs out of memory; write the values out", "bomb",
            )  # fmt: skip

    def _scalar(self, event: Any) -> Iterator[Payload]:
        yield from self._tag(event)
        parent = self.stack[-1] if self.stack else None
        if parent and parent.is_mapping and parent.is_key:
            yield from self._key(event, parent)
        else:
            if parent and parent.is_mapping and parent.key == "<<" and event.style is None:
                yield self._told(
                    event, "medium", "merge key << without a mapping", "readers disagree on it", "merge"
                )
            yield from self._value(event)
        if event.anchor:
            self.sizes[event.anchor] = 1
        yield from self._grow(event, 1)
        self._step(event.value)

    def _key(self, event: Any, parent: _Open) -> Iterator[Payload]:
        key = event.value
        shown = repr(spelled(key)[:_SHOWN])
        if key in parent.keys and key != "<<":
            yield self._told(
                event, "medium", f"key {shown} stands already in line {parent.keys[key]}",
                "readers disagree on which one counts; keep one", "duplicate",
            )  # fmt: skip
        if key == "__proto__":
            yield self._told(
                event, "high", "key '__proto__'", "it changes every object of a JavaScript reader", "proto"
            )
        if HIDDEN.search(key):
            yield self._told(
                event,
                "high",
                f"key {shown} with invisible characters",
                "it is not the key it shows",
                "hidden",
            )
        elif passes_for := disguise(key, parent.keys):
            yield self._told(
                event, "high", f"key {ascii(key)[1:-1][:_SHOWN]!r} passes for {passes_for[:_SHOWN]!r}",
                "its letters are of another script; write it in Latin letters", "homoglyph",
            )  # fmt: skip
        if len(key) > LONGEST_KEY:
            yield self._told(
                event, "medium", f"key of {len(key):,} characters", "no reader has to take it", "long"
            )
        parent.keys.setdefault(key, event.start_mark.line + 1)

    def _value(self, event: Any) -> Iterator[Payload]:
        limit = LONGEST_FRONT if self.is_front else LONGEST_VALUE
        if len(event.value) > limit:
            yield self._told(
                event, "medium", f"value of {len(event.value):,} characters",
                f"more than {limit:,} are data, not settings; keep them in a file of their own", "long",
            )  # fmt: skip
        hidden = HIDDEN.search(event.value.strip("\ufeff"))
        if hidden:
            yield self._told(
                event, "high", f"value with the invisible character U+{ord(hidden[0]):04X}",
                "a model reads what no person sees; remove it", "hidden",
            )  # fmt: skip

    def _begin(self, event: Any) -> Iterator[Payload]:
        yield from self._tag(event)
        parent = self.stack[-1] if self.stack else None
        if parent and parent.is_mapping and not parent.is_key and parent.key == "<<":
            yield from self._merge(event, parent)
        self.stack.append(_Open(isinstance(event, yaml.MappingStartEvent), event.anchor))
        if len(self.stack) > DEEPEST:
            self.is_over = True
            yield self._told(
                event,
                "high",
                f"nesting deeper than {DEEPEST}",
                "readers run out of stack; flatten it",
                "depth",
            )

    def _end(self, event: Any) -> Iterator[Payload]:
        done = self.stack.pop()
        if done.anchor:
            self.sizes[done.anchor] = done.size
        yield from self._grow(event, done.size)
        self._step(None)

    def _merge(self, event: Any, parent: _Open) -> Iterator[Payload]:
        parent.merges += 1
        if self.is_front or parent.merges > MOST_MERGES:
            where = "in frontmatter" if self.is_front else f"more than {MOST_MERGES} times in one mapping"
            yield self._told(
                event,
                "medium",
                f"merge key << {where}",
                "nobody sees which keys come of it; write them out",
                "merge",
            )

    def _tag(self, event: Any) -> Iterator[Payload]:
        tag = event.tag
        if not tag or tag == "!" or tag.removeprefix(_CORE) in _CORE_TYPES:
            return
        if self.names_functions and tag.startswith(f"{_CORE}python/name:"):
            return
        shown = repr(spelled(tag.replace(_CORE, "!!"))[:_SHOWN])
        if tag.startswith(_CORE) or _LANGUAGE.match(tag):
            yield self._told(
                event, "critical", f"tag {shown} constructs an object",
                "an unsafe loader runs what it names; write plain values", "tag",
            )  # fmt: skip
        elif not tag.startswith("!") or self.is_front:
            yield self._told(
                event,
                "medium",
                f"tag {shown}",
                "readers that do not know it fail or guess; write plain values",
                "tag",
            )

    def _step(self, key: str | None) -> None:
        """In a mapping keys and values take turns."""
        if self.stack and self.stack[-1].is_mapping:
            top = self.stack[-1]
            if top.is_key:
                top.key = key
            top.is_key = not top.is_key

    def _told(self, event: Any, severity: Severity, what: str, why: str, kind: str) -> Payload:
        mark = event.start_mark
        return Payload(mark.line + 1, mark.column + 1, severity, what, why, kind)
