"""Facts kept between runs, in one SQLite file of this user.

The key is the SHA-256 of a document's bytes and of the code that makes facts from it, so that neither an
edit nor an upgrade ever finds facts that are out of date. The file must not lie in the framework: whoever can
commit there could commit facts, too. Whatever goes wrong with it costs time and never a finding.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import sqlite3
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import platformdirs

from pytest_fwgates.framework.markdown import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAX_BYTES: Final = 256_000_000
"""What the file may hold; beyond it, what was not used today goes, and if need be everything."""

_LIBRARIES: Final = ("markdown-it-py", "msgspec")
# With row numbers: keys come in no order, and a tree of them alone is filled sooner than one with the values.
_TABLE: Final = "CREATE TABLE IF NOT EXISTS facts (key BLOB PRIMARY KEY, value BLOB, day INTEGER)"
_AT_ONCE: Final = 500  # SQLite takes no more than 999 parameters everywhere
_DECODER: Final = msgspec.msgpack.Decoder(Facts)
_ENCODER: Final = msgspec.msgpack.Encoder()


def default_path() -> Path:
    """Where this user's facts are kept."""
    return Path(platformdirs.user_cache_dir("pytest-fwgates")) / "facts.sqlite3"


@functools.cache
def _parser_version() -> bytes:
    """A digest of all the code that facts depend on; a version number would be forgotten."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for source in sorted([*here.glob("*.py"), here.parent / "yamldoc.py"]):
        digest.update(source.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}\n".encode())
    return digest.digest()


class Cache:
    """Facts by key; an unusable file is an empty one."""

    def __init__(self, path: Path, day: int) -> None:
        """Open or begin `path`; `day` counts from any fixed one and tells old entries from new."""
        self._day = day
        self._database: sqlite3.Connection | None = None
        with contextlib.suppress(sqlite3.Error, OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            database = sqlite3.connect(path, timeout=2, isolation_level=None)
            self._database = database
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=OFF")  # a damaged file is an empty one
            database.execute(_TABLE)

    @staticmethod
    def key_of(data: bytes) -> bytes:
        """What the facts of a file are kept under, given its bytes."""
        return hashlib.sha256(_parser_version() + data).digest()

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Facts]:
        """The facts that are kept under these keys."""
        found: dict[bytes, Facts] = {}
        for some in _batches(keys):
            marks = ",".join("?" * len(some))
            rows = self._execute(f"SELECT key, value, day FROM facts WHERE key IN ({marks})", some)  # noqa: S608 - only question marks
            stale = [key for key, _, day in rows if day != self._day]
            for key, value, _ in rows:
                with contextlib.suppress(msgspec.MsgspecError, TypeError):
                    found[key] = _DECODER.decode(value)
            if stale:
                marks = ",".join("?" * len(stale))
                self._execute(f"UPDATE facts SET day = ? WHERE key IN ({marks})", [self._day, *stale])  # noqa: S608 - as above
        return found

    def put(self, facts: Mapping[bytes, Facts]) -> None:
        """Keep these facts."""
        if self._database is None or not facts:
            return
        rows = [(key, _ENCODER.encode(one), self._day) for key, one in facts.items()]
        with contextlib.suppress(sqlite3.Error):
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)
            self._database.execute("COMMIT")

    def close(self) -> None:
        """Make room where there is too much, and let go of the file."""
        if self._size() > MAX_BYTES:
            self._execute("DELETE FROM facts WHERE day <> ?", [self._day])
        if self._size() > MAX_BYTES:
            self._execute("DELETE FROM facts", ())
        if self._database is not None:
            with contextlib.suppress(sqlite3.Error):
                self._database.close()

    def _size(self) -> int:
        """How many bytes are in use; the file itself does not shrink, but its free pages are used again."""
        pages, free, size = (
            self._execute(f"PRAGMA {name}", ()) for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages[0][0] - free[0][0]) * size[0][0]) if pages and free and size else 0

    def _execute(self, statement: str, values: Sequence[bytes | int]) -> list[Any]:
        if self._database is None:
            return []
        try:
            return self._database.execute(statement, values).fetchall()
        except sqlite3.Error:
            return []


def _batches(keys: Iterable[bytes]) -> Iterable[list[bytes]]:
    whole = list(keys)
    return (whole[start : start + _AT_ONCE] for start in range(0, len(whole), _AT_ONCE))
