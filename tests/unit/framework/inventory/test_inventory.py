"""Readers of manifests and locks: what each format means, where it stands, and that no text breaks them."""

# ruff: noqa: E501 - files of others, as those are written

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.checks.security import supply
from pytest_fwgates.framework import inventory as package
from pytest_fwgates.framework.index import load
from pytest_fwgates.framework.inventory import commands, files, images, jsonplaces, read, tools
from pytest_fwgates.framework.inventory.read import inventory

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_fwgates.framework.inventory.model import Manifest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def manifest(folder: Path, name: str, text: str) -> Manifest:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    found = inventory(load(folder))
    assert not found.unreadable, found.unreadable
    return found.manifests[0]


def lines(one: Manifest) -> list[tuple[str, int, str, str]]:
    return [(part.name, part.line, part.requested, part.version) for part in one.components]


def test_requirements(tmp_path: Path) -> None:
    text = (
        "# tools\n"
        "-r other.txt\n"
        "--extra-index-url https://pypi.example.com/simple\n"
        "Ruamel.YAML[jinja2]>=0.18 ; python_version > '3.8'  # why\n"
        "click==8.1.7 \\\n    --hash=sha256:" + "a" * 64 + " \\\n    --hash=sha256:" + "b" * 64 + "\n"
        f"-e git+https://github.com/o/r.git@{COMMIT}#egg=tool\n"
        "./local\n"
    )
    one = manifest(tmp_path, "requirements.txt", text)
    assert lines(one)[:2] == [("ruamel-yaml", 4, ">=0.18", ""), ("click", 5, "==8.1.7", "8.1.7")]
    assert [len(part.hashes) for part in one.components] == [0, 2, 0, 0]
    assert [part.origin for part in one.components] == ["registry", "registry", "git", "local"]
    assert one.components[2].commit
    assert [(index.kind, index.line) for index in one.indexes] == [("extra", 3)]


def test_prose_is_no_requirements_file(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("The system shall be fast.\nIt shall be safe as well.\n")
    assert inventory(load(tmp_path)).manifests == ()


def test_a_line_that_pip_could_not_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("click\nrich\n???\n")
    assert [(one.path, one.line) for one in inventory(load(tmp_path)).unreadable] == [("requirements.txt", 3)]


def test_pyproject_of_every_kind(tmp_path: Path) -> None:
    text = (
        "[build-system]\nrequires = ['hatchling']\n\n[project]\nname = 'My_Tool'\nversion = '1'\n"
        "dependencies = [\n  'click>=8',\n]\n\n[dependency-groups]\ndev = ['ruff', {include-group = 'x'}]\n\n"
        "[tool.poetry.dependencies]\npython = '^3.11'\nrich = '==13.7.1'\nown = {path = '../own'}\n"
    )
    one = manifest(tmp_path, "pyproject.toml", text)
    assert [(part.name, part.line, part.scope, part.origin) for part in one.components] == [
        ("click", 8, "runtime", "registry"),
        ("ruff", 12, "development", "registry"),
        ("hatchling", 2, "build", "registry"),
        ("rich", 16, "runtime", "registry"),
        ("own", 17, "runtime", "local"),
    ]
    assert one.is_published
    assert one.own_names == ("my-tool",)


@pytest.mark.parametrize(
    "said",
    ["[tool.uv]\npackage = false\n", "[tool.poetry]\npackage-mode = false\n", ""],
)
def test_an_application_is_not_published(tmp_path: Path, said: str) -> None:
    build = "[build-system]\nrequires = []\n\n" if said else ""
    text = f"{build}[project]\nname = 'x'\nversion = '1'\ndependencies = []\n\n{said}"
    assert not manifest(tmp_path, "pyproject.toml", text).is_published


def test_setup_py_is_read_and_not_run(tmp_path: Path) -> None:
    text = (
        "from setuptools import setup\nraise SystemExit(open('ran', 'w'))\nNEEDS = ['click>=8', 'rich']\n"
        "setup(name='x', install_requires=NEEDS, extras_require={'a': ['attrs']})\n"
    )
    one = manifest(tmp_path, "setup.py", text)
    assert [(part.name, part.line) for part in one.components] == [("click", 3), ("rich", 3), ("attrs", 4)]
    assert not (tmp_path / "ran").exists()


def test_setup_cfg(tmp_path: Path) -> None:
    text = "[metadata]\nname = x\n\n[options]\ninstall_requires =\n    click>=8\n    rich\n"
    assert lines(manifest(tmp_path, "setup.cfg", text)) == [("click", 6, ">=8", ""), ("rich", 7, "", "")]


def test_uv_lock(tmp_path: Path) -> None:
    text = (
        'version = 1\n\n[[package]]\nname = "click"\nversion = "8.1.7"\n'
        'source = { registry = "https://pypi.org/simple" }\n'
        'sdist = { url = "https://files.pythonhosted.org/c.tar.gz", hash = "sha256:aa" }\n'
        'wheels = [{ url = "https://files.pythonhosted.org/c.whl" }]\n\n'
        f'[[package]]\nname = "tool"\nversion = "1"\nsource = {{ git = "https://host/tool?rev=main#{COMMIT}" }}\n\n'
        '[[package]]\nname = "own"\nversion = "1"\nsource = { editable = "." }\n'
    )
    one = manifest(tmp_path, "uv.lock", text)
    assert [(part.name, part.line, part.origin, part.commit) for part in one.components] == [
        ("click", 3, "registry", False),
        ("tool", 10, "git", True),
        ("own", 15, "local", False),
    ]
    assert one.components[0].hashes == ()  # one of its files has none


def test_package_json(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "name": "x",
            "private": True,
            "dependencies": {
                "a": "^1.0.0",
                "b": "npm:@s/real@2.0.0",
                "c": f"github:o/r#{COMMIT}",
                "d": "file:../d",
            },
            "devDependencies": {"e": "1.2.3"},
        },
        indent=2,
    )
    one = manifest(tmp_path, "package.json", text)
    assert lines(one) == [
        ("a", 5, "^1.0.0", ""),
        ("@s/real", 6, "2.0.0", "2.0.0"),
        ("c", 7, f"github:o/r#{COMMIT}", ""),
        ("d", 8, "file:../d", ""),
        ("e", 11, "1.2.3", "1.2.3"),
    ]
    assert [(part.alias, part.origin, part.commit) for part in one.components[1:4]] == [
        ("b", "registry", False),
        ("", "git", True),
        ("", "local", False),
    ]
    assert not one.is_published


def test_package_lock_of_version_1_is_read_in_depth(tmp_path: Path) -> None:
    inner = {"version": "2.0.0", "resolved": "https://registry.npmjs.org/b/-/b-2.0.0.tgz"}
    text = json.dumps(
        {"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": inner}}}}
    )
    assert {part.name for part in manifest(tmp_path, "package-lock.json", text).components} == {"a", "b"}


def test_pnpm_lock_of_every_version(tmp_path: Path) -> None:
    keys = ["/a/1.0.0", "/@s/b/1.0.0_react@17.0.0", "/c@1.0.0(react@18.0.0)", "'@s/d@1.0.0'"]
    text = "packages:\n" + "".join(f"  {key}:\n    resolution: {{integrity: sha512-x}}\n" for key in keys)
    found = manifest(tmp_path, "pnpm-lock.yaml", text).components
    assert [part.name for part in found][0::2] == ["a", "c"]
    assert found[3].name == "@s/d"


def test_bun_lock(tmp_path: Path) -> None:
    text = '{\n  "packages": {\n    "a": ["a@1.0.0", "", {}, "sha512-abc=="],\n    "w": ["w@workspace:w"],\n  },\n}\n'
    assert [
        (part.name, part.version, part.line) for part in manifest(tmp_path, "bun.lock", text).components
    ] == [("a", "1.0.0", 3)]


@pytest.mark.parametrize(
    ("reference", "name", "tag", "pinned"),
    [
        ("python", "docker.io/library/python", "", False),
        ("acme/tool:1", "docker.io/acme/tool", "1", False),
        ("localhost:5000/x:2", "localhost:5000/x", "2", False),
        (f"ghcr.io/a/b:3@sha256:{'a' * 64}", "ghcr.io/a/b", "3", True),
        ("ghcr.io/a/b@sha256:abc", "ghcr.io/a/b", "", False),
    ],
)
def test_image_references(reference: str, name: str, tag: str, *, pinned: bool) -> None:
    one = images.image(reference, 1)
    assert one is not None
    assert (one.name, one.requested, one.commit) == (name, tag, pinned)


@pytest.mark.parametrize("reference", ["", "scratch", "$BASE", "${BASE}:1", "a b", "{{ image }}"])
def test_what_is_no_image(reference: str) -> None:
    assert images.image(reference, 1) is None


def fetched(text: str) -> list[tuple[str, str | None]]:
    return [
        (one.program, None if one.fetched is None else f"{one.fetched.name}@{one.fetched.version}")
        for one in commands.runs(text)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("npx -y @a/b@1.2.3 --flag", [("npx", "@a/b@1.2.3")]),
        ("npx --package=tool@2.0.0 bin", [("npx", "tool@2.0.0")]),
        ("uvx --from tool==1.2 serve", [("uvx", "tool@1.2")]),
        ("uvx --python 3.12 tool@1.2.3", [("uvx", "tool@1.2.3")]),
        ("pipx run --spec x==1 y", [("pipx", "x@1")]),
        ("docker run -i --rm -e A=b ghcr.io/a/b:1", [("docker", "ghcr.io/a/b@")]),
        ("bash -lc 'cd x && exec npx -y a@1.0.0'", [("bash", None), ("npx", "a@1.0.0")]),
        ("cmd /c npx -y a", [("cmd", None), ("npx", "a@")]),
        ('node "$(git rev-parse --show-toplevel)/x.js"', [("node", None), ("git", None)]),
        ("awk '{print $(NF-1)}' f", [("awk", None)]),
        ("FOO=1 /usr/bin/python3 x.py > out.txt 2>&1", [("python3", None)]),
        ("for f in *.py; do black $f; done", [("black", None)]),
        ("[ -f x ] && echo y || true", []),
        ("${CLAUDE_PLUGIN_ROOT}/hooks/a.sh", [("", None)]),
        ("./run.sh | tee log", [("", None), ("tee", None)]),
    ],
)
def test_commands(text: str, found: list[tuple[str, str | None]]) -> None:
    assert fetched(text) == found


def test_tools_of_settings_and_plugins() -> None:
    text = json.dumps(
        {
            "mcpServers": {
                "docs": {"command": "npx", "args": ["-y", "docs-mcp@1.0.0"]},
                "far": {"url": "https://x.example.com"},
            },
            "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "jq . f"}]}]},
            "statusLine": {"type": "command", "command": "node line.js"},
        },
        indent=1,
    )
    found = tools.of_json(".claude/settings.json", text)
    assert [(one.kind, one.name) for one in found] == [
        ("mcp", "docs"),
        ("mcp", "far"),
        ("hook", "jq . f"),
        ("cli", "jq"),
        ("hook", "node line.js"),
        ("cli", "node"),
    ]
    assert found[0].fetched is not None
    assert (found[0].line, found[0].fetched.version, found[1].url) == (3, "1.0.0", "https://x.example.com")


def test_tools_of_frontmatter(tmp_path: Path) -> None:
    folder = tmp_path / ".claude" / "commands"
    folder.mkdir(parents=True)
    text = "---\ndescription: x\nallowed-tools: Bash(gh pr view:*), Read, Bash(jq:*)\n---\n# X\n"
    (folder / "x.md").write_text(text)
    assert [(one.name, one.line) for one in inventory(load(tmp_path)).tools] == [("gh", 3), ("jq", 3)]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("requirements.txt", "requirements"),
        ("a/requirements/dev.txt", "requirements"),
        ("notes.txt", None),
        ("constraints.txt", "constraints"),
        ("Dockerfile.dev", "dockerfile"),
        ("app.Dockerfile", "dockerfile"),
        ("dockerfile-best-practices.md", None),
        (".github/workflows/a.yaml", "workflow"),
        ("templates/.github/workflows/a.yaml", None),
        ("compose.override.yml", "compose"),
        ("pylock.dev.toml", "pylock"),
        ("x/poetry.lock", "poetry"),
    ],
)
def test_forms(path: str, form: str | None) -> None:
    assert files.form(path) == form


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('"\\{}[],:\n aé', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('ab"\\', max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


def reachable(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = (
        list(value.items())
        if isinstance(value, dict)
        else list(enumerate(value))
        if isinstance(value, list)
        else []
    )
    return [one for key, inner in pairs for one in ((*path, key), *reachable(inner, (*path, key)))]


@given(JSON, st.sampled_from([None, 0, 2]))
def test_places_of_json_are_those_of_its_keys_and_items(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    loaded = jsonplaces.load(text, 20)
    assert set(loaded.places) == set(reachable(value))
    rows = text.split("\n")
    for path, (line, column) in loaded.places.items():
        if isinstance(path[-1], str):
            assert rows[line - 1][column - 1 :].startswith(json.dumps(path[-1]))


FORMS = sorted(read._READERS)
WORDS = st.lists(
    st.sampled_from(
        [
            '"',
            "'",
            "{",
            "}",
            "[",
            "]",
            ":",
            "=",
            "\n",
            "\n  ",
            ",",
            "@",
            "#",
            "-r",
            "--hash=",
            "package",
            "[[package]]",
            "dependencies",
            "node_modules/a",
            "version",
            "1.0",
            "null",
            "FROM",
            "uses",
            "jobs",
            "steps",
            "\\",
            "&a",
            "*a",
            "packages",
            "resolved",
            "integrity",
            "git+https://x/y@z",
            "https://[",
            "name",
            "source",
            "http://[",
        ]
    ),
    max_size=30,
).map(" ".join)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200) | WORDS)
def test_no_text_breaks_a_reader(form: str, text: str) -> None:
    read._attempt("x", text, form, None)


@settings(max_examples=100, deadline=None)
@given(value=JSON.map(lambda one: json.dumps({"mcpServers": one, "hooks": one, "plugins": [one]})) | WORDS)
def test_no_manifest_breaks_the_reader_of_tools(value: str) -> None:
    read._attempt("mcp.json", value, None, [])


@settings(max_examples=200, deadline=None)
@given(st.text("$(\"'`;|&\\ \nab-=<>{}", max_size=60))
def test_no_command_breaks_the_reader(text: str) -> None:
    commands.runs(text)


HOSTILE = [
    *(
        '"' * 100_000,
        "\\" * 100_000,
        '"\\' * 50_000,
        "[" * 100_000,
        "{" * 100_000,
        " " * 100_000,
        "\n" * 100_000,
    ),
    *(
        "a=" * 50_000,
        "$(" * 50_000,
        "--hash=" * 14_000,
        "# " * 50_000,
        "a" * 100_000,
        "- " * 50_000,
        ",\n " * 33_000,
    ),
    *(
        "FROM " * 20_000,
        "--mount=" * 12_500,
        "@" * 100_000,
        "node_modules/" * 7_000,
        "a.b." * 25_000,
        "git+" * 25_000,
    ),
    *("&a *a " * 16_000, "\\\n" * 50_000, "[[package]]\n" * 8_000, "é" * 50_000, "://" * 33_000),
]


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_takes_linear_time(form: str) -> None:
    for text in HOSTILE:
        begin = time.process_time()
        read._attempt("x", text, form, None)
        assert time.process_time() - begin < 1.5, text[:20]


def test_hostile_commands_take_linear_time() -> None:
    for text in HOSTILE:
        begin = time.process_time()
        commands.runs(text)
        assert time.process_time() - begin < 1.5, text[:20]


def patterns() -> list[re.Pattern[str]]:
    found = []
    for parent in (package, supply):
        for info in pkgutil.iter_modules(parent.__path__, f"{parent.__name__}."):
            module = importlib.import_module(info.name)
            found += [value for value in vars(module).values() if isinstance(value, re.Pattern)]
    return found


def test_every_pattern_takes_linear_time() -> None:
    found = patterns()
    assert len(found) > 30
    for pattern in found:
        for text in HOSTILE:
            best = 9.0
            for _ in range(3):
                begin = time.process_time()
                pattern.match(text)
                pattern.search(text)
                best = min(best, time.process_time() - begin)
                if best < 0.1:
                    break
            assert best < 0.1, (pattern.pattern, text[:20], best)
