"""`fwgates init`: profiles, an example gate and workflows to start from."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pytest_fwgates import exitstatus
from pytest_fwgates._bundled import ENVIRONMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEMPLATES: Final = Path(__file__).with_name("templates")


def command(
    folder: Annotated[Path, typer.Argument(help="The repository to write to.", show_default="here")] = Path(),
) -> int:
    """Write profiles, an example gate and workflows; a file that exists is never touched."""
    if not folder.is_dir():
        typer.echo(f"fwgates: {folder} is not a folder", err=True)
        return exitstatus.USAGE_ERROR
    for source, relative in _files():
        target = folder / relative
        try:
            written = _write_new(target, source.read_bytes())
        except OSError as error:
            typer.echo(f"fwgates: {target}: {error.strerror}", err=True)
            return exitstatus.USAGE_ERROR
        typer.echo(f"{'wrote' if written else 'kept '} {relative}")
    return exitstatus.ALLOW


def _files() -> Iterator[tuple[Path, str]]:
    for profile in sorted(ENVIRONMENTS.glob("*.yml")):
        yield profile, f"environments/{profile.name}"
    yield _TEMPLATES / "test_example.py.txt", "gate_tests/test_example.py"
    for name in ("gates.yml", "publish-gates.yml"):
        yield _TEMPLATES / f"{name}.txt", f".github/workflows/{name}"


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
