"""`fwgates init`: profiles, an example gate and workflows to start from."""

from __future__ import annotations

import errno
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pytest_fwgates import exitstatus
from pytest_fwgates._bundled import ENVIRONMENTS
from pytest_fwgates.cli.allowlist import render
from pytest_fwgates.framework import configuration, index
from pytest_fwgates.policy.places import ALLOWLIST, NO_PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEMPLATES: Final = Path(__file__).with_name("templates")


def command(
    folder: Annotated[Path, typer.Argument(help="The repository to write to.", show_default="here")] = Path(),
    *,
    allowlist: Annotated[
        bool, typer.Option("--allowlist", help=f"Write only {ALLOWLIST}, from what the framework uses.")
    ] = False,
) -> int:
    """Write profiles, an example gate, workflows, an allow-list; a file that exists is never touched."""
    if not folder.is_dir():
        typer.echo(f"fwgates: {folder} is not a folder", err=True)
        return exitstatus.USAGE_ERROR
    for content, relative in itertools.chain(() if allowlist else _files(), _allowlist(folder)):
        target = folder / relative
        try:
            written = _write_new(target, content)
        except OSError as error:
            typer.echo(f"fwgates: {target}: {error.strerror}", err=True)
            return exitstatus.USAGE_ERROR
        typer.echo(f"{'wrote' if written else 'kept '} {relative}")
    return exitstatus.ALLOW


def _files() -> Iterator[tuple[bytes, str]]:
    for profile in sorted(one for one in ENVIRONMENTS.glob("*.yml") if one.stem not in NO_PROFILES):
        yield profile.read_bytes(), f"environments/{profile.name}"
    yield (_TEMPLATES / "test_example.py.txt").read_bytes(), "gate_tests/test_example.py"
    for name in ("gates.yml", "publish-gates.yml"):
        yield (_TEMPLATES / f"{name}.txt").read_bytes(), f".github/workflows/{name}"


def _allowlist(folder: Path) -> Iterator[tuple[bytes, str]]:
    settings = configuration.read(folder, folder)
    yield render([index.load(folder, settings)]).encode(), ALLOWLIST


def _write_new(target: Path, content: bytes) -> bool:
    """Write `content` unless something, even a dangling link, stands there already."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("xb") as stream:
            stream.write(content)
    except OSError as error:
        if error.errno == errno.EEXIST:
            return False
        raise
    return True
