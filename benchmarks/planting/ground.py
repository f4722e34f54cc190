"""The sound framework that defects are planted in, and sound modules for defects that have no place in it."""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING, Any, Final

from pytest_fwgates.framework import reading
from pytest_fwgates.framework.references import is_template

from . import texts, words

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from pytest_fwgates.framework.index import Framework

FOLDERS: Final = {
    "command": "commands",
    "agent": "agents",
    "skill": "skills",
    "component": "components",
    "rule": "rules",
}
_DAMAGE: Final = ("fence unclosed", "fence nested", "fence outside", "comment", "newlines")
_EXAMPLES: Final = frozenset({"example", "examples", "test", "tests", "archive", "plans", "specs", "docs"})


class Ground:
    """A framework as it is before anything is planted.

    Attributes:
        texts: The documents that may be planted in. Those with a broken fence are left out, since nobody can
            tell which of their text is code; templates, because the criteria leave them out.
        kinds: The kinds of these documents.
    """

    def __init__(self, framework: Framework, rng: random.Random) -> None:
        self.framework = framework
        self.rng = rng
        self.files = frozenset(framework.files)
        self.texts: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        for document in framework.documents:
            text = reading.read_raw(framework.root, document.path)
            is_damaged = any(one.kind in _DAMAGE for one in document.facts.damage)
            if (
                isinstance(text, str)
                and "\r" not in text
                and not is_damaged
                and not is_template(document.path)
            ):
                self.texts[document.path] = text
                self.kinds[document.path] = document.kind
        self._names = {part.partition(".")[0].lower() for path in framework.files for part in path.split("/")}
        self._given: set[str] = set()

    def document(self, *kinds: str) -> str | None:
        """A random document, of one of these kinds if any are given."""
        return self.pick(sorted(path for path in self.texts if not kinds or self.kinds[path] in kinds))

    def called(self, *kinds: str) -> str | None:
        """A random module of these kinds where what it says counts: not in a folder of examples."""
        paths = (path for path in self.texts if self.kinds[path] in kinds)
        return self.pick(sorted(path for path in paths if _EXAMPLES.isdisjoint(path.lower().split("/"))))

    def pick(self, some: Sequence[Any]) -> Any:
        """A random one of some, or None where there is none."""
        return self.rng.choice(some) if some else None

    def name(self) -> str:
        """A name that nothing in the framework has, and nothing else in this plant."""
        while (name := words.name(self.rng)) in self._names | self._given:
            pass
        self._given.add(name)
        return name

    def forget_names(self) -> None:
        """Begin another plant."""
        self._given.clear()

    def sentence(self) -> str:
        """A sentence without any markup."""
        return self.rng.choice(words.SENTENCES)

    def root(self) -> str:
        """A folder that modules lie in."""
        roots = [root for root in self.framework.layout.module_roots if _EXAMPLES.isdisjoint(root.split("/"))]
        return str(self.pick(sorted(roots))) if roots else ".claude"

    def body(self, title: str, *lines: str) -> str:
        """A small document that says some lines somewhere in its text."""
        before = self.rng.randrange(1, 4)
        some = [self.sentence() for _ in range(before + self.rng.randrange(1, 4))]
        blocks = [f"# {title.replace('-', ' ').capitalize()}", *some[:before], *lines, *some[before:]]
        return "\n\n".join(blocks) + "\n"

    def module(self, kind: str, *lines: str, name: str = "", root: str | None = None) -> tuple[str, str]:
        """The path and text of a new module that says some lines; there is no finding in it."""
        name = name or self.name()
        folder = posixpath.join(self.root() if root is None else root, FOLDERS[kind])
        keys = [f"name: {name}"] if kind in {"agent", "skill"} else []
        keys += [f"description: {self.sentence().rstrip('.')}"] if kind not in {"component", "rule"} else []
        front = "\n".join(["---", *keys, "---", "", ""]) if keys else ""
        file = f"{name}/SKILL.md" if kind == "skill" else f"{name}.md"
        return posixpath.join(folder, file), front + self.body(name, *lines)

    def mention(self, target: str) -> tuple[str, str]:
        """A new command that makes use of a module, so that this is no orphan."""
        return self.module("command", f"Follow `{target}` first.")

    def said(self, inline: str) -> tuple[list[str], int]:
        """A block that says something within a text, and the offset of the line that it stands in."""
        before, after = self.sentence(), self.sentence()
        cell = inline.replace("|", "\\|")
        blocks: tuple[tuple[list[str], int], ...] = (
            ([f"{before} {inline} {after}"], 0),
            ([inline], 0),
            ([before, f"{inline} {after}"], 1),
            ([f"- {before}", f"- **Note**: {inline} {after}"], 1),
            ([f"1. {before}", f"   - {inline}"], 1),
            ([f"> {before}", f"> {inline}"], 1),
            (["| when | then |", "| --- | --- |", f"| {before} | {cell} |"], 2),
        )
        return self.rng.choice(blocks)

    def put(self, path: str, block: Sequence[str]) -> tuple[str, int] | None:
        """The text of a document with a block at a random place, and the 1-based line that it begins in."""
        text = self.texts[path]
        place = self.pick(texts.gaps(text))
        if place is None:
            return None
        lines = text.split("\n")
        return "\n".join([*lines[:place], *block, "", *lines[place:]]), place + 1

    def say(self, path: str | None, inline: str) -> tuple[str, int] | None:
        """The same with something said within a text; the line is the one that it stands in."""
        block, offset = self.said(inline)
        put = self.put(path, block) if path else None
        return put and (put[0], put[1] + offset)

    def written(self, source: str, target: str) -> str:
        """How a module may write the path of another one: from itself, or from the folder of all modules."""
        roots = [root for root in self.framework.layout.module_roots if target.startswith(f"{root}/")]
        nearest = max(roots, key=len, default="")
        from_root = target.removeprefix(f"{nearest}/") if nearest else target
        return str(self.pick([relative(source, target), from_root]))

    def plugin(self, **more: Any) -> tuple[str, dict[str, str]]:
        """The folder of a new plugin with one command, and its files; `more` goes into its manifest."""
        name = self.name()
        folder = f"plugins/{name}"
        path, text = self.module("command", root=folder)
        manifest = {"name": name, "version": "1.2.0", "description": self.sentence(), **more}
        return folder, {f"{folder}/.claude-plugin/plugin.json": dump(manifest), path: text}


def relative(source: str, target: str) -> str:
    """The path of a file from the folder of another one."""
    return posixpath.relpath(target, posixpath.dirname(source) or ".")


def dump(value: Any) -> str:
    """A value as people write it into a manifest."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def line_of(text: str, part: str) -> int:
    """The 1-based line in which a part of a text begins."""
    return text.count("\n", 0, text.index(part)) + 1
