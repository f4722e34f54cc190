"""Defects of check_delegation_chains: rings, and chains that are too long."""

from __future__ import annotations

import itertools
import posixpath
from typing import TYPE_CHECKING, Final

from .ground import line_of, relative
from .modules import existing, forms
from .plant import Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "check_delegation_chains"
MAX_DEPTH: Final = 10
MAX_HOPS: Final = 5


def _including(ground: Ground, source: str, target: str) -> str:
    return str(ground.rng.choice(forms(ground.written(source, target))[:9]))


def _chain(ground: Ground, paths: list[str], targets: list[str]) -> tuple[dict[str, str], dict[str, int]]:
    """Modules that include one after the other, and the line in which each one does."""
    files, lines = {}, {}
    for source, target in zip(paths, targets, strict=True):
        inline = _including(ground, source, target)
        files[source] = ground.body("Step", inline)
        lines[source] = line_of(files[source], inline)
    return files, lines


@plants(CRITERION, "ring of includes")
def include_ring(ground: Ground) -> Plant | None:
    """One to four components that include each other in a ring, which a command uses."""
    count = ground.rng.randrange(1, 5)
    root = ground.root()
    paths = [ground.module("component", root=root)[0] for _ in range(count)]
    files, lines = _chain(ground, paths, [*paths[1:], paths[0]])
    entry, _ = ground.module("command", root=root)
    name = posixpath.basename(entry).removesuffix(".md")
    _, text = ground.module("command", _including(ground, entry, paths[0]), name=name, root=root)
    return Plant({**files, entry: text}, ((paths[-1], lines[paths[-1]]),))


@plants(CRITERION, "include that leads back")
def leads_back(ground: Ground) -> Plant | None:
    """A component of the framework that includes a command which includes it."""
    one = ground.pick(existing(ground))
    if one is None:
        return None
    inline = _including(ground, one.target, one.source)
    put = ground.put(one.target, [inline])
    return Plant({one.target: put[0]}, ((one.target, put[1]),)) if put else None


@plants(CRITERION, "ring of delegations")
def delegation_ring(ground: Ground) -> Plant | None:
    """Two to four agents that hand over to each other; any of them may be where one begins."""
    count = ground.rng.randrange(2, 5)
    root = ground.root()
    names = [ground.name() for _ in range(count)]
    files, places = {}, []
    for number, name in enumerate(names):
        target = names[(number + 1) % count]
        inline = ground.rng.choice(
            [
                f"<delegate>{target}</delegate>",
                f'<delegate to="{target}">Hand it over.</delegate>',
                f"<delegate_to>{target}.md</delegate_to>",
                f"Use the Task tool with subagent_type: {target} and say what was found.",
                f'Then start `Task(subagent_type="{target}")` on the rest.',
            ]
        )
        path, text = ground.module("agent", inline, name=name, root=root)
        files[path] = text
        places.append((path, line_of(text, inline)))
    return Plant(files, tuple(places))


@plants(CRITERION, "delegation to itself")
def delegation_to_itself(ground: Ground) -> Plant | None:
    """An agent or command that delegates to itself by a tag."""
    kind, name = ground.rng.choice(["agent", "command"]), ground.name()
    inline = ground.rng.choice([f"<delegate>{name}</delegate>", f"<delegate>{name}.md</delegate>"])
    path, text = ground.module(kind, inline, name=name)
    return Plant({path: text}, ((path, line_of(text, inline)),))


@plants(CRITERION, "ring of delegation and include")
def mixed_ring(ground: Ground) -> Plant | None:
    """A command that delegates to an agent which includes the command."""
    root = ground.root()
    agent_name, command_name = ground.name(), ground.name()
    handing = f"<delegate>{agent_name}</delegate>"
    command, text = ground.module("command", handing, name=command_name, root=root)
    agent, _ = ground.module("agent", name=agent_name, root=root)
    inline = _including(ground, agent, command)
    _, back = ground.module("agent", inline, name=agent_name, root=root)
    places = ((command, line_of(text, handing)), (agent, line_of(back, inline)))
    return Plant({command: text, agent: back}, places)


@plants(CRITERION, "ring of imports")
def import_ring(ground: Ground) -> Plant | None:
    """Memory that imports one to four files which import each other in a ring."""
    folder = ground.name()
    paths = [f"{folder}/{ground.name()}.md" for _ in range(ground.rng.randrange(1, 5))]
    files = {f"{folder}/CLAUDE.md": ground.body("Memory", f"@{posixpath.basename(paths[0])}")}
    line = 0
    for source, target in zip(paths, [*paths[1:], paths[0]], strict=True):
        inline = f"@{ground.rng.choice(['./', ''])}{posixpath.basename(target)}"
        files[source] = ground.body("Part", inline)
        line = line_of(files[source], inline)
    return Plant(files, ((paths[-1], line),))


@plants(CRITERION, "includes too deep")
def deep_includes(ground: Ground) -> Plant | None:
    """A command at the top of a chain of eleven to fourteen includes."""
    root = ground.root()
    count = MAX_DEPTH + ground.rng.randrange(1, 5)
    paths = [ground.module("command", root=root)[0]]
    paths += [ground.module("component", root=root)[0] for _ in range(count)]
    files, lines = _chain(ground, paths[:-1], paths[1:])
    return Plant({**files, paths[-1]: ground.body("End")}, ((paths[MAX_DEPTH], lines[paths[MAX_DEPTH]]),))


@plants(CRITERION, "imports too deep")
def deep_imports(ground: Ground) -> Plant | None:
    """Memory at the top of a chain of six to nine imports."""
    folder = ground.name()
    paths = [f"{folder}/CLAUDE.md"]
    paths += [f"{folder}/{ground.name()}.md" for _ in range(MAX_HOPS + ground.rng.randrange(1, 5))]
    files, lines = {paths[-1]: ground.body("End")}, {}
    for source, target in itertools.pairwise(paths):
        inline = f"@{relative(source, target)}"
        files[source] = ground.body("Part", inline)
        lines[source] = line_of(files[source], inline)
    return Plant(files, ((paths[MAX_HOPS], lines[paths[MAX_HOPS]]),))
