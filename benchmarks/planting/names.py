"""Defects of cross_reference_validation: names of commands, agents and skills that are none."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from pytest_fwgates.framework import registry

from . import texts, words
from .ground import line_of
from .plant import Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "cross_reference_validation"
_MODULES: Final = ("command", "agent", "skill", "component", "rule")
_PAST: Final = re.compile(
    r"removed|renamed|deprecated|formerly|no longer|previously|obsolete|used to|bad|wrong|❌", re.IGNORECASE
)


def _speaks(ground: Ground, *kinds: str) -> str | None:
    """A document whose names are looked at: a module, a memory file or a README."""
    return ground.called(*(kinds or _MODULES))


def _said(ground: Ground, source: str | None, inline: str, files: dict[str, str]) -> Plant | None:
    """Said by a module of the framework, or by a new one."""
    if source is None or ground.rng.random() < 0.3:
        source, text = ground.module("command", inline)
        return Plant({**files, source: text}, ((source, line_of(text, inline)),))
    said = ground.say(source, inline)
    return Plant({**files, source: said[0]}, ((source, said[1]),)) if said else None


def _known(ground: Ground, kind: str) -> tuple[str, dict[str, str]]:
    """The name of a module of the framework, or of a new one with its files."""
    path = ground.called(kind) if ground.rng.random() < 0.6 else None
    if path is None or len(_name(path)) < 6:
        path, text = ground.module(kind)
        return _name(path), {path: text}
    return _name(path), {}


def _name(path: str) -> str:
    folder, file = posixpath.split(path)
    return posixpath.basename(folder) if file == "SKILL.md" else file.removesuffix(".md")


def _wrong(ground: Ground, name: str) -> str:
    """A slip of the pen, or another name altogether."""
    return words.slip(name, ground.rng) if ground.rng.random() < 0.6 else ground.name()


@plants(CRITERION, "misspelt /command")
def command(ground: Ground) -> Plant | None:
    """A /command in a code span with a slip of the pen, also of the plugin or folder that it lies in."""
    name, files = _known(ground, "command")
    wrong = words.slip(name, ground.rng)
    if any(posixpath.basename(path).partition(".")[0] == wrong for path in ground.files):
        return None
    argument = ground.rng.choice(["", " <file>", " --all"])
    return _said(ground, _speaks(ground), f"`/{wrong}{argument}`", files)


@plants(CRITERION, "name of a plugin")
def of_plugin(ground: Ground) -> Plant | None:
    """`plugin:name` that the plugin has not."""
    folder, files = ground.plugin()
    plugin = posixpath.basename(folder)
    existing = next(_name(path) for path in files if path.endswith(".md"))
    inline = f"{ground.rng.choice(['', '/'])}{plugin}:{_wrong(ground, existing)}"
    return _said(ground, _speaks(ground), ground.rng.choice([inline, f"`{inline}`", f"**{inline}**"]), files)


@plants(CRITERION, "misspelt in the framework")
def in_place(ground: Ground) -> Plant | None:
    """A `plugin:name` of the framework with a slip of the pen."""
    names = _of_plugins(ground)
    found = [
        (source, number, name)
        for source, text in ground.texts.items()
        if ground.kinds[source] in _MODULES and any(name in text for name in names)
        for number, _ in texts.prose(text)
        for name in names
        if name in (line := text.split("\n")[number]) and not _PAST.search(line)
        if re.search(rf"(?<![\w:/]){re.escape(name)}(?![\w:-])", line)
    ]
    picked = ground.pick(sorted(found))
    if picked is None:
        return None
    source, number, name = picked
    plugin, _, bare = name.partition(":")
    lines = ground.texts[source].split("\n")
    line = lines[number].replace(name, f"{plugin}:{words.slip(bare, ground.rng)}", 1)
    return Plant({source: texts.replaced(lines, number, line)}, ((source, number + 1),))


def _of_plugins(ground: Ground) -> list[str]:
    """Every `plugin:name` that the framework has."""
    called = [path for path in ground.texts if ground.kinds[path] in {"command", "agent", "skill"}]
    return [
        f"{plugin}:{_name(path)}"
        for plugin, root in registry.plugins(ground.framework).items()
        for path in called
        if not root or path.startswith(f"{root}/")
    ]


@plants(CRITERION, "prefix of commands")
def prefix(ground: Ground) -> Plant | None:
    """`kit:name` where commands give themselves such names."""
    kit, name = words.name(ground.rng).replace("-", ""), ground.name()
    path, text = ground.module("command", name=name)
    text = text.replace("---\n", f"---\nname: {kit}:{name}\n", 1)
    return _said(ground, _speaks(ground), f"`/{kit}:{words.slip(name, ground.rng)}`", {path: text})


@plants(CRITERION, "subagent_type")
def subagent(ground: Ground) -> Plant | None:
    """A subagent that is none."""
    name, files = _known(ground, "agent")
    wrong = _wrong(ground, name)
    inline = ground.rng.choice(
        [
            f"Use the Task tool with subagent_type: {wrong} for it.",
            f'`Task(subagent_type="{wrong}", prompt="go on")`',
            f"`subagent_type: {wrong}`",
        ]
    )
    return _said(ground, _speaks(ground, "command", "agent", "skill"), inline, files)


@plants(CRITERION, "Skill()")
def skill(ground: Ground) -> Plant | None:
    """A skill that is none, called in the text."""
    name, files = _known(ground, "skill")
    wrong = _wrong(ground, name)
    form = ground.rng.choice([f"Skill({wrong})", f'`Skill("{wrong}")`', f"Skill('{wrong}')"])
    return _said(ground, _speaks(ground), f"Call {form} first.", files)


def _front(ground: Ground, kind: str, key: str, files: dict[str, str]) -> Plant:
    """A new module with one more key in its frontmatter."""
    path, text = ground.module(kind)
    text = text.replace("\n---\n", f"\n{key}\n---\n", 1)
    return Plant({**files, path: text}, ((path, line_of(text, key) + key.count("\n")),))


@plants(CRITERION, "agent in frontmatter")
def agent_key(ground: Ground) -> Plant | None:
    """The `agent` of a command or skill."""
    name, files = _known(ground, "agent")
    return _front(ground, ground.rng.choice(["command", "skill"]), f"agent: {_wrong(ground, name)}", files)


@plants(CRITERION, "skills in frontmatter")
def skills_key(ground: Ground) -> Plant | None:
    """The `skills` of an agent, one of them wrong; as a list or in one line."""
    name, files = _known(ground, "skill")
    wrong = _wrong(ground, name)
    key = ground.rng.choice(
        [f"skills: {name}, {wrong}", f"skills:\n  - {name}\n  - {wrong}", f"skills: [{wrong}]"]
    )
    return _front(ground, "agent", key, files)


@plants(CRITERION, "agents in frontmatter")
def agents_key(ground: Ground) -> Plant | None:
    """`agents` of which one is known and one is not."""
    name, files = _known(ground, "agent")
    key = ground.rng.choice(["agents: {}, {}", "agents:\n  - {}\n  - {}"]).format(name, _wrong(ground, name))
    return _front(ground, "command", key, files)


@plants(CRITERION, "tools in frontmatter")
def tools_key(ground: Ground) -> Plant | None:
    """An agent or skill among the tools that are allowed."""
    kind = ground.rng.choice(["agent", "skill"])
    name, files = _known(ground, kind)
    tool = "Skill" if kind == "skill" else ground.rng.choice(["Task", "Agent"])
    key = ground.rng.choice(["allowed-tools: Read, {}({}), Grep", "allowed-tools:\n  - Read\n  - {}({})"])
    return _front(ground, "command", key.format(tool, _wrong(ground, name)), files)
