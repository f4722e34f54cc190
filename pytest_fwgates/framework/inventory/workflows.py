"""Actions and images that workflows and composite actions of GitHub use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates import yamldoc
from pytest_fwgates.framework.inventory import images, plain
from pytest_fwgates.framework.inventory.model import COMMIT, Component, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACTION: Final = re.compile(r"\A([\w.-]{1,100}/[\w.-]{1,100})((?:/[\w.-]{1,200}){0,20})@(\S{1,300})\Z")
_DOCKER: Final = "docker://"


def read(path: str, text: str) -> Manifest | None:
    """The actions and images of a workflow or action; None where it is neither.

    Raises:
        YamlError: it cannot be read.
    """
    loaded = yamldoc.load(text, plain_is_text=True)
    if not isinstance(loaded.value, dict):
        return None
    return Manifest(path, "workflow", "uses", "action", tuple(_uses(loaded)))


def _uses(loaded: yamldoc.Loaded) -> Iterator[Component]:
    for name, job in plain.table(loaded.value, "jobs").items():
        where: tuple[str | int, ...] = ("jobs", str(name))
        yield from _use(plain.text(job, "uses"), loaded, (*where, "uses"))
        if isinstance(job, dict) and "container" in job:
            yield from _image(images.of_container(job["container"]), loaded, (*where, "container"))
        for service, said in plain.table(job, "services").items():
            yield from _image(images.of_container(said), loaded, (*where, "services", str(service)))
        yield from _of_steps(plain.items(job, "steps"), loaded, (*where, "steps"))
    runs = plain.table(loaded.value, "runs")
    yield from _of_steps(plain.items(runs, "steps"), loaded, ("runs", "steps"))
    if plain.text(runs, "image").startswith(_DOCKER):
        yield from _use(plain.text(runs, "image"), loaded, ("runs", "image"))


def _of_steps(steps: list[Any], loaded: yamldoc.Loaded, where: tuple[str | int, ...]) -> Iterator[Component]:
    for number, step in enumerate(steps):
        yield from _use(plain.text(step, "uses"), loaded, (*where, number, "uses"))


def _use(text: str, loaded: yamldoc.Loaded, where: tuple[str | int, ...]) -> Iterator[Component]:
    if text.startswith(_DOCKER):
        yield from _image(text.removeprefix(_DOCKER), loaded, where)
        return
    match = _ACTION.match(text.strip())
    if match is None or text.startswith("."):
        return
    pinned = COMMIT.match(match[3]) is not None
    line, column = loaded.position(*where)
    yield Component(
        "action",
        match[1].lower(),
        f"{match[1]}{match[2]}",
        line,
        column,
        requested=match[3],
        version=match[3] if pinned else "",
        source=match[1].partition("/")[0].lower(),
        commit=pinned,
    )


def _image(text: str, loaded: yamldoc.Loaded, where: tuple[str | int, ...]) -> Iterator[Component]:
    one = images.image(text, *loaded.position(*where)) if text else None
    if one is not None:
        yield one
