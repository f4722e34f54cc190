"""Paths, placeholders, manifests and suggestions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fwgates.framework.discover import Discovery
from pytest_fwgates.framework.html import plain_text, tags
from pytest_fwgates.framework.manifests import Manifest, read_manifest
from pytest_fwgates.framework.reading import Unreadable
from pytest_fwgates.framework.references import Local, copied_folder, is_placeholder, is_template, local
from pytest_fwgates.framework.suggest import nearest_file, nearest_fragment
from pytest_fwgates.framework.tree import Tree

TREE = Tree(
    Discovery(
        files=("Docs/Guide.md", "README.md", "alias.md"),
        ignored=("vendor/x.md",),
        links={"alias.md": "README.md", "manual": "Docs", "loop": "loop/deeper"},
        opaque=("submodule",),
        problems=(),
    )
)


@pytest.mark.parametrize(
    ("path", "state", "real"),
    [
        ("README.md", "file", "README.md"),
        ("Docs/../README.md", "file", "README.md"),
        ("alias.md", "file", "README.md"),
        ("manual/Guide.md", "file", "Docs/Guide.md"),
        ("Docs/", "directory", "Docs"),
        (".", "directory", ""),
        ("docs/guide.md", "case", "Docs/Guide.md"),
        ("vendor/x.md", "file", "vendor/x.md"),
        ("submodule/any/thing", "unknown", "submodule/any/thing"),
        ("none.md", "missing", "none.md"),
        ("../x", "outside", "../x"),
        ("a/../../x", "outside", "../x"),
        ("loop/x", "missing", None),
    ],
)
def test_look_up(path: str, state: str, real: str | None) -> None:
    """Answered from the list of files, links followed, case told apart."""
    found = TREE.find(path)

    assert found.state == state
    assert real is None or found.path == real


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("a%20b.md?x=1#c%C3%A9", Local("a b.md", "cé")),
        ("#frag", Local("", "frag")),
        ("https://example.com", None),
        ("mailto:a@b.c", None),
        ("//example.com", None),
        ("/site/path", None),
        ("", None),
        ("{{x}}.md", None),
    ],
)
def test_what_a_target_means(target: str, expected: Local | None) -> None:
    """Only what lies in the repository is judged."""
    assert local(target) == expected


@pytest.mark.parametrize(
    "target",
    [
        *("url", "path/to/x.md", "${X}", "<name>", "...", "your-file.md", "a/my_file.md", "*.md", "a[0]"),
        *("XXX.md", "TODO", "docs/TBD", "a.md#${X}"),
    ],
)
def test_placeholders(target: str) -> None:
    """Text for the reader to fill in."""
    assert is_placeholder(target)


@pytest.mark.parametrize(
    "target",
    [
        *("guide.md", "docs/url.md", "../a.b.md", "my/file.md", "myth.md", "FAXX.md", "TODO.md"),
        *("#create-your-first-agent", "setup.md#my-settings", "oh-my-editor.json", "brand_your_site.md"),
    ],
)
def test_no_placeholders(target: str) -> None:
    """Names that only resemble one."""
    assert not is_placeholder(target)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("templates/a.md", True),
        ("templates/README.md", False),
        ("PLAN_TEMPLATE.md", True),
        ("a.template.md", True),
        ("template-guide.md", False),
        ("tests/fixtures/a.md", True),
        (".github/ISSUE_TEMPLATE/bug.md", True),
        ("template/.claude/skills/a/SKILL.md", False),
        ("templates/.codex/a.md", False),
        ("templates/.claude/templates/a.md", True),
        (".claude/templates/a.md", True),
        ("tests/fixtures/.claude/commands/a.md", True),
        ("docs/a.md", False),
    ],
)
def test_templates(path: str, expected: bool) -> None:
    """Files that become files of other places."""
    assert is_template(path) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("templates/.claude/skills/a/SKILL.md", "templates/.claude"),
        ("kit/template/.codex/a.md", "kit/template/.codex"),
        (".claude/skills/a/SKILL.md", ""),
        (".claude/templates/a.md", ""),
        ("templates/a.md", ""),
    ],
)
def test_what_is_copied_as_a_whole(path: str, expected: str) -> None:
    """The settings of an agent within a template are a framework themselves."""
    assert copied_folder(path) == expected


@pytest.mark.parametrize(
    ("fragment", "anchors", "expected"),
    [
        ("start", {"-start", "other"}, "-start"),
        ("whats-new", {"whats-new-in-version-2"}, "whats-new-in-version-2"),
        ("instalation", {"installation"}, "installation"),
        ("set-up", {"setup-one", "setup-two"}, None),
        ("a", {"abc"}, None),
    ],
)
def test_nearest_fragment(fragment: str, anchors: set[str], expected: str | None) -> None:
    """The same but for punctuation, a longer one, or a typo; never a guess between two."""
    assert nearest_fragment(fragment, anchors) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("x/guide.md", "docs/guide.md"),
        ("docs/giude.md", "docs/guide.md"),
        ("docs/none.md", None),
        ("same.md", None),
        ("b.md", None),
    ],
)
def test_nearest_file(target: str, expected: str | None) -> None:
    """The same name elsewhere, or nearly the same name."""
    files = frozenset({"docs/guide.md", "a/same.md", "b/same.md", "big.md"})

    assert nearest_file(target, files) == expected


def entries(path: str, text: str) -> list[tuple[str, int, int]]:
    manifest = read_manifest(path, text)
    assert isinstance(manifest, Manifest)
    return [(entry.path, entry.line, entry.column) for entry in manifest.entries]


def test_paths_of_a_plugin() -> None:
    """Relative to the plugin, which is above its manifest's folder."""
    text = '{"commands": ["./a.md",\n "./a.md"], "agents": "./x/", "hooks": {"Stop": []}}'

    assert entries("p/.claude-plugin/plugin.json", text) == [
        ("p/a.md", 1, 16),
        ("p/a.md", 2, 3),
        ("p/x", 2, 24),
    ]


def test_only_whole_paths_of_scripts_count() -> None:
    """A path that goes on with a variable is not known."""
    text = '{"hooks": {"Stop": ["${CLAUDE_PLUGIN_ROOT}/bin/$X; \\"$CLAUDE_PLUGIN_ROOT\\"/run.sh"]}}'

    assert [path for path, _, _ in entries("hooks/hooks.json", text)] == ["run.sh"]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"a": 1' + "0" * 5000 + "}", "nul"])
def test_a_manifest_that_is_no_json_is_unreadable(text: str) -> None:
    """It is reported, not raised."""
    assert isinstance(read_manifest(".mcp.json", text), Unreadable)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_a_manifest(data: object) -> None:
    """Whatever shape it has."""
    import json  # noqa: PLC0415

    for path in (
        ".claude-plugin/plugin.json",
        ".claude-plugin/marketplace.json",
        ".claude/settings.json",
        "hooks/hooks.json",
    ):
        assert isinstance(read_manifest(path, json.dumps(data)), Manifest)


def test_attributes_are_read_as_html() -> None:
    """Quotes, references and bare values; nothing of comments or scripts."""
    text = "<!-- <a href=x> --><a href='a&amp;b'><IMG SRC=c.png /><script>'<a href=y>'</script><p id=\"d>e\">"

    assert [(tag.name, tag.attributes) for tag in tags(text)] == [
        ("a", {"href": "a&b"}),
        ("img", {"src": "c.png"}),
        ("p", {"id": "d>e"}),
    ]


def test_html_reads_no_entity_and_no_file() -> None:
    """An external entity stays unread."""
    text = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a href="&x;">'

    assert [tag.attributes for tag in tags(text)] == [{"href": "&x;"}]


@given(st.text(st.sampled_from("<>/ah1 id='\"=&;-!x\n")) | st.text())
def test_any_html_has_tags_and_text(text: str) -> None:
    """Nothing raises."""
    assert all(0 <= tag.offset < len(text) for tag in tags(text))
    plain_text(text)
