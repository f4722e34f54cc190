"""`fwgates lock`: write down which criteria must run."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from pytest_fwgates import exitstatus
from pytest_fwgates.cli.context import where


def command(
    env: Annotated[
        str, typer.Option("--env", help="A profile that can be read; the lock is the same for all.")
    ] = ("production"),
    profiles: Annotated[str | None, typer.Option("--profiles", help="The folder of the profiles.")] = None,
) -> int:
    """Write gate_tests/criteria.lock: a criterion in it that is not collected later blocks."""
    places = where()
    target = (places.gate_tests or places.root / "gate_tests") / "criteria.lock"
    target.parent.mkdir(exist_ok=True)
    options = ["-p", "fwgates", f"--gate-env={env}", "--collect-only", "-qq", f"--gate-lock={target}"]
    if profiles:
        options.append(f"--gate-profiles={profiles}")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options], capture_output=True, text=True, check=False
    )
    lines = (done.stdout + done.stderr).strip().splitlines()
    ours = [line for line in lines if line.startswith("fwgates: ")]
    typer.echo("\n".join(ours or lines), err=done.returncode != 0)
    return (
        exitstatus.ALLOW if done.returncode == 0 else exitstatus.USAGE_ERROR if not ours else exitstatus.BLOCK
    )
