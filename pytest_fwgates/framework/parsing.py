"""From the files of a framework to parsed documents, through the cache."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from pytest_fwgates.framework import reading
from pytest_fwgates.framework.kinds import Kind  # noqa: TC001 - msgspec evaluates it
from pytest_fwgates.framework.markdown import Facts  # noqa: TC001 - as above
from pytest_fwgates.framework.parallel import Parsers, without_collection
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import TypeAlias

    from pytest_fwgates.framework.cache import Cache

    Watch: TypeAlias = Callable[[int], AbstractContextManager[Callable[[int], None]]]

_BATCH: Final = 500
"""How many texts are held at a time."""
TOO_COMPLEX: Final = "nested or repeated beyond what can be examined in reasonable time"
WORTH_CACHING: Final = 50
"""Fewer documents are parsed sooner than a cache is opened."""


class Module(msgspec.Struct, frozen=True, gc=False):
    """One file of the framework that plays a part in it."""

    path: str
    kind: Kind


class Document(msgspec.Struct, frozen=True, gc=False):
    """A parsed markdown file."""

    path: str
    kind: Kind
    facts: Facts


def parse_all(
    root: Path, modules: Sequence[Module], cached: Path | None, watch: Watch | None = None
) -> list[Document | Unreadable]:
    """Parse documents in their order, on all cores; facts that `cached` knows are not made again.

    Args:
        root: The framework.
        modules: The markdown files.
        cached: The file that keeps facts between runs, if any.
        watch: Told how many documents there are, it gives what is to be told how many are done.
    """
    done: list[Document | Unreadable] = []
    watching = watch(len(modules)) if watch else contextlib.nullcontext(_ignore)
    kept = _opened(cached if len(modules) >= WORTH_CACHING else None)
    with without_collection(), Parsers() as parsers, kept as cache, watching as advance:
        batches = [modules[start : start + _BATCH] for start in range(0, len(modules), _BATCH)]
        begun = deque[Begun]()
        for batch in batches:
            begun.append(_begin(root, batch, parsers, cache))
            if len(begun) > 1:  # the children go on with this batch while the one before is put away
                done.extend(_finish(begun.popleft(), cache))
                advance(len(done))
        for last in begun:
            done.extend(_finish(last, cache))
    return done


def _ignore(_done: int) -> None:
    """What is told how far the work is where nobody watches."""


@contextlib.contextmanager
def _opened(path: Path | None) -> Iterator[Cache | None]:
    if path is None:
        yield None
        return
    from pytest_fwgates.framework.cache import Cache  # noqa: PLC0415 - SQLite only where there is a cache

    with contextlib.closing(Cache(path, day=int(time.time() // 86_400))) as cache:
        yield cache


class Begun(NamedTuple):
    """A batch that is being parsed.

    Attributes:
        read: The bytes of each module, or why there are none.
        keys: What the facts of these bytes are kept under.
        known: What is known of these bytes: facts that were kept, or why there is no text.
        missing: The bytes whose texts are parsed, and what waits for their facts.
    """

    modules: Sequence[Module]
    read: list[bytes | Unreadable]
    keys: dict[bytes, bytes]
    known: dict[bytes, Facts | Unreadable]
    missing: list[bytes]
    facts: Callable[[], list[Facts | None]]


def _begin(root: Path, modules: Sequence[Module], parsers: Parsers, cache: Cache | None) -> Begun:
    read = [reading.read_bytes(root, module.path) for module in modules]
    contents = dict.fromkeys(data for data in read if isinstance(data, bytes))
    keys = {data: cache.key_of(data) for data in contents} if cache else {}
    kept = cache.get(keys.values()) if cache else {}
    known: dict[bytes, Facts | Unreadable] = {data: kept[key] for data, key in keys.items() if key in kept}
    texts: dict[bytes, str] = {}
    for data in contents:
        if data not in known:
            text = reading.decoded("", data)
            if isinstance(text, Unreadable):
                known[data] = text
            else:
                texts[data] = text
    return Begun(modules, read, keys, known, list(texts), parsers.begin(list(texts.values())))


def _harmless(fresh: Mapping[bytes, Facts | None]) -> Iterator[tuple[bytes, Facts]]:
    """What may be kept: facts quote their document, and a cache outlives the secret that was in it."""
    from pytest_fwgates.framework.redaction import looks_secret  # noqa: PLC0415 - only fresh documents pay

    for data, made in fresh.items():
        if made is not None and not looks_secret(data.decode("utf-8", "replace")):
            yield data, made


def _finish(begun: Begun, cache: Cache | None) -> Iterator[Document | Unreadable]:
    fresh = dict(zip(begun.missing, begun.facts(), strict=True))
    if cache:
        cache.put({begun.keys[data]: made for data, made in _harmless(fresh)})
    for module, data in zip(begun.modules, begun.read, strict=True):
        if isinstance(data, Unreadable):
            yield data
            continue
        made = begun.known.get(data) or fresh[data]
        if isinstance(made, Unreadable):
            yield Unreadable(module.path, made.reason, made.line)
        else:
            yield Document(module.path, module.kind, made) if made else Unreadable(module.path, TOO_COMPLEX)
