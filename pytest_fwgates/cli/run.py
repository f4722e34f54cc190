"""`fwgates run`: pytest by the policy of a commit, before anything of the work tree is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pytest_fwgates.session import delegate


def command(
    context: typer.Context,
    ref: Annotated[str, typer.Option(delegate.OPTION, help="The commit, for example origin/main.")],
) -> int:
    """Run pytest with the other arguments; its exit status.

    ``pytest --policy-ref`` does the same from inside a pytest that has read the work tree's configuration,
    which may name plugins to load.
    """
    return delegate.run(context.args, Path.cwd(), ref)
