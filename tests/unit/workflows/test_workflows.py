"""The workflows, ours and those that `fwgates init` writes, the action and the hook: what linters say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.unit.workflows import own

BIN: Final = Path(sys.executable).parent
PIN: Final = re.compile(r"uses: ([\w./-]+)@(\S+)(?: # (v\d+\.\d+\.\d+))?")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository as `fwgates init` leaves it, with our action and hook beside it."""
    root = tmp_path_factory.mktemp("repository")
    (root / ".git").mkdir()
    (root / ".github/workflows").mkdir(parents=True)
    for name in own.NAMES:
        (root / ".github/workflows" / name).write_text(own.template(name), encoding="utf-8")
    for name in ("action.yml", ".pre-commit-hooks.yaml"):
        shutil.copy(own.ROOT / name, root)
    return root


def tool(name: str, *words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / name), *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def actionlint(folder: Path) -> subprocess.CompletedProcess[str]:
    return tool("actionlint", "-shellcheck", BIN / "shellcheck", folder=folder)


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    return tool("zizmor", "--offline", "--no-progress", ".", folder=folder)


SCHEMAS: Final = {
    "vendor.github-workflows": ".github/workflows/*.yml",
    "custom.github-workflows-require-timeout": ".github/workflows/*.yml",
    "vendor.github-actions": "action.yml",
}


def schemas(folder: Path) -> list[str]:
    """What the schemas of SchemaStore have against the files."""
    found = []
    for schema, pattern in SCHEMAS.items():
        files = sorted(folder.glob(pattern))
        done = tool("check-jsonschema", "--builtin-schema", schema, *files, folder=folder)
        if done.returncode:
            found.append(done.stdout + done.stderr)
    return found


def test_linters_have_nothing_to_say(repository: Path) -> None:
    """Of what users get, and of what this repository runs."""
    for folder in (repository, own.ROOT):
        for done in (actionlint(folder), zizmor(folder)):
            assert done.returncode == 0, done.stdout + done.stderr
        assert schemas(folder) == []
    hooks = tool("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml", folder=repository)
    assert hooks.returncode == 0, hooks.stdout


def test_linters_would_say_something(repository: Path, tmp_path: Path) -> None:
    """A mistake of each kind is found, so that their silence means something."""
    shutil.copytree(repository, tmp_path, dirs_exist_ok=True)
    path = tmp_path / ".github/workflows/gates.yml"
    text = path.read_text()
    path.write_text(text.replace("needs: source-validation", "needs: validation"))
    assert "validation" in actionlint(tmp_path).stdout
    path.write_text(text.replace('test "$RESULTS"', "test $RESULTS"))
    assert "SC2086" in actionlint(tmp_path).stdout
    path.write_text(text.replace('"$POLICY_REF"', '"${{ github.head_ref }}"'))
    assert "template-injection" in zizmor(tmp_path).stdout
    path.write_text(text.replace("runs-on: ubuntu-latest", "runs-in: ubuntu-latest"))
    assert schemas(tmp_path)


@pytest.mark.parametrize("name", own.NAMES)
def test_this_repository_runs_what_it_gives_to_others(name: str) -> None:
    """But for what it is installed from."""
    ours = (own.ROOT / ".github/workflows" / name).read_text(encoding="utf-8")
    assert ours == own.expected(name), "write own.expected() to it"


def everything() -> dict[str, str]:
    """Every text of ours that uses actions."""
    files = [
        *(own.ROOT / ".github/workflows").glob("*.yml"),
        *own.TEMPLATES.glob("*.yml.txt"),
        own.ROOT / "action.yml",
        *(own.ROOT / "docs").rglob("*.md"),
    ]
    return {str(file.relative_to(own.ROOT)): file.read_text(encoding="utf-8") for file in files}


def test_actions_are_pinned_and_every_file_has_the_same_pin() -> None:
    """By the full commit, with the version that it is."""
    pins: dict[str, set[tuple[str, str]]] = {}
    for name, text in everything().items():
        for action, commit, version in PIN.findall(text):
            if action.startswith("OWNER/"):  # of ourselves, in the docs
                continue
            assert re.fullmatch(r"[0-9a-f]{40}", commit), f"{name}: {action}@{commit}"
            assert version, f"{name}: {action}"
            pins.setdefault(action, set()).add((commit, version))
    assert {action: len(found) for action, found in pins.items()} == dict.fromkeys(pins, 1)
    assert len(pins) == 6


def jobs(name: str) -> dict[str, Any]:
    document = yaml.safe_load(own.template(name))
    found: dict[str, Any] = document["jobs"]
    return found


def test_no_value_is_pasted_into_a_script() -> None:
    """Whoever can write it could write commands; scripts take it from the environment."""
    action = yaml.safe_load((own.ROOT / "action.yml").read_text())
    steps = [step for name in own.NAMES for job in jobs(name).values() for step in job["steps"]]
    scripts = [step["run"] for step in (*steps, *action["runs"]["steps"]) if "run" in step]
    assert len(scripts) > 10
    assert not [script for script in scripts if "${{" in script]


def test_gates_are_never_skipped() -> None:
    """A skipped job counts as a success: only the verdict has a condition, and that one is always met."""
    found = jobs("gates.yml")
    assert {name: job.get("if") for name, job in found.items()} == {
        "source-validation": None,
        "continuous-integration": None,
        "verdict": "${{ always() }}",
    }
    assert [job["timeout-minutes"] for job in found.values()] == [5, 20, 5]
    for job in found.values():
        upload = job["steps"][-1]
        assert upload["uses"].startswith("actions/upload-artifact@")
        assert upload["if"] == "${{ always() }}"
        assert upload["with"]["if-no-files-found"] == "error"


def test_gates_may_write_nothing_and_keep_no_credentials() -> None:
    """So that they may run for forks."""
    document = yaml.safe_load(own.template("gates.yml"))
    for permissions in (
        document["permissions"],
        *(job.get("permissions", {}) for job in jobs("gates.yml").values()),
    ):
        assert set(permissions.values()) <= {"read"}
    assert "secrets." not in own.template("gates.yml")
    checkouts = [
        step
        for job in jobs("gates.yml").values()
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert len(checkouts) == 3
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
