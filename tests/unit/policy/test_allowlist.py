"""The allow-list: what it says, what is wrong with it, and what is written from a framework."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fwgates.checks.security.all_dependencies_approved import unapproved
from pytest_fwgates.checks.security.third_party_tool_validation import loose_tools, unapproved_tools
from pytest_fwgates.cli.allowlist import _quoted, render
from pytest_fwgates.cli.main import app
from pytest_fwgates.framework.index import load
from pytest_fwgates.policy import allowlist
from pytest_fwgates.policy.allowlist import MAX_BYTES, of_bytes, parse, read
from tests.unit.checks.security import labelled_supply

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
allowlist:
  sources: {npm: ["https://registry.npmjs.org"]}
  licences: [MIT]
  packages:
    - {ecosystem: pypi, name: Ruamel.YAML, versions: ">=0.18", licence: MIT}
    - {ecosystem: npm, name: chalk, versions: "^5"}
  servers:
    - {name: docs, package: "npm:docs-mcp"}
  hooks: ["a   b"]
  commands: [git]
"""


def problems(text: str) -> list[str]:
    return [str(one) for one in parse(text, "f.yml").problems]


def test_a_sound_file() -> None:
    allowed, wrong = parse(GOOD, "f.yml")
    assert not wrong
    assert allowed is not None
    assert allowed.package("pypi", "ruamel-yaml") is not None
    assert [one.line for one in allowed.packages] == [5, 6]
    assert (allowed.hooks, allowed.commands) == ({"a b"}, {"git"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "f.yml:1: expected the one top-level key 'allowlist'"),
        ("allowlist: 1\n", "f.yml:1: allowlist: expected a mapping"),
        ("a: [\n", "f.yml:2: not valid YAML"),
        (GOOD.replace("licences", "licenses"), "f.yml:3: unknown key 'licenses'; did you mean 'licences'?"),
        (GOOD.replace("ecosystem: npm", "ecosystem: gem"), "f.yml:6: ecosystem: Invalid enum value 'gem'"),
        (
            GOOD.replace("ecosystem: npm, ", ""),
            "f.yml:6: packages: Object missing required field `ecosystem`",
        ),
        (GOOD.replace('"^5"', "latest"), "f.yml:6: versions: 'latest' is no range of versions of npm"),
        (GOOD.replace("package:", "pakage:"), "f.yml:8: unknown key 'pakage'; did you mean 'package'?"),
        (GOOD.replace("commands: [git]", "commands: git"), "f.yml:10: commands: expected a list"),
        (
            GOOD.replace("commands: [git]", "commands: [[git]]"),
            "f.yml:10: commands: Expected text, got a list",
        ),
        (GOOD + "  commands: [jq]\n", "f.yml:11: 'commands' again; it stands at line 10"),
        (
            GOOD.replace("npm, name: chalk", "pypi, name: ruamel_yaml").replace('"^5"', '">=1"'),
            "f.yml:6: 'ruamel-yaml' again; it stands at line 5, and only that counts",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, message: str) -> None:
    assert [one[: len(message)] for one in problems(text)] == [message]


def test_a_wrong_entry_hides_no_other() -> None:
    allowed = parse(GOOD.replace('"^5"', "latest"), "f.yml").allowed
    assert allowed is not None
    assert [one.name for one in allowed.packages] == ["ruamel-yaml"]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert read(tmp_path / "none.yml", "none.yml") is None
    assert of_bytes(b"\xff", "f.yml").allowed is None
    assert of_bytes(b" " * (MAX_BYTES + 1), "f.yml").allowed is None
    (tmp_path / "link.yml").symlink_to(tmp_path / "nowhere")
    dangling = read(tmp_path / "link.yml", "link.yml")
    assert dangling is not None
    assert dangling.allowed is None


def test_the_schema_takes_what_the_reader_takes() -> None:
    schema = json.loads(allowlist.json_schema())
    jsonschema.validate(yaml.safe_load(GOOD), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(GOOD.replace("licences", "licenses")), schema)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200) | st.text('allowist: []{},\n-"', max_size=80).map("allowlist:\n  ".__add__))
def test_no_text_breaks_it(text: str) -> None:
    parse(text, "f.yml")


@given(st.text(max_size=40))
def test_any_text_is_written_so_that_it_is_read_again(text: str) -> None:
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        return
    written = f"allowlist:\n  hooks:\n    - {_quoted(text)}\n"
    allowed, wrong = parse(written, "f.yml")
    if text.strip():
        assert not wrong
        assert allowed is not None
        assert allowed.hooks == {" ".join(text.split())}


def framework(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_what_is_written_from_a_framework_approves_it_but_for_unknown_licences(tmp_path: Path) -> None:
    """Over every framework of the labelled set: what is there is written so that it is found again."""
    for number, case in enumerate(labelled_supply.cases(range(2))):
        loaded = load(framework(tmp_path / str(number), case.files))
        allowed, wrong = parse(render([loaded]), "f.yml")
        assert not wrong, (case.files, wrong)
        assert allowed is not None
        left = [one.message for one in unapproved(loaded, allowed)]
        assert all(message.startswith("no licence is known of ") for message in left), (case.files, left)
        tools = [one.message for one in unapproved_tools(loaded, allowed)]
        assert all("not pinned to a commit" in message for message in tools), (case.files, tools)


def test_tools_are_written_and_found_again(tmp_path: Path) -> None:
    settings_ = {
        "mcpServers": {
            "a": {"command": "npx", "args": ["-y", "a-mcp@1.0.0"]},
            "b": {"command": "node", "args": ["b.js"]},
            "c": {"url": "https://c.example.com/mcp"},
            "d": {"command": "docker", "args": ["run", f"ghcr.io/x/d@sha256:{'a' * 64}"]},
        },
        "hooks": {"Stop": [{"hooks": [{"command": "sh -c 'jq . \"x\"' && uvx tool==1.0"}]}]},
    }
    loaded = load(framework(tmp_path, {".claude/settings.json": json.dumps(settings_)}))
    text = render([loaded])
    allowed, wrong = parse(text, "f.yml")
    assert not wrong
    assert allowed is not None
    assert unapproved_tools(loaded, allowed) == []
    assert loose_tools(loaded) == []
    assert text == render([load(tmp_path)])
    empty = parse("allowlist:\n", "f.yml").allowed
    assert empty is not None
    assert len(unapproved_tools(loaded, empty)) == 9


def test_licences_of_what_is_installed_are_written_and_the_rest_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person reads them all the same; what nobody has looked up is one finding, not one a line."""
    about = {
        "said": "License-Expression: Apache-2.0 OR BSD-2-Clause",
        "classed": "Classifier: License :: OSI Approved :: MIT License",
        "worded": "License: BSD",
    }
    for name, line in about.items():
        text = f"Metadata-Version: 2.4\nName: {name}-fw\nVersion: 1\n{line}\n"
        framework(tmp_path / "site", {f"{name}_fw-1.dist-info/METADATA": text})
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    declared = "said-fw==1\nclassed-fw==1\nworded-fw==1\nnot-installed-a==1\nnot-installed-b==1\n"
    files = {"requirements.txt": declared, "sub/requirements.txt": declared}
    loaded = load(framework(tmp_path / "framework", files))
    allowed, wrong = parse(render([loaded]), "f.yml")
    assert not wrong
    assert allowed is not None
    assert {one.name: one.licence for one in allowed.packages if one.name.endswith("-fw")} == {
        "said-fw": "Apache-2.0 OR BSD-2-Clause",
        "classed-fw": "MIT",
        "worded-fw": "BSD-3-Clause",
    }
    (left,) = unapproved(loaded, allowed)
    names = "package not-installed-a, package not-installed-b"
    assert left.message == f"no licence is known of {names}; write it in packages of f.yml"


def test_init_writes_it_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    framework(tmp_path, {"requirements.txt": "click==8.1.7\n"})
    assert app(["init", str(tmp_path), "--allowlist"], standalone_mode=False) == 0
    target = tmp_path / "environments" / "allowlist.yml"
    assert "name: click" in target.read_text(encoding="utf-8")
    assert [path.name for path in target.parent.iterdir()] == ["allowlist.yml"]
    target.write_text("mine")
    assert app(["init", str(tmp_path), "--allowlist"], standalone_mode=False) == 0
    assert target.read_text() == "mine"
    assert "kept" in capsys.readouterr().out
