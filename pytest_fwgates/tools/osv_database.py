"""A folder of advisories in the OSV format (https://ossf.github.io/osv-schema/): reading it, bounded.

It holds JSON files, at any depth, or the archives that osv.dev publishes for each ecosystem (`all.zip`).
"""

from __future__ import annotations

import datetime as dt
import os
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from pytest_fwgates.framework.inventory.model import pypi_name
from pytest_fwgates.tools.adapter import Unproven

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MAX_FILE: Final = 10_000_000
MAX_FILES: Final = 2_000_000
_ECOSYSTEMS: Final = {"PyPI": "pypi", "npm": "npm", "GitHub Actions": "action"}


class Package(msgspec.Struct, frozen=True, gc=False):
    """Which package an advisory is about."""

    ecosystem: str = ""
    name: str = ""


class Range(msgspec.Struct, frozen=True, gc=False):
    """Versions as events."""

    type: str = ""
    events: list[dict[str, Any]] = []


class Affected(msgspec.Struct, frozen=True, gc=False):
    """The versions of one package that are affected."""

    package: Package = Package()
    ranges: list[Range] | None = None
    versions: list[str] | None = None


class Score(msgspec.Struct, frozen=True, gc=False):
    """A vector of CVSS."""

    type: str = ""
    score: str = ""


class Advisory(msgspec.Struct, frozen=True, gc=False):
    """An advisory, as far as it matters here."""

    id: str
    modified: str
    withdrawn: str | None = None
    summary: str | None = None
    aliases: list[str] | None = None
    affected: list[Affected] | None = None
    severity: list[Score] | None = None
    database_specific: dict[str, Any] | None = None


class Database(NamedTuple):
    """The advisories about the packages that were asked for.

    Attributes:
        advisories: By ecosystem and name.
        newest: When an advisory was last changed, of all that there are.
        total: How many there are.
        unread: How many files are no advisories.
    """

    advisories: Mapping[tuple[str, str], Sequence[Advisory]]
    newest: dt.datetime
    total: int
    unread: int


def load(folder: Path, wanted: frozenset[tuple[str, str]]) -> Database:
    """Read every advisory once, and keep those about `wanted`.

    Raises:
        Unproven: there is none.
    """
    found: dict[tuple[str, str], list[Advisory]] = {}
    decoder = msgspec.json.Decoder(Advisory)
    newest, total, unread = "", 0, 0
    for data in _contents(folder):
        try:
            one = decoder.decode(data)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            unread += 1
            continue
        total += 1
        newest = max(newest, one.modified)
        if one.withdrawn is None:
            for key in {key_of(affected.package) for affected in one.affected or ()} & wanted:
                found.setdefault(key, []).append(one)
    when = _moment(newest)
    if not total or when is None:
        raise Unproven(f"{folder} holds no advisories in the OSV format")
    return Database(found, when, total, unread)


def _contents(folder: Path) -> Iterator[bytes]:
    """Every file that may be an advisory, each bounded.

    Raises:
        Unproven: the folder or a file of it cannot be read.
    """
    seen = 0
    try:
        for parent, folders, files in os.walk(folder, onerror=_refuse):
            folders.sort()
            for name in sorted(files):
                path = Path(parent, name)
                if name.endswith(".json"):
                    contents: Iterable[bytes] = [_bounded(path)]
                elif name.endswith(".zip"):
                    contents = _zipped(path)
                else:
                    continue
                for data in contents:
                    seen += 1
                    if seen > MAX_FILES:
                        raise Unproven(f"{folder} holds more than {MAX_FILES} advisories")
                    yield data
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise Unproven(f"{folder} cannot be read: {error}") from None


def _refuse(error: OSError) -> None:
    raise error


def _bounded(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_FILE)


def _zipped(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.filename.endswith(".json"):
                with archive.open(info) as stream:
                    yield stream.read(MAX_FILE)


def key_of(package: Package) -> tuple[str, str]:
    """The ecosystem and name as an inventory has them."""
    ecosystem = _ECOSYSTEMS.get(package.ecosystem.partition(":")[0], "")
    if ecosystem == "action":
        return ecosystem, "/".join(package.name.lower().split("/")[:2])
    return ecosystem, pypi_name(package.name) if ecosystem == "pypi" else package.name


def _moment(text: str) -> dt.datetime | None:
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=dt.UTC)
