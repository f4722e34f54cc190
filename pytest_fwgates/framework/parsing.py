"""From the files of a framework to parsed documents, through the cache."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Final

import msgspec

from pytest_fwgates.framework import reading
from pytest_fwgates.framework.kinds import Kind  # noqa: TC001 - msgspec evaluates it
from pytest_fwgates.framework.markdown import Facts  # noqa: TC001 - as above
from pytest_fwgates.framework.parallel import Parsers, without_collection
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
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


class Module(msgspec.Struct, frozen=True):
    """One file of the framework that plays a part in it."""

    path: str
    kind: Kind


class Document(msgspec.Struct, frozen=True):
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
        for start in range(0, len(modules), _BATCH):
            done.extend(_parse_batch(root, modules[start : start + _BATCH], parsers, cache))
            advance(len(done))
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


def _parse_batch(
    root: Path, modules: Sequence[Module], parsers: Parsers, cache: Cache | None
) -> Iterator[Document | Unreadable]:
    read = [reading.read_raw(root, module.path) for module in modules]
    texts = dict.fromkeys(text for text in read if isinstance(text, str))
    keys = {text: cache.key_of(text) for text in texts} if cache else {}
    known = cache.get(keys.values()) if cache else {}
    facts = {text: known[key] for text, key in keys.items() if key in known}
    missing = [text for text in texts if text not in facts]
    fresh = dict(zip(missing, parsers.parse(missing), strict=True))
    if cache:
        cache.put({keys[text]: made for text, made in fresh.items() if made is not None})
    for module, text in zip(modules, read, strict=True):
        if isinstance(text, Unreadable):
            yield text
            continue
        made = facts.get(text) or fresh[text]
        yield Document(module.path, module.kind, made) if made else Unreadable(module.path, TOO_COMPLEX)
