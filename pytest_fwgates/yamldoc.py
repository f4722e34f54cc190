"""YAML as plain data with the place of every key, read from hostile text.

PyYAML's safe loaders still expand aliases without bound, recurse with the nesting and keep the last of
two equal keys in silence. This reads the C parser's event stream instead: depth and node
count are bounded (an alias counts as all that it repeats), duplicate keys are reported, and only the safe
scalar types are built. A merge key (`<<`) stays an ordinary key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from yaml.nodes import ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_DEPTH: Final = 64
MAX_NODES: Final = 200_000
MAX_PLAIN: Final = 1_000
"""Characters of a number, date or truth value; Python takes square time for the longest ones."""

Place: TypeAlias = tuple[int, int]
Path: TypeAlias = tuple[str | int, ...]


class YamlError(ValueError):
    """The text cannot be read as YAML; `line` and `column` are 1-based."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Duplicate:
    """A key that the mapping at `inside` holds already; the first value is the one that is kept."""

    key: str
    line: int
    column: int
    first_line: int
    inside: Path


@dataclass(frozen=True)
class Loaded:
    """A document: plain data, the place of each key and item, and the keys that came twice."""

    value: Any
    places: Mapping[Path, Place]
    duplicates: tuple[Duplicate, ...]

    def position(self, *path: str | int) -> Place:
        """The 1-based line and column of the nearest known ancestor of `path`."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return (1, 1)


def load(text: str, *, plain_is_text: bool = False) -> Loaded:
    """Read the one document in `text`.

    Args:
        text: The document.
        plain_is_text: Keep what is not in quotes as it is written, but for null: a date that does not
            exist or a name of digits alone is then for the reader of one entry, not of the whole file.

    Raises:
        YamlError: invalid YAML, more than one document, an alias of itself, a tag that builds an object,
            a key that is not plain text, or a limit exceeded.
    """
    try:
        loader = _Loader(text)
        try:
            return _Builder(loader, plain_is_text).document()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _translated(error) from None
    except UnicodeError as error:  # a lone surrogate
        raise YamlError(f"not valid Unicode: {error}", 1, 1) from None


# PyYAML wheels carry the C parser; a source build without libyaml must still work.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_COLLECTION_TAGS: Final = {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_TEXT: Final = "tag:yaml.org,2002:str"
_NULL: Final = "tag:yaml.org,2002:null"
_SCALAR_TAGS: Final = {
    _TEXT,
    *(f"tag:yaml.org,2002:{kind}" for kind in ("binary", "bool", "float", "int", "null", "timestamp")),
}
_PLAIN_KEYS: Final = {"tag:yaml.org,2002:merge", "tag:yaml.org,2002:value"}


def _translated(error: yaml.YAMLError) -> YamlError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if (
        message == "exceeded maximum nesting depth"
    ):  # of newer libyaml's scanner, which runs ahead of its events
        message = f"nested deeper than {MAX_DEPTH} levels"
    return YamlError(str(message), line, column)


@dataclass
class _Builder:
    loader: Any
    plain_is_text: bool
    places: dict[Path, Place] = field(default_factory=dict)
    duplicates: list[Duplicate] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int, int]] = field(default_factory=dict)
    """Of each: its value, how many values it holds and how deep they are nested."""
    nodes: int = 0
    deepest: int = 0

    def document(self) -> Loaded:
        events = self._events()
        start = next((event for event in events if isinstance(event, NodeEvent)), None)
        value = None if start is None else self._value(start, events, ())
        for event in events:
            if isinstance(event, DocumentStartEvent):
                raise YamlError("a second document starts here; only one is allowed", *_place(event))
        return Loaded(value, self.places, tuple(self.duplicates))

    def _events(self) -> Iterator[Any]:
        while self.loader.check_event():
            yield self.loader.get_event()

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        self.places.setdefault(path, _place(event))
        if isinstance(event, AliasEvent):
            return self._alias(event, len(path))
        nodes, deepest, self.deepest = self.nodes, self.deepest, 0
        self._count(1, len(path), event)
        if isinstance(event, ScalarEvent):
            value = self._scalar(event)
        else:
            value = self._collection(event, events, path)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.nodes - nodes, self.deepest - len(path))
        self.deepest = max(self.deepest, deepest)
        return value

    def _count(self, size: int, depth: int, event: Any) -> None:
        self.nodes += size
        self.deepest = max(self.deepest, depth)
        if depth > MAX_DEPTH:
            raise YamlError(f"nested deeper than {MAX_DEPTH} levels", *_place(event))
        if self.nodes > MAX_NODES:
            raise YamlError(f"more than {MAX_NODES} values", *_place(event))

    def _alias(self, event: AliasEvent, depth: int) -> Any:
        if event.anchor not in self.anchors:
            raise YamlError(f"alias *{event.anchor} has no finished anchor above it", *_place(event))
        value, size, height = self.anchors[event.anchor]
        self._count(size, depth + height, event)
        return value

    def _collection(self, event: CollectionStartEvent, events: Iterator[Any], path: Path) -> Any:
        if event.tag not in _COLLECTION_TAGS:
            raise YamlError(f"tag {event.tag} is not allowed", *_place(event))
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        return self._sequence(events, path)

    def _sequence(self, events: Iterator[Any], path: Path) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, CollectionEndEvent):
                break
            items.append(self._value(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[Any, Any]:
        pairs: dict[Any, Any] = {}
        lines: dict[Any, int] = {}  # apart from places: 1, 1.0 and true are one key and three texts
        for event in events:
            if isinstance(event, CollectionEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                raise YamlError("a key must be plain text", *_place(event))
            key = self._scalar(event)
            inner = (*path, str(key))
            if key in pairs:
                self.duplicates.append(Duplicate(str(key), *_place(event), lines[key], path))
                self._value(next(events), events, (*path, f"{key}\0{len(self.duplicates)}"))
                continue
            self.places[inner] = _place(event)
            lines[key] = _place(event)[0]
            pairs[key] = self._value(next(events), events, inner)
        return pairs

    def _scalar(self, event: ScalarEvent) -> Any:
        tag = event.tag
        if tag in {None, "!"}:
            tag = self.loader.resolve(ScalarNode, event.value, event.implicit)
            if self.plain_is_text and tag != _NULL:
                tag = _TEXT
        if tag in _PLAIN_KEYS:
            tag = _TEXT
        if tag not in _SCALAR_TAGS:
            raise YamlError(f"tag {tag} is not allowed", *_place(event))
        if tag != _TEXT and len(event.value) > MAX_PLAIN:
            raise YamlError(f"a plain value longer than {MAX_PLAIN} characters", *_place(event))
        node = ScalarNode(tag, event.value, *_marks(event))
        try:
            return self.loader.construct_object(node)
        except (ValueError, OverflowError) as error:
            raise YamlError(f"value cannot be read: {error}", *_place(event)) from None
        except (LookupError, AttributeError):  # how PyYAML says that a tag does not fit: !!bool x, !!int ''
            kind = tag.rpartition(":")[2]
            raise YamlError(
                f"value cannot be read: {event.value!r} is not a {kind}", *_place(event)
            ) from None


def _marks(event: Any) -> tuple[Any, Any]:
    return (event.start_mark, event.end_mark)


def _place(event: Any) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1)
