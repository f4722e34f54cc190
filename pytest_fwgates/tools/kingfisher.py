"""Kingfisher, the scanner for secrets, as a library in this process.

Its command line finds the same. The library is taken because it is handed bytes: it opens no file but its
rules, walks no folder, reads no ignore file, configuration or baseline, validates nothing unless asked, looks
for no update, and writes no report that would hold secrets and have to be deleted.

What it finds stays in this module. A finding says what kind of secret stands where, and a mark that tells two
of them apart: 16 bits of a digest. More would help who guesses: a password of eight random characters has 47
bits, and 32 bits of a digest, salted with whatever is public, would leave 50,000 to try where it is used.
Sixteen leave three thousand million.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
import time
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import platformdirs

from pytest_fwgates.model import Finding
from pytest_fwgates.tools import candidates
from pytest_fwgates.tools.adapter import NOT_INSTALLED, Scan, Unproven

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kingfisher_sdk import Scanner

PACKAGE: Final = "kingfisher-secret-scanner"
LARGEST: Final = 64_000_000
"""Bytes of a file that is searched."""
MOST: Final = 20_000
"""Strings in a file that are judged; nothing but an attack on the scanner has more."""
ONE_FILE_S: Final = 60.0
ALL_FILES_S: Final = 600.0


class Hit(NamedTuple):
    """A secret that was found. It never leaves this module."""

    rule: str
    title: str
    value: str
    start: int
    end: int
    line: int
    column: int

    def __repr__(self) -> str:
        """Without the value: a traceback may show it."""
        return f"Hit({self.rule!r}, line={self.line})"


class Kingfisher:
    """The adapter."""

    name = "kingfisher"

    def available(self) -> str | None:
        """Its version; None where it is not installed."""
        try:
            return metadata.version(PACKAGE)
        except metadata.PackageNotFoundError:
            return None

    def run(self, root: Path, paths: Sequence[str]) -> Scan:
        """Search these files, whatever git or Kingfisher would ignore.

        Raises:
            Unproven: it is not installed, or does not work here.
        """
        search, found, unproven, examined = Search(ALL_FILES_S), list[Finding](), list[str](), 0
        for path in paths:
            data = _bytes(root, path)
            problem = data if isinstance(data, str) else None
            if isinstance(data, bytes):
                try:
                    found.extend(_finding(hit, path) for hit in search.hits(data, path))
                    examined += 1
                except Unproven as error:
                    problem = str(error)
            if problem:
                unproven.append(f"{path} {problem}")
        return Scan(tuple(found), examined, _several(unproven))


class Search:
    """The compiled rules, and how long they may take altogether."""

    def __init__(self, seconds: float) -> None:
        """Load the rules.

        Raises:
            Unproven: Kingfisher is not installed, or does not work here.
        """
        try:
            from kingfisher_sdk import DetectionPolicy, Rules, Scanner  # noqa: PLC0415 - an extra, and 40 MB
        except ImportError:
            raise Unproven(NOT_INSTALLED) from None
        try:
            with resources.as_file(resources.files(__package__) / "kingfisher_rules.yml") as ours:
                rules = Rules([ours], confidence="low", cache_dir=_rule_cache())
            # Comments in the framework must not have anything ignored, nor must markup around it.
            policy = DetectionPolicy(inline_ignores=False, markup_context=False)
            self._scanner: Scanner = Scanner(rules, policy=policy)
        except (ValueError, OSError, RuntimeError) as error:
            raise Unproven(f"kingfisher cannot load its rules: {type(error).__name__}") from None
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def hits(self, data: bytes, path: str) -> list[Hit]:
        """The secrets in a file, in order.

        Raises:
            Unproven: it was not searched to its end.
        """
        from kingfisher_sdk import ScanInput  # noqa: PLC0415 - see above

        left = min(ONE_FILE_S, self._until - time.monotonic())
        if left <= 0:
            raise Unproven(f"was not reached within {self._seconds:g} s")
        try:
            seen = self._scanner.scan_input(ScanInput(neutral(path), data), timeout=left)
        except TimeoutError:
            raise Unproven(f"took longer than {left:.0f} s") from None
        except (RuntimeError, ValueError, OSError) as error:
            raise Unproven(f"could not be searched: {type(error).__name__}") from None
        if len(seen) > MOST:
            raise Unproven(f"holds more than {MOST} strings that look like secrets")
        hits = (_hit(data, one) for one in seen if one.visible)
        return _without_overlaps(hit for hit in hits if hit is not None)


def neutral(path: str) -> str:
    """A name that has the rules for certain files apply, and none that leave files or folders out."""
    name = path.rpartition("/")[2].lower()
    if name in _NAMES or name.endswith("_history"):
        return name
    ending = name.rpartition(".")[2]
    return f"file.{ending}" if ending in _ENDINGS else "file"


_NAMES: Final = frozenset({"nuget.config", ".git-credentials"})
_ENDINGS: Final = frozenset({"php", "tf", "hcl", "yml", "yaml"})


def _hit(data: bytes, seen: Any) -> Hit | None:
    place = seen.location
    start, end = place["start_offset"], place["end_offset"]
    line_start = data.rfind(b"\n", 0, start) + 1
    before = data[max(line_start, start - candidates.BEFORE) : start].decode("utf-8", "replace")
    if not candidates.is_secret(candidates.Candidate(seen.rule_id, seen.secret, before)):
        return None
    column = len(data[line_start:start].decode("utf-8", "replace")) + 1
    kind = candidates.title(seen.rule_id, seen.rule_name)
    return Hit(seen.rule_id, kind, seen.secret, start, end, place["line"], column)


def _without_overlaps(hits: Iterable[Hit]) -> list[Hit]:
    """One finding for one secret: that of the rule which knows most of it."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (candidates.rank(one.rule), one.start, -one.end)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda one: one.start)


def _finding(hit: Hit, path: str) -> Finding:
    mark = fingerprint(hit.title, hit.value)
    return Finding(
        f"{hit.title} in clear (mark {mark}); who can read this file can use it: revoke it, and have it read "
        "from the environment or a secret store",
        path,
        hit.line,
        hit.column,
        candidates.severity(hit.rule),
        subject=f"secret {hit.title} {mark}",
    )


def fingerprint(kind: str, value: str) -> str:
    """Tells two secrets of a kind apart, and too little to guess one; the same in every tree."""
    text = f"pytest-fwgates secret\0{kind}\0{value}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:4]


def _several(reasons: Sequence[str]) -> str:
    more = f" and {len(reasons) - 3} more" if len(reasons) > 3 else ""  # noqa: PLR2004 - three are shown
    return "; ".join(reasons[:3]) + more


def _bytes(root: Path, path: str) -> bytes | str:
    """What to search, with plain line feeds and as UTF-8 where it is text; else why it cannot be had."""
    try:
        data = _raw(root / path)
    except OSError as error:
        return error.strerror or "cannot be read"
    if len(data) > LARGEST:
        return f"is larger than {LARGEST // 1_000_000} MB"
    return as_text(data)


def as_text(data: bytes) -> bytes:
    """Bytes as Kingfisher should see them: UTF-16 as UTF-8, lines as editors count them, binary as it is."""
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            # The mark may be all that is wide in it, and Kingfisher would believe it.
            wide = b"\0" in data[len(mark) :]
            text = data.decode(encoding, "replace").encode("utf-8", "surrogatepass")
            data = text if wide else b"?" * len(mark) + data[len(mark) :]
            break
    data = data.removeprefix(codecs.BOM_UTF8)
    return data if b"\0" in data[:8192] else data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


_WIDE: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _raw(path: Path) -> bytes:
    """The bytes of a regular file, and not many more than may be searched."""
    # Without blocking: the path may have become a FIFO since it was listed.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(None, "is not a regular file")
        return file.read(min(status.st_size, LARGEST) + 1)


def _rule_cache() -> Path:
    """Where Kingfisher keeps its rules compiled: four seconds of work that are the same in every run."""
    return Path(platformdirs.user_cache_dir("pytest-fwgates")) / "kingfisher"
