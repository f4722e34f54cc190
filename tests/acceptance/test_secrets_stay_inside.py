"""A secret in the framework is in nothing that a run leaves behind."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from conftest import Project


def token() -> str:
    """Put together here, so that none is stored."""
    letters = string.ascii_letters + string.digits
    return "ghp" + "_" + "".join(random.Random(11).choices(letters, k=36))


def test_in_no_artefact(
    project: Project, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    """Links, headings, frontmatter and an assert quote it; output, reports, cache and ledger do not."""
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    secret = token()
    project.write(
        "docs/a.md",
        f"---\n{secret}: [\n---\n\n# Title {secret}\n\n[x]({secret}.md) [y](#{secret})\n\n"
        f"| a |\n| - |\n| {secret} | b |\n",
    )
    project.write(
        ".claude/commands/go.md", f"---\ndescription: {secret}\nmodel: {secret}\n---\n@{secret}.md\n"
    )
    for number in range(60):  # as many as are worth caching
        project.write(f"more/{number}.md", f"# {number}\n\n[a](../docs/a.md#{secret})\n")
    project.gates(f'@gate(mandatory)\ndef test_rule(framework): assert "{secret}" == ""')
    out = project.root.parent / "out"
    project.pytester.mkdir("out")
    done = project.run(
        workers, "-v", "--tb=no", "-rN",
        *(f"--gate-{name}={out}/{name}" for name in ("junit", "sarif", "html")),
        f"--gate-evidence={out}/evidence", f"--gate-ledger={out}/ledger", scanners=True,
    )  # fmt: skip
    assert done.status == 10, done.text
    assert done.criterion("zero_broken_links")["findings"]
    assert holding(secret, project.root / ".fwgates", out, cache) == []
    assert secret not in done.text


def holding(secret: str, *folders: Path) -> list[Path]:
    """Files with the secret, or most of it."""
    part = secret[8:24].encode()
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    return [path for path in files if part in path.read_bytes()]
