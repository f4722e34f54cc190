"""Defects of all_modules_referenced: components and rules that nothing leads to."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from .plant import Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "all_modules_referenced"


def _shared(ground: Ground, *lines: str, name: str = "") -> tuple[str, str]:
    """A component or rule in a folder of its own: one of the framework may be used by a pattern for it."""
    kind = ground.rng.choice(["component", "component", "rule"])
    root = ground.root()
    # In .claude/rules Claude Code reads them by itself.
    path, text = ground.module("component" if root == ".claude" else kind, *lines, name=name, root=root)
    folder, file = posixpath.split(path)
    return posixpath.join(folder, ground.name(), file), text


@plants(CRITERION, "new module")
def unused(ground: Ground) -> Plant | None:
    """A component or rule that nothing refers to."""
    path, text = _shared(ground)
    return Plant({path: text}, ((path, 0),))


@plants(CRITERION, "beside the others")
def beside(ground: Ground) -> Plant | None:
    """A component in a folder of components of the framework."""
    other = ground.document("component")
    if other is None:
        return None
    path = posixpath.join(posixpath.dirname(other), f"{ground.name()}.md")
    return Plant({path: ground.body("Unused")}, ((path, 0),))


@plants(CRITERION, "refers to itself")
def to_itself(ground: Ground) -> Plant | None:
    """A component that only its own text names."""
    name = ground.name()
    path, text = _shared(ground, f"This is `{name}.md`, also called `{name}`.", name=name)
    return Plant({path: text}, ((path, 0),))


@plants(CRITERION, "used by an orphan")
def by_orphan(ground: Ground) -> Plant | None:
    """A component that only another orphan includes."""
    path, text = _shared(ground)
    other, _ = _shared(ground)
    including = f"<include>{posixpath.relpath(path, posixpath.dirname(other))}</include>"
    return Plant({path: text, other: ground.body("Other", including)}, ((path, 0),))


@plants(CRITERION, "used by each other")
def by_each_other(ground: Ground) -> Plant | None:
    """Two components that link to each other, and nothing to them."""
    (one, _), (two, _) = _shared(ground), _shared(ground)
    files = {
        source: ground.body(
            "Half", f"See [the other half]({posixpath.relpath(target, posixpath.dirname(source))})."
        )
        for source, target in ((one, two), (two, one))
    }
    return Plant(files, ((ground.rng.choice([one, two]), 0),))


@plants(CRITERION, "last reference taken away")
def dropped(ground: Ground) -> Plant | None:
    """A component of the framework whose every mention is taken away."""
    target = ground.document("component", "rule")
    if target is None or "/.claude/rules/" in f"/{target}":
        return None
    stem = posixpath.basename(target).removesuffix(".md")
    word = re.compile(rf"(?<![\w-]){re.escape(stem)}(?![\w-])")
    files = {}
    for path, text in ground.texts.items():
        if path != target and word.search(text):
            files[path] = "\n".join(line for line in text.split("\n") if not word.search(line))
    others = [path for path in ground.files if path not in files and path != target]
    if not files or len(files) > 30 or any(_names(ground, path, word) for path in others):
        return None
    return Plant(dict(files), ((target, 0),))


def _names(ground: Ground, path: str, word: re.Pattern[str]) -> bool:
    data = (ground.framework.root / path).read_bytes()
    return bool(word.search(path) or word.search(data.decode("utf-8", "replace")))


@plants(CRITERION, "renamed module")
def renamed(ground: Ground) -> Plant | None:
    """A component of the framework under another name, which nothing says."""
    target = ground.document("component")
    if target is None:
        return None
    new = posixpath.join(posixpath.dirname(target), f"{ground.name()}.md")
    return Plant({target: None, new: ground.texts[target]}, ((new, 0),))
