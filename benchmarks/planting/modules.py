"""Defects of verify_all_modules_exist: includes, imports and manifests that name no file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from . import words
from .ground import dump, line_of
from .plant import Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "verify_all_modules_exist"
_INCLUDE: Final = re.compile(
    r"<include>(?P<path>[\w./-]+\.md)</include>|<include component=\"(?P<attr>[\w./-]+\.md)\""
)


class Included(NamedTuple):
    """An include of the framework that leads somewhere."""

    source: str
    start: int
    end: int
    target: str


def existing(ground: Ground) -> list[Included]:
    """Every include whose file is there: from the document, or from the folder of all modules."""
    found = []
    for source, text in ground.texts.items():
        for match in _INCLUDE.finditer(text) if "<include" in text else ():
            which = "path" if match["path"] else "attr"
            bases = (posixpath.dirname(source), *ground.framework.layout.module_roots)
            paths = (posixpath.normpath(posixpath.join(base, match[which])) for base in bases)
            target = next((path for path in paths if path in ground.texts), None)
            if target and text.count("```", 0, match.start()) % 2 == 0:
                found.append(Included(source, *match.span(which), target))
    return found


def forms(path: str) -> list[str]:
    """The ways in which modules include others."""
    return [
        f"<include>{path}</include>",
        f"  <include>{path}</include>",
        f'<include component="{path}"/>',
        f'<include src="{path}" />',
        f"<include file='{path}'/>",
        f"<include> {path} </include>",
        f"<component>{path}</component>",
        f"@include {path}",
        f"@import {path}",
        f"<delegate>{path}</delegate>",
        f'<delegate to="{path}">Do it.</delegate>',
    ]


@plants(CRITERION, "include")
def include(ground: Ground) -> Plant | None:
    """An include, in one of its forms, of a module that is not there."""
    source = ground.document()
    folders = ["components/", "modules/core/", "./"] + ["../components/"] * ("/" in (source or ""))
    inline = ground.rng.choice(forms(f"{ground.rng.choice(folders)}{ground.name()}.md"))
    put = ground.put(source, [inline]) if source else None
    return Plant({source: put[0]}, ((source, put[1]),)) if source and put else None


@plants(CRITERION, "include within tags")
def include_in_tags(ground: Ground) -> Plant | None:
    """The same in a list of includes."""
    source = ground.document()
    gone = f"    <include>components/{ground.name()}.md</include>"
    put = (
        ground.put(source, ["<includes>", "  <group>", gone, "  </group>", "</includes>"]) if source else None
    )
    return Plant({source: put[0]}, ((source, put[1] + 2),)) if source and put else None


@plants(CRITERION, "misspelt include")
def misspelt(ground: Ground) -> Plant | None:
    """An include of the framework, or of two new modules, with a slip of the pen in it."""
    one = ground.pick(existing(ground))
    if one is None or ground.rng.random() < 0.3:
        root, name = ground.root(), ground.name()
        target, text = ground.module("component", root=root)
        written = ground.written(ground.module("command", name=name, root=root)[0], target)
        says = (ground.rng.choice(forms(written)), f"See `{target}`.")
        source, sound = ground.module("command", *says, name=name, root=root)
        files = {target: text, source: sound}
        start = sound.index(written)
        end = start + len(written)
    else:
        source, start, end, _ = one
        sound = ground.texts[source]
        files = {}
    folder, name = posixpath.split(sound[start:end])
    wrong = posixpath.join(folder, words.slip(name.removesuffix(".md"), ground.rng) + ".md")
    if any(path.endswith(f"/{wrong}") for path in ground.files):
        return None
    broken = sound[:start] + wrong + sound[end:]
    return Plant({**files, source: broken}, ((source, sound.count("\n", 0, start) + 1),))


@plants(CRITERION, "renamed module")
def renamed(ground: Ground) -> Plant | None:
    """A module is renamed, and an include of it is not."""
    one = ground.pick(existing(ground))
    if one is None:
        return None
    new = posixpath.join(posixpath.dirname(one.target), f"{ground.name()}.md")
    if any(
        path != one.target and path.endswith(f"/{posixpath.basename(one.target)}") for path in ground.files
    ):
        return None
    line = ground.texts[one.source].count("\n", 0, one.start) + 1
    return Plant({one.target: None, new: ground.texts[one.target]}, ((one.source, line),))


@plants(CRITERION, "name of no component")
def component_name(ground: Ground) -> Plant | None:
    """Where components are included by their bare names: one with a slip of the pen."""
    (first, text), (second, other) = ground.module("component"), ground.module("component")
    names = [posixpath.basename(path).removesuffix(".md") for path in (first, second)]
    form = ground.rng.choice(
        ['<include component="{}"/>', "<include>{}</include>", '<include module="{}" />']
    )
    wrong = form.format(words.slip(names[1], ground.rng))
    source, sound = ground.module(
        "command", form.format(names[0]), wrong, f"They are `{first}` and `{second}`."
    )
    return Plant({first: text, second: other, source: sound}, ((source, line_of(sound, wrong)),))


@plants(CRITERION, "import of a memory file")
def memory(ground: Ground) -> Plant | None:
    """`@path` in CLAUDE.md or its kin."""
    names = ("CLAUDE.md", "AGENTS.md", "GEMINI.md")
    known = [path for path in ground.texts if posixpath.basename(path) in names]
    inline = f"@{ground.rng.choice(['docs/', './', ''])}{ground.name()}.md"
    if known and ground.rng.random() < 0.5:
        source = ground.pick(sorted(known))
        said = ground.say(source, inline)
        return Plant({source: said[0]}, ((source, said[1]),)) if said else None
    folder = posixpath.dirname(ground.document() or "")
    source = posixpath.join(folder, ground.rng.choice(names))
    if source in ground.files or "test" in folder.lower() or "example" in folder.lower():
        return None
    text = ground.body("Project memory", inline)
    return Plant({source: text}, ((source, line_of(text, inline)),))


@plants(CRITERION, "import of a skill")
def skill_import(ground: Ground) -> Plant | None:
    """`@./path` beside a skill, an agent or a component."""
    kind = ground.rng.choice(["skill", "agent", "component"])
    source = ground.called(kind)
    inline = f"@./{ground.name()}.md"
    if source is None:
        source, text = ground.module(kind, inline)
        files = dict([ground.mention(source), (source, text)])
        return Plant(files, ((source, line_of(text, inline)),))
    said = ground.say(source, inline)
    return Plant({source: said[0]}, ((source, said[1]),)) if said else None


@plants(CRITERION, "manifest entry")
def manifest_entry(ground: Ground) -> Plant | None:
    """A part of a plugin that its manifest names and that is not there."""
    key = ground.rng.choice(["commands", "agents", "skills", "hooks", "mcpServers"])
    path = f"./{ground.name()}{'.json' if key in {'hooks', 'mcpServers'} else ''}"
    folder, files = ground.plugin(**{key: ground.rng.choice([path, [path]])})
    source = f"{folder}/.claude-plugin/plugin.json"
    return Plant(files, ((source, line_of(files[source], f'"{path}"')),))


@plants(CRITERION, "source of a marketplace")
def marketplace(ground: Ground) -> Plant | None:
    """A plugin that a marketplace lists and that is not there."""
    folder, files = ground.plugin()
    name, gone = posixpath.basename(folder), ground.name()
    plugins = [{"name": name, "source": f"./{name}"}, {"name": gone, "source": f"./{gone}"}]
    ground.rng.shuffle(plugins)
    source = "plugins/.claude-plugin/marketplace.json"
    text = dump({"name": ground.name(), "owner": {"name": "Owner"}, "plugins": plugins})
    return Plant({**files, source: text}, ((source, line_of(text, f'"./{gone}"')),))


@plants(CRITERION, "script of a hook")
def hook(ground: Ground) -> Plant | None:
    """A hook of a plugin, or of the settings, that runs a script which is not there."""
    event = ground.rng.choice(["PreToolUse", "PostToolUse", "SessionStart", "Stop"])
    gone = f"scripts/{ground.name()}.{ground.rng.choice(['sh', 'py', 'js'])}"
    root = ground.rng.choice(
        ["${CLAUDE_PLUGIN_ROOT}/", '"${CLAUDE_PLUGIN_ROOT}"/', "bash ${CLAUDE_PLUGIN_ROOT}/"]
    )
    folder, files = ground.plugin()
    source = f"{folder}/hooks/hooks.json"
    if ".claude/settings.json" not in ground.files and ground.rng.random() < 0.4:
        source, files = ".claude/settings.json", {}
        root = ground.rng.choice(["$CLAUDE_PROJECT_DIR/", '"$CLAUDE_PROJECT_DIR"/', ".claude/"])
        gone = gone if root != ".claude/" else posixpath.basename(gone)
    text = dump({"hooks": {event: [{"matcher": "", "hooks": [{"type": "command", "command": root + gone}]}]}})
    return Plant({**files, source: text}, ((source, line_of(text, gone)),))
