"""Whether JSON, TOML and YAML parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_fwgates.framework.datafiles import is_data, unparsable

if TYPE_CHECKING:
    from pathlib import Path


def reason(root: Path, name: str, data: bytes) -> str | None:
    (root / name).write_bytes(data)
    problem = unparsable(root, name)
    return problem and f"{problem.line}: {problem.reason}"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.json", b'{"a": 1}', None),
        ("a.json", b'\xef\xbb\xbf{"a": 1}', None),
        ("a.json", b"{\n'a': 1}", "2: not valid JSON: Expecting property name enclosed in double quotes"),
        ("a.json", b"\xff", "1: not valid UTF-8"),
        ("a.json", b"[" * 200_000, "None: nested too deeply, or a number too long (RecursionError)"),
        ("a.json", b"1" * 5_000, "None: nested too deeply, or a number too long (ValueError)"),
        ("a.toml", b"a = 1", None),
        ("a.toml", b"a = 1\nb = c\n", "2: not valid TOML: Invalid value"),
        ("a.toml", b"a = [\n1,\n", "2: not valid TOML: Invalid value"),
        ("a.toml", b"# " + b"x" * 1_000_001, "None: TOML of more than 1 MB"),
        ("a.yml", b"a: 1\n---\nb: !tag 2\n", None),
        ("a.yml", b"a: 1\nb: [\n", "3: not valid YAML: did not find expected node content"),
        ("a.yaml", b"[" * 500, "None: YAML nested or repeated beyond what can be examined"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, name: str, data: bytes, expected: str | None) -> None:
    """With the parser's line, or None."""
    assert reason(tmp_path, name, data) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".claude/settings.json", True),
        ("plugins/a/.claude-plugin/plugin.json", True),
        ("plugins/a/hooks/hooks-cursor.json", True),
        (".mcp.json", True),
        ("tsconfig.json", False),
        (".vscode/settings.json", False),
        ("docs/sample.json", False),
        ("sub/pyproject.toml", True),
        (".github/workflows/ci.yml", True),
        (".claude/commands/shared/a.yaml", True),
        ("mkdocs.yml", False),
        ("README.md", False),
    ],
)
def test_which_files_are_read_strictly(path: str, *, expected: bool) -> None:
    """JSON with comments and YAML with template tags are left to their tools."""
    assert is_data(path) is expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["a.json", "a.toml", "a.yml"]), st.binary(max_size=200))
def test_no_bytes_make_it_raise(tmp_path: Path, name: str, data: bytes) -> None:
    """A problem is data."""
    reason(tmp_path, name, data)
