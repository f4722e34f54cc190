"""Defects of token_budget_compliance: modules that are larger than they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .ground import line_of
from .modules import forms
from .plant import Plant, plants

if TYPE_CHECKING:
    from .ground import Ground

CRITERION: Final = "token_budget_compliance"
OF_KINDS: Final = dict.fromkeys(("command", "agent", "skill", "component", "rule"), 60_000)
"""What a profile allows; no module of a framework that was not planted comes near it."""


def _module(ground: Ground) -> str | None:
    """A module that declares no budget yet."""
    kinds = ("command", "agent", "skill", "component")
    paths = [
        path for path, text in ground.texts.items() if ground.kinds[path] in kinds and "token" not in text
    ]
    return str(ground.pick(sorted(paths))) if paths else None


def _less(ground: Ground, text: str) -> int:
    """Fewer tokens than a text has: no token of prose is ten characters long on average."""
    return ground.rng.randrange(1, max(len(text) // 10, 2))


@plants(CRITERION, "declared by a tag")
def tag(ground: Ground) -> Plant | None:
    """A `<token_budget>` smaller than the text."""
    path = _module(ground)
    if path is None:
        return None
    limit = _less(ground, ground.texts[path])
    inline = ground.rng.choice(
        [
            f"<token_budget>{limit}</token_budget>",
            f"<token_budget> {limit} tokens </token_budget>",
            f"  <token_budget>{limit:,}</token_budget>",
            f'<token_budget max="{limit}"/>',
            f"<token_budget>1-{limit}</token_budget>",
        ]
    )
    put = ground.put(path, [inline])
    return Plant({path: put[0]}, ((path, put[1]),)) if put else None


@plants(CRITERION, "declared in frontmatter")
def key(ground: Ground) -> Plant | None:
    """`token_budget:` smaller than the text."""
    path = _module(ground)
    text = ground.texts[path] if path else ""
    if path is None or not text.startswith("---\n"):
        path, text = ground.module("agent")
    limit = _less(ground, text)
    form = ground.rng.choice(
        ["token_budget: {}", "token-budget: {}", 'token_budget: "{}"', "token_budget: {} # few"]
    )
    text = text.replace("\n---\n", f"\n{form.format(limit)}\n---\n", 1)
    return Plant({path: text}, ((path, line_of(text, form.format(limit))),))


@plants(CRITERION, "with what is included")
def included(ground: Ground) -> Plant | None:
    """A command that keeps its budget alone and exceeds it with what it includes, also by a detour."""
    root = ground.root()
    first, _ = ground.module("component", root=root)
    second, large = ground.module("component", *[ground.sentence() for _ in range(60)], root=root)
    command, _ = ground.module("command", root=root)
    small = ground.body("First", ground.rng.choice(forms(ground.written(first, second))[:9]))
    include = ground.rng.choice(forms(ground.written(command, first))[:9])
    text = ground.body("Command", "<token_budget>500</token_budget>", include)
    files = {first: small, second: large, command: text}
    return Plant(dict(files), ((command, line_of(text, "<token_budget")),))


@plants(CRITERION, "budget that is no number")
def spoilt(ground: Ground) -> Plant | None:
    """A budget with a slip of the pen in it, or of nothing."""
    path = _module(ground)
    wrong = ground.rng.choice(["29O00", "0", "29l00", "2900o", "1.2.3", "-5"])
    put = ground.put(path, [f"<token_budget>{wrong}</token_budget>"]) if path else None
    return Plant({path: put[0]}, ((path, put[1]),)) if path and put else None


@plants(CRITERION, "of the kind")
def of_kind(ground: Ground) -> Plant | None:
    """A module larger than the profile allows to its kind; it has no line."""
    kind = ground.rng.choice(sorted(OF_KINDS))
    path, text = ground.module(kind)
    grown = text + "\n".join(ground.sentence() for _ in range(OF_KINDS[kind] // 4)) + "\n"
    files = dict([ground.mention(path), (path, grown)]) if kind in {"component", "rule"} else {path: grown}
    return Plant(dict(files), ((path, 0),))
