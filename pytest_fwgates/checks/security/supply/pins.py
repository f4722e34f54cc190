"""Actions and images that others can exchange: named by a tag or branch instead of by their content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_fwgates.checks.security.supply.shown import few, short
from pytest_fwgates.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_fwgates.framework.inventory.model import Component, Manifest
    from pytest_fwgates.model import Severity

_GITHUB: Final = frozenset({"actions", "github"})
"""Whose actions run on GitHub's machines anyway."""


def moving(manifest: Manifest) -> Iterator[Finding]:
    """Actions without a commit and images without a digest, each once; GitHub's own actions together."""
    loose = {
        (one.written, one.requested): one
        for one in reversed(manifest.components)
        if not one.commit and one.ecosystem in {"action", "image"}
    }
    found = sorted(loose.values(), key=lambda one: (one.line, one.column, one.written))
    own = [one for one in found if one.ecosystem == "action" and one.source in _GITHUB]
    if own:
        yield _of_actions(manifest, own, "medium")
    for one in found:
        if one.ecosystem == "image":
            yield _of_image(manifest, one)
        elif one.source not in _GITHUB:
            yield _of_actions(manifest, [one], "high")


def _of_actions(manifest: Manifest, which: Sequence[Component], severity: Severity) -> Finding:
    """One finding; with its names as what it is about, so that a further one is another finding."""
    listed = few(f"{one.written}@{one.requested}" for one in which)
    be, whose, each = (
        ("is", "its owner", "the ") if len(which) == 1 else ("are", "their owner", "each by its ")
    )
    why = f"{whose}, or whoever takes over the account, can move that; name {each}commit: @<40 digits>"
    return Finding(
        f"{listed} {be} not pinned to a commit: {why}",
        manifest.path,
        which[0].line,
        which[0].column,
        severity=severity,
        subject=f"unpinned {' '.join(sorted(f'{one.written}@{one.requested}' for one in which))}",
    )


def _of_image(manifest: Manifest, one: Component) -> Finding:
    name = f"{short(one.written)}:{short(one.requested)}" if one.requested else short(one.written)
    message = f"image {name} is not pinned to a digest: a tag can be moved; append @sha256:..."
    return Finding(message, manifest.path, one.line, one.column, severity="medium")
