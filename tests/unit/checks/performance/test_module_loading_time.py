"""module_loading_time: it passes, and it fails."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pytest reads the annotations

from pytest_fwgates.checks.performance.module_loading_time import loading_time
from pytest_fwgates.framework import index
from pytest_fwgates.framework.index import Framework  # noqa: TC001 - as above


def framework(root: Path, files: dict[str, str]) -> Framework:
    """One of these files."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return index.load(root)


FILES = {f"docs/{number}.md": f"# Page {number}\n\nText.\n" for number in range(5)}


def test_quick(tmp_path: Path) -> None:
    """Small modules are loaded at once, and each is timed."""
    found, slow = loading_time(framework(tmp_path, FILES), 0.2)
    assert 0 < found.value < 0.2
    assert (found.examined, len(found.samples), slow) == (5, 5, [])


def test_slow_module_is_named(tmp_path: Path) -> None:
    """A module beyond the limit is found where it is; the others are not."""
    large = {"docs/large.md": "\n\n".join(f"* [a{n}](b.md) *c* `d` **e**" for n in range(4000))}
    loaded = framework(tmp_path, {**FILES, **large})
    quick, _ = loading_time(loaded, 10)
    found, slow = loading_time(loaded, quick.value / 3)
    assert found.value >= quick.value / 3
    assert [(one.path, one.line) for one in slow] == [("docs/large.md", 1)]
