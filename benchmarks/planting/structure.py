"""Defects of framework_structure_integrity: modules that are not where they are looked for.

Not planted: a folder that cannot be read, which root can read anyway, and a framework without any module.
"""

from __future__ import annotations

import posixpath
import unicodedata
from typing import TYPE_CHECKING, Final

from . import words
from .plant import Link, Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "framework_structure_integrity"


def _skill(ground: Ground) -> tuple[str, str]:
    """A skill that lies directly in a folder of skills, and its text: one of the framework, or a new one."""
    known = [path for path in ground.texts if path.count("/") >= 2 and posixpath.basename(path) == "SKILL.md"]
    direct = [path for path in known if path.split("/")[-3] == "skills" and not path.startswith("docs/")]
    if direct and ground.rng.random() < 0.5:
        path = ground.pick(sorted(direct))
        return path, ground.texts[path]
    return ground.module("skill", root=ground.rng.choice([".claude", ground.root()]))


@plants(CRITERION, "skill in small letters")
def small_letters(ground: Ground) -> Plant | None:
    """A skill.md that is not called SKILL.md."""
    path, text = _skill(ground)
    wrong = posixpath.join(posixpath.dirname(path), ground.rng.choice(["skill.md", "Skill.md", "SKILL.MD"]))
    return Plant({path: None, wrong: text}, ((wrong, 0),))


@plants(CRITERION, "skill without SKILL.md")
def without_skill(ground: Ground) -> Plant | None:
    """A folder of a skill whose file has another name."""
    sound, text = _skill(ground)
    folder = posixpath.dirname(sound)
    wrong = posixpath.join(folder, ground.rng.choice(["skills.md", "README.md", f"{ground.name()}.md"]))
    other, more = ground.module("skill", root=posixpath.dirname(posixpath.dirname(folder)))
    if wrong in ground.files:
        return None
    return Plant({other: more, sound: None, wrong: text}, ((folder, 0),))


@plants(CRITERION, "plugin without manifest")
def without_manifest(ground: Ground) -> Plant | None:
    """A .claude-plugin without plugin.json: lost, or misspelt."""
    folder, files = ground.plugin()
    manifest = f"{folder}/.claude-plugin/plugin.json"
    wrong = ground.rng.choice(["plugins.json", "plugin.yaml", "manifest.json", "README.md"])
    moved = {f"{folder}/.claude-plugin/{wrong}": files.pop(manifest)}
    return Plant({**files, **moved}, ((f"{folder}/.claude-plugin", 0),))


@plants(CRITERION, "modules within .claude-plugin")
def within_plugin(ground: Ground) -> Plant | None:
    """Commands, agents, skills or hooks in .claude-plugin, where nothing looks for them."""
    folder, files = ground.plugin()
    part, file = ground.rng.choice(
        [("commands", "a.md"), ("agents", "a.md"), ("skills", "a/SKILL.md"), ("hooks", "hooks.json")]
    )
    wrong = f"{folder}/.claude-plugin/{part}"
    text = "{}\n" if file.endswith(".json") else ground.module("skill", name="a")[1]
    return Plant({**files, f"{wrong}/{file}": text}, ((wrong, 0),))


@plants(CRITERION, "name declared twice")
def twice(ground: Ground) -> Plant | None:
    """Two agents, commands or skills of one folder with one name."""
    kind, root, name = ground.rng.choice(["agent", "command", "skill"]), ground.root(), ground.name()
    files = {}
    for _ in range(2):
        path, text = ground.module(kind, root=root)
        front, _, rest = text.partition("description:")
        del front
        files[path] = f"---\nname: {name}\ndescription:{rest}"
    # Which of them is the second one is a matter of taste.
    return Plant(dict(files), tuple((path, 2) for path in files))


@plants(CRITERION, "copied module")
def copied(ground: Ground) -> Plant | None:
    """A copy of an agent or skill of the framework that keeps its name."""
    kinds = {"agent": "/agents/", "skill": "/skills/"}
    known = [
        path
        for path, text in ground.texts.items()
        if (folder := kinds.get(ground.kinds[path]))
        and folder in f"/{path}"
        and text.startswith("---\nname: ")
    ]
    source = ground.pick(sorted(known))
    if source is None:
        return None
    folder, file = posixpath.split(source)
    is_skill = file == "SKILL.md"
    copy = (
        f"{posixpath.dirname(folder)}/{ground.name()}/{file}" if is_skill else f"{folder}/{ground.name()}.md"
    )
    return Plant({copy: ground.texts[source]}, ((copy, 2), (source, 2)))


@plants(CRITERION, "names that differ in case")
def collision(ground: Ground) -> Plant | None:
    """A file or folder beside another one of the same name in other letters, or in other accents' bytes."""
    source = ground.document()
    if source is None:
        return None
    folder, file = posixpath.split(source)
    kind = ground.rng.choice(["file", "folder", "accents"])
    if kind == "accents":
        name = f"{ground.name()}-é.md"
        paths = [posixpath.join(folder, unicodedata.normalize(form, name)) for form in ("NFC", "NFD")]
        return Plant({path: ground.body("Notes") for path in paths}, tuple((path, 0) for path in paths))
    if kind == "folder" and folder:
        above, name = posixpath.split(folder)
        other = posixpath.join(above, words.other_case(name, ground.rng))
        return Plant({f"{other}/{ground.name()}.md": ground.body("Notes")}, ((other, 0), (folder, 0)))
    other = posixpath.join(folder, words.other_case(file.removesuffix(".md"), ground.rng) + ".md")
    return Plant({other: ground.body("Notes")}, ((other, 0), (source, 0))) if other != source else None


@plants(CRITERION, "symbolic link")
def link(ground: Ground) -> Plant | None:
    """A link that leads nowhere, out of the root, or in a circle."""
    folder = posixpath.dirname(ground.document() or "")
    path, other = (posixpath.join(folder, f"{ground.name()}.md") for _ in range(2))
    up = "../" * (path.count("/") + 1)
    kind = ground.rng.choice(["nowhere", "outside", "circle", "itself"])
    if kind == "circle":
        files = {path: Link(posixpath.basename(other)), other: Link(posixpath.basename(path))}
        return Plant(files, ((ground.rng.choice([path, other]), 0),))
    targets = {"nowhere": f"{ground.name()}.md", "outside": up, "itself": posixpath.basename(path)}
    return Plant({path: Link(targets[kind])}, ((path, 0),))


@plants(CRITERION, "name that is not UTF-8")
def unsound_name(ground: Ground) -> Plant | None:
    """A file whose name is no text."""
    folder = posixpath.dirname(ground.document() or "")
    name = ground.name()
    path = posixpath.join(folder, f"{name}-\udcff.md")
    shown = posixpath.join(folder, f"{name}-\\xff.md")
    return Plant({path: ground.body("Notes")}, ((shown, 0),))
