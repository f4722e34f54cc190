"""What a repository says of itself, and how it is told that it said something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_fwgates.framework.configuration import ConfigurationError, Settings, read
from pytest_fwgates.framework.index import load

if TYPE_CHECKING:
    from pathlib import Path


def test_everything(tmp_path: Path) -> None:
    """Every key, in the file that is ours alone."""
    (tmp_path / "fwgates.toml").write_text(
        'ignore = ["vendor/"]\nentry_points = ["prompts/main.md"]\n[kinds]\ncommand = ["prompts/*.md"]\n'
    )
    expected = Settings(("vendor/",), {"command": ("prompts/*.md",)}, ("prompts/main.md",))
    assert read(tmp_path, tmp_path) == expected


def test_the_nearest_counts(tmp_path: Path) -> None:
    """A project's own table comes before that of the repository it lies in."""
    (tmp_path / "fwgates.toml").write_text('ignore = ["far"]\n')
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "pyproject.toml").write_text('[tool.fwgates]\nignore = ["near"]\n')
    assert read(tmp_path / "near", tmp_path).ignore == ("near",)
    assert read(tmp_path, tmp_path).ignore == ("far",)


def test_nothing_is_said(tmp_path: Path) -> None:
    """Another tool's pyproject.toml says nothing."""
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")
    assert read(tmp_path, tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "ignores = []",
            "fwgates.toml: fwgates: unknown key 'ignores'; allowed: ignore, kinds, entry",
        ),
        ("ignore = 'x'", "fwgates.toml: fwgates: ignore is a list of patterns such as 'tests/examples/**'"),
        ("kinds = []", "fwgates.toml: fwgates: kinds is a table of kind = [patterns], not []"),
        (
            "[kinds]\nprompt = []",
            "fwgates.toml: fwgates.kinds: unknown key 'prompt'; allowed: command, ",
        ),
        ("[kinds]\nagent = 'x'", "fwgates.toml: fwgates.kinds: agent is a list of patterns"),
        ("entry_points = [1]", "fwgates.toml: fwgates: entry_points is a list of patterns"),
        ("=", "fwgates.toml: "),
    ],
)
def test_bad_configuration(tmp_path: Path, text: str, message: str) -> None:
    """One line that names the file, the key and what is allowed."""
    (tmp_path / "fwgates.toml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, tmp_path)
    assert str(caught.value).startswith(message)


def test_kinds_that_are_said_come_before_the_layout(tmp_path: Path) -> None:
    """A repository with folder names of its own has modules, too."""
    for name in ("prompts/main.md", "prompts/README.md", "guide.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("# Title\n")
    plain = {module.path: module.kind for module in load(tmp_path).modules}
    said = load(tmp_path, Settings(kinds={"command": ("prompts/*.md", "!prompts/README.md")}))
    assert set(plain.values()) == {"document"}
    assert {module.path: module.kind for module in said.modules} == {**plain, "prompts/main.md": "command"}
