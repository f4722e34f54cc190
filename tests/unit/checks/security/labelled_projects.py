"""A project with given packages in given versions, in the format of every tool that locks them."""

# ruff: noqa: E501 - files of others, as those are written

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

Files = dict[str, str]

PYTHON = ("requirements", "uv", "poetry", "pdm", "pylock", "pipfile")
NODE = ("lock1", "lock2", "lock3", "shrinkwrap", "yarn", "berry", "pnpm", "bun")


class Case(NamedTuple):
    """Something labelled: its class, its files, and whether anything is wrong with them."""

    kind: str
    files: Files
    is_bad: bool


def digest(rng: random.Random, length: int = 64) -> str:
    """Of a content that does not exist."""
    return "".join(rng.choices("0123456789abcdef", k=length))


def version(rng: random.Random) -> str:
    """Three numbers."""
    return ".".join(str(rng.randrange(1, 20)) for _ in range(3))


def project(rng: random.Random, tool: str, held: Mapping[str, str], declared: str = "") -> Files:
    """Files of a project that declares the first package and locks all of them."""
    first = next(iter(held))
    if tool in PYTHON:
        return _python(rng, tool, held, first + declared)
    asked = declared or f"^{held[first]}"
    own = json.dumps(
        {"name": "fw", "version": "1.0.0", "private": True, "dependencies": {first: asked}}, indent=1
    )
    return {"package.json": own, **_node(rng, tool, held, first, asked)}


def _python(rng: random.Random, tool: str, held: Mapping[str, str], asked: str) -> Files:
    if tool == "requirements":
        lines = [f"{name}=={one} --hash=sha256:{digest(rng)}" for name, one in held.items()]
        return {"requirements.txt": "\n".join(lines) + "\n"}
    if tool == "pipfile":
        entries = {
            name: {"version": f"=={one}", "hashes": [f"sha256:{digest(rng)}"]} for name, one in held.items()
        }
        name = next(iter(held))
        text = json.dumps({"_meta": {"sources": []}, "default": entries, "develop": {}}, indent=1)
        return {
            "Pipfile": f'[packages]\n"{name}" = "{asked.removeprefix(name) or "*"}"\n',
            "Pipfile.lock": text,
        }
    table = "packages" if tool == "pylock" else "package"
    blocks = []
    for name, one in held.items():
        head = f'[[{table}]]\nname = "{name}"\nversion = "{one}"\n'
        wheel = f"{name}-{one}-py3-none-any.whl"
        url = f"https://files.pythonhosted.org/packages/{wheel}"
        blocks.append(head + {
            "uv": f'source = {{ registry = "https://pypi.org/simple" }}\n'
            f'wheels = [{{ url = "{url}", hash = "sha256:{digest(rng)}", size = 9 }}]\n',
            "pylock": f'wheels = [{{ name = "{wheel}", url = "{url}", hashes = {{ sha256 = "{digest(rng)}" }} }}]\n',
        }.get(tool, f'files = [{{file = "{wheel}", hash = "sha256:{digest(rng)}"}}]\n'))  # fmt: skip
    start = {"uv": "version = 1\n", "pylock": 'lock-version = "1.0"\n'}.get(tool, "")
    lock = "pylock.toml" if tool == "pylock" else f"{tool}.lock"
    own = f'[project]\nname = "fw-app"\nversion = "1"\ndependencies = ["{asked}"]\n'
    return {"pyproject.toml": own, lock: start + "\n".join(blocks)}


def _node(rng: random.Random, tool: str, held: Mapping[str, str], first: str, asked: str) -> Files:
    def entry(name: str, one: str) -> dict[str, str]:
        address = f"https://registry.npmjs.org/{name}/-/{name.rpartition('/')[2]}-{one}.tgz"
        return {"version": one, "resolved": address, "integrity": f"sha512-{'A' * 86}=="}

    if tool == "lock1":
        text = {"name": "fw", "lockfileVersion": 1, "dependencies": {n: entry(n, v) for n, v in held.items()}}
        return {"package-lock.json": json.dumps(text, indent=1)}
    if tool in {"lock2", "lock3", "shrinkwrap"}:
        packages: dict[str, object] = {"": {"name": "fw", "dependencies": {first: asked}}}
        inner = rng.random() < 0.5
        for name, one in held.items():
            above = f"node_modules/{first}/" if inner and name != first else ""
            packages[f"{above}node_modules/{name}"] = entry(name, one)
        text = {"name": "fw", "lockfileVersion": 2 if tool == "lock2" else 3, "packages": packages}
        return {
            "npm-shrinkwrap.json" if tool == "shrinkwrap" else "package-lock.json": json.dumps(text, indent=1)
        }
    if tool == "yarn":
        rows = [
            f'"{n}@{asked if n == first else "^" + v}":\n  version "{v}"\n  resolved "{entry(n, v)["resolved"]}#{digest(rng, 40)}"\n'
            f"  integrity sha512-{'A' * 86}==\n" for n, v in held.items()
        ]  # fmt: skip
        return {"yarn.lock": "# yarn lockfile v1\n\n\n" + "\n".join(rows)}
    if tool == "berry":
        rows = [
            f'"{n}@npm:{asked if n == first else "^" + v}":\n  version: {v}\n  resolution: "{n}@npm:{v}"\n'
            f"  checksum: 10c0/{digest(rng, 128)}\n  languageName: node\n  linkType: hard\n" for n, v in held.items()
        ]  # fmt: skip
        return {"yarn.lock": "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n" + "\n".join(rows)}
    if tool == "pnpm":
        rows = [
            f"  '{n}@{v}':\n    resolution: {{integrity: sha512-{'A' * 86}==}}\n" for n, v in held.items()
        ]
        top = f"importers:\n  .:\n    dependencies:\n      '{first}':\n        specifier: {asked}\n        version: {held[first]}\n"
        return {"pnpm-lock.yaml": f"lockfileVersion: '9.0'\n\n{top}\npackages:\n\n" + "\n".join(rows)}
    listed = {n: [f"{n}@{v}", "", {}, f"sha512-{'A' * 86}=="] for n, v in held.items()}
    text = {
        "lockfileVersion": 1,
        "workspaces": {"": {"name": "fw", "dependencies": {first: asked}}},
        "packages": listed,
    }
    return {"bun.lock": json.dumps(text, indent=1)}
