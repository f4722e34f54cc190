"""Which files GitHub runs, or would run in a repository that they are copied to, and what stands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_fwgates import yamldoc
from pytest_fwgates.framework import reading
from pytest_fwgates.framework.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.framework.index import Framework

_PATH: Final = re.compile(
    r"(?:\A|/)(?:\.github/(?:workflows/[^/]+|dependabot)\.ya?ml|action\.ya?ml)\Z", re.IGNORECASE
)
_AT_TOP: Final = re.compile(r"\A(?:\.github/|action\.ya?ml\Z)", re.IGNORECASE)
_TEST_DATA: Final = re.compile(r"(?:\A|/)(?:tests?|testdata|fixtures|__tests__|spec)/", re.IGNORECASE)


class File(NamedTuple):
    """A workflow, an action, or dependabot.yml.

    Attributes:
        lines: Without their ends.
        loaded: Its YAML, where nothing but null is taken for anything but text.
    """

    path: str
    lines: tuple[str, ...]
    loaded: yamldoc.Loaded

    @property
    def at_top(self) -> bool:
        """Whether GitHub looks for it there."""
        return _AT_TOP.match(self.path) is not None

    @property
    def is_action(self) -> bool:
        """Whether others use it."""
        return self.path.rpartition("/")[2].lower().startswith("action.")


class Step(NamedTuple):
    """A step of a job or of a composite action, and where it stands."""

    value: dict[Any, Any]
    place: tuple[str | int, ...]


class Found(NamedTuple):
    """What there is, and why the rest could not be read."""

    files: tuple[File, ...]
    unread: tuple[str, ...]


def find(framework: Framework) -> Found:
    """Every workflow, action and dependabot.yml, ignored or not.

    What GitHub runs lies at the top. What lies deeper is meant for other repositories, so it may be a
    template that is no YAML yet; below a folder of tests it is nobody's but the tests'.
    """
    files: list[File] = []
    unread: list[str] = []
    for path in framework.everything:
        if not _PATH.search(path) or (_TEST_DATA.search(path) and not _AT_TOP.match(path)):
            continue
        one = _read(framework, path)
        if isinstance(one, File):
            files.append(one)
        elif one and _AT_TOP.match(path):
            unread.append(f"{path}: {one}")
    return Found(tuple(files), tuple(unread))


def _read(framework: Framework, path: str) -> File | str:
    """The file, or why it cannot be examined; nothing where there is nothing to examine."""
    text = reading.read_any_text(framework.root, path)
    if not isinstance(text, str):
        return text.reason if isinstance(text, Unreadable) else "is binary"
    try:
        loaded = yamldoc.load(text, plain_is_text=True)
    except yamldoc.YamlError as error:
        return f"line {error.line}: {error.message}"
    if loaded.value is None:
        return ""
    if not isinstance(loaded.value, dict):
        return "is no mapping"
    one = File(path, tuple(text.split("\n")), loaded)
    return "" if one.is_action and "runs" not in loaded.value else one  # anything may be called action.yml


def jobs(file: File) -> Iterator[tuple[str, dict[Any, Any]]]:
    """The jobs of a workflow by their names."""
    said = file.loaded.value.get("jobs")
    for name, job in said.items() if isinstance(said, dict) else ():
        if isinstance(job, dict):
            yield str(name), job


def steps(file: File) -> Iterator[Step]:
    """Every step of every job, or of a composite action."""
    for name, job in jobs(file):
        yield from steps_of(job, ("jobs", name))
    runs = file.loaded.value.get("runs")
    if file.is_action and isinstance(runs, dict):
        yield from steps_of(runs, ("runs",))


def steps_of(holder: dict[Any, Any], place: tuple[str | int, ...]) -> Iterator[Step]:
    """The steps of a job, or of what an action runs, which stands at `place`."""
    said = holder.get("steps")
    for number, step in enumerate(said if isinstance(said, list) else ()):
        if isinstance(step, dict):
            yield Step(step, (*place, "steps", number))


def line_of(file: File, place: tuple[str | int, ...], within: int = 0) -> tuple[int, int | None]:
    """Line and column of what stands at an offset in the text at `place`.

    A block's lines follow the line of its key; of text that is folded or escaped only its start is known.
    """
    line, column = file.loaded.position(*place)
    value: Any = file.loaded.value
    for key in place:
        value = value[key]
    ahead = value.count("\n", 0, within)
    start = value.rfind("\n", 0, within) + 1
    end = value.find("\n", within)
    shown = value[start : end if end >= 0 else None].rstrip()
    for number in (line + ahead + 1, line) if not ahead else (line + ahead + 1,):
        written = file.lines[number - 1] if number <= len(file.lines) else ""
        if shown.strip() and (begin := written.find(shown)) >= 0:
            return number, begin + 1 + within - start
    return line, column
