"""The plugin is loaded on every pytest run of its users."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"msgspec", "yaml", "markdown_it", "lxml", "typer", "rich", "networkx", "httpx", "xdist", "tomllib"}


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    """A run without gates pays for options and marks only."""
    code = (
        "import pytest, sys; before = set(sys.modules); import pytest_fwgates.plugin; "
        "print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "pytest_fwgates" in loaded
    assert not loaded & HEAVY
