"""Frameworks with one defect of their supply chain each, and the same framework without it, made by a seeded generator.

A case is a class, the files of a framework, and whether something is wrong with them. Names, versions, hashes and
commits are drawn; the same project is written in the formats of several tools.
"""

# ruff: noqa: E501 - files of others, as those are written

from __future__ import annotations

import base64
import json
import random
import string
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KNOWN = {
    "pypi": [
        "requests",
        "numpy",
        "pandas",
        "flask",
        "django",
        "click",
        "rich",
        "pytest",
        "pydantic",
        "httpx",
        "boto3",
        "scipy",
        "jinja2",
        "attrs",
    ],
    "npm": [
        "express",
        "lodash",
        "react",
        "chalk",
        "commander",
        "axios",
        "webpack",
        "typescript",
        "eslint",
        "prettier",
        "debug",
        "semver",
        "glob",
    ],
}
INTERNAL = [
    "acme-billing-core",
    "blueharbor-telemetry",
    "northwind-auth-kit",
    "quux-feature-flags",
    "zephyrine-models",
]
TARGETS = {
    "pypi": [
        "requests",
        "pandas",
        "django",
        "pydantic",
        "tensorflow",
        "matplotlib",
        "sqlalchemy",
        "cryptography",
        "beautifulsoup4",
        "scikit-learn",
        "python-dateutil",
        "setuptools",
        "selenium",
        "pillow",
        "urllib3",
        "colorama",
        "fastapi",
        "httpx",
        "celery",
        "pytest-cov",
    ],
    "npm": [
        "express",
        "lodash",
        "react-dom",
        "commander",
        "typescript",
        "webpack",
        "mongoose",
        "jsonwebtoken",
        "cross-env",
        "body-parser",
        "prettier",
        "nodemon",
        "dotenv",
        "socket.io-client",
        "discord.js",
        "puppeteer",
        "moment",
        "electron",
        "bcrypt",
        "underscore",
    ],
}
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class Case(NamedTuple):
    kind: str
    files: dict[str, str]
    is_bad: bool


class Draw:
    """Everything that differs from case to case."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def hexadecimal(self, length: int) -> str:
        return "".join(self.random.choices("0123456789abcdef", k=length))

    def integrity(self, kind: str = "sha512", size: int = 64) -> str:
        return f"{kind}-{base64.b64encode(self.random.randbytes(size)).decode()}"

    def version(self) -> str:
        return ".".join(str(self.random.randrange(1, 30)) for _ in range(3))

    def names(self, ecosystem: str, count: int = 3) -> list[str]:
        return self.random.sample(KNOWN[ecosystem], count)

    def word(self) -> str:
        return "".join(self.random.choices(string.ascii_lowercase, k=9))

    def folder(self) -> str:
        return self.random.choice(["", "", "tools/", "skills/report/scripts/", "hooks/"])


def requirement(draw: Draw, name: str, how: str) -> str:
    version = draw.version()
    if how == "hashed":
        return f"{name}=={version} \\\n    --hash=sha256:{draw.hexadecimal(64)}"
    return {"bare": name, "range": f"{name}>={version}", "pinned": f"{name}=={version}"}[how]


def requirements(draw: Draw, hows: list[str]) -> str:
    lines = [
        requirement(draw, name, how) for name, how in zip(draw.names("pypi", len(hows)), hows, strict=True)
    ]
    return "# what the scripts need\n" + "\n".join(lines) + "\n"


def package_json(dependencies: dict[str, str], **more: object) -> str:
    return json.dumps(
        {"name": "fw-tools", "version": "1.0.0", "dependencies": dependencies, **more}, indent=2
    )


def package_lock(
    draw: Draw,
    names: list[str],
    *,
    form: int = 3,
    change: Callable[[dict[str, object]], None] = lambda _: None,
) -> str:
    entries = {}
    for name in names:
        version = draw.version()
        address = f"https://registry.npmjs.org/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
        entries[name] = {"version": version, "resolved": address, "integrity": draw.integrity()}
    change(entries[names[-1]])  # type: ignore[arg-type]
    if form == 1:
        return json.dumps({"name": "fw", "lockfileVersion": 1, "dependencies": entries}, indent=2)
    packages: dict[str, object] = {"": {"name": "fw"}}
    packages |= {f"node_modules/{name}": entry for name, entry in entries.items()}
    return json.dumps({"name": "fw", "lockfileVersion": form, "packages": packages}, indent=2)


def python_lock(draw: Draw, tool: str, names: list[str], bare: str = "") -> tuple[str, str]:
    """The name and text of a lock in which `bare` has no hash."""
    blocks = []
    for name in names:
        version, digest = draw.version(), f"sha256:{draw.hexadecimal(64)}"
        file = f"{name}-{version}-py3-none-any.whl"
        shown = "" if name == bare else f', hash = "{digest}"'
        if tool == "uv":
            blocks.append(
                f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "https://pypi.org/simple" }}\n'
                f'wheels = [\n    {{ url = "https://files.pythonhosted.org/packages/{file}"{shown}, size = 9 }},\n]\n'
            )
        elif tool == "pylock":
            hashes = "{}" if name == bare else f'{{ sha256 = "{digest[7:]}" }}'
            blocks.append(
                f'[[packages]]\nname = "{name}"\nversion = "{version}"\n'
                f'wheels = [{{ name = "{file}", url = "https://files.pythonhosted.org/{file}", hashes = {hashes} }}]\n'
            )
        else:
            files = "[]" if name == bare else f'[\n    {{file = "{file}"{shown}}},\n]'
            blocks.append(f'[[package]]\nname = "{name}"\nversion = "{version}"\nfiles = {files}\n')
    head = {"uv": "version = 1\n", "pylock": 'lock-version = "1.0"\n'}.get(tool, "")
    return {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock", "pylock": "pylock.toml"}[
        tool
    ], head + "\n".join(blocks)


def application(names: list[str], more: str = "") -> str:
    listed = "".join(f'    "{name}>=1",\n' for name in names)
    return f'[project]\nname = "fw-app"\nversion = "1"\ndependencies = [\n{listed}]\n{more}'


LIBRARY = '\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


def locking(draw: Draw) -> Iterator[Case]:
    kind, folder = "no lock", draw.folder()
    name = draw.random.choice(
        ["requirements.txt", "requirements-dev.txt", "dev-requirements.txt", "requirements/base.txt"]
    )
    for hows in (["bare"] * 3, ["range", "bare"], ["pinned"] * 3):
        yield Case(kind, {folder + name: requirements(draw, hows)}, is_bad=True)
    yield Case(kind, {folder + name: requirements(draw, ["hashed", "hashed", "pinned"])}, is_bad=True)
    yield Case(kind, {folder + name: requirements(draw, ["hashed"] * 3)}, is_bad=False)
    yield Case(kind, {folder + name: "# nothing yet\n-e .\n"}, is_bad=False)
    python = draw.names("pypi")
    for tool in ("uv", "poetry", "pdm", "pylock"):
        lock, text = python_lock(draw, tool, python)
        yield Case(kind, {folder + "pyproject.toml": application(python), folder + lock: text}, is_bad=False)
        stale, text = python_lock(draw, tool, python[:-1])
        yield Case(
            "stale lock", {folder + "pyproject.toml": application(python), folder + stale: text}, is_bad=True
        )
        without, text = python_lock(draw, tool, python, bare=python[1])
        yield Case("no hash in the lock", {folder + without: text}, is_bad=True)
    yield Case(kind, {folder + "pyproject.toml": application(python)}, is_bad=True)
    yield Case(kind, {folder + "pyproject.toml": application(python, LIBRARY)}, is_bad=False)
    pipfile = "[packages]\n" + "".join(f'{one} = "*"\n' for one in python)
    yield Case(kind, {folder + "Pipfile": pipfile}, is_bad=True)
    held = {one: {"version": "==1.0", "hashes": [f"sha256:{draw.hexadecimal(64)}"]} for one in python}
    lock = json.dumps({"_meta": {}, "default": held, "develop": {}})
    yield Case(kind, {folder + "Pipfile": pipfile, folder + "Pipfile.lock": lock}, is_bad=False)
    yield from npm_locking(draw, folder)


def npm_locking(draw: Draw, folder: str) -> Iterator[Case]:
    names = draw.names("npm")
    declared = package_json(dict.fromkeys(names, "^1.0.0"))
    yield Case("no lock", {folder + "package.json": declared}, is_bad=True)
    yield Case("no lock", {folder + "package.json": package_json({})}, is_bad=False)
    for form in (1, 2, 3):
        good = package_lock(draw, names, form=form)
        yield Case(
            "no lock", {folder + "package.json": declared, folder + "package-lock.json": good}, is_bad=False
        )
        bare = package_lock(draw, names, form=form, change=lambda one: one.pop("integrity"))  # type: ignore[arg-type,return-value]
        yield Case(
            "no hash in the lock",
            {folder + "package.json": declared, folder + "package-lock.json": bare},
            is_bad=True,
        )
        weak = package_lock(
            draw, names, form=form, change=lambda one: one.update(integrity=draw.integrity("sha1", 20))
        )
        yield Case(
            "weak hash", {folder + "package.json": declared, folder + "package-lock.json": weak}, is_bad=True
        )
    short = package_lock(draw, names[:-1])
    yield Case(
        "stale lock", {folder + "package.json": declared, folder + "package-lock.json": short}, is_bad=True
    )
    member = {
        "package.json": package_json({}, workspaces=["packages/*"]),
        "package-lock.json": package_lock(draw, names),
    }
    yield Case("no lock", {**member, "packages/a/package.json": declared}, is_bad=False)
    for bare_name in ("", names[0]):
        yarn = "# yarn lockfile v1\n\n\n" + "\n".join(
            f'{one}@^1.0.0:\n  version "1.2.3"\n  resolved "https://registry.yarnpkg.com/{one}/-/{one}-1.2.3.tgz#{draw.hexadecimal(40)}"\n'
            + ("" if one == bare_name else f"  integrity {draw.integrity()}\n")
            for one in names
        )
        kind = "no hash in the lock" if bare_name else "no lock"
        yield Case(
            kind, {folder + "package.json": declared, folder + "yarn.lock": yarn}, is_bad=bool(bare_name)
        )
        pnpm = "lockfileVersion: '9.0'\n\npackages:\n\n" + "\n".join(
            f"  {one}@1.2.3:\n    resolution: {{{f'tarball: https://registry.npmjs.org/{one}/-/{one}-1.2.3.tgz' if one == bare_name else f'integrity: {draw.integrity()}'}}}\n"
            for one in names
        )
        yield Case(
            kind, {folder + "package.json": declared, folder + "pnpm-lock.yaml": pnpm}, is_bad=bool(bare_name)
        )
        berry = "__metadata:\n  version: 8\n\n" + "\n".join(
            f'"{one}@npm:^1.0.0":\n  version: 1.2.3\n  resolution: "{one}@npm:1.2.3"\n'
            + ("" if one == bare_name else f"  checksum: 10c0/{draw.hexadecimal(128)}\n")
            + "  languageName: node\n  linkType: hard\n"
            for one in names
        )
        yield Case(
            kind, {folder + "package.json": declared, folder + "yarn.lock": berry}, is_bad=bool(bare_name)
        )


def poisoned(draw: Draw) -> Iterator[Case]:
    """A lock that takes a package from somewhere else than its name says."""
    names = draw.names("npm")
    declared, other = (
        package_json(dict.fromkeys(names, "^1.0.0")),
        draw.random.choice(sorted({*KNOWN["npm"]} - {*names})),
    )
    addresses = {
        f"https://{draw.word()}.example.com/{names[-1]}/-/{names[-1]}-1.2.3.tgz": True,
        f"http://registry.npmjs.org/{names[-1]}/-/{names[-1]}-1.2.3.tgz": True,
        f"https://registry.npmjs.org/{other}/-/{other}-1.2.3.tgz": True,
        f"https://registry.npmjs.org/{names[-1]}/-/{names[-1]}-9.9.9.tgz": True,
        f"https://registry.yarnpkg.com/{names[-1]}/-/{names[-1]}-1.2.3.tgz": False,
    }
    for address, is_bad in addresses.items():
        hashed = not address.startswith("http:")
        lock = package_lock(
            draw, names, change=lambda one, a=address: one.update(resolved=a, version="1.2.3")
        )  # type: ignore[misc]
        if not hashed:
            lock = package_lock(
                draw,
                names,
                change=lambda one, a=address: (one.update(resolved=a, version="1.2.3"), one.pop("integrity")),
            )  # type: ignore[misc,func-returns-value,arg-type]
        yield Case("poisoned lock", {"package.json": declared, "package-lock.json": lock}, is_bad=is_bad)
    host = f"npm.{draw.word()}.example.com"
    lock = package_lock(
        draw,
        names,
        change=lambda one: one.update(
            resolved=f"https://{host}/{names[-1]}/-/{names[-1]}-1.2.3.tgz", version="1.2.3"
        ),
    )
    files = {"package.json": declared, "package-lock.json": lock, ".npmrc": f"registry=https://{host}/\n"}
    yield Case("poisoned lock", files, is_bad=False)
    alias = package_lock(
        draw,
        [*names, "old-one"],
        change=lambda one: one.update(
            name=other, version="1.2.3", resolved=f"https://registry.npmjs.org/{other}/-/{other}-1.2.3.tgz"
        ),
    )
    yield Case("poisoned lock", {"package.json": declared, "package-lock.json": alias}, is_bad=False)


def sources(draw: Draw) -> Iterator[Case]:
    kind, good = "source without TLS", requirements(draw, ["hashed"] * 2)
    host = f"{draw.word()}.example.com"
    plain = {
        "requirements.txt": f"--index-url SCHEME://{host}/simple\n{good}",
        ".npmrc": f"registry=SCHEME://{host}/\n",
        "pip.conf": f"[global]\nindex-url = SCHEME://{host}/simple\n",
        ".yarnrc.yml": f"npmRegistryServer: 'SCHEME://{host}'\n",
        "Pipfile": f'[[source]]\nurl = "SCHEME://{host}/simple"\nverify_ssl = true\nname = "x"\n',
        "pyproject.toml": application(
            [], f'\n[[tool.uv.index]]\nname = "x"\nurl = "SCHEME://{host}/simple"\n'
        ),
    }
    for name, text in plain.items():
        yield Case(kind, {name: text.replace("SCHEME", "http")}, is_bad=True)
        yield Case(kind, {name: text.replace("SCHEME", "https")}, is_bad=False)
        yield Case(kind, {name: text.replace(f"SCHEME://{host}", "http://localhost:4873")}, is_bad=False)
    yield Case(kind, {"requirements.txt": f"--trusted-host {host}\n" + good}, is_bad=True)
    yield Case(kind, {".npmrc": "strict-ssl=false\n"}, is_bad=True)
    yield Case(
        kind, {".npmrc": "# strict-ssl=false breaks TLS: never set it\nstrict-ssl=true\n"}, is_bad=False
    )
    yield Case(
        kind,
        {"docs/mirrors.md": f"# Mirrors\n\nOld: `pip install -i http://{host}/simple x`.\n"},
        is_bad=False,
    )
    kind, path = "moving source", f"https://github.com/{draw.word()}/{draw.word()}"
    commit = draw.hexadecimal(40)
    for revision, is_bad in (("", True), ("@main", True), ("@v1.2", True), (f"@{commit}", False)):
        yield Case(kind, {"requirements.txt": f"tool @ git+{path}.git{revision}\n"}, is_bad=is_bad)
        yield Case(kind, {"requirements.txt": f"-e git+{path}.git{revision}#egg=tool\n"}, is_bad=is_bad)
        yield Case(
            kind,
            {
                "pyproject.toml": application(
                    [
                        f"tool @ git+{path}{revision}",
                    ][:0],
                    f'[dependency-groups]\ndev = ["tool @ git+{path}{revision}"]\n',
                )
            },
            is_bad=is_bad,
        )
        fragment = revision.replace("@", "#")
        for wanted in (
            f"git+{path}.git{fragment}",
            f"github:{path[19:]}{fragment}",
            f"{path[19:]}{fragment}",
        ):
            yield Case(kind, {"package.json": package_json({"tool": wanted})}, is_bad=is_bad)
    for key, value, is_bad in (("branch", "main", True), ("tag", "v1", True), ("rev", commit, False)):
        table = f'{{ git = "{path}", {key} = "{value}" }}'
        yield Case(
            kind,
            {"pyproject.toml": f'[tool.poetry]\nname = "x"\n\n[tool.poetry.dependencies]\ntool = {table}\n'},
            is_bad=is_bad,
        )
        yield Case(
            kind,
            {
                "pyproject.toml": application(
                    [], f'[dependency-groups]\ndev = ["tool"]\n\n[tool.uv.sources]\ntool = {table}\n'
                )
            },
            is_bad=is_bad,
        )
    yield Case(kind, {"requirements.txt": f"tool @ https://{host}/tool-1.0-py3-none-any.whl\n"}, is_bad=True)
    yield Case(
        kind,
        {
            "requirements.txt": f"tool @ https://{host}/tool-1.0-py3-none-any.whl#sha256={draw.hexadecimal(64)}\n"
        },
        is_bad=False,
    )
    yield Case(kind, {"requirements.txt": "./vendor/tool\n"}, is_bad=False)
    yield Case(
        kind,
        {"package.json": package_json({"a": "file:../a", "b": "workspace:*", "c": "link:../c"})},
        is_bad=False,
    )


def confusion(draw: Draw) -> Iterator[Case]:
    kind, internal = "confusion", draw.random.choice(INTERNAL)
    host = f"https://pypi.{draw.word()}.example.com/simple"
    body, hashed = f"{internal}==1.2.3\nrequests==2.31.0\n", requirement(draw, internal, "hashed") + "\n"
    yield Case(kind, {"requirements.txt": f"--extra-index-url {host}\n{body}"}, is_bad=True)
    yield Case(
        kind, {"requirements.txt": body, "pip.conf": f"[global]\nextra-index-url = {host}\n"}, is_bad=True
    )
    yield Case(kind, {"tools/requirements.txt": f"--extra-index-url={host}\n{internal}\n"}, is_bad=True)
    yield Case(kind, {"requirements.txt": f"--extra-index-url {host}\n{hashed}"}, is_bad=False)
    yield Case(kind, {"requirements.txt": f"--index-url {host}\n{hashed}"}, is_bad=False)
    torch = "torch==2.4.0 --hash=sha256:" + draw.hexadecimal(64)
    yield Case(
        kind,
        {"requirements.txt": f"--extra-index-url https://download.pytorch.org/whl/cpu\n{torch}\n"},
        is_bad=False,
    )
    group = f'[dependency-groups]\ndev = ["{internal}"]\n\n'
    index = f'[[tool.uv.index]]\nname = "own"\nurl = "{host}"\n'
    yield Case(
        kind,
        {
            "pyproject.toml": application(
                [], group + '[tool.uv]\nindex-strategy = "unsafe-best-match"\n\n' + index
            )
        },
        is_bad=True,
    )
    lock, text = python_lock(draw, "uv", [internal])
    yield Case(kind, {"pyproject.toml": application([], group + index), lock: text}, is_bad=False)
    poetry = f'[tool.poetry]\nname = "x"\n\n[tool.poetry.group.dev.dependencies]\n{internal} = "^1"\n\n[[tool.poetry.source]]\nname = "own"\nurl = "{host}"\npriority = '
    lock, text = python_lock(draw, "poetry", ["requests"])
    yield Case(kind, {"pyproject.toml": f'{poetry}"secondary"\n'}, is_bad=True)
    yield Case(kind, {"pyproject.toml": f'{poetry}"explicit"\n' + LIBRARY}, is_bad=False)
    yield Case(kind, {lock: text}, is_bad=False)


def pins(draw: Draw) -> Iterator[Case]:
    kind, commit = "unpinned action", draw.hexadecimal(40)
    action = f"{draw.word()}/{draw.word()}"
    for use, is_bad in (
        (f"{action}@v{draw.random.randrange(1, 9)}", True),
        (f"{action}@main", True),
        ("actions/checkout@v4", True),
        (f"{action}/sub/action@release/v1", True),
        (f"{action}@{commit[:7]}", True),
        (f"{action}@{commit} # v4", False),
        ("./.github/actions/own", False),
    ):
        step = (
            f"name: ci\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {use}\n"
        )
        yield Case(kind, {".github/workflows/ci.yml": step}, is_bad=is_bad)
        composite = f"name: own\nruns:\n  using: composite\n  steps:\n    - uses: {use}\n"
        yield Case(kind, {".github/actions/own/action.yml": composite}, is_bad=is_bad)
    for reference, is_bad in (("main", True), (commit, False)):
        job = f"on: push\njobs:\n  a:\n    uses: {action}/.github/workflows/build.yml@{reference}\n"
        yield Case(kind, {".github/workflows/call.yaml": job}, is_bad=is_bad)
    kind, digest = "unpinned image", f"sha256:{draw.hexadecimal(64)}"
    image = draw.random.choice(["python", "node", "ghcr.io/acme/tool", "registry.example.com:5000/x/y"])
    for reference, is_bad in (
        (image, True),
        (f"{image}:3.12-slim", True),
        (f"{image}:latest", True),
        (f"{image}:3@{digest}", False),
    ):
        dockers = {
            "Dockerfile": f"# build\nFROM {reference} AS build\nRUN make\nFROM scratch\nCOPY --from=build /a /a\n",
            "docker/app.Dockerfile": f"ARG BASE={reference}\nFROM --platform=linux/amd64 ${{BASE}}\n",
            "Containerfile": f"FROM scratch\nCOPY --from={reference} /a /a\n",
            "compose.yaml": f"services:\n  db:\n    image: {reference}\n",
            ".github/workflows/c.yml": f"on: push\njobs:\n  a:\n    runs-on: x\n    container: {reference}\n",
            ".github/workflows/s.yml": f"on: push\njobs:\n  a:\n    runs-on: x\n    services:\n      db:\n        image: {reference}\n",
            ".github/workflows/d.yml": f"on: push\njobs:\n  a:\n    steps:\n      - uses: docker://{reference}\n",
        }
        for name, text in dockers.items():
            yield Case(kind, {name: text}, is_bad=is_bad)
    yield Case(
        kind, {"docker-compose.yml": "services:\n  own:\n    build: .\n    image: own:dev\n"}, is_bad=False
    )
    yield Case(kind, {"templates/Dockerfile": "FROM python:3\n"}, is_bad=False)
    yield Case(kind, {"docs/docker.md": "# Images\n\n```dockerfile\nFROM python:3\n```\n"}, is_bad=False)


def squatted(draw: Draw, name: str) -> str:
    """What people type, or attackers register, instead of a name."""
    letters = [
        place for place in range(1, len(name) - 1) if name[place].isalpha() and name[place + 1].isalpha()
    ]
    place = draw.random.choice(letters)
    row = next(row for row in KEYS if name[place] in row)
    beside = row[row.index(name[place]) - 1] if row.index(name[place]) else row[1]
    ways = [
        name[:place] + name[place + 1] + name[place] + name[place + 2 :],
        name[:place] + name[place + 1 :],
        name[:place] + name[place] + name[place:],
        name[:place] + beside + name[place + 1 :],
        name[:place] + draw.random.choice(string.ascii_lowercase) + name[place:],
    ]
    if "-" in name:
        ways.append(name.replace("-", "", 1))
    if "l" in name[1:]:
        ways.append(name[0] + name[1:].replace("l", "1", 1))
    if "o" in name[1:]:
        ways.append(name[0] + name[1:].replace("o", "0", 1))
    return draw.random.choice([way for way in ways if way != name])


def names(draw: Draw) -> Iterator[Case]:
    """Only names differ: every framework is otherwise sound."""
    for ecosystem in ("pypi", "npm"):
        target = draw.random.choice(TARGETS[ecosystem])
        wrong = squatted(draw, target)
        genuine = [target, *draw.random.sample(KNOWN[ecosystem], 2), draw.random.choice(INTERNAL)]
        for is_bad, listed in ((True, [wrong, *genuine[1:]]), (False, genuine)):
            if ecosystem == "pypi":
                text = "".join(f"{requirement(draw, one, 'hashed')}\n" for one in listed)
                yield Case("look-alike name", {"requirements.txt": text}, is_bad=is_bad)
                yield Case("look-alike name", {"pyproject.toml": application(listed, LIBRARY)}, is_bad=is_bad)
            else:
                files = {
                    "package.json": package_json(dict.fromkeys(listed, "^1.0.0")),
                    "package-lock.json": package_lock(draw, listed),
                }
                yield Case("look-alike name", files, is_bad=is_bad)
    scope = draw.random.choice(["@acme", "@blueharbor"])
    files = {
        "package.json": package_json({f"{scope}/lodahs": "^1.0.0"}),
        "package-lock.json": package_lock(draw, [f"{scope}/lodahs"]),
    }
    yield Case("look-alike name", files, is_bad=False)


def cases(seeds: range = range(8)) -> list[Case]:
    """Every class, drawn once a seed."""
    makers = (locking, poisoned, sources, confusion, pins, names)
    return [case for seed in seeds for make in makers for case in make(Draw(seed))]
