"""Dependencies with an allow-list that approves them, or all but one thing of them."""

# ruff: noqa: E501 - files of others, as those are written

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from tests.unit.checks.security.labelled_projects import NODE, PYTHON, Case, digest, project

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = "environments/allowlist.yml"
LICENCES = "[MIT, Apache-2.0, BSD-3-Clause]"


def allowlist(
    *packages: str, sources: str = "{}", licences: str = LICENCES, more: str = ""
) -> dict[str, str]:
    rows = "".join(f"    - {{{one}}}\n" for one in packages)
    listed = f"  packages:\n{rows}" if rows else "  packages: []\n"
    return {LIST: f"allowlist:\n  sources: {sources}\n  licences: {licences}\n{listed}{more}"}


def entry(ecosystem: str, name: str, versions: str = "*", licence: str = "MIT") -> str:
    said = f', licence: "{licence}"' if licence else ""
    return f'ecosystem: {ecosystem}, name: "{name}", versions: "{versions}"{said}'


def cases(seed: int = 5) -> Iterator[Case]:
    rng = random.Random(seed)
    for tool in (*PYTHON, *NODE):
        yield from _packages(rng, tool)
    yield from _licences()
    yield from _sources(rng)
    yield from _actions(rng)
    yield from _images(rng)


def _packages(rng: random.Random, tool: str) -> Iterator[Case]:
    ecosystem = "pypi" if tool in PYTHON else "npm"
    name = f"{ecosystem}-{digest(rng, 6)}"
    major = rng.randrange(2, 9)
    here, files = f"{major}.3.1", project(rng, tool, {name: f"{major}.3.1"})
    within = f">={major},<{major + 1}" if ecosystem == "pypi" else f"^{major}.0.0"
    beyond = f"<{major}" if ecosystem == "pypi" else f"^{major - 1}.0.0"
    yield Case("name", files | allowlist(), is_bad=True)
    yield Case("name", files | allowlist(entry(ecosystem, f"{name}s")), is_bad=True)
    yield Case("name", files | allowlist(entry("npm" if ecosystem == "pypi" else "pypi", name)), is_bad=True)
    yield Case("name", files | allowlist(entry(ecosystem, name)), is_bad=False)
    yield Case("versions", files | allowlist(entry(ecosystem, name, within)), is_bad=False)
    yield Case("versions", files | allowlist(entry(ecosystem, name, beyond)), is_bad=True)
    exact = f"=={here}" if ecosystem == "pypi" else here
    yield Case("versions", files | allowlist(entry(ecosystem, name, f"{beyond} || {exact}")), is_bad=False)
    if ecosystem == "pypi":
        spelt = allowlist(entry("pypi", name.replace("-", "_").title(), within))
        yield Case("spelling", files | spelt, is_bad=False)
        loose = {"requirements.txt": f"{name}>=1\n"}
        yield Case("asks for more", loose | allowlist(entry("pypi", name, within)), is_bad=True)
        narrow = {"requirements.txt": f"{name}~={here}\n"}
        yield Case("asks for less", narrow | allowlist(entry("pypi", name, within)), is_bad=False)
    else:
        for asked, is_bad in (("*", True), ("latest", True), (f"~{here}", False), (f">={major}", True)):
            own = {"package.json": json.dumps({"name": "fw", "devDependencies": {name: asked}})}
            kind = "asks for more" if is_bad else "asks for less"
            yield Case(kind, own | allowlist(entry("npm", name, within)), is_bad)


def _licences() -> Iterator[Case]:
    files = {"requirements.txt": "thing==1.0\n"}
    approved = (
        "MIT",
        "MIT License",
        "Apache 2.0",
        "BSD",
        "MIT OR GPL-3.0-only",
        "MIT AND Apache-2.0",
        "(MIT)",
    )
    refused = (
        "",
        "NOASSERTION",
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "MIT AND GPL-2.0-only",
        "Proprietary",
        "see LICENSE",
    )
    for licence in approved:
        yield Case("licence", files | allowlist(entry("pypi", "thing", licence=licence)), is_bad=False)
    for licence in refused:
        yield Case("licence", files | allowlist(entry("pypi", "thing", licence=licence)), is_bad=True)
    for licence, is_bad in (("MIT", False), ("GPL-3.0-only", True), (None, True), ("(MIT OR WTFPL)", False)):
        said = {} if licence is None else {"license": licence}
        held = {"version": "1.0.0", "integrity": f"sha512-{'A' * 86}==", **said}
        lock = {"lockfileVersion": 3, "packages": {"": {"name": "fw"}, "node_modules/thing": held}}
        node = {"package.json": json.dumps({"name": "fw", "dependencies": {"thing": "1.0.0"}}),
                "package-lock.json": json.dumps(lock)}  # fmt: skip
        yield Case("licence in the lock", node | allowlist(entry("npm", "thing", licence="")), is_bad)


def _sources(rng: random.Random) -> Iterator[Case]:
    commit = digest(rng, 40)
    listed = "{pypi: [https://github.com/acme], npm: [https://github.com/acme]}"
    for owner, is_bad in (("acme", False), ("acme-evil", True), ("other", True)):
        address = f"git+https://github.com/{owner}/thing@{commit}"
        files = {"requirements.txt": f"thing @ {address}\n"}
        yield Case("source", files | allowlist(entry("pypi", "thing"), sources=listed), is_bad)
        own = {"name": "fw", "dependencies": {"thing": f"git+https://github.com/{owner}/thing.git#{commit}"}}
        yield Case(
            "source",
            {"package.json": json.dumps(own)} | allowlist(entry("npm", "thing"), sources=listed),
            is_bad,
        )
    yield Case("one's own", {"requirements.txt": "-e .\n./local\n"} | allowlist(), is_bad=False)
    spaces = {"package.json": json.dumps({"name": "fw", "workspaces": ["a"], "dependencies": {"part": "workspace:*"}}),
              "a/package.json": json.dumps({"name": "part", "version": "1.0.0"})}  # fmt: skip
    yield Case("one's own", spaces | allowlist(), is_bad=False)


def _actions(rng: random.Random) -> Iterator[Case]:
    commit, other = digest(rng, 40), digest(rng, 40)
    sources = "{action: [acme]}"
    for used, versions, is_bad in (
        (f"acme/thing@{commit}", commit, False), (f"acme/thing/sub@{commit}", f"v1, {commit}", False),
        (f"Acme/Thing@{commit}", commit, False), (f"acme/thing@{other}", commit, True), ("acme/thing@v1", "v2", True),
        (f"acme/things@{commit}", commit, True), (f"evil/thing@{commit}", commit, True),
    ):  # fmt: skip
        steps = (
            f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: {used}\n      - uses: ./own\n"
        )
        said = allowlist(entry("action", "acme/thing", versions), sources=sources)
        yield Case("action", {".github/workflows/a.yml": steps} | said, is_bad)


def _images(rng: random.Random) -> Iterator[Case]:
    good, other = f"sha256:{digest(rng)}", f"sha256:{digest(rng)}"
    sources = "{image: [docker.io/library, ghcr.io/acme]}"
    for used, versions, is_bad in (
        (f"ghcr.io/acme/x@{good}", good, False), (f"ghcr.io/acme/x:1@{good}", good, False),
        (f"ghcr.io/acme/x@{other}", good, True), ("ghcr.io/acme/x:2", "1", True), ("ghcr.io/acme/x:1", "1", False),
        (f"ghcr.io/evil/x@{good}", good, True), (f"quay.io/acme/x@{good}", good, True),
    ):  # fmt: skip
        said = allowlist(entry("image", "ghcr.io/acme/x", versions), sources=sources)
        yield Case("image", {"Dockerfile": f"FROM {used}\nRUN make\n"} | said, is_bad)
        job = f"on: push\njobs:\n  a:\n    runs-on: x\n    container: {used}\n    steps: []\n"
        yield Case("image", {".github/workflows/a.yml": job} | said, is_bad)
        yield Case("image", {"compose.yaml": f"services:\n  a:\n    image: {used}\n"} | said, is_bad)
