"""What zizmor leaves to us: programs run unseen, characters that hide, loose images, all permissions."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates.checks.security.supply.shown import short
from pytest_fwgates.checks.security.workflow import files, taint, trust
from pytest_fwgates.checks.security.workflow.downloads import run_unseen
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_fwgates.checks.security.workflow.files import File

MOST: Final = 100
"""Findings of one rule in one file."""

_HIDING: Final = re.compile(
    "[\u202a-\u202e\u2066-\u2069]"
    "|(?<![\U0001f3f4\U000e0000-\U000e007f])[\U000e0000-\U000e007f]"
    "|(?<=[A-Za-z0-9_$./-])[\u00ad\u200b-\u200d\u2060\ufeff](?=[A-Za-z0-9_$./-])"
)
_PROSE: Final = re.compile(r"[ \t-]{0,80}(?:name|run-name|description|title)[ \t]{0,9}:")
_DIGEST: Final = re.compile(r"@sha256:[0-9a-f]{64}\Z")
_DOCKER: Final = "docker://"
_SHELLS_ONLY: Final = re.compile(r"\A(?:python|node|perl|ruby)\b")


def of_file(file: File) -> Iterator[Finding]:
    """Everything that our own rules find in a file."""
    yield from islice(_unseen(file), MOST)
    yield from islice(_hidden(file), MOST)
    yield from _unpinned(file)
    yield from _everything_allowed(file)
    yield from islice(taint.found(file), MOST)
    yield from islice(trust.found(file), MOST)


def _unseen(file: File) -> Iterator[Finding]:
    for place, script in _scripts(file):
        for hit in run_unseen(script):
            line, column = files.line_of(file, place, hit.offset)
            yield Finding(
                f"unreviewed-code: {hit.message}, so whoever serves or alters it runs code here with the"
                " secrets of the job; download a fixed version, compare its checksum, then run it",
                file.path,
                line,
                column,
                severity="high" if hit.certain else "medium",
            )


def _scripts(file: File) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for step in files.steps(file):
        script, shell = step.value.get("run"), step.value.get("shell")
        if isinstance(script, str) and not (isinstance(shell, str) and _SHELLS_ONLY.match(shell)):
            yield (*step.place, "run"), script


def _hidden(file: File) -> Iterator[Finding]:
    """Characters by which a line is not what it looks like; what is only a name may be in any language."""
    for number, text in enumerate(file.lines, 1):
        if text.isascii():
            continue
        match = _HIDING.search(text)
        if match is None or _PROSE.match(text):
            continue
        name = unicodedata.name(match[0], "an unnamed character")
        yield Finding(
            f"hidden-characters: U+{ord(match[0]):04X} {name} makes this line look like something that it"
            " is not; remove it",
            file.path,
            number,
            match.start() + 1,
            severity="high",
        )


def _unpinned(file: File) -> Iterator[Finding]:
    """Images that run as steps: zizmor is content with a tag."""
    named = [((*step.place, "uses"), step.value.get("uses")) for step in files.steps(file)]
    runs = file.loaded.value.get("runs")
    if file.is_action and isinstance(runs, dict):
        named.append((("runs", "image"), runs.get("image")))
    for place, image in named:
        if isinstance(image, str) and image.startswith(_DOCKER) and not _DIGEST.search(image):
            line, column = file.loaded.position(*place)
            yield Finding(
                f"unpinned-images: {short(image)}: a tag can be moved to another image; name it by its"
                " digest: image@sha256:...",
                file.path,
                line,
                column,
                severity="high",
            )


def _everything_allowed(file: File) -> Iterator[Finding]:
    holders: list[tuple[tuple[str | int, ...], Any]] = [(("permissions",), file.loaded.value)]
    holders += [(("jobs", name, "permissions"), job) for name, job in files.jobs(file)]
    for place, holder in holders:
        if holder.get("permissions") == "write-all":
            line, column = file.loaded.position(*place)
            yield Finding(
                "excessive-permissions: write-all lets every step change code, releases and settings; set"
                " permissions: {} for the workflow and give each job only what it needs",
                file.path,
                line,
                column,
                severity="high",
            )
