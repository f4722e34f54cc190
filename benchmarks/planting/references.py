"""Defects of validate_module_references: references of the wrong kind or case, or out of the framework."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

from . import words
from .ground import dump, line_of
from .modules import existing, forms
from .plant import Content, Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "validate_module_references"


def _with_component(ground: Ground) -> tuple[str, str, dict[str, Content]]:
    """The paths of a component and of a command, and the files without the command."""
    target, text = ground.module("component")
    files: dict[str, Content] = dict([ground.mention(target), (target, text)])
    return target, ground.module("command")[0], files


def _including(ground: Ground, source: str, files: dict[str, Content], inline: str) -> Plant:
    name = posixpath.basename(source).removesuffix(".md")
    root = posixpath.dirname(posixpath.dirname(source))
    _, text = ground.module("command", inline, name=name, root=root)
    return Plant({**files, source: text}, ((source, line_of(text, inline)),))


@plants(CRITERION, "case of a file")
def case_of_file(ground: Ground) -> Plant | None:
    """An include of the framework, or of two new modules, in the wrong case."""
    one = ground.pick(existing(ground))
    if one and ground.rng.random() < 0.6:
        text = ground.texts[one.source]
        folder, name = posixpath.split(text[one.start : one.end])
        wrong = posixpath.join(folder, words.other_case(name.removesuffix(".md"), ground.rng) + ".md")
        line = text.count("\n", 0, one.start) + 1
        return Plant({one.source: text[: one.start] + wrong + text[one.end :]}, ((one.source, line),))
    target, source, files = _with_component(ground)
    folder, name = posixpath.split(ground.written(source, target))
    wrong = posixpath.join(folder, words.other_case(name.removesuffix(".md"), ground.rng) + ".md")
    return _including(ground, source, files, ground.rng.choice(forms(wrong)))


@plants(CRITERION, "case of a folder")
def case_of_folder(ground: Ground) -> Plant | None:
    """An include whose folder is in the wrong case."""
    target, source, files = _with_component(ground)
    written = ground.written(source, target).replace(
        "components", ground.rng.choice(["Components", "COMPONENTS"])
    )
    return _including(ground, source, files, ground.rng.choice(forms(written)))


@plants(CRITERION, "case without an ending")
def case_without_ending(ground: Ground) -> Plant | None:
    """An include by the name of a component in its folder, without `.md`, in the wrong case."""
    target, source, files = _with_component(ground)
    folder, name = posixpath.split(ground.written(source, target))
    wrong = posixpath.join(folder, words.other_case(name.removesuffix(".md"), ground.rng))
    form = ground.rng.choice(['<include component="{}"/>', "<include>{}</include>", "@include {}"])
    return _including(ground, source, files, form.format(wrong))


@plants(CRITERION, "case of a bare name")
def case_of_bare_name(ground: Ground) -> Plant | None:
    """Where components are included by their bare names: one in the wrong case."""
    target, source, files = _with_component(ground)
    other, text = ground.module("component")
    first, second = (posixpath.basename(path).removesuffix(".md") for path in (other, target))
    form = ground.rng.choice(
        ['<include component="{}"/>', "<include>{}</include>", '<include module="{}" />']
    )
    wrong = form.format(words.other_case(second, ground.rng))
    name = posixpath.basename(source).removesuffix(".md")
    root = posixpath.dirname(posixpath.dirname(source))
    _, sound = ground.module(
        "command", form.format(first), wrong, f"The first is `{other}`.", name=name, root=root
    )
    return Plant({**files, other: text, source: sound}, ((source, line_of(sound, wrong)),))


@plants(CRITERION, "directory")
def directory(ground: Ground) -> Plant | None:
    """An include of a folder."""
    target, source, files = _with_component(ground)
    nested = posixpath.join(posixpath.dirname(target), ground.name(), posixpath.basename(target))
    files = {nested: files.pop(target), **files}
    folder = posixpath.dirname(ground.written(source, nested))
    form = ground.rng.choice(['<include component="{}"/>', "<include>{}</include>", "<include>{}/</include>"])
    return _including(ground, source, files, form.format(folder))


@plants(CRITERION, "include out of the root")
def outside(ground: Ground) -> Plant | None:
    """An include or delegation that leads out of the framework."""
    _, source, files = _with_component(ground)
    up = "../" * (source.count("/") + ground.rng.randrange(1, 4))
    return _including(ground, source, files, ground.rng.choice(forms(f"{up}shared/{ground.name()}.md")))


@plants(CRITERION, "case of an import")
def case_of_import(ground: Ground) -> Plant | None:
    """`@path` of a memory file in the wrong case."""
    folder = ground.name()
    target, text = f"{folder}/{ground.name()}.md", ground.body("Style")
    wrong = words.other_case(posixpath.basename(target).removesuffix(".md"), ground.rng) + ".md"
    source = f"{folder}/{ground.rng.choice(['CLAUDE.md', 'AGENTS.md'])}"
    inline = f"@{ground.rng.choice(['', './'])}{wrong}"
    memory = ground.body("Memory", inline)
    return Plant({target: text, source: memory}, ((source, line_of(memory, inline)),))


@plants(CRITERION, "import out of the root")
def import_outside(ground: Ground) -> Plant | None:
    """`@path` of a memory file that leads out of the framework."""
    source = f"{ground.name()}/CLAUDE.md"
    inline = f"@../../{ground.name()}.md"
    text = ground.body("Memory", inline)
    return Plant({source: text}, ((source, line_of(text, inline)),))


def _manifest(ground: Ground, key: str, path: str, more: dict[str, str]) -> Plant:
    folder, files = ground.plugin(**{key: ground.rng.choice([path, [path]])})
    source = f"{folder}/.claude-plugin/plugin.json"
    added = {posixpath.normpath(f"{folder}/{name}"): text for name, text in more.items()}
    return Plant({**files, **added}, ((source, line_of(files[source], f'"{path}"')),))


@plants(CRITERION, "part out of its plugin")
def out_of_plugin(ground: Ground) -> Plant | None:
    """A plugin that names a file beside it, which is not installed with it."""
    name = f"{ground.name()}.md"
    key = ground.rng.choice(["commands", "agents"])
    return _manifest(ground, key, f"./../{name}", {f"../{name}": ground.body("Shared")})


@plants(CRITERION, "part of the wrong kind")
def wrong_kind(ground: Ground) -> Plant | None:
    """Commands that are no markdown, skills that are a file, hooks that are a folder, and the like."""
    name, body = ground.name(), ground.body("Part")
    key, path, more = ground.rng.choice(
        [
            ("commands", f"./{name}.txt", {f"{name}.txt": body}),
            ("agents", f"./{name}.yaml", {f"{name}.yaml": "a: 1\n"}),
            ("agents", f"./{name}", {f"{name}/a.txt": body}),
            ("skills", f"./{name}.md", {f"{name}.md": body}),
            ("skills", f"./{name}", {f"{name}/a.md": body}),
            ("hooks", f"./{name}", {f"{name}/a.json": "{}\n"}),
            ("hooks", f"./{name}.sh", {f"{name}.sh": "exit 0\n"}),
            ("lspServers", f"./{name}", {f"{name}/a.json": "{}\n"}),
        ]
    )
    return _manifest(ground, key, path, more)


def _marketplace(ground: Ground, files: dict[str, str], entry: dict[str, Any], key: str) -> Plant:
    other, more = ground.plugin()
    sound = {"name": posixpath.basename(other), "source": f"./{posixpath.basename(other)}"}
    listed = [sound, entry]
    ground.rng.shuffle(listed)
    source = "plugins/.claude-plugin/marketplace.json"
    text = dump({"name": ground.name(), "owner": {"name": "Owner"}, "plugins": listed})
    line = line_of(text, f'"{key}": "{entry[key]}"')
    return Plant({**files, **more, source: text}, ((source, line),))


@plants(CRITERION, "source of the wrong kind")
def source_kind(ground: Ground) -> Plant | None:
    """A marketplace that lists a file, or a folder in which there is no plugin."""
    name = ground.name()
    path, file = ground.rng.choice([(f"./{name}.md", f"{name}.md"), (f"./{name}", f"{name}/notes.md")])
    entry = {"name": name, "source": path}
    return _marketplace(ground, {f"plugins/{file}": ground.body("Notes")}, entry, "source")


@plants(CRITERION, "name or version disagrees")
def disagreement(ground: Ground) -> Plant | None:
    """A marketplace that gives a plugin another name or version than its own manifest."""
    folder, files = ground.plugin()
    name = posixpath.basename(folder)
    entry = {"name": name, "source": f"./{name}", "description": ground.sentence(), "version": "1.2.0"}
    key = ground.rng.choice(["name", "version"])
    entry[key] = {"name": words.slip(name, ground.rng), "version": "1.3.0"}[key]
    return _marketplace(ground, files, entry, key)


@plants(CRITERION, "case of a manifest entry")
def case_of_entry(ground: Ground) -> Plant | None:
    """A part of a plugin that its manifest names in the wrong case."""
    name = ground.name()
    key = ground.rng.choice(["commands", "agents"])
    wrong = f"./{words.other_case(name, ground.rng)}.md"
    return _manifest(ground, key, wrong, {f"{name}.md": ground.body("Part")})
